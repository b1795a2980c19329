"""How a role that is no administrator becomes one: which known combination, by which statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

from passrole.iam.arn_segments import Arn, split_arn
from passrole.iam.decisions import Decision, Verdict
from passrole.iam.escalations import (
    COMBINATIONS,
    FUNCTION,
    OWN_POLICY,
    OWN_ROLE,
    PASSED,
    PROJECT,
    ROLES,
    STRONGER,
    Combination,
    Permission,
)
from passrole.iam.grants import grants_everything, grants_in
from passrole.iam.matching import action_truth
from passrole.iam.policies import Policy
from passrole.iam.requests import ContextValue
from passrole.iam.statements import Statement
from passrole.model.entities import BuildProject, Entity
from passrole.model.guarded import Function
from passrole.model.identities import Identity, ManagedPolicy, Role
from passrole.records import NamedTuple
from passrole.values import (
    ABSENT,
    EVERYWHERE,
    Text,
    Truth,
    Unknown,
    Value,
    World,
    cases,
    join,
    literal,
)

E = TypeVar("E", bound=Entity)

CANDIDATES = 12
"""So many patterns of a policy are tried for what may be made under them."""

# What the one who asks decides: nothing that is made or changed gets a boundary.
FREE: Mapping[str, ContextValue] = {
    "iam:permissionsboundary": ABSENT,
    "iam:policyarn": literal("arn:aws:iam::aws:policy/AdministratorAccess"),
}


class Escalation(NamedTuple):
    """A combination that a role surely holds, and the statements that allow it.

    ``through`` is the role, function or project of the tree that it takes; None where any will do.
    """

    combination: Combination
    statements: tuple[Statement, ...]
    world: World
    through: Entity | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it surely leads to the top: a role that is passed has to be there, and strong."""
        return self.through is not None or not self.combination.passed_to

    @property
    def words(self) -> str:
        """What it is, in words."""
        combination = self.combination
        through = f" ({self.through.label})" if self.through is not None else ""
        if not self.is_sure:
            through = f" (any that trusts {combination.passed_to})"
        return f"{combination.actions} ({combination.name}): it {combination.gives}{through}"


class Answers(Protocol):
    """What escalations are worked out from."""

    roles: tuple[Role, ...]

    def entities_of(self, *kinds: type[E]) -> tuple[E, ...]:
        """The entities of some classes, in their order."""

    def policies_of(self, identity: Identity) -> tuple[Policy | Unknown, ...]:
        """The identity policies of a role."""

    def has_boundary(self, identity: Identity) -> bool:
        """Whether a permissions boundary limits an identity, or may."""

    def may(
        self,
        role: Role,
        iam_action: str,
        resource: Text,
        *,
        context: Mapping[str, ContextValue] | None = None,
        world: World = EVERYWHERE,
    ) -> tuple[Decision, ...]:
        """Whether a role may do something."""

    def may_assume(
        self, role: Role, other: Role, *, world: World = EVERYWHERE
    ) -> tuple[Decision, ...]:
        """Whether a role may assume another, by its own policies and by the other's trust."""

    def trusts(
        self, role: Role, service: str, *, world: World = EVERYWHERE
    ) -> tuple[Decision, ...]:
        """Whether a role's trust policy lets a service assume it."""

    def find(self, reference: Value, kind: type[Role], near: Entity) -> Role | None:
        """The role that a value of ``near`` names."""


class _Way(NamedTuple):
    """Worlds in which the permissions looked at so far are allowed, and by what."""

    world: World
    statements: tuple[Statement, ...] = ()


class Escalations:
    """The ways up of every role of a component, each worked out when it is first asked for."""

    def __init__(self, graph: Answers) -> None:
        self._graph = graph
        self._found: dict[Role, tuple[Escalation, ...]] = {}
        self._administrators: dict[Role, Statement | None] = {}

    def administrator(self, role: Role) -> Statement | None:
        """The statement that lets a role do everything; None where something limits it."""
        if role not in self._administrators:
            self._administrators[role] = (
                None if self._graph.has_boundary(role) else grants_everything(self._policies(role))
            )
        return self._administrators[role]

    def of(self, role: Role) -> tuple[Escalation, ...]:
        """The combinations that a role surely holds, none for one with a permissions boundary."""
        found = self._found.get(role)
        if found is None:
            found = () if self._graph.has_boundary(role) else tuple(self._search(role))
            self._found[role] = found
        return found

    def _policies(self, role: Role) -> tuple[Policy, ...]:
        return tuple(each for each in self._graph.policies_of(role) if isinstance(each, Policy))

    def _search(self, role: Role) -> Iterator[Escalation]:
        policies = self._policies(role)
        for combination in COMBINATIONS:
            if all(_is_granted(policies, each.action) for each in combination.permissions):
                found = next(self._ways(role, combination, policies), None)
                if found is not None:
                    yield found

    def _ways(
        self, role: Role, combination: Combination, policies: tuple[Policy, ...]
    ) -> Iterator[Escalation]:
        first = combination.permissions[0]
        made = [each for each in combination.permissions if each.on not in _OF_THE_TREE]
        # What is made may have any name; a way through what is there already may not.
        new = bool(made) and len(combination.permissions) > 1
        patterns = list(_patterns(made[0], policies, role)) if new else []
        for through, way in self._begun(role, first, combination.passed_to):
            if not made:
                yield Escalation(combination, way.statements, way.world, through)
                continue
            for pattern in (None, *patterns):
                end: _Way | None = way
                for permission in made:
                    if end is not None:
                        same = permission.on == made[0].on
                        resource = pattern if pattern is not None and same else None
                        end = self._joined(end, role, permission, resource)
                if end is not None:
                    yield Escalation(combination, end.statements, end.world, through)
                    break

    def _begun(
        self, role: Role, first: Permission, service: str
    ) -> Iterator[tuple[Entity | None, _Way]]:
        """The first permission where it is about something of the tree; nothing done elsewhere."""
        start = _Way(role.world)
        if first.on not in _OF_THE_TREE:
            yield None, start
        elif first.on == OWN_ROLE:
            yield from _with(None, self._joined(start, role, first, role.resource.arn))
        elif first.on == OWN_POLICY:
            for policy in self._own_policies(role):
                yield from _with(policy, self._joined(start, role, first, policy.resource.arn))
        elif first.on == STRONGER:
            for other in self._others(role):
                decisions = self._graph.may_assume(role, other, world=start.world)
                yield from _with(other, _after(start, decisions))
        elif first.on == PASSED:
            yield from self._passed(role, first, service)
        else:
            kind = Function if first.on == FUNCTION else BuildProject
            for entity in self._strong(kind, role):
                yield from _with(entity, self._joined(start, role, first, entity.resource.arn))

    def _passed(
        self, role: Role, first: Permission, service: str
    ) -> Iterator[tuple[Entity | None, _Way]]:
        start = _Way(role.world)
        context = {"iam:passedtoservice": literal(service)}
        for other in self._others(role):
            trusted = _after(start, self._graph.trusts(other, service))
            if trusted is not None:
                way = self._joined(_Way(trusted.world), role, first, other.resource.arn, context)
                yield from _with(other, way)
        every_role = _filled(ROLES, role)
        yield from _with(None, self._joined(start, role, first, every_role, context))

    def _others(self, role: Role) -> Iterator[Role]:
        return (other for other in self._strongest if other is not role)

    @cached_property
    def _strongest(self) -> tuple[Role, ...]:
        """The administrators, in the order of their stacks."""
        roles = self._graph.roles
        return tuple(each for each in roles if self.administrator(each) is not None)

    def _strong(self, kind: type[Function | BuildProject], role: Role) -> Iterator[Entity]:
        for entity in self._graph.entities_of(kind):
            for _, reference in cases(entity.role):
                other = self._graph.find(reference, Role, near=entity)
                if other is not None and other is not role and self.administrator(other):
                    yield entity

    def _own_policies(self, role: Role) -> Iterator[ManagedPolicy]:
        mine = {policy.origin for policy in self._policies(role)}
        for entity in self._graph.entities_of(ManagedPolicy):
            if entity.policy.origin in mine:
                yield entity

    def _joined(
        self,
        way: _Way,
        role: Role,
        permission: Permission,
        resource: Text | None = None,
        context: Mapping[str, ContextValue] | None = None,
    ) -> _Way | None:
        """The way with one more permission, where that is surely allowed."""
        asked = resource if resource is not None else _filled(permission.on, role)
        decisions = self._graph.may(
            role, permission.action, asked, context={**FREE, **(context or {})}, world=way.world
        )
        return _after(way, decisions)


_OF_THE_TREE = (OWN_ROLE, OWN_POLICY, PASSED, STRONGER, FUNCTION, PROJECT)


def _with(entity: Entity | None, way: _Way | None) -> Iterator[tuple[Entity | None, _Way]]:
    if way is not None:
        yield entity, way


def _after(way: _Way, decisions: tuple[Decision, ...]) -> _Way | None:
    for decision in decisions:
        world = way.world.joined(decision.world)
        if decision.verdict is Verdict.ALLOWED and world is not None:
            return _Way(world, tuple(dict.fromkeys((*way.statements, *decision.decided_by))))
    return None


def _is_granted(policies: tuple[Policy, ...], action: str) -> bool:
    """Whether a statement is surely about an action: all else needs no further look."""
    return any(
        statement.effect == "Allow" and action_truth(statement, action) is Truth.TRUE
        for policy in policies
        for statement in policy.about(action)
    )


def _patterns(permission: Permission, policies: tuple[Policy, ...], role: Role) -> Iterator[Text]:
    """Patterns in the policies under which something new of the same kind may be made."""
    wanted = split_arn(_filled(permission.on, role))
    count = 0
    for grant in grants_in(policies, permission.action):
        for item in grant.statement.resources:
            arn = split_arn(item) if isinstance(item, Text) else None
            if arn is None or wanted is None or not str(item).endswith("*"):
                continue
            kind = str(wanted.resource).removesuffix("*")
            if arn.service.known() == wanted.service.known() and str(arn.resource).startswith(kind):
                count += 1
                if count > CANDIDATES:
                    return
                yield _joined_arn(wanted, arn.resource)


def _joined_arn(arn: Arn, resource: Text) -> Text:
    """The ARN with another resource: what is asked for is in the account of the role."""
    return join((*arn[:-1], resource), ":")


def _filled(template: str, role: Role) -> Text:
    return role.resource.target.filled(template, role=role.resource.arn)
