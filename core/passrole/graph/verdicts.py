"""How good a verdict is, and what is said of one that is unknown."""

from __future__ import annotations

from passrole.graph.requirements import Requirement
from passrole.iam.decisions import Decision, Verdict


def explained(decision: Decision, requirement: Requirement) -> Decision:
    """The decision, with a reason where it is unknown and no statement is to blame."""
    if decision.verdict is not Verdict.UNKNOWN or decision.blockers:
        return decision
    reason = f"whether {requirement.resource} is in the account of the role is not known"
    return decision._replace(blockers=(reason,))


NOT_AGAINST = (Verdict.ALLOWED, Verdict.UNKNOWN)
_HOPE = {Verdict.DENIED: 0, Verdict.MISSING: 1, Verdict.UNKNOWN: 2, Verdict.ALLOWED: 3}


def hope(decisions: tuple[Decision, ...]) -> int:
    """How near the worst of the decisions is to an allowance."""
    return min(_HOPE[decision.verdict] for decision in decisions)
