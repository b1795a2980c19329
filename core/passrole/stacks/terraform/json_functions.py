"""Functions between kinds of values, and to and from JSON; None where they cannot say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from passrole.stacks.terraform.decisions import (
    truth,
)
from passrole.stacks.terraform.function_rows import Arguments, Row
from passrole.stacks.terraform.operands import (
    Failure,
    Null,
    Typed,
    json_text,
    number,
    number_of,
)
from passrole.values import (
    Hole,
    Listing,
    Record,
    Text,
    Value,
    known,
    literal,
)

JSON_DEPTH_CAP = 50
"""How deep JSON text may nest to be decoded."""


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
    if isinstance(value, Text) and len(value.parts) == 1 and isinstance(value.parts[0], Hole):
        return None  # what nobody gave a value may be anything, and no text
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


KIND_FUNCTIONS: Mapping[str, Row] = {
    "jsondecode": Row(_json_decode, 1, 1),
    "jsonencode": Row(_json_encode, 1, 1),
    "tobool": Row(_to_bool, 1, 1),
    "tonumber": Row(_to_number, 1, 1),
    "tostring": Row(_to_string, 1, 1, text=True),
}
