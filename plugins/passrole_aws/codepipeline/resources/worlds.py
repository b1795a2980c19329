"""The ways in which an action may turn out, and which of them are one."""

from collections.abc import Hashable, Iterable, Iterator

from passrole import Listing, Record, Text, Unknown, Value, World


def distinct(found: Iterable[tuple[World, Value]]) -> Iterator[tuple[World, Value]]:
    """The cases of a value, those with equal values merged: one action must not become two.

    Worlds go in that contradict one another; those that come out do so still.
    """
    groups: dict[Hashable, tuple[Value, list[World]]] = {}
    for world, value in found:
        groups.setdefault(_content(value), (value, []))[1].append(world)
    for value, worlds in groups.values():
        for world in _fewest(worlds):
            yield world, value


def _content(value: Value) -> Hashable:
    if isinstance(value, Record):
        fields = ((name, _content(item)) for name, item in value.fields.items())
        return "record", tuple(sorted(fields, key=lambda field: field[0]))
    if isinstance(value, Listing):
        return "list", tuple(map(_content, value.values))
    if isinstance(value, Text):
        return "text", value, value.defaults
    if isinstance(value, Unknown):
        return "unknown", value.id or value.reason
    return type(value).__name__


def _fewest(worlds: list[World]) -> list[World]:
    """Two worlds that differ in one fact alone are one world that leaves it open."""
    # As they were split they are put together again; what is left may be one by what it implies.
    worlds = _joined(worlds)
    return _joined([_without_implied(world) for world in worlds])


def _joined(worlds: list[World]) -> list[World]:
    before: list[World] = []
    while len(worlds) != len(before):
        before = worlds
        for fact in dict.fromkeys(fact for world in before for fact, _ in world.literals):
            worlds = list(_without(fact, worlds))
    return worlds


def _without(fact: Hashable, worlds: list[World]) -> Iterator[World]:
    alike: dict[World, list[World]] = {}
    for world in worlds:
        rest = World(tuple(literal for literal in world.literals if literal[0] != fact))
        alike.setdefault(rest, []).append(world)
    for rest, found in alike.items():
        if len(found) > 1:
            yield rest
        else:
            yield from found


def _without_implied(world: World) -> World:
    """Without the denials that a held fact of the same subject implies: they hide twins."""
    held = {fact.subject for fact, holds in world.literals if holds and fact.equals is not None}
    return World(
        tuple((fact, holds) for fact, holds in world.literals if holds or fact.subject not in held)
    )
