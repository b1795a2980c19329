"""Pipelines that the AWS CDK made: their roles are known to suffice.

The templates were synthesized without the manifest that says where they go, so account and region
are given as the templates themselves write them.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from passrole.analysis import Analysis
from passrole.findings import Category, Finding
from passrole.stacks.deployments import Deployment

pytestmark = pytest.mark.corpus

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


class Scanned(NamedTuple):
    """A case as it is, and with account and region given."""

    case: Case
    plain: Analysis
    placed: Analysis


@pytest.fixture(scope="module")
def scanned(shared: Path, scan: Callable[..., Analysis]) -> list[Scanned]:
    root = shared / "corpus" / "cdk"
    index = json.loads((root / "INDEX.json").read_text(encoding="utf-8"))
    cases = [
        Case(each["case"], root / each["case"], each["templates"], each["oracle_sufficient"])
        for each in index["cases"]
    ]
    assert len(cases) > 100
    return [
        Scanned(case, scan(case.folder, root), scan(case.folder, root, case.deployment()))
        for case in cases
    ]


def broken(analysis: Analysis) -> list[Finding]:
    return [each for each in analysis.results.findings if each.category is Category.BREAKS]


@pytest.mark.parametrize("placed", [False, True], ids=["as it is", "account and region given"])
def test_roles_that_suffice_give_no_finding(scanned: list[Scanned], placed: bool) -> None:
    sufficient = [each for each in scanned if each.case.sufficient]
    false = [
        f"{each.case.name}: {finding.location}: {finding.rule}: {finding.message}"
        for each in sufficient
        for finding in broken(each.placed if placed else each.plain)
    ]
    assert not false, "\n".join(false)
    assert len(sufficient) > 100


def test_roles_that_are_short_are_found(scanned: list[Scanned]) -> None:
    found = {
        each.case.name: Counter(
            f"{finding.rule} {finding.subject.iam_action}" for finding in broken(each.plain)
        )
        for each in scanned
        if not each.case.sufficient
    }
    print(f"\nroles that do not suffice, or are not in the templates: {json.dumps(found, indent=1)}")
    # The role in another stack was given no rights at all; of an imported role nothing is known.
    assert set(found) == {"role-crossstack", "role-imported"}
    assert {name.split()[1] for name in found["role-crossstack"]} >= {
        "s3:GetObject", "s3:PutObject",
    }  # fmt: skip
    assert not found["role-imported"]


def test_nothing_crashes(scanned: list[Scanned]) -> None:
    assert [
        (each.case.name, diagnostic)
        for each in scanned
        for diagnostic in (*each.plain.results.diagnostics, *each.placed.results.diagnostics)
        if diagnostic.incomplete
    ] == []


def test_nearly_every_need_is_decided(
    scanned: list[Scanned], ask: Callable[[Analysis], list[Any]], figures: Callable[..., str]
) -> None:
    plain = [question for each in scanned for question in ask(each.plain)]
    placed = [(each.case, question) for each in scanned for question in ask(each.placed)]
    near = [(case, question) for case, question in placed if question.role_in_tree]

    print(f"\ndecided, as it is: {figures(plain)}")
    print(f"  role in the tree: {figures(q for q in plain if q.role_in_tree)}")
    print(f"  role not in the tree: {figures(q for q in plain if not q.role_in_tree)}")
    print(f"decided, account and region given: {figures(q for _, q in placed)}")
    print(f"  role in the tree: {figures(q for _, q in near)}")
    print(f"  role not in the tree: {figures(q for _, q in placed if not q.role_in_tree)}")
    for case, question in near:
        if not question.decided:
            print(f"    undecided: {case.name}: {question}")
    decided = sum(question.decided for _, question in near)
    assert decided / len(near) >= 0.99
