"""Functions that take lists, sets and maps apart and put them together; None where nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product

from passrole.stacks.terraform.collection_functions import is_exact
from passrole.stacks.terraform.decisions import equal, truth
from passrole.stacks.terraform.function_rows import ITEM_CAP, Arguments, Function, Row
from passrole.stacks.terraform.operands import Failure, Null, SetListing, Typed, number_of
from passrole.values import Absent, Listing, Record, Text, Value, key_of, known, literal


def _known_items(value: Value) -> dict[str, Value] | None:
    """The items of a set by their text, in the order of sets; None where one is not known."""
    if not isinstance(value, Listing):
        return None
    found: dict[str, Value] = {}
    for item in value.values:
        text = known(item)
        if text is None:
            return None
        found[text] = item
    return {text: found[text] for text in sorted(found)}


def _on_sets(choose: Callable[[list[dict[str, Value]]], Iterable[str]]) -> Function:
    def run(arguments: Arguments) -> Value | None:
        sets = [_known_items(each) for each in arguments]
        whole = [each for each in sets if each is not None]
        if len(whole) < len(sets):
            return None
        items: dict[str, Value] = {}
        for each in whole:
            items = each | items
        return SetListing(tuple(items[text] for text in sorted(set(choose(whole)))))

    return run


def _union(arguments: Arguments) -> Value | None:
    """What is not known stays an item: a union leaves nothing out."""
    if not all(isinstance(each, Listing) for each in arguments):
        return None
    found: dict[object, Value] = {}
    for each in arguments:
        for item in each.values if isinstance(each, Listing) else ():
            found.setdefault(item if isinstance(item, Text) else id(item), item)
    items = tuple(found.values())
    if all(known(item) is not None for item in items):
        items = tuple(sorted(items, key=lambda item: known(item) or ""))
    return SetListing(items) if len(items) <= ITEM_CAP else None


def _set_product(arguments: Arguments) -> Value | None:
    lists = [each.values for each in arguments if isinstance(each, Listing) and is_exact(each)]
    size = 1
    for each in lists:
        size *= len(each)
    if len(lists) < len(arguments) or size > ITEM_CAP:
        return None
    return Listing(tuple(map(Listing, product(*lists))))


def _slice(arguments: Arguments) -> Value | None:
    items, start, end = arguments[0], number_of(arguments[1]), number_of(arguments[2])
    if not isinstance(items, Listing) or not is_exact(items) or start is None or end is None:
        return None
    if not 0 <= start <= end <= len(items.values):
        return Failure("slice() beyond the ends of a list")
    return Listing(items.values[int(start) : int(end)], items.origin)


def _chunks(arguments: Arguments) -> Value | None:
    items, size = arguments[0], number_of(arguments[1])
    if not isinstance(items, Listing) or not is_exact(items) or size is None or size < 1:
        return None
    step = int(size)
    starts = range(0, len(items.values), step)
    return Listing(tuple(Listing(items.values[start : start + step]) for start in starts))


def _range(arguments: Arguments) -> Value | None:
    numbers = [number_of(each) for each in arguments]
    found = [int(each) for each in numbers if each is not None and each == int(each)]
    if len(found) < len(arguments) or (len(found) == 3 and not found[2]):
        return None
    values = range(*found)
    if len(values) > ITEM_CAP:
        return None
    return Listing(tuple(Typed((str(each),), "number") for each in values))


def _index(arguments: Arguments) -> Value | None:
    items, wanted = arguments
    if not isinstance(items, Listing) or not is_exact(items):
        return None
    for position, item in enumerate(items.values):
        same = equal(item, wanted)
        if same is True:
            return Typed((str(position),), "number")
        if same is not False:
            return None
    return Failure("index() of what is not in the list")


def _zip_map(arguments: Arguments) -> Value | None:
    keys, values = arguments
    if not isinstance(keys, Listing) or not isinstance(values, Listing):
        return None
    names = [key_of(each) for each in keys.values]
    if not is_exact(values) or len(names) != len(values.values) or None in names:
        return None
    return Record({name or "": item for name, item in zip(names, values.values, strict=True)})


def _match_keys(arguments: Arguments) -> Value | None:
    values, keys, wanted = arguments
    if not all(isinstance(each, Listing) and is_exact(each) for each in arguments):
        return None
    searched = _known_items(wanted)
    if searched is None or not isinstance(values, Listing) or not isinstance(keys, Listing):
        return None
    if any(known(key) is None for key in keys.values) or len(keys.values) != len(values.values):
        return None
    pairs = zip(keys.values, values.values, strict=True)
    return Listing(tuple(item for key, item in pairs if known(key) in searched))


def _transpose(arguments: Arguments) -> Value | None:
    record = arguments[0]
    if not isinstance(record, Record):
        return None
    found: dict[str, list[Value]] = {}
    for name in sorted(record.fields):
        items = _known_items(record.fields[name])
        if items is None or any(key_of(item) is None for item in items.values()):
            return None
        for text in items:
            found.setdefault(text, []).append(literal(name))
    return Record({text: Listing(tuple(found[text])) for text in sorted(found)})


def _all_true(arguments: Arguments) -> Value | None:
    return _decided(arguments[0], "false")


def _any_true(arguments: Arguments) -> Value | None:
    return _decided(arguments[0], "true")


def _decided(items: Value, decisive: str) -> Value | None:
    """``decisive`` where an item is that, the opposite where every item is that."""
    if not isinstance(items, Listing):
        return None
    texts = [known(item) if not isinstance(item, Null) else "false" for item in items.values]
    if decisive in texts:
        return truth(decisive == "true")
    return truth(decisive != "true") if None not in texts else None


def _to_map(arguments: Arguments) -> Value | None:
    return arguments[0] if isinstance(arguments[0], (Record, Absent)) else None


SET_FUNCTIONS: Mapping[str, Row] = {
    "alltrue": Row(_all_true, 1, 1, deep=True),
    "anytrue": Row(_any_true, 1, 1, deep=True),
    "chunklist": Row(_chunks, 2, 2, deep=True),
    "index": Row(_index, 2, 2, deep=True),
    "matchkeys": Row(_match_keys, 3, 3, deep=True),
    "range": Row(_range, 1, 3),
    "setintersection": Row(
        _on_sets(lambda sets: set(sets[0]).intersection(*sets[1:])), 1, None, deep=True
    ),
    "setproduct": Row(_set_product, 1, None, deep=True),
    "setsubtract": Row(_on_sets(lambda sets: set(sets[0]) - set(sets[1])), 2, 2, deep=True),
    "setunion": Row(_union, 1, None, deep=True),
    "slice": Row(_slice, 3, 3, deep=True),
    "tomap": Row(_to_map, 1, 1),
    "transpose": Row(_transpose, 1, 1, deep=True),
    "zipmap": Row(_zip_map, 2, 2, deep=True),
}
