"""What would mend a refusal: a grant, in the policy that comes nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from passrole.changes import AddPolicy, AddStatement, AddToElement, Data, FirstOf, Repair, Single
from passrole.graph.identities import IdentityPolicies
from passrole.graph.requirements import Requirement
from passrole.graph.shortcomings import Cause, Shortcoming
from passrole.iam.policies import Policy
from passrole.iam.statements import Condition, Statement
from passrole.model.entities import Entity
from passrole.model.identities import Identity, Role
from passrole.values import Text, known

_GRANTED = (Cause.NO_STATEMENT, Cause.OTHER_RESOURCE)
_PASSED_TO = "iam:PassedToService"


class Repairs:
    """The repairs of one component. None where no policy of the tree can be told to."""

    def __init__(
        self, policies: IdentityPolicies, policy_of: Callable[[Entity], Policy | None]
    ) -> None:
        self._policies = policies
        self._policy_of = policy_of

    def meeting(self, shortcoming: Shortcoming) -> Repair | None:
        """What meets a need; where it is denied, or a condition fails, no addition helps."""
        requirement, cause = shortcoming.requirement, shortcoming.cause
        principal, owner = requirement.principal, requirement.owner
        action = requirement.need.iam_action
        if principal.service is not None or cause is Cause.TRUST:
            named = _principal(requirement)
            if not isinstance(owner, Role) or named is None:
                return None
            return self.trusting(owner, named, action)
        if cause is Cause.PASSED_TO_SERVICE:
            return _repair(_passed(shortcoming))
        if cause is Cause.PATH_LOST:
            return _repair(_beside(shortcoming))
        if cause is Cause.RESOURCE_POLICY:
            named = _principal(requirement)
            if owner is None or named is None:
                return None
            return self.admitting(owner, named, (action,), requirement.resource)
        if cause in _GRANTED and principal.role is not None:
            conditions = _conditions(requirement)
            return self.granting(principal.role, (action,), requirement.resource, conditions)
        return None

    def granting(
        self,
        role: Identity,
        actions: Sequence[str],
        resource: Text,
        conditions: Mapping[str, Data] | None = None,
    ) -> Repair | None:
        """A role is allowed actions of one service on a resource, the least change first.

        They join a statement about the same service and resource; else they are a statement in
        the policy that says most about the service, or in a policy of their own.
        """
        written = [each for each in self._policies.identity(role) if isinstance(each, Policy)]
        service = actions[0].partition(":")[0]
        granted: dict[str, Data] = {
            "Effect": "Allow", "Action": _one_or_more(actions), "Resource": resource,
        }  # fmt: skip
        if conditions:
            granted["Condition"] = conditions
        found: list[Single] = []
        if not conditions and len(actions) == 1:
            found += _joining(written, actions[0], resource)
        for policy in sorted(written, key=lambda each: -_nearness(each, service)):
            found += _added(policy, granted)
        if isinstance(role, Role):
            found.append(AddPolicy(role.resource.origin, service, granted))
        shared = any(self._policies.is_shared(each, role) for each in written)
        return _repair(found, safe=not shared)

    def trusting(
        self, role: Role, principal: Mapping[str, Data], action: str = "sts:AssumeRole"
    ) -> Repair | None:
        """A role's trust policy lets a principal, such as ``{"Service": …}``, assume it."""
        found: list[Single] = []
        service = principal.get("Service")
        if isinstance(service, str):
            found += (
                AddToElement(statement.origin, ("Principal", "Service"), service)
                for statement in role.trust.statements
                if statement.origin is not None and _trusts_services(statement, action)
            )
        allowed: dict[str, Data] = {"Effect": "Allow", "Principal": principal, "Action": action}
        return _repair((*found, *_added(role.trust, allowed)))

    def admitting(
        self,
        owner: Entity,
        principal: Mapping[str, Data],
        actions: Sequence[str],
        resource: Text,
    ) -> Repair | None:
        """The policy of a bucket, a key, a topic or the like lets a principal do something.

        None where it has no policy: what AWS puts there by itself would be lost.
        """
        policy = self._policy_of(owner)
        if policy is None:
            return None
        allowed: dict[str, Data] = {
            "Effect": "Allow",
            "Principal": principal,
            "Action": _one_or_more(actions),
            # In a key's policy this is the key itself.
            "Resource": "*" if actions[0].startswith("kms:") else resource,
        }
        return _repair(_added(policy, allowed))


def _repair(changes: Sequence[Single] | Iterator[Single], *, safe: bool = True) -> Repair | None:
    found = tuple(changes)
    return Repair((FirstOf(found),), safe) if found else None


def _beside(shortcoming: Shortcoming) -> Iterator[Single]:
    """The role with its path, beside its name without."""
    resource = shortcoming.requirement.resource
    for statement in shortcoming.near:
        if statement.origin is not None:
            yield AddToElement(statement.origin, ("Resource",), resource)


def _one_or_more(actions: Sequence[str]) -> Data:
    return actions[0] if len(actions) == 1 else tuple(actions)


def _joining(policies: list[Policy], action: str, resource: Text) -> Iterator[Single]:
    return (
        AddToElement(statement.origin, ("Action",), action)
        for policy in policies
        for statement in policy.statements
        if statement.origin is not None and _is_of(statement, action, resource)
    )


def _added(policy: Policy, statement: Mapping[str, Data]) -> Iterator[Single]:
    """The statement in the policy, or beside one of those that the policy is put together of."""
    places = [policy.origin, *(each.origin for each in reversed(policy.statements))]
    return (AddStatement(each, statement) for each in places if each is not None)


def _is_of(statement: Statement, action: str, resource: Text) -> bool:
    """Whether a statement grants actions of the same service, on this resource alone."""
    if statement.effect != "Allow" or statement.conditions:
        return False
    service = action.partition(":")[0]
    named = [known(each) if isinstance(each, Text) else None for each in statement.actions]
    return (
        bool(named)
        and all(each is not None and each.partition(":")[0] == service for each in named)
        and all(each == resource for each in statement.resources)
        and bool(statement.resources)
    )


def _nearness(policy: Policy, service: str) -> int:
    """How many actions of a service a policy allows by name."""
    return sum(
        isinstance(each, Text) and str(each).startswith(f"{service}:")
        for statement in policy.statements
        if statement.effect == "Allow"
        for each in statement.actions
    )


def _conditions(requirement: Requirement) -> dict[str, Data]:
    service = requirement.need.context.get(_PASSED_TO)
    if not service:
        return {}
    named: Data = service if isinstance(service, str) else tuple(service)
    return {"StringEquals": {_PASSED_TO: named}}


def _passed(shortcoming: Shortcoming) -> Iterator[Single]:
    """The service, among those of the condition that names others."""
    service = shortcoming.requirement.need.context.get(_PASSED_TO)
    for statement in shortcoming.near:
        for condition in statement.conditions:
            if (
                isinstance(condition, Condition)
                and condition.key.lower() == _PASSED_TO.lower()
                and isinstance(service, str)
                and statement.origin is not None
            ):
                path = ("Condition", condition.operator, condition.key)
                yield AddToElement(statement.origin, path, service)


def _principal(requirement: Requirement) -> dict[str, Data] | None:
    """Whom a trust policy or a resource policy is to name."""
    principal = requirement.principal
    if principal.service is not None:
        return {"Service": principal.service}
    if principal.role is not None:
        return {"AWS": principal.role.resource.arn}
    return {"AWS": principal.reference} if isinstance(principal.reference, Text) else None


def _trusts_services(statement: Statement, action: str) -> bool:
    return (
        statement.effect == "Allow"
        and not statement.conditions
        and [known(each) for each in statement.actions if isinstance(each, Text)] == [action]
        and {kind for kind, _ in statement.principal_names} == {"Service"}
    )
