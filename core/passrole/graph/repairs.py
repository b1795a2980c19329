"""What would mend a need that is not met: the grant, in the policy that comes nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from passrole.changes import AddStatement, AddToElement, Data, FirstOf, Repair, Single
from passrole.graph.identities import IdentityPolicies
from passrole.graph.requirements import Requirement
from passrole.graph.shortcomings import Cause, Shortcoming
from passrole.iam.policies import Policy
from passrole.iam.statements import Condition, Statement
from passrole.model.entities import Entity
from passrole.model.identities import Role
from passrole.values import Origin, Text, known

_GRANTED = (Cause.NO_STATEMENT, Cause.OTHER_RESOURCE)
_PASSED_TO = "iam:PassedToService"


def repair_for(
    shortcoming: Shortcoming,
    policies: IdentityPolicies,
    policy_of: Callable[[Entity], Policy | None],
) -> Repair | None:
    """The changes that meet the need, None where no policy of the tree can be told to.

    Where something is denied, or fails a condition, no addition helps.
    """
    requirement, cause = shortcoming.requirement, shortcoming.cause
    role = requirement.principal.role
    found: tuple[Single, ...] = ()
    safe = True
    if requirement.principal.service is not None or cause is Cause.TRUST:
        found = tuple(_trusted(requirement))
    elif cause is Cause.PASSED_TO_SERVICE:
        found = tuple(_passed(shortcoming))
    elif cause is Cause.RESOURCE_POLICY:
        found = tuple(_admitted(requirement, policy_of))
    elif cause in _GRANTED and role is not None:
        written = [each for each in policies.identity(role) if isinstance(each, Policy)]
        found = tuple(_granted(shortcoming, written))
        safe = not any(policies.is_shared(each, role) for each in written)
    return Repair((FirstOf(found),), safe) if found else None


def _granted(shortcoming: Shortcoming, policies: list[Policy]) -> Iterator[Single]:
    """The ways to grant it, the one that changes least first."""
    requirement = shortcoming.requirement
    action = requirement.need.iam_action
    conditions = _conditions(requirement)
    for policy in policies:
        for statement in policy.statements:
            if not conditions and _is_of(statement, action, requirement.resource):
                yield AddToElement(_place(statement), ("Action",), action)
    granted: dict[str, Data] = {
        "Effect": "Allow", "Action": action, "Resource": requirement.resource, **conditions,
    }  # fmt: skip
    for policy in sorted(policies, key=lambda each: -_nearness(each, action)):
        yield from _added(policy, granted)


def _added(policy: Policy, statement: dict[str, Data]) -> Iterator[Single]:
    """The statement in the policy, or beside one of those that the policy is put together of."""
    places = [policy.origin, *(each.origin for each in reversed(policy.statements))]
    return (AddStatement(each, statement) for each in places if each is not None)


def _is_of(statement: Statement, action: str, resource: Text) -> bool:
    """Whether a statement grants actions of the same service, on this resource alone."""
    if statement.effect != "Allow" or statement.conditions or statement.origin is None:
        return False
    service = action.partition(":")[0]
    named = [known(each) if isinstance(each, Text) else None for each in statement.actions]
    return (
        bool(named)
        and all(each is not None and each.partition(":")[0] == service for each in named)
        and all(each == resource for each in statement.resources)
        and bool(statement.resources)
    )


def _nearness(policy: Policy, action: str) -> int:
    """How many statements of a policy are about the service of an action."""
    service = f"{action.partition(':')[0]}:"
    return sum(
        isinstance(each, Text) and str(each).startswith(service)
        for statement in policy.statements
        if statement.effect == "Allow"
        for each in statement.actions
    )


def _conditions(requirement: Requirement) -> dict[str, Data]:
    service = requirement.need.context.get(_PASSED_TO)
    if not service:
        return {}
    named: Data = service if isinstance(service, str) else list(service)
    return {"Condition": {"StringEquals": {_PASSED_TO: named}}}


def _passed(shortcoming: Shortcoming) -> Iterator[Single]:
    """The service, among those of the condition that names others."""
    service = shortcoming.requirement.need.context.get(_PASSED_TO)
    if not isinstance(service, str):
        return
    for statement in shortcoming.near:
        for condition in statement.conditions:
            if isinstance(condition, Condition) and condition.key.lower() == _PASSED_TO.lower():
                path = ("Condition", condition.operator, condition.key)
                yield AddToElement(_place(statement), path, service)


def _trusted(requirement: Requirement) -> Iterator[Single]:
    """The service or the role, in the trust policy of the role that it is to assume."""
    owner = requirement.owner
    if not isinstance(owner, Role):
        return
    service, role = requirement.principal.service, requirement.principal.role
    action = requirement.need.iam_action
    if service is not None:
        for statement in owner.trust.statements:
            if _trusts_services(statement, action):
                yield AddToElement(_place(statement), ("Principal", "Service"), service)
        allowed: dict[str, Data] = {"Effect": "Allow", "Principal": {"Service": service}}
        yield from _added(owner.trust, {**allowed, "Action": action})
    elif role is not None:
        allowed = {"Effect": "Allow", "Principal": {"AWS": role.resource.arn}}
        yield from _added(owner.trust, {**allowed, "Action": action})


def _trusts_services(statement: Statement, action: str) -> bool:
    return (
        statement.effect == "Allow"
        and statement.origin is not None
        and not statement.conditions
        and [known(each) for each in statement.actions if isinstance(each, Text)] == [action]
        and {kind for kind, _ in statement.principal_names} == {"Service"}
    )


def _admitted(
    requirement: Requirement, policy_of: Callable[[Entity], Policy | None]
) -> Iterator[Single]:
    """The role, in the policy of the bucket, key or the like."""
    owner, role = requirement.owner, requirement.principal.role
    policy = policy_of(owner) if owner is not None else None
    if policy is None or role is None:
        return
    resource: Data = requirement.resource
    iam_action = requirement.need.iam_action
    if iam_action.startswith("kms:"):
        resource = "*"  # in a key's policy this is the key itself
    allowed: dict[str, Data] = {"Effect": "Allow", "Principal": {"AWS": role.resource.arn}}
    yield from _added(policy, {**allowed, "Action": iam_action, "Resource": resource})


def _place(statement: Statement) -> Origin:
    assert statement.origin is not None  # noqa: S101 - who asks has looked
    return statement.origin
