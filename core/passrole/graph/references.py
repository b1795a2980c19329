"""From a reference to the entity it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from passrole.model.entities import Entity
from passrole.model.guarded import Key, KeyAlias
from passrole.model.identities import Group, ManagedPolicy, Role, User
from passrole.records import NamedTuple
from passrole.stacks.resources import Resource
from passrole.values import Text, Value, World

E = TypeVar("E", bound=Entity)


# Names of IAM are unique in an account, whatever the region (IAM User Guide, *IAM identifiers*).
_OF_ACCOUNTS = (Role, ManagedPolicy, User, Group)


class Place(NamedTuple):
    """Whence a reference is made: names are looked up in the same target only.

    Those of roles, policies and other identities are looked up in the same account.
    """

    stack: str
    target: str
    account: Text
    world: World

    @classmethod
    def of(cls, resource: Resource, world: World) -> Place:
        """The place of a value of ``resource`` in a world."""
        return cls(resource.stack, resource.target.id, resource.target.account, world)

    def reaches(self, entity: Entity) -> bool:
        """Whether a name that stands here may be that of an entity."""
        target = entity.resource.target
        return target.id == self.target or (
            isinstance(entity, _OF_ACCOUNTS) and target.account == self.account
        )


class References:
    """An index of entities by ARN, name and generated identifier.

    Each kind is looked through when it is first asked for: of most nobody asks for one by name.
    """

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._of_kind: dict[type[Entity], list[Entity]] = defaultdict(list)
        for entity in entities:
            self._of_kind[type(entity)].append(entity)
        self._by_text: dict[type[Entity], Mapping[Text, list[Entity]]] = {}

    def find(self, reference: Value, kind: type[E], place: Place) -> E | None:
        """The entity of ``kind`` that a text names, or None where none, or more than one, does.

        A name alone is looked up from ``place``; an ARN carries its own account and region. An
        entity that does not exist in the world of ``place`` is not found.
        """
        if not isinstance(reference, Text):
            return None
        named = self._named(kind).get(reference)
        if named is None:
            return None
        found = [
            entity
            for entity in named
            if isinstance(entity, kind)
            and (reference == entity.resource.arn or place.reaches(entity))
            and entity.resource.world.joined(place.world) is not None
        ]
        nearest = [entity for entity in found if entity.resource.stack == place.stack] or found
        return nearest[0] if len(nearest) == 1 else None

    def _named(self, kind: type[Entity]) -> Mapping[Text, list[Entity]]:
        """The entities of a kind by each of their texts."""
        found = self._by_text.get(kind)
        if found is None:
            by_text: dict[Text, list[Entity]] = defaultdict(list)
            for entity in self._of_kind.get(kind, ()):
                for text in set(entity.names):
                    if text.parts:
                        by_text[text].append(entity)
            found = self._by_text[kind] = by_text
        return found

    def find_key(self, reference: Value, place: Place) -> Key | None:
        """The KMS key that an ARN, a key id or an alias names."""
        key = self.find(reference, Key, place)
        if key is not None:
            return key
        alias = self.find(reference, KeyAlias, place)
        return self.find(alias.key, Key, place) if alias is not None else None
