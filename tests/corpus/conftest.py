"""Whole scans of the corpus, and how their questions were answered."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from passrole.analysis import Analysis, analyse
from passrole.contributions import Contributions, gather
from passrole.graph.requirements import Requirement
from passrole.iam.decisions import Verdict
from passrole.plugin_loading import find_plugins, load_plugins
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment


class Question(NamedTuple):
    """One need in one world, whether its role is in the scanned templates, and what blocks it."""

    requirement: Requirement
    role_in_tree: bool
    decided: bool
    blockers: tuple[str, ...]

    def __str__(self) -> str:
        need = self.requirement
        action = need.action.label if need.action else need.pipeline.label
        blockers = "; ".join(self.blockers)[:200]
        return f"{action}, {need.principal.label}, {need.need.iam_action}: {blockers}"


ACCOUNT = re.compile(r"(?<![\w-])\d{12}(?![\w-])|(?<=role-)\d{12}(?=-)")
REGION = re.compile(r"(?<![a-z])(?:us|eu|ap)-[a-z]+-\d(?!\w)")


class Case(NamedTuple):
    """One synthesized app."""

    name: str
    folder: Path
    templates: list[str]
    sufficient: bool

    def deployment(self) -> Deployment:
        """Where the pipeline's stack goes, as far as its template writes it literally.

        The corpus calls the pipeline's own account the one with the lowest number; its region is
        the one of the artifact bucket that the template makes, else the only one that it names.
        """
        texts = [(self.folder / name).read_text(encoding="utf-8") for name in self.templates]
        text = next(text for text in texts if "AWS::CodePipeline::Pipeline" in text)
        accounts = sorted(set(ACCOUNT.findall(text)))
        regions = _own_regions(json.loads(text)) or set(REGION.findall(text))
        return Deployment(
            account=accounts[0] if accounts else "",
            region=regions.pop() if len(regions) == 1 else "",
        )


def _own_regions(template: dict[str, Any]) -> set[str]:
    """The regions of artifact stores whose bucket is a resource of the template."""
    return {
        store["Region"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CodePipeline::Pipeline"
        for store in resource["Properties"].get("ArtifactStores", ())
        if isinstance(store["ArtifactStore"]["Location"], dict)
        and isinstance(store["Region"], str)
        and "Ref" in store["ArtifactStore"]["Location"]
    }


Scan = Callable[..., Analysis]
Ask = Callable[[Analysis], list[Question]]
Figures = Callable[[Iterable[Question]], str]


@pytest.fixture(scope="session")
def cdk_cases(shared: Path) -> list[Case]:
    """Every case of the corpus that the AWS CDK made."""
    root = shared / "corpus" / "cdk"
    index = json.loads((root / "INDEX.json").read_text(encoding="utf-8"))
    return [
        Case(each["case"], root / each["case"], each["templates"], each["oracle_sufficient"])
        for each in index["cases"]
    ]


@pytest.fixture(scope="session")
def contributions() -> Contributions:
    """What passrole's own plugins contribute; others that are installed play no part."""
    return gather(load_plugins(p for p in find_plugins() if p.distribution == "passrole"))


@pytest.fixture(scope="session")
def scan(contributions: Contributions) -> Scan:
    """One run over one folder."""

    def run(folder: Path, root: Path, deployment: Deployment | None = None) -> Analysis:
        settings = Settings(
            paths=(folder,), root=root, deployment=deployment or Deployment(), ruleset="default"
        )
        return analyse(settings, contributions)

    return run


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Every need of a run with its answer; documented blocks are no questions."""
    return lambda analysis: list(_questions(analysis))


@pytest.fixture(scope="session")
def figures() -> Figures:
    """How many questions were decided, in words."""

    def words(questions: Iterable[Question]) -> str:
        counts = Counter(question.decided for question in questions)
        total = counts.total()
        return f"{counts[True]} of {total} ({counts[True] / max(total, 1):.1%})"

    return words


def _questions(analysis: Analysis) -> Iterator[Question]:
    for graph in analysis.graphs:
        for pipeline in graph.pipelines:
            for subject in (pipeline, *pipeline.actions):
                for requirement in graph.requirements_of(subject):
                    if requirement.need.documented_block:
                        continue
                    for decision in graph.decide(requirement):
                        decided = decision.verdict is not Verdict.UNKNOWN
                        here = _role_in_tree(requirement)
                        yield Question(requirement, here, decided, decision.blockers)


def _role_in_tree(requirement: Requirement) -> bool:
    """Whether the role that needs it, and the role it is about to assume, were scanned."""
    principal = requirement.principal
    if principal.role is None and principal.service is None:
        return False
    return requirement.need.iam_action != "sts:AssumeRole" or requirement.owner is not None
