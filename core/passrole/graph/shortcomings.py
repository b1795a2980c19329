"""Why a need is not met, and which rule says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from passrole.graph.homes import passes_to_other_account
from passrole.graph.identities import IdentityPolicies
from passrole.graph.old_roles import lacks_block
from passrole.graph.requirements import Requirement
from passrole.iam.arn_segments import split_arn
from passrole.iam.conditions import condition_holds
from passrole.iam.decisions import Decision, Verdict
from passrole.iam.matching import action_truth, resource_truth
from passrole.iam.patterns import covers
from passrole.iam.policies import Policy
from passrole.iam.requests import Request
from passrole.iam.statements import Condition, Statement
from passrole.model.needs import Actor
from passrole.records import NamedTuple
from passrole.values import Text, Truth, Unknown


class Cause(StrEnum):
    """What keeps a permission from being there."""

    NO_STATEMENT = "no statement allows it"
    OTHER_RESOURCE = "a statement allows it on other resources only"
    OTHER_PLACE = "a statement allows it in another account or region only"
    PATH_LOST = "a statement names the role without its path"
    CONDITION = "a condition does not hold"
    PASSED_TO_SERVICE = "a condition names other services"
    DENY = "a statement denies it"
    SCP = "a service control policy does not allow it"
    BOUNDARY = "the permissions boundary does not allow it"
    TRUST = "the trust policy does not allow it"
    RESOURCE_POLICY = "the policy of the resource does not allow it"


RULES = {
    Cause.DENY: "explicit-deny-hit",
    Cause.SCP: "scp-blocks-pipeline",
    Cause.BOUNDARY: "permissions-boundary-blocks",
    Cause.PASSED_TO_SERVICE: "pass-role-wrong-passed-to-service",
    Cause.OTHER_PLACE: "resource-account-or-region-mismatch",
    Cause.PATH_LOST: "arn-path-lost",
}
"""The rule that reports a cause, where it is not the rule that the need itself names."""

OLDER = "role-older-than-service"
"""The rule of a role that the console made before it knew the service."""


class Shortcoming(NamedTuple):
    """A need that is definitely not met, in one world."""

    requirement: Requirement
    decision: Decision
    cause: Cause
    rule: str
    near: tuple[Statement, ...] = ()
    """The statements that would allow it but for the cause, or that deny it."""


def shortcomings(
    requirement: Requirement,
    decisions: Iterable[Decision],
    requests: Iterable[Request],
    policies: IdentityPolicies,
) -> Iterator[Shortcoming]:
    """One for each decision that is definitely against the need.

    A documented block is never one: the documentation names no least privilege there. A role of
    another account is never passed: no permission mends that, and a rule of its own says so.
    """
    if requirement.need.documented_block or passes_to_other_account(requirement):
        return
    for decision in decisions:
        if decision.verdict not in (Verdict.DENIED, Verdict.MISSING):
            continue
        cause, near = _cause(requirement, decision, tuple(requests), policies)
        rule = _rule(requirement, cause)
        if cause is Cause.NO_STATEMENT and _is_older(requirement, policies):
            rule = OLDER
        yield Shortcoming(requirement, decision, cause, rule, near)


def _is_older(requirement: Requirement, policies: IdentityPolicies) -> bool:
    """Whether the role is of before CodePipeline supported the service at all."""
    need, role = requirement.need, requirement.principal.role
    if not requirement.since or role is None or need.principal is not Actor.ACTION:
        return False
    return lacks_block(role, policies.identity(role), need.iam_action)


def _rule(requirement: Requirement, cause: Cause) -> str:
    need = requirement.need
    if need.iam_action == "sts:AssumeRole" and need.principal is Actor.PIPELINE:
        if cause is Cause.TRUST:
            return "action-role-trust-missing"
        if cause not in RULES:
            return "assume-role-permission-missing"
    if cause is Cause.RESOURCE_POLICY and need.policy_rule:
        return need.policy_rule
    if cause is Cause.CONDITION and need.condition_rule:
        return need.condition_rule
    if cause is Cause.OTHER_RESOURCE and need.resource_rule:
        return need.resource_rule
    rule = RULES.get(cause, need.rule)
    if rule == need.rule and need.principal is Actor.ARTIFACTS and requirement.moved_by_other:
        return "build-role-artifact-access-missing"
    return rule


def _cause(
    requirement: Requirement,
    decision: Decision,
    requests: tuple[Request, ...],
    policies: IdentityPolicies,
) -> tuple[Cause, tuple[Statement, ...]]:
    if decision.layer == "scp":
        return Cause.SCP, decision.decided_by
    if decision.verdict is Verdict.DENIED:
        return Cause.DENY, decision.decided_by
    if decision.layer == "boundary":
        return Cause.BOUNDARY, ()
    if decision.layer == "resource":
        trust = requirement.need.iam_action.startswith("sts:")
        return Cause.TRUST if trust else Cause.RESOURCE_POLICY, ()
    role = requirement.principal.role
    if role is None:
        return Cause.TRUST, ()
    statements = [
        statement
        for policy in policies.identity(role)
        if isinstance(policy, Policy)
        for statement in policy.statements
        if statement.effect == "Allow" and statement.world.joined(decision.world) is not None
    ]
    for request in requests:
        found = _near(statements, request)
        if found is not None:
            return found
    return Cause.NO_STATEMENT, ()


def _near(
    statements: list[Statement], request: Request
) -> tuple[Cause, tuple[Statement, ...]] | None:
    """The nearest miss: a condition that fails, then a resource that is another one."""
    about = [s for s in statements if action_truth(s, request.action) is Truth.TRUE]
    conditioned = [s for s in about if resource_truth(s, request) is Truth.TRUE]
    passed = tuple(s for s in conditioned if _fails_on_passed_to_service(s, request))
    if passed:
        return Cause.PASSED_TO_SERVICE, passed
    if conditioned:
        return Cause.CONDITION, tuple(conditioned)
    # A wildcard service grant elsewhere says nothing about this permission.
    elsewhere = tuple(s for s in about if resource_truth(s, request) is Truth.FALSE)
    if not elsewhere:
        return None
    for cause, test in ((Cause.OTHER_PLACE, _other_place), (Cause.PATH_LOST, _path_lost)):
        matching = tuple(s for s in elsewhere if any(test(r, request.resource) for r in _arns(s)))
        if matching:
            return cause, matching
    return Cause.OTHER_RESOURCE, elsewhere


def _fails_on_passed_to_service(statement: Statement, request: Request) -> bool:
    return any(
        isinstance(condition, Condition)
        and condition.key.lower() == "iam:passedtoservice"
        and condition_holds(condition, request, statement.variables) is Truth.FALSE
        for condition in statement.conditions
    )


def _arns(statement: Statement) -> Iterator[Text]:
    return (item for item in statement.resources if not isinstance(item, Unknown))


def _other_place(pattern: Text, resource: Text) -> bool:
    """Whether two ARNs differ in nothing but account and region."""
    mine, theirs = split_arn(pattern), split_arn(resource)
    if mine is None or theirs is None:
        return False
    if mine.service != theirs.service or not theirs.account.parts:
        return False
    return covers(mine.resource, theirs.resource, subject_is_pattern=True) is Truth.TRUE


def _path_lost(pattern: Text, resource: Text) -> bool:
    """Whether a role's ARN was written without the path that the role has."""
    mine, theirs = split_arn(pattern), split_arn(resource)
    if mine is None or theirs is None:
        return False
    name, full = str(mine.resource), str(theirs.resource)
    if not (name.startswith("role/") and full.startswith("role/") and full.count("/") > 1):
        return False
    return name == f"role/{full.rpartition('/')[2]}"
