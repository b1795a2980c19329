"""Systems of several files, written into a folder and analysed as a user would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from passrole.analysis import Analysis, analyse
from passrole.contributions import gather
from passrole.plugin_loading import find_plugins, load_plugins
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment


class Outcome(NamedTuple):
    """What a run says of a system, whatever files it stands in."""

    findings: Counter[tuple[str, ...]]
    verdicts: Counter[tuple[str, ...]]

    @classmethod
    def of(cls, analysis: Analysis) -> Outcome:
        findings = Counter(
            (each.rule, each.severity.value, *(str(part) for part in each.subject[:5]))
            for each in analysis.results.findings
        )
        verdicts = Counter(
            (
                requirement.action.label if requirement.action else "pipeline",
                requirement.principal.label,
                requirement.need.iam_action,
                decision.verdict.value,
            )
            for graph in analysis.graphs
            for pipeline in graph.pipelines
            for subject in (pipeline, *pipeline.actions)
            for requirement in graph.requirements_of(subject)
            for decision in graph.decide(requirement)
        )
        return cls(findings, verdicts)


Run = Callable[..., Analysis]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run({"a.yaml": text}, account="…")``: one run over the files of a system."""
    contributions = gather(load_plugins(p for p in find_plugins() if p.distribution == "passrole"))

    def over(files: Mapping[str, str], *only: str, **deployment: str) -> Analysis:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(dedent(text), encoding="utf-8")
        settings = Settings(
            paths=tuple(tmp_path / path for path in only) or (tmp_path,),
            root=tmp_path,
            deployment=Deployment(**deployment),
            ruleset="default",
        )
        return analyse(settings, contributions)

    return over
