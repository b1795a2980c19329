"""Values gone through: what a choice may turn out to be, and the texts anywhere in values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator

from passrole.values.structures import Choice, Listing, Record, Value
from passrole.values.texts import Text


def leaves(value: Value) -> Iterator[Value]:
    """What a value may turn out to be, choices taken apart."""
    if isinstance(value, Choice):
        yield from leaves(value.then)
        yield from leaves(value.otherwise)
    else:
        yield value


def over_leaves(value: Value, change: Callable[[Value], Value]) -> Value:
    """What ``change`` makes of a value, of each branch by itself where it is a choice."""
    if isinstance(value, Choice):
        then, otherwise = over_leaves(value.then, change), over_leaves(value.otherwise, change)
        return Choice(value.guard, then, otherwise, value.origin)
    return change(value)


def texts_in(values: Iterable[Value], most: int = sys.maxsize) -> Iterator[Text]:
    """Every text in the values, in no order that means something.

    Of values that are many, lists and records counted as well, ``most`` are looked at.
    """
    left = list(values)
    for _ in range(most):
        if not left:
            return
        value = left.pop()
        if isinstance(value, Text):
            yield value
        elif isinstance(value, Listing):
            left.extend(value.values)
        elif isinstance(value, Record):
            left.extend(value.fields.values())
        elif isinstance(value, Choice):
            left += (value.then, value.otherwise)
