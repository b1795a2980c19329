"""What the policies of a role are, once everything that attaches to it is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from passrole.graph.references import Place, References
from passrole.iam.managed_policies import managed_policy
from passrole.iam.policies import Policy, PolicyKind, policy_from_json
from passrole.model.entities import AttachedPolicy, Entity, ManagedPolicy, PolicyAttachment, Role
from passrole.values import Absent, Text, Unknown, Value, World, cases, elements, known

Layer = Policy | Unknown


class RolePolicies:
    """The identity policies and the boundary of each role of a component."""

    def __init__(self, entities: Iterable[Entity], references: References) -> None:
        self._references = references
        entities = tuple(entities)
        self._roles = tuple(each for each in entities if isinstance(each, Role))
        self._attached: dict[Role, list[Layer]] = defaultdict(list)
        self._sources: dict[Role, dict[Entity, None]] = defaultdict(dict)
        for entity in entities:
            for role, layer, named in self._attachments(entity):
                self._attached[role].append(layer)
                if named:
                    self._sources[role][entity] = None
        self._identity: dict[Role, tuple[Layer, ...]] = {}

    def identity(self, role: Role) -> tuple[Layer, ...]:
        """Every identity policy of the role; an unknown where one is not in the scanned tree."""
        known_layers = self._identity.get(role)
        if known_layers is None:
            place = Place.of(role.resource, role.world)
            known_layers = (
                *role.inline,
                *self._referred(role.managed, place, PolicyKind.IDENTITY),
                *self._attached.get(role, ()),
            )
            self._identity[role] = known_layers
        return known_layers

    def sources(self, role: Role) -> tuple[Entity, ...]:
        """The resources of their own that surely attach policies to the role."""
        return tuple(self._sources.get(role, ()))

    def boundary(self, role: Role) -> tuple[Layer, ...] | None:
        """The permissions boundary of the role, None where it has none."""
        if isinstance(role.boundary, Absent):
            return None
        place = Place.of(role.resource, role.world)
        return tuple(self._referred(role.boundary, place, PolicyKind.BOUNDARY)) or None

    def _attachments(self, entity: Entity) -> Iterator[tuple[Role, Layer, bool]]:
        """Roles with a policy that an entity attaches, and whether it names the role for sure."""
        if not isinstance(entity, (AttachedPolicy, ManagedPolicy, PolicyAttachment)):
            return
        place = Place.of(entity.resource, entity.world)
        for item in elements(entity.roles):
            for world, reference in cases(item, entity.world):
                if isinstance(reference, Unknown):
                    yield from self._anybody(entity, reference)
                    continue
                role = self._references.find(reference, Role, place)
                if role is None:
                    continue
                if isinstance(entity, PolicyAttachment):
                    for layer in self._referred(entity.policy, place, PolicyKind.IDENTITY):
                        yield role, _in_world(layer, world), True
                else:
                    yield role, _in_world(entity.policy, world), True

    def _anybody(self, entity: Entity, roles: Unknown) -> Iterator[tuple[Role, Layer, bool]]:
        """A list of roles that cannot be resolved may name any role of the same stack."""
        reason = f"whether {entity.label} attaches to it is not known: {roles.reason}"
        for role in self._roles:
            if role.resource.stack == entity.resource.stack:
                yield role, Unknown(reason, roles.origin, entity.label), False

    def _referred(self, references: Value, place: Place, kind: PolicyKind) -> Iterator[Layer]:
        """The policies that a list of ARNs names."""
        for item in elements(references):
            for world, reference in cases(item, place.world):
                if isinstance(reference, Absent):
                    continue
                yield _in_world(self._policy(reference, place, kind), world)

    def _policy(self, reference: Value, place: Place, kind: PolicyKind) -> Layer:
        own = self._references.find(reference, ManagedPolicy, place)
        if own is not None:
            return own.policy if kind is own.policy.kind else replace(own.policy, kind=kind)
        arn = known(reference)
        if arn is not None:
            bundled = _aws_managed(arn, kind)
            if bundled is not None:
                return bundled
        name = str(reference) if isinstance(reference, Text) else "a managed policy"
        return Unknown(
            f"{name} is not in the scanned tree", getattr(reference, "origin", None), name
        )


@cache
def _aws_managed(arn: str, kind: PolicyKind) -> Policy | None:
    # The account of an AWS managed policy is the literal "aws".
    if ":iam::aws:policy/" not in arn:
        return None
    document = managed_policy(arn)
    if document is None:
        return None
    return replace(policy_from_json(document, kind), name=arn.rpartition("/")[2])


def _in_world(layer: Layer, world: World) -> Layer:
    """The same policy, its statements bound to the world in which it is attached."""
    if isinstance(layer, Unknown) or not world.literals:
        return layer
    bound = []
    for statement in layer.statements:
        joined = statement.world.joined(world)
        if joined is not None:
            bound.append(replace(statement, world=joined))
    return replace(layer, statements=tuple(bound))
