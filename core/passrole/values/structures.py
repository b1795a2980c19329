"""Values: what a property of a resource is after resolution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import is_
from typing import Union, overload

from passrole.records import NamedTuple
from passrole.values.guards import EVERYWHERE, Fact, Guard, World, facts_of, pivot, split
from passrole.values.texts import Origin, Text

CASE_CAP = 64
"""How many worlds one value is split into before it is answered as *unknown*."""


class Absent(NamedTuple):
    """Nothing: a property that is not there, or ``AWS::NoValue``. Always false.

    ``stands_for`` is the value that somebody may give in its place, for an input that is null
    unless it is given. Where a value is needed, that one is meant.
    """

    origin: Origin | None = None
    stands_for: Text | None = None

    def __bool__(self) -> bool:
        return False


ABSENT = Absent()


class Unknown(NamedTuple):
    """Anything, or nothing: what cannot be resolved before deployment, and why."""

    reason: str
    origin: Origin | None = None
    id: str = ""

    def __bool__(self) -> bool:
        return True


class Listing(NamedTuple):
    """A list of values."""

    values: tuple[Value, ...]
    origin: Origin | None = None

    def __bool__(self) -> bool:
        return True


class Record(NamedTuple):
    """Named values. ``keys`` holds where each name was written, for those that were."""

    fields: Mapping[str, Value]
    origin: Origin | None = None
    keys: Mapping[str, Origin] = {}

    def __bool__(self) -> bool:
        return True


class Choice(NamedTuple):
    """One value where the guard holds and another where it does not."""

    guard: Guard
    then: Value
    otherwise: Value
    origin: Origin | None = None

    def __bool__(self) -> bool:
        return True


Value = Union[Text, Listing, Record, Choice, Unknown, Absent]  # noqa: UP007 - forward references


def choose(guard: Guard, then: Value, otherwise: Value, origin: Origin | None = None) -> Value:
    """A choice, or the one branch that is left when the guard is decided."""
    if guard is True:
        return then
    if guard is False:
        return otherwise
    return Choice(guard, then, otherwise, origin)


def known(value: Value) -> str | None:
    """The text of a value that is known, else None."""
    return value.known() if isinstance(value, Text) else None


def key_of(value: Value) -> str | None:
    """The text of a value as the name of a field; None where it is not known, or not to be seen.

    Names of fields are texts that nothing is known of: they would show what is in them.
    """
    return value.known() if isinstance(value, Text) and value.shown is value else None


def get(value: Value, *path: str | int) -> Value:
    """What stands under a path of names and indexes; absent where nothing does.

    An unknown on the way is the answer, and a choice is answered by a choice.
    """
    for step in path:
        value = _step(value, step)
    return value


def _step(value: Value, step: str | int) -> Value:
    if isinstance(value, Record):
        found = value.fields.get(str(step))
        # A block that Terraform writes once may stand for the list of one that it is.
        return found if found is not None else value if step == 0 else ABSENT
    if isinstance(value, Listing):
        if isinstance(step, int) and step < len(value.values):
            return value.values[step]
        return ABSENT
    if isinstance(value, Choice):
        return choose(
            value.guard, _step(value.then, step), _step(value.otherwise, step), value.origin
        )
    if isinstance(value, Text):
        # A scalar where a list of one is meant: every format of policies allows it.
        return value if step == 0 else ABSENT
    return value


def meant(value: Value) -> Value:
    """The value, or where it is null unless somebody gives it, what may be given."""
    if isinstance(value, Absent) and value.stands_for is not None:
        return value.stands_for
    return value


def elements(value: Value) -> tuple[Value, ...]:
    """The items of a list; a scalar or a record stands for a list of one, nothing for an empty one.

    A choice of lists becomes the choice of their items, one by one. An unknown is one unknown item,
    which may stand for any number of items.
    """
    if isinstance(value, Listing):
        return value.values
    if isinstance(value, Absent):
        return ()
    if isinstance(value, Choice):
        then = (choose(value.guard, item, ABSENT, value.origin) for item in elements(value.then))
        otherwise = (
            choose(value.guard, ABSENT, item, value.origin) for item in elements(value.otherwise)
        )
        return (*then, *otherwise)
    return (value,)


def facts_in(value: Value, deep: bool = True) -> Iterator[Fact]:
    """The facts that decide what a value is; ``deep`` looks into lists and records as well."""
    if isinstance(value, Choice):
        yield from facts_of(value.guard)
        yield from facts_in(value.then, deep)
        yield from facts_in(value.otherwise, deep)
    elif deep and isinstance(value, Listing):
        for item in value.values:
            yield from facts_in(item)
    elif deep and isinstance(value, Record):
        for item in value.fields.values():
            yield from facts_in(item)


@overload
def within(value: Record, world: World) -> Record: ...
@overload
def within(value: Value, world: World) -> Value: ...
def within(value: Value, world: World) -> Value:
    """The value as it is in a world: choices that the world decides are gone, absent items too.

    Where there are none it is the very same value.
    """
    if isinstance(value, Text):
        return value  # as most are
    if isinstance(value, Choice):
        holds = world.holds(value.guard)
        if holds is None:
            return Choice(
                value.guard, within(value.then, world), within(value.otherwise, world), value.origin
            )
        return within(value.then if holds else value.otherwise, world)
    if isinstance(value, Listing):
        items = [within(item, world) for item in value.values]
        if all(map(is_, items, value.values)) and all(map(_is_there, items)):
            return value
        return Listing(tuple(filter(_is_there, items)), value.origin)
    if isinstance(value, Record):
        changed = {
            name: now
            for name, item in value.fields.items()
            if not isinstance(item, Text)
            and ((now := within(item, world)) is not item or not _is_there(now))
        }
        if not changed:
            return value
        fields = {**value.fields, **changed}
        present = {name: item for name, item in fields.items() if _is_there(item)}
        return Record(present, value.origin, value.keys)
    return value


def _is_there(item: Value) -> bool:
    return not isinstance(item, Absent) or item.stands_for is not None


def cases(
    value: Value, world: World = EVERYWHERE, deep: bool = True, cap: int = CASE_CAP
) -> Iterator[tuple[World, Value]]:
    """Every way a value may turn out, with the world in which it does.

    ``deep`` decides the choices inside lists and records too. Where there are more than ``cap``
    worlds the one answer is an unknown that says so.
    """
    if next(facts_in(value, deep), None) is None:
        yield world, value
        return
    found: list[tuple[World, Value]] = []
    waiting = [(world, within(value, world))]
    while waiting:
        each, left = waiting.pop()
        fact = _open_fact(left, each, deep)
        if fact is None:
            found.append((each, left))
            if len(found) > cap:
                yield world, Unknown(f"more than {cap} combinations of conditions", value.origin)
                return
            continue
        waiting.extend((part, within(left, part)) for part in split(each, fact))
    yield from found


def _open_fact(value: Value, world: World, deep: bool) -> Fact | None:
    """The first fact on which it depends in a world what a value is."""
    if isinstance(value, Choice):
        fact = pivot(value.guard, world)
        if fact is not None:
            return fact
        return _open_fact(value.then if world.holds(value.guard) else value.otherwise, world, deep)
    if not deep:
        return None
    items: Iterable[Value] = ()
    if isinstance(value, Listing):
        items = value.values
    elif isinstance(value, Record):
        items = value.fields.values()
    facts = (_open_fact(item, world, deep) for item in items)
    return next((fact for fact in facts if fact is not None), None)


def over_facts(
    facts: Sequence[Fact],
    build: Callable[[World], Value],
    origin: Origin | None = None,
    world: World = EVERYWHERE,
) -> Value:
    """What ``build`` makes in each world that ``facts`` distinguish, as choices in their order.

    Where both answers to a fact give the same text, it is no choice.
    """
    if not facts:
        return build(world)
    fact, rest = facts[0], facts[1:]
    holding, failing = (world.joined(World(((fact, holds),))) for holds in (True, False))
    if holding is None or failing is None:
        return over_facts(rest, build, origin, holding or failing or world)
    then, otherwise = (over_facts(rest, build, origin, each) for each in (holding, failing))
    if isinstance(then, Text) and isinstance(otherwise, Text) and then == otherwise:
        return then.relying_on(otherwise.defaults)
    return Choice(fact, then, otherwise, origin)


def with_defaults(value: Value, defaults: frozenset[str]) -> Value:
    """The same value, its texts known to rely on parameter defaults."""
    return over_texts(value, lambda text: text.relying_on(defaults)) if defaults else value


def over_texts(value: Value, change: Callable[[Text], Text]) -> Value:
    """The same value with what ``change`` makes of each text in it."""
    if isinstance(value, Text):
        return change(value)
    if isinstance(value, Listing):
        return Listing(tuple([over_texts(item, change) for item in value.values]), value.origin)
    if isinstance(value, Record):
        fields = {name: over_texts(item, change) for name, item in value.fields.items()}
        return Record(fields, value.origin, value.keys)
    if isinstance(value, Choice):
        then, otherwise = over_texts(value.then, change), over_texts(value.otherwise, change)
        return Choice(value.guard, then, otherwise, value.origin)
    return value


def defaults_in(value: Value) -> frozenset[str]:
    """The parameter defaults that the texts in a value rely on; choices are not looked into."""
    if isinstance(value, Text):
        return value.defaults
    if isinstance(value, Record):
        return frozenset().union(*map(defaults_in, value.fields.values()))
    if isinstance(value, Listing):
        return frozenset().union(*map(defaults_in, value.values))
    return frozenset()


def without_choices(value: Value, reason: str) -> Value:
    """The value with an unknown, for ``reason``, in place of each choice inside it."""
    if isinstance(value, Choice):
        return Unknown(reason, value.origin)
    if isinstance(value, Listing):
        items = (without_choices(item, reason) for item in value.values)
        return Listing(tuple(items), value.origin)
    if isinstance(value, Record):
        fields = {name: without_choices(item, reason) for name, item in value.fields.items()}
        return Record(fields, value.origin, value.keys)
    return value
