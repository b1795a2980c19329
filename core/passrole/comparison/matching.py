"""Which thing of one side is which of the other: by its place, else by its name, else by its id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from passrole.graph.questions import Graph
from passrole.model.entities import Entity
from passrole.records import NamedTuple

E = TypeVar("E", bound=Entity)


class Version(NamedTuple, Generic[E]):
    """A thing as one deployment has it, with the graph of its component."""

    entity: E
    graph: Graph


class Match(NamedTuple, Generic[E]):
    """A thing on both sides, or on one; ``sets`` are the deployments that both are of."""

    base: Version[E] | None
    head: Version[E] | None
    sets: tuple[str, ...] = ()

    @property
    def has_moved(self) -> bool:
        """Whether it stands in another stack or under another id."""
        if self.base is None or self.head is None:
            return False
        return self.base.entity.resource.identity != self.head.entity.resource.identity


def matches(
    base: Iterable[Graph], head: Iterable[Graph], of: Callable[[Graph], Iterable[E]]
) -> list[Match[E]]:
    """What ``of`` gives of both sides, matched, in the order of the places of the head."""
    before, after = _by_identity(base, of), _by_identity(head, of)
    pairs = {key: key for key in after if key in before}
    for key_of in (_name, _id, _name_alone):
        pairs.update(_paired(before, after, pairs, key_of))
    found: list[Match[E]] = []
    for key, versions in after.items():
        found += _versions(before.get(pairs.get(key, ("", ""))), versions)
    taken = set(pairs.values())
    for key, versions in before.items():
        if key not in taken:
            found += _versions(versions, None)
    return sorted(found, key=_order)


_Key = tuple[str, str]
_Versions = list[Version[E]]


def _order(match: Match[E]) -> tuple[object, ...]:
    version = match.head or match.base
    entity = version.entity if version else None
    place = entity.location if entity else ()
    return place, entity.resource.identity if entity else "", match.sets


def _by_identity(
    graphs: Iterable[Graph], of: Callable[[Graph], Iterable[E]]
) -> dict[_Key, list[Version[E]]]:
    found: dict[_Key, list[Version[E]]] = defaultdict(list)
    for graph in graphs:
        for entity in of(graph):
            found[type(entity).__name__, entity.resource.identity].append(Version(entity, graph))
    return found


def _paired(
    before: dict[_Key, list[Version[E]]],
    after: dict[_Key, list[Version[E]]],
    pairs: dict[_Key, _Key],
    key_of: Callable[[Entity], object],
) -> dict[_Key, _Key]:
    """Those not paired yet of which each side has exactly one of a kind."""
    taken = set(pairs.values())
    old, new = (
        _alone({key: listed[0].entity for key, listed in side.items() if key not in known}, key_of)
        for side, known in ((before, taken), (after, pairs.keys()))
    )
    return {key: old[about] for about, key in new.items() if about in old}


def _alone(
    entities: dict[_Key, E], key_of: Callable[[Entity], object]
) -> dict[tuple[str, object], _Key]:
    found: dict[tuple[str, object], list[_Key]] = defaultdict(list)
    for key, entity in entities.items():
        about = key_of(entity)
        if about is not None:
            found[key[0], about].append(key)
    return {about: keys[0] for about, keys in found.items() if len(keys) == 1}


def _name(entity: Entity) -> object:
    """The name within a stack."""
    name = entity.resource.name.known()
    return (entity.resource.stack, name) if name else None


def _id(entity: Entity) -> object:
    return entity.resource.id


def _name_alone(entity: Entity) -> object:
    return entity.resource.name.known() or None


def _versions(base: _Versions[E] | None, head: _Versions[E] | None) -> list[Match[E]]:
    """One match for each deployment that has versions of its own."""
    names = list(
        dict.fromkeys(
            name for each in (*(base or ()), *(head or ())) for name in each.graph.sets or ("",)
        )
    )
    if len(names) > 1:
        names = [name for name in names if name] or names
    found: dict[tuple[int, int], tuple[Version[E] | None, Version[E] | None, list[str]]] = {}
    for name in names:
        one, other = _with(base, name), _with(head, name)
        key = id(one.entity) if one else 0, id(other.entity) if other else 0
        if one or other:
            found.setdefault(key, (one, other, []))[2].append(name)
    whole = len(found) == 1
    return [Match(one, other, () if whole else tuple(sets)) for one, other, sets in found.values()]


def _with(versions: Sequence[Version[E]] | None, name: str) -> Version[E] | None:
    return next(
        (each for each in versions or () if not each.graph.sets or name in each.graph.sets), None
    )


def moved_stacks(found: Iterable[Match[E]]) -> dict[str, str]:
    """The stacks whose things are all in one other stack now: files that were renamed."""
    went: dict[str, set[str]] = defaultdict(set)
    for match in found:
        if match.base is not None and match.head is not None:
            went[match.base.entity.resource.stack].add(match.head.entity.resource.stack)
    return {old: next(iter(new)) for old, new in went.items() if len(new) == 1 and old not in new}
