"""What passrole says of a template it says of its twin in Terraform: same needs, same findings."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.corpus.cases import Case
from tests.corpus.twins.configurations import configuration
from tests.corpus.twins.intrinsics import NoTwinError

from passrole.analysis import Analysis

pytestmark = pytest.mark.corpus

HOLE = re.compile(r"\$\{[^}]*\}")

WITHOUT_TWIN = {
    "Files of an artifact": "the provider has no argument for them",
    "Fn::ImportValue": "no root module of Terraform imports what another one exports",
}
"""Why a case has no twin; the translation raises these."""


class Twins(NamedTuple):
    """A case, and the folder with its templates as configurations of Terraform."""

    case: Case
    folder: Path


@pytest.fixture(scope="module")
def translated(
    cdk_cases: list[Case], tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Twins], dict[str, str]]:
    """The cases that have a twin, and why the others have none."""
    root = tmp_path_factory.mktemp("twins")
    twins, without = [], {}
    for case in cdk_cases:
        try:
            made = {
                name: configuration(json.loads((case.folder / name).read_text(encoding="utf-8")))
                for name in case.templates
            }
        except NoTwinError as error:
            without[case.name] = str(error)
            continue
        for name, whole in made.items():
            folder = root / case.name / name.removesuffix(".template.json")
            folder.mkdir(parents=True)
            (folder / "main.tf.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
        twins.append(Twins(case, root / case.name))
    return twins, without


def nameless(text: str) -> str:
    """The text without the names of its holes, which each format has of its own."""
    return HOLE.sub("?", text)


def needs(analysis: Analysis) -> Counter[tuple[str, ...]]:
    """Every need of every action with its verdict."""
    return Counter(
        (
            nameless(requirement.action.label if requirement.action else "the pipeline"),
            requirement.need.iam_action,
            nameless(str(requirement.resource)),
            requirement.need.certainty.name,
            decision.verdict.name,
        )
        for graph in analysis.graphs
        for pipeline in graph.pipelines
        for subject in (pipeline, *pipeline.actions)
        for requirement in graph.requirements_of(subject)
        for decision in graph.decide(requirement)
    )


def findings(analysis: Analysis) -> Counter[tuple[str, ...]]:
    """Every finding, without the names and places that the formats have of their own."""
    return Counter(
        (
            finding.rule,
            finding.severity.name,
            finding.confidence.name,
            nameless(f"{finding.subject.stage}/{finding.subject.action}"),
            finding.subject.iam_action or "",
        )
        for finding in analysis.results.findings
    )


def test_nearly_every_case_has_a_twin(
    translated: tuple[list[Twins], dict[str, str]], cdk_cases: list[Case]
) -> None:
    twins, without = translated
    print(f"\n{len(twins)} of {len(cdk_cases)} cases have a twin; not {json.dumps(without)}")
    assert len(twins) >= 0.95 * len(cdk_cases)
    assert set(without.values()) <= WITHOUT_TWIN.keys()


@pytest.mark.parametrize("placed", [False, True], ids=["as it is", "account and region given"])
def test_needs_and_findings_are_the_same(
    translated: tuple[list[Twins], dict[str, str]], scan: Callable[..., Analysis], placed: bool
) -> None:
    twins, _ = translated
    differences = []
    asked = 0
    for case, folder in twins:
        deployment = case.deployment() if placed else None
        template = scan(case.folder, case.folder.parent, deployment, "strict")
        twin = scan(folder, folder.parent, deployment, "strict")
        asked += needs(template).total()
        for count in (needs, findings):
            here, there = count(template), count(twin)
            differences += [f"{case.name}: CloudFormation alone: {key}" for key in here - there]
            differences += [f"{case.name}: Terraform alone: {key}" for key in there - here]
    print(f"\n{asked} needs in {len(twins)} cases, {len(differences)} differences")
    assert not differences, "\n".join(differences)
    assert asked > 5000
