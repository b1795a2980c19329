"""Permissions that the shared facts require are removed one by one; each must be missed.

Nothing here asks passrole what is needed: what to remove comes from the facts, where it is granted
is found by a reader of raw JSON of its own. Only the last step, who notices, is passrole's.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.corpus.cases import Case
from tests.corpus.mutants.facts import IN_VAIN, OVERRIDDEN, WHERE_IT_MOVES
from tests.corpus.mutants.running import Outcome, Run, run_mutants

from passrole.contributions import Contributions
from passrole.findings import Confidence
from passrole.iam.decisions import Verdict

pytestmark = pytest.mark.mutation


@pytest.fixture(scope="module")
def run(shared: Path, cdk_cases: list[Case], contributions: Contributions) -> Run:
    return run_mutants(shared / "facts", cdk_cases, contributions)


def killed(outcome: Outcome) -> bool:
    return outcome.confidence in (Confidence.HIGH, Confidence.MEDIUM)


def show(title: str, outcomes: list[Outcome], good: Callable[[Outcome], bool]) -> None:
    print(f"\n{title}: {sum(map(good, outcomes))} of {len(outcomes)}")
    by_provider: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_provider[outcome.candidate.row.provider].append(outcome)
    for provider, some in sorted(by_provider.items()):
        print(f"  {provider}: {sum(map(good, some))} of {len(some)}")


def survivors(outcomes: list[Outcome], good: Callable[[Outcome], bool]) -> list[str]:
    return [
        f"{row.provider} {row.action}, {outcome.candidate.case}, {outcome.candidate.where},"
        f" role {permission.role} on {', '.join(permission.resources)}: {outcome.confidence}"
        for outcome in outcomes
        if not good(outcome)
        for row, permission in [(outcome.candidate.row, outcome.candidate.permission)]
    ]


def test_every_certain_permission_that_is_removed_is_missed(run: Run) -> None:
    outcomes = run.of(certain=True)
    show("high certainty, killed", outcomes, killed)
    left = survivors(outcomes, killed)

    assert len(outcomes) > 1000
    assert not left, f"{len(left)} survive:\n" + "\n".join(left)
    # Rows that are certain in some pipelines only are tried in such.
    assert set(WHERE_IT_MOVES) <= {outcome.candidate.row.key for outcome in outcomes}


def test_overridden_permissions_are_reported_at_low_confidence(run: Run) -> None:
    def at_low(outcome: Outcome) -> bool:
        return outcome.confidence is Confidence.LOW

    outcomes = run.of(certain=True, overridden=True)
    show("overridden, reported under strict", outcomes, at_low)
    left = survivors(outcomes, at_low)

    assert not left, f"{len(left)} are not:\n" + "\n".join(left)
    # An override of a row that is not certain, or that no case tries, says nothing.
    assert {*OVERRIDDEN, *WHERE_IT_MOVES} == {outcome.candidate.row.key for outcome in outcomes}


def test_permissions_of_low_certainty_are_reported_under_strict(run: Run) -> None:
    def told(outcome: Outcome) -> bool:
        return outcome.confidence is not None

    outcomes = [each for each in run.of(certain=False) if each.candidate.row.key not in IN_VAIN]
    show("low certainty, reported under strict", outcomes, told)
    louder = Counter(outcome.candidate.row.key for outcome in outcomes if killed(outcome))
    print(f"  reported by default all the same: {dict(louder)}")
    left = survivors(outcomes, told)

    assert not left, f"{len(left)} are not:\n" + "\n".join(left)


def test_what_the_template_does_not_tell_is_unknown(run: Run) -> None:
    outcomes = [each for each in run.outcomes if each.open]
    rows = Counter(f"{o.candidate.row.provider} {o.candidate.row.action}" for o in outcomes)
    told = sum(map(killed, outcomes))
    print(
        f"\nmay still be granted, by a made-up name or a trust policy elsewhere: {len(outcomes)}, {told} reported"
    )
    for row, count in sorted(rows.items()):
        print(f"  {count} {row}")

    assert [
        (outcome.candidate.case, outcome.candidate.row.action, outcome.candidate.where)
        for outcome in outcomes
        if Verdict.ALLOWED in outcome.verdicts or not outcome.verdicts
    ] == []


def test_what_was_left_out_is_told(run: Run) -> None:
    print(f"\n{len(run.certain)} rows of the facts are certain")
    print("\nleft out:")
    for reason, count in sorted(run.left_out.items()):
        print(f"  {count} {reason}")
    assert not [reason for reason in run.left_out if "no table for" in reason]
