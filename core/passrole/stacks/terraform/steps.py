"""Steps into values: attributes, indexes, splats."""

from __future__ import annotations

from passrole.stacks.terraform.collection_functions import is_exact
from passrole.stacks.terraform.expressions import (
    Splat,
)
from passrole.stacks.terraform.operands import (
    Failure,
    Null,
    OpenRecord,
    Typed,
    lifted,
    not_computed,
    stepped,
)
from passrole.values import (
    Absent,
    Choice,
    Listing,
    Record,
    Text,
    Unknown,
    Value,
    elements,
    known,
)

Step = Value | Splat
"""A step into a value: a key or index, or every element."""


def follow(value: Value, steps: tuple[Step, ...], open_ended: bool = False) -> Value:
    """What stands at the end of ``steps``.

    ``open_ended`` says that the value may have attributes that are not written, as resources do:
    what is missing is then unknown and no failure.
    """
    for index, step in enumerate(steps):
        if isinstance(step, Splat):
            return _each(value, steps[index + 1 :], open_ended)
        value = _into(value, step, open_ended)
    return value


def _each(value: Value, rest: tuple[Step, ...], open_ended: bool) -> Value:
    if isinstance(value, Unknown):
        return value if isinstance(value, Failure) else stepped(value, "[*]")
    if isinstance(value, Absent):
        return Listing(())
    if isinstance(value, Choice):
        return lifted((value,), lambda one: _each(one[0], rest, open_ended))
    return Listing(
        tuple(
            item if _is_missing(item) else follow(item, rest, open_ended)
            for item in elements(value)
        )
    )


def _is_missing(item: Value) -> bool:
    return isinstance(item, Absent) and not isinstance(item, Null)


def _into(value: Value, key: Value, open_ended: bool) -> Value:
    if isinstance(value, Choice) or isinstance(key, Choice):
        return lifted((value, key), lambda pair: _one_step(pair[0], pair[1], open_ended))
    return _one_step(value, key, open_ended)


def _one_step(value: Value, key: Value, open_ended: bool) -> Value:
    open_ended = open_ended or isinstance(value, OpenRecord)
    if isinstance(value, Failure):
        return value
    if isinstance(key, Failure):
        return key
    name = known(key)
    if isinstance(value, Unknown):
        return stepped(value, f".{name}") if name is not None else Unknown(value.reason)
    if name is None:
        return not_computed("({})", (value, key), "the index is not known")
    if isinstance(value, Listing):
        return _item(value, name, open_ended)
    if isinstance(value, Record):
        if name in value.fields:
            return value.fields[name]
        if name == "0" and open_ended:
            return value  # a block that is written once
    if isinstance(value, Text) and known(value) is None and not isinstance(value, Typed):
        return not_computed("({})", (value, key), "what it holds is not known")
    reason = f"there is no {name}"
    return Unknown(reason) if open_ended and not isinstance(value, Text) else Failure(reason)


def _item(value: Listing, name: str, open_ended: bool) -> Value:
    if not name.isdecimal() or len(name) > 9:
        return Failure(f"a list has no {name}")
    index = int(name)
    # An item that may be missing, or be many, moves all that follow it.
    if not is_exact(Listing(value.values[: index + 1])):
        chosen = value.values[index] if index < len(value.values) else None
        before = is_exact(Listing(value.values[:index]))
        if chosen is not None and before and isinstance(chosen, Unknown):
            return Unknown(chosen.reason, chosen.origin)
        if chosen is not None and before and isinstance(chosen, Choice):
            return chosen if not _may_be_missing(chosen) else Unknown("the item may be missing")
        return Unknown("the number of items before it is not known")
    if index < len(value.values):
        return value.values[index]
    return Unknown("the item may be there") if open_ended else Failure(f"there is no item {index}")


def _may_be_missing(value: Value) -> bool:
    if isinstance(value, Choice):
        return _may_be_missing(value.then) or _may_be_missing(value.otherwise)
    return isinstance(value, (Unknown, Absent)) and not isinstance(value, Null)
