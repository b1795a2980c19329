"""What the policies of an identity are, once everything that attaches to it is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property

from passrole.graph.references import Place, References
from passrole.iam.managed_policies import managed_policy
from passrole.iam.policies import Policy, PolicyKind, policy_from_json
from passrole.iam.statements import Statement
from passrole.model.entities import Entity
from passrole.model.identities import (
    AttachedPolicy,
    Attachment,
    BoundaryAttachment,
    Group,
    GroupMembership,
    Identity,
    ManagedPolicy,
    PermissionSet,
    PolicyAttachment,
    Role,
    User,
)
from passrole.values import (
    EVERYWHERE,
    Absent,
    Origin,
    Text,
    Unknown,
    Value,
    World,
    cases,
    elements,
    known,
)

Layer = Policy | Unknown

ATTACHED_TO: tuple[tuple[str, type[Identity]], ...] = (
    ("roles", Role),
    ("users", User),
    ("groups", Group),
    ("permission_sets", PermissionSet),
)


class IdentityPolicies:
    """The identity policies and the boundary of each role, user, group and permission set."""

    def __init__(self, entities: Iterable[Entity], references: References) -> None:
        self._references = references
        entities = tuple(entities)
        self._identities = tuple(each for each in entities if isinstance(each, Identity))
        self._attached: dict[Identity, list[Layer]] = defaultdict(list)
        self._boundaries: dict[Identity, list[Layer]] = defaultdict(list)
        self._sources: dict[Identity, dict[Entity, None]] = defaultdict(dict)
        self._groups: dict[Identity, list[tuple[World, Group | Unknown]]] = defaultdict(list)
        for entity in entities:
            if isinstance(entity, Attachment):
                self._attach(entity)
            elif isinstance(entity, (User, GroupMembership)):
                self._join(entity)
        self._identity: dict[Identity, tuple[Layer, ...]] = {}
        self._limits: dict[Identity, tuple[Layer, ...]] = {}

    def identity(self, identity: Identity) -> tuple[Layer, ...]:
        """Every identity policy; an unknown where one is not in the scanned tree.

        A user has those of its groups as well.
        """
        layers = self._identity.get(identity)
        if layers is None:
            place = Place.of(identity.resource, identity.world)
            layers = (
                *identity.inline,
                *self._referred(identity.managed, place, PolicyKind.IDENTITY),
                *self._attached.get(identity, ()),
                *self._of_groups(identity),
            )
            self._identity[identity] = layers
        return layers

    def sources(self, identity: Identity) -> tuple[Entity, ...]:
        """The resources of their own that surely attach policies to a role or another identity."""
        return tuple(self._sources.get(identity, ()))

    def is_shared(self, policy: Policy, identity: Identity) -> bool:
        """Whether the text of a policy is that of another identity as well."""
        holders = self._holders
        return any(holders.get(place, identity) is not identity for place in _places(policy))

    @cached_property
    def _holders(self) -> Mapping[Origin, Identity | None]:
        """The identity whose policies have a place, None for a place of several."""
        found: dict[Origin, Identity | None] = {}
        for identity in self._identities:
            for layer in self.identity(identity):
                for place in _places(layer) if isinstance(layer, Policy) else ():
                    same = found.get(place, identity) is identity
                    found[place] = identity if same else None
        return found

    def place_of(self, statement: Statement, identity: Identity) -> Origin:
        """Where a statement of an identity is mended: what AWS wrote is not, but its attachment."""
        if statement.origin is not None:
            return statement.origin
        for policy in self.identity(identity):
            if isinstance(policy, Policy) and policy.origin and statement in policy.statements:
                return policy.origin
        apart = (each for each in self.sources(identity) if isinstance(each, PolicyAttachment))
        for value in (*elements(identity.managed), *(each.policy for each in apart)):
            for _, case in cases(value):
                origin = getattr(case, "origin", None)
                if origin is not None and str(case).endswith(f"/{statement.policy}"):
                    found: Origin = origin
                    return found
        return identity.resource.place("managed")

    def boundary(self, identity: Identity) -> tuple[Layer, ...] | None:
        """The permissions boundary of a role or another identity, None where it has none."""
        layers = self._limits.get(identity)
        if layers is None:
            place = Place.of(identity.resource, identity.world)
            own = self._referred(identity.boundary, place, PolicyKind.BOUNDARY)
            layers = self._limits[identity] = (*own, *self._boundaries.get(identity, ()))
        return layers or None

    def _attach(self, entity: Attachment) -> None:
        for identity, layer, named in self._attachments(entity):
            if isinstance(entity, BoundaryAttachment):
                self._boundaries[identity].append(layer)
                continue
            self._attached[identity].append(layer)
            if named:
                self._sources[identity][entity] = None

    def _attachments(self, entity: Attachment) -> Iterator[tuple[Identity, Layer, bool]]:
        """Identities with a policy that an entity attaches, and whether it surely names them."""
        place = Place.of(entity.resource, entity.world)
        for field, kind in ATTACHED_TO:
            for world, identity in self._named(getattr(entity, field), kind, place):
                if isinstance(identity, Unknown):
                    reason = f"whether {entity.label} attaches to it is not known"
                    open_ = Unknown(f"{reason}: {identity.reason}", identity.origin, entity.label)
                    for each in self._anybody(entity, kind):
                        yield each, open_, False
                else:
                    for layer in self._layers(entity, place):
                        yield identity, _in_world(layer, world), True
            yield from self._by_number(entity, kind, getattr(entity, field))

    def _by_number(
        self, entity: Attachment, kind: type[Identity], references: Value
    ) -> Iterator[tuple[Identity, Layer, bool]]:
        """What is open where nobody knows how many of an entity there are, and for whom."""
        if not entity.resource.stands_for_many:
            return
        place = Place.of(entity.resource, EVERYWHERE)
        reason = f"how many of {entity.label} there are is not known"
        open_ = Unknown(reason, entity.resource.origin, entity.label)
        for item in elements(references):
            for _, reference in cases(item):
                found = self._references.find(reference, kind, place)
                if found is not None:
                    yield found, open_, False
                elif isinstance(reference, Text) and known(reference) is None:
                    for each in self._anybody(entity, kind):
                        yield each, open_, False

    def _named(
        self, references: Value, kind: type[Identity], place: Place
    ) -> Iterator[tuple[World, Identity | Unknown]]:
        """Those of ``kind`` that a list names, as far as the tree has them."""
        for item in elements(references):
            for world, reference in cases(item, place.world):
                if isinstance(reference, Unknown):
                    yield world, reference
                    continue
                found = self._references.find(reference, kind, place)
                if found is not None:
                    yield world, found

    def _anybody(self, entity: Entity, kind: type[Identity]) -> Iterator[Identity]:
        """Whom a list that cannot be resolved may name: any of that kind in the same stack."""
        stack = entity.resource.stack
        return (
            each
            for each in self._identities
            if isinstance(each, kind) and each.resource.stack == stack
        )

    def _layers(self, entity: Attachment, place: Place) -> Iterator[Layer]:
        """What an entity attaches."""
        if isinstance(entity, (AttachedPolicy, ManagedPolicy)):
            yield entity.policy
        elif isinstance(entity, PolicyAttachment):
            yield from self._referred(entity.policy, place, PolicyKind.IDENTITY)
        elif isinstance(entity, BoundaryAttachment):
            yield from self._referred(entity.boundary, place, PolicyKind.BOUNDARY)

    def _join(self, entity: User | GroupMembership) -> None:
        """Note which users an entity puts into which groups."""
        place = Place.of(entity.resource, entity.world)
        groups = tuple(self._groups_named(entity.groups, place))
        if not groups:
            return
        if isinstance(entity, User):
            self._groups[entity].extend(groups)
            return
        for world, user in self._named(entity.users, User, place):
            if isinstance(user, Unknown):
                reason = f"whether {entity.label} names the user is not known: {user.reason}"
                for each in self._anybody(entity, User):
                    self._groups[each].append((world, Unknown(reason, user.origin, entity.label)))
                continue
            for within, group in groups:
                joined = within.joined(world)
                if joined is not None:
                    self._groups[user].append((joined, group))

    def _groups_named(
        self, references: Value, place: Place
    ) -> Iterator[tuple[World, Group | Unknown]]:
        for item in elements(references):
            for world, reference in cases(item, place.world):
                if isinstance(reference, Absent):
                    continue
                group = self._references.find(reference, Group, place)
                origin = getattr(reference, "origin", None)
                reason = f"the group {reference} is not in the scanned tree"
                yield world, group or Unknown(reason, origin, str(reference))

    def _of_groups(self, identity: Identity) -> Iterator[Layer]:
        for world, group in dict.fromkeys(self._groups.get(identity, ())):
            if isinstance(group, Unknown):
                yield group
            else:
                yield from (_in_world(layer, world) for layer in self.identity(group))

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


def _places(policy: Policy) -> Iterator[Origin]:
    """Where a policy and its statements are written."""
    if policy.origin is not None:
        yield policy.origin
    yield from (each.origin for each in policy.statements if each.origin is not None)


@cache
def _aws_managed(arn: str, kind: PolicyKind) -> Policy | None:
    # The account of an AWS managed policy is the literal "aws".
    if ":iam::aws:policy/" not in arn:
        return None
    document = managed_policy(arn)
    if document is None:
        return None
    return policy_from_json(document, kind, arn.rpartition("/")[2])


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
