"""Functions over lists and objects, and those that choose; None where they cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from passrole.stacks.terraform.decisions import (
    either,
    equal,
    truth,
)
from passrole.stacks.terraform.function_rows import ITEM_CAP, Arguments, Row
from passrole.stacks.terraform.operands import (
    FALSE,
    Failure,
    Null,
    SetListing,
    number,
    number_of,
)
from passrole.values import (
    ABSENT,
    Absent,
    Choice,
    Guard,
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    elements,
    known,
    leaves,
    literal,
)


def _length(arguments: Arguments) -> Value | None:
    value = arguments[0]
    size = len(known(value) or "") if known(value) is not None else _size(value)
    return None if size is None else number(_decimal(size))


def _size(value: Value) -> int | None:
    if isinstance(value, Record):
        return len(value.fields)
    return len(value.values) if isinstance(value, Listing) and is_exact(value) else None


def _decimal(size: int) -> Any:
    return number_of(literal(str(size)))


def is_exact(listing: Listing) -> bool:
    """Whether every item stands for one item: none may be missing, or be many."""
    return not any(
        isinstance(item, (Absent, Choice, Unknown)) and not isinstance(item, Null)
        for item in listing.values
    )


def _element(arguments: Arguments) -> Value | None:
    items, index = arguments[0], number_of(arguments[1])
    if not isinstance(items, Listing) or not is_exact(items) or index is None:
        return None
    if not items.values:
        return Failure("element() of an empty list")
    return items.values[int(index) % len(items.values)]


def _concat(arguments: Arguments) -> Value | None:
    """Lists that are there under a condition give their items under that condition."""
    found = [leaf for each in arguments for leaf in leaves(each)]
    failed = next((each for each in found if isinstance(each, Failure)), None)
    if failed is not None:
        return failed
    if not all(isinstance(each, (Listing, Unknown)) for each in found):
        return None
    lists = [elements(each) for each in arguments]
    if sum(map(len, lists)) > ITEM_CAP:
        return None
    return Listing(tuple(item for each in lists for item in each))


def _flatten(arguments: Arguments) -> Value | None:
    if not isinstance(arguments[0], Listing):
        return None
    flat: list[Value] = []
    waiting = list(reversed(arguments[0].values))
    while waiting:
        if len(flat) + len(waiting) > ITEM_CAP:
            return None
        item = waiting.pop()
        is_list = isinstance(item, Listing)
        if is_list or (isinstance(item, Choice) and _holds_a_list(item)):
            waiting.extend(reversed(elements(item)))
        else:
            flat.append(item)
    return Listing(tuple(flat))


def _holds_a_list(choice: Choice) -> bool:
    return any(
        isinstance(side, Listing) or (isinstance(side, Choice) and _holds_a_list(side))
        for side in (choice.then, choice.otherwise)
    )


def _compact(arguments: Arguments) -> Value | None:
    if not isinstance(arguments[0], Listing):
        return None
    items = map(_unless_empty, arguments[0].values)
    return Listing(tuple(item for item in items if not isinstance(item, Absent)))


def _unless_empty(item: Value) -> Value:
    if isinstance(item, Absent):
        return ABSENT
    if not isinstance(item, Text):
        return item if isinstance(item, Unknown) else Unknown("whether it is empty is not known")
    if not _may_be_empty(item):
        return item
    empty = equal(item, literal(""))
    return (
        Unknown("whether it is empty is not known")
        if empty is None
        else choose(empty, ABSENT, item)
    )


def _may_be_empty(text: Text) -> bool:
    return all(not isinstance(part, str) and part.alphabet.admits_text("") for part in text.parts)


def _distinct(arguments: Arguments) -> Value | None:
    if not isinstance(arguments[0], Listing):
        return arguments[0]
    seen: dict[Value, None] = {}
    for item in arguments[0].values:
        if not isinstance(item, Text):
            return arguments[0]
        seen.setdefault(item)
    return Listing(tuple(seen), arguments[0].origin)


def _to_set(arguments: Arguments) -> Value | None:
    """Sets are in the order of their texts."""
    found = _distinct(arguments)
    if not isinstance(found, Listing):
        return None
    items = found.values
    if all(known(each) is not None for each in items):
        items = tuple(sorted(items, key=lambda each: known(each) or ""))
    return SetListing(items, found.origin)


def _sort(arguments: Arguments) -> Value | None:
    items = arguments[0]
    if not isinstance(items, Listing) or any(known(each) is None for each in items.values):
        return None
    return Listing(tuple(sorted(items.values, key=lambda each: known(each) or "")), items.origin)


def _reverse(arguments: Arguments) -> Value | None:
    items = arguments[0]
    return Listing(items.values[::-1], items.origin) if isinstance(items, Listing) else None


def _contains(arguments: Arguments) -> Value | None:
    items, wanted = arguments
    if not isinstance(items, Listing):
        return None
    guard: Guard = False
    for item in items.values:
        same = equal(item, wanted)
        if same is True:
            return truth(True)
        if same is None:
            return None
        guard = either(guard, same)
    return truth(guard)


def _one(arguments: Arguments) -> Value | None:
    items = arguments[0]
    if not isinstance(items, Listing) or not is_exact(items):
        return None
    if len(items.values) > 1:
        return Failure("one() of several items")
    return items.values[0] if items.values else ABSENT


def _merge(arguments: Arguments) -> Value | None:
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}
    for each in arguments:
        if isinstance(each, Absent):
            continue
        if not isinstance(each, Record) or len(fields) + len(each.fields) > ITEM_CAP:
            return None
        fields.update(each.fields)
        keys.update(each.keys)
    return Record(fields, None, keys)


def _lookup(arguments: Arguments) -> Value | None:
    record, key = arguments[0], known(arguments[1])
    if not isinstance(record, Record) or key is None:
        return None
    if key in record.fields:
        return record.fields[key]
    return arguments[2] if len(arguments) > 2 else Failure(f"lookup() finds no key {key}")


def _keys(arguments: Arguments) -> Value | None:
    record = arguments[0]
    if not isinstance(record, Record):
        return None
    return Listing(tuple(map(literal, sorted(record.fields))), record.origin)


def _values(arguments: Arguments) -> Value | None:
    record = arguments[0]
    if not isinstance(record, Record):
        return None
    return Listing(tuple(record.fields[key] for key in sorted(record.fields)), record.origin)


def _as_list(arguments: Arguments) -> Value | None:
    return arguments[0] if isinstance(arguments[0], (Listing, Absent)) else None


def _as_is(arguments: Arguments) -> Value | None:
    return arguments[0]


def _coalesce(arguments: Arguments) -> Value | None:
    for each in arguments:
        if isinstance(each, Absent) or known(each) == "":
            continue
        if isinstance(each, Unknown) or (isinstance(each, Text) and _may_be_empty(each)):
            return None
        return each
    return Failure("coalesce() finds nothing but nulls and empty strings")


def _coalesce_lists(arguments: Arguments) -> Value | None:
    for each in arguments:
        if not isinstance(each, Listing) or not is_exact(each):
            return None
        if each.values:
            return each
    return Failure("coalescelist() finds nothing but empty lists")


def _try(arguments: Arguments) -> Value | None:
    for each in arguments:
        if not isinstance(each, Failure):
            return each
    return Failure("nothing that try() tries works")


def _can(arguments: Arguments) -> Value | None:
    if isinstance(arguments[0], Failure):
        return FALSE
    return None if isinstance(arguments[0], Unknown) else truth(True)


COLLECTION_FUNCTIONS: Mapping[str, Row] = {
    "can": Row(_can, 1, 1),
    "coalesce": Row(_coalesce, 1, None),
    "coalescelist": Row(_coalesce_lists, 1, None, deep=True),
    "compact": Row(_compact, 1, 1, deep=True),
    "concat": Row(_concat, 1, None, choices=True),
    "contains": Row(_contains, 2, 2, deep=True),
    "distinct": Row(_distinct, 1, 1, deep=True),
    "element": Row(_element, 2, 2, deep=True),
    "flatten": Row(_flatten, 1, 1),
    "keys": Row(_keys, 1, 1),
    "length": Row(_length, 1, 1, deep=True),
    "lookup": Row(_lookup, 2, 3),
    "merge": Row(_merge, 1, None),
    "nonsensitive": Row(_as_is, 1, 1),
    "one": Row(_one, 1, 1, deep=True),
    "reverse": Row(_reverse, 1, 1, deep=True),
    "sensitive": Row(_as_is, 1, 1),
    "sort": Row(_sort, 1, 1, deep=True),
    "tolist": Row(_as_list, 1, 1),
    "toset": Row(_to_set, 1, 1),
    "try": Row(_try, 1, None),
    "values": Row(_values, 1, 1),
}
