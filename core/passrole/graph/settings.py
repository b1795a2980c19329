"""What a resource is set to, where it is written in it and where it stands apart."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.graph.references import Place, References
from passrole.model.entities import Entity
from passrole.model.guarded import SettingsApart
from passrole.values import ABSENT, Absent, AllOf, Not, Value, World, choose


class Settings:
    """The attributes of entities, those that are resources of their own included."""

    def __init__(self, entities: Iterable[Entity], references: References) -> None:
        self._apart: dict[Entity, list[SettingsApart]] = {}
        for entity in entities:
            if isinstance(entity, SettingsApart):
                place = Place.of(entity.resource, entity.world)
                owner = references.find(entity.of, entity.kind, place)
                if owner is not None:
                    self._apart.setdefault(owner, []).append(entity)

    def of(self, entity: Entity, name: str) -> Value:
        """The value of an attribute, absent in every world in which nobody sets it."""
        value: Value = getattr(entity, name)
        for each in self._apart.get(entity, ()) if isinstance(value, Absent) else ():
            apart = each.settings.get(name, ABSENT)
            if not isinstance(apart, Absent):
                return choose(_guard(each.world), apart, ABSENT) if each.world.literals else apart
        return value


def _guard(world: World) -> AllOf:
    return AllOf(tuple(fact if holds else Not(fact) for fact, holds in world.literals))
