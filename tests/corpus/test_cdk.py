"""Pipelines that the AWS CDK made: their roles are known to suffice.

The templates were synthesized without the manifest that says where they go, so account and region
are given as the templates themselves write them.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest
from tests.corpus.cases import Case
from tests.corpus.questions import figures, questions_of

from passrole.analysis import Analysis
from passrole.findings import Category, Finding

pytestmark = pytest.mark.corpus


class Scanned(NamedTuple):
    """A case as it is, and with account and region given."""

    case: Case
    plain: Analysis
    placed: Analysis


@pytest.fixture(scope="module")
def scanned(cdk_cases: list[Case], scan: Callable[..., Analysis]) -> list[Scanned]:
    assert len(cdk_cases) > 100
    return [
        Scanned(
            case,
            scan(case.folder, case.folder.parent),
            scan(case.folder, case.folder.parent, case.deployment()),
        )
        for case in cdk_cases
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


def test_roles_that_may_be_short_are_not_called_so_without_certainty(
    scanned: list[Scanned],
) -> None:
    found = {
        each.case.name: Counter(
            f"{finding.rule} {finding.subject.iam_action}" for finding in broken(each.plain)
        )
        for each in scanned
        if not each.case.sufficient
    }
    print(
        f"\nroles that do not suffice, or are not in the templates: {json.dumps(found, indent=1)}"
    )
    # The role in another stack was given no rights at all, but the roles of all actions trust it:
    # what the documents ask besides is disputed. Of an imported role nothing is known.
    assert set(found) == {"role-crossstack", "role-imported"}
    assert not any(found.values())


def test_nothing_crashes(scanned: list[Scanned]) -> None:
    assert [
        (each.case.name, diagnostic)
        for each in scanned
        for diagnostic in (*each.plain.results.diagnostics, *each.placed.results.diagnostics)
        if diagnostic.incomplete
    ] == []


def test_nearly_every_need_is_decided(
    scanned: list[Scanned],
) -> None:
    plain = [question for each in scanned for question in questions_of(each.plain)]
    placed = [(each.case, question) for each in scanned for question in questions_of(each.placed)]
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
