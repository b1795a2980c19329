"""Terraform's functions, each a row of a table.

A function gets values none of which is a choice or a failure and answers None where it cannot say:
its result is then unknown, under the name of the call. A function that is not in the table is
unknown as well. Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from passrole.stacks.terraform.operands import (
    FALSE,
    TEXT_CAP,
    Failure,
    Null,
    Typed,
    as_text,
    either,
    equal,
    json_text,
    lifted,
    not_computed,
    number,
    number_of,
    truth,
)
from passrole.values import (
    ABSENT,
    Absent,
    Choice,
    Guard,
    Listing,
    Origin,
    Part,
    Record,
    Text,
    Unknown,
    Value,
    elements,
    join,
    known,
    literal,
)

Arguments = tuple[Value, ...]
Function = Callable[[Arguments], Value | None]

JSON_DEPTH_CAP = 50
ITEM_CAP = 20_000
"""How many items a list may grow to through functions."""


class Row(NamedTuple):
    """One function: how to compute it, and how many arguments it takes.

    ``deep`` says that choices among the items of its lists are decided before it is asked;
    ``text`` that its result is a text, so that a result nobody knows is a hole.
    """

    run: Function
    least: int
    most: int | None
    deep: bool = False
    text: bool = False


def call(name: str, arguments: Arguments) -> Value:
    """What a function gives; never raises.

    ``try`` and ``can`` see the failures among their arguments, all others hand them on.
    """
    row = TABLE.get(name)
    if row is None:
        failed = next((each for each in arguments if isinstance(each, Failure)), None)
        return failed or _not_computed(name, arguments, f"{name}() is not computed")
    if len(arguments) < row.least or (row.most is not None and len(arguments) > row.most):
        return Failure(f"{name}() has the wrong number of arguments")
    return lifted(arguments, lambda values: _run(name, row, values), row.deep)


def _run(name: str, row: Row, arguments: Arguments) -> Value:
    if name not in ("try", "can"):
        failed = next((each for each in arguments if isinstance(each, Failure)), None)
        if failed is not None:
            return failed
    result = row.run(arguments)
    if result is not None:
        return result
    unknown = _not_computed(name, arguments, f"the result of {name}() is not known")
    return (as_text(unknown) or unknown) if row.text else unknown


IMPURE = frozenset({"bcrypt", "timestamp", "uuid"})


def _not_computed(name: str, arguments: Arguments, reason: str) -> Unknown:
    if name in IMPURE:
        return Unknown(reason)
    return not_computed(f"{name}({{}})", arguments, reason)


# -- texts ---------------------------------------------------------------------------------------


def _on_texts(function: Callable[..., str | None]) -> Function:
    def run(arguments: Arguments) -> Value | None:
        texts = [known(each) for each in arguments]
        if None in texts:
            return None
        result = function(*texts)
        if result is None or len(result) > TEXT_CAP:
            return None
        defaults = frozenset[str]().union(*(_defaults(each) for each in arguments))
        return Text((result,), None, defaults)

    return run


def _defaults(value: Value) -> frozenset[str]:
    return value.defaults if isinstance(value, Text) else frozenset()


def _replace(text: str, old: str, new: str) -> str | None:
    if len(old) > 1 and old[0] == old[-1] == "/":
        return None  # a regular expression
    if len(text) + text.count(old) * len(new) > TEXT_CAP:
        return None
    return text.replace(old, new)


def _substr(text: str, offset: str, length: str) -> str | None:
    if not re.fullmatch(r"-?\d{1,9}", offset) or not re.fullmatch(r"-?\d{1,9}", length):
        return None
    start, size = int(offset), int(length)
    start = max(0, start + len(text)) if start < 0 else start
    return text[start:] if size < 0 else text[start : start + size]


def _encoded(text: str) -> str | None:
    try:
        return base64.b64encode(text.encode()).decode()
    except UnicodeEncodeError:
        return None


_FORMAT = re.compile(r"%(.?)", re.DOTALL)


def _format(arguments: Arguments) -> Value | None:
    pattern = known(arguments[0])
    if pattern is None:
        return None
    waiting = list(arguments[1:])
    pieces: list[Text | str] = []
    size = end = 0
    for found in _FORMAT.finditer(pattern):
        pieces.append(pattern[end : found.start()])
        end = found.end()
        if found[1] == "%":
            pieces.append("%")
            continue
        text = as_text(waiting.pop(0)) if waiting and found[1] in ("s", "d", "v") else None
        if text is None or (found[1] == "d" and number_of(text) is None and known(text)):
            return None
        size += len(known(text) or "")
        if size > TEXT_CAP:
            return None
        pieces.append(text)
    if waiting:
        return None
    pieces.append(pattern[end:])
    return join((join(pieces), Text((), None, _defaults(arguments[0]))))


def _join(arguments: Arguments) -> Value | None:
    separator, *lists = arguments
    known_separator = known(separator)
    pieces: list[Text] = []
    for each in lists:
        if not isinstance(each, Listing) or len(pieces) + len(each.values) > ITEM_CAP:
            return None
        for item in each.values:
            if not isinstance(item, Text):
                return None
            pieces.append(item)
    size = sum(len(part) for piece in pieces for part in piece.parts if isinstance(part, str))
    if known_separator is None or size + len(known_separator) * len(pieces) > TEXT_CAP:
        return None
    return join(pieces, known_separator)


def _split(arguments: Arguments) -> Value | None:
    separator, text = known(arguments[0]), arguments[1]
    if not separator or not isinstance(text, Text):
        return None
    pieces = text.split(separator)
    return None if pieces is None else Listing(tuple(pieces))


def _begins(arguments: Arguments) -> Value | None:
    return _affix(arguments, True)


def _ends(arguments: Arguments) -> Value | None:
    return _affix(arguments, False)


def _affix(arguments: Arguments, first: bool) -> Value | None:
    text, affix = arguments[0], known(arguments[1])
    if affix is None or not isinstance(text, Text):
        return None
    whole = known(text)
    part: Part = whole if whole is not None else text.parts[0 if first else -1]
    if not isinstance(part, str) or (whole is None and len(part) < len(affix)):
        return None
    return truth(part.startswith(affix) if first else part.endswith(affix))


# -- lists and objects ---------------------------------------------------------------------------


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
    if not all(isinstance(each, (Listing, Unknown, Absent)) for each in arguments):
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
    items = [
        each for each in arguments[0].values if known(each) != "" and not isinstance(each, Null)
    ]
    if any(not isinstance(each, Text) or _may_be_empty(each) for each in items):
        return None
    return Listing(tuple(items))


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


# -- the first that will do ----------------------------------------------------------------------


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


# -- kinds and JSON ------------------------------------------------------------------------------


def _to_string(arguments: Arguments) -> Value | None:
    value = arguments[0]
    return Text(value.parts, value.origin, value.defaults) if isinstance(value, Text) else None


def _to_number(arguments: Arguments) -> Value | None:
    found = number_of(arguments[0])
    return None if found is None else number(found)


def _to_bool(arguments: Arguments) -> Value | None:
    text = known(arguments[0])
    return truth(text == "true") if text in ("true", "false") else None


def _json_encode(arguments: Arguments) -> Value | None:
    """Lists and objects keep their structure: who reads a policy asks for its statements."""
    value = arguments[0]
    return value if isinstance(value, (Listing, Record)) else json_text(value)


def _json_decode(arguments: Arguments) -> Value | None:
    value = arguments[0]
    if isinstance(value, (Listing, Record)):
        return value
    text = known(value)
    if text is None or _depth(text) > JSON_DEPTH_CAP:
        return None
    try:
        found = json.loads(text, parse_int=_Number, parse_float=_Number)
    except ValueError:
        return Failure("jsondecode() of text that is not JSON")
    return _from_json(found)


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _depth(text: str) -> int:
    deepest = depth = 0
    for found in re.finditer(r'[\[{]|[\]}]|"(?:[^"\\]|\\.)*+"', text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
            depth -= 1
    return deepest


def _from_json(found: Any) -> Value:
    if isinstance(found, dict):
        return Record({key: _from_json(item) for key, item in found.items()})
    if isinstance(found, list):
        return Listing(tuple(map(_from_json, found)))
    if found is None:
        return Null()
    if isinstance(found, _Number):
        return Typed((str(found),), "number")
    if isinstance(found, (bool, float)):
        return truth(found) if isinstance(found, bool) else Typed((str(found),), "number")
    # Half of a surrogate pair is no character, and could not be written.
    return literal(re.sub("[\ud800-\udfff]", "\ufffd", str(found)))


TABLE: Mapping[str, Row] = {
    "base64encode": Row(_on_texts(_encoded), 1, 1, text=True),
    "can": Row(_can, 1, 1),
    "chomp": Row(_on_texts(lambda text: text.rstrip("\r\n")), 1, 1, text=True),
    "coalesce": Row(_coalesce, 1, None),
    "coalescelist": Row(_coalesce_lists, 1, None, deep=True),
    "compact": Row(_compact, 1, 1, deep=True),
    "concat": Row(_concat, 1, None),
    "contains": Row(_contains, 2, 2, deep=True),
    "distinct": Row(_distinct, 1, 1, deep=True),
    "element": Row(_element, 2, 2, deep=True),
    "endswith": Row(_ends, 2, 2),
    "flatten": Row(_flatten, 1, 1),
    "format": Row(_format, 1, None, text=True),
    "join": Row(_join, 2, None, deep=True, text=True),
    "jsondecode": Row(_json_decode, 1, 1),
    "jsonencode": Row(_json_encode, 1, 1),
    "keys": Row(_keys, 1, 1),
    "length": Row(_length, 1, 1, deep=True),
    "lookup": Row(_lookup, 2, 3),
    "lower": Row(_on_texts(str.lower), 1, 1, text=True),
    "merge": Row(_merge, 1, None),
    "nonsensitive": Row(_as_is, 1, 1),
    "one": Row(_one, 1, 1, deep=True),
    "replace": Row(_on_texts(_replace), 3, 3, text=True),
    "reverse": Row(_reverse, 1, 1, deep=True),
    "sensitive": Row(_as_is, 1, 1),
    "sort": Row(_sort, 1, 1, deep=True),
    "split": Row(_split, 2, 2),
    "startswith": Row(_begins, 2, 2),
    "substr": Row(_on_texts(_substr), 3, 3, text=True),
    "tobool": Row(_to_bool, 1, 1),
    "tolist": Row(_as_list, 1, 1),
    "tomap": Row(_as_is, 1, 1),
    "tonumber": Row(_to_number, 1, 1),
    "toset": Row(_distinct, 1, 1),
    "tostring": Row(_to_string, 1, 1, text=True),
    "trim": Row(_on_texts(lambda text, cut: text.strip(cut) if cut else text), 2, 2, text=True),
    "trimprefix": Row(_on_texts(str.removeprefix), 2, 2, text=True),
    "trimspace": Row(_on_texts(str.strip), 1, 1, text=True),
    "trimsuffix": Row(_on_texts(str.removesuffix), 2, 2, text=True),
    "try": Row(_try, 1, None),
    "upper": Row(_on_texts(str.upper), 1, 1, text=True),
    "values": Row(_values, 1, 1),
}
