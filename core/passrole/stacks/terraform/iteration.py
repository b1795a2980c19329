"""Going through a collection: for ``for_each``, ``dynamic`` blocks and ``for`` expressions."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.records import NamedTuple
from passrole.stacks.terraform.decisions import both
from passrole.stacks.terraform.operands import Failure, Null, SetListing, Typed
from passrole.values import (
    Absent,
    Choice,
    Guard,
    Listing,
    Record,
    Text,
    Unknown,
    Value,
    opposite,
)


class Entry(NamedTuple):
    """One element of a collection, there when ``guard`` holds.

    ``many`` says that it stands for any number of elements, none included: nothing is known of
    their keys and ``value`` says why.
    """

    key: Value
    value: Value
    guard: Guard = True
    many: bool = False


def entries(collection: Value, guard: Guard = True) -> Iterator[Entry]:
    """The elements of a collection in Terraform's order. Never raises."""
    if isinstance(collection, Choice):
        yield from entries(collection.then, both(guard, collection.guard))
        yield from entries(collection.otherwise, both(guard, opposite(collection.guard)))
    elif isinstance(collection, Record):
        for name in sorted(collection.fields):
            yield from _members(Text((name,)), collection.fields[name], guard)
    elif isinstance(collection, Listing):
        counted = True
        for index, item in enumerate(collection.values):
            key: Value = Typed((str(index),), "number")
            if not counted:
                key = Unknown("how many items come before it is not known")
            if isinstance(collection, SetListing):
                key = item
            counted = counted and not _moves_others(item)
            yield from _members(key, item, guard)
    elif not isinstance(collection, Absent):
        reason = getattr(collection, "reason", "") or "the collection is not known"
        unknown = collection if isinstance(collection, Unknown) else Unknown(reason)
        yield Entry(unknown, unknown, guard, many=True)


def _members(key: Value, item: Value, guard: Guard) -> Iterator[Entry]:
    """The ways in which an item may be there; what is absent is not an item."""
    if isinstance(item, Choice) and _moves_others(item):
        yield from _members(key, item.then, both(guard, item.guard))
        yield from _members(key, item.otherwise, both(guard, opposite(item.guard)))
    elif isinstance(item, Absent) and not isinstance(item, Null):
        return
    elif guard is not False:
        # An item that nobody knows stands for any number, in a list; under a name it is one.
        many = isinstance(item, Unknown) and not _is_name(key)
        key = item if isinstance(key, Choice) else key
        yield Entry(key, item, guard, many and not isinstance(item, Failure))


def _is_name(key: Value) -> bool:
    return isinstance(key, Text) and not isinstance(key, Typed)


def _moves_others(item: Value) -> bool:
    """Whether it is not known that an item is exactly one."""
    if isinstance(item, Choice):
        return _moves_others(item.then) or _moves_others(item.otherwise)
    return isinstance(item, (Absent, Unknown)) and not isinstance(item, Null)
