"""Functions to and from encodings of text. Each answers None where it cannot say."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import quote_plus

from passrole.documents.limits import Limits
from passrole.documents.nodes import Mapping as NodeMapping
from passrole.documents.nodes import Node, Scalar
from passrole.documents.yaml import parse_yaml
from passrole.stacks.terraform.decisions import truth
from passrole.stacks.terraform.function_rows import ITEM_CAP, Arguments, Row
from passrole.stacks.terraform.operands import TEXT_CAP, Failure, Null, Typed, json_text
from passrole.values import Listing, Record, Text, Value, known, literal

YAML_LIMITS = Limits(depth=50, nodes=20_000, aliases=20_000)
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def _base64_decode(arguments: Arguments) -> Value | None:
    text = known(arguments[0])
    if text is None:
        return None
    try:
        return literal(base64.b64decode(text, validate=True).decode())
    except (binascii.Error, ValueError):
        return Failure("base64decode() of text that is not base64")


def _url_encode(arguments: Arguments) -> Value | None:
    text = known(arguments[0])
    if text is None or len(text) * 3 > TEXT_CAP:
        return None
    return literal(quote_plus(text, safe="~", errors="replace"))


def _csv_decode(arguments: Arguments) -> Value | None:
    text = known(arguments[0])
    if text is None:
        return None
    import csv  # noqa: PLC0415 - few call it

    try:
        names, *rows = csv.reader(text.splitlines())
    except (csv.Error, ValueError):
        return Failure("csvdecode() of text that is not CSV")
    if len(rows) * max(len(names), 1) > ITEM_CAP:
        return None
    whole = (row for row in rows if len(row) == len(names))
    return Listing(tuple(Record(dict(zip(names, map(literal, row), strict=True))) for row in whole))


def _yaml_decode(arguments: Arguments) -> Value | None:
    value = arguments[0]
    if isinstance(value, (Listing, Record)):
        return value
    text = known(value)
    if text is None:
        return None
    document = parse_yaml("", text, YAML_LIMITS)
    if document.root is None or any(each.kind == "parse-error" for each in document.problems):
        return Failure("yamldecode() of text that is not YAML") if text.strip() else Null()
    return _of_node(document.root)


def _of_node(node: Node) -> Value:
    if isinstance(node, Scalar):
        return _scalar(node)
    if isinstance(node, NodeMapping):
        return Record({key.text: _of_node(item) for key, item in node.pairs})
    return Listing(tuple(map(_of_node, node.items)))


def _scalar(node: Scalar) -> Value:
    if node.is_null:
        return Null()
    if node.plain and node.tag is None:
        if node.text.lower() in ("true", "false"):
            return truth(node.text.lower() == "true")
        if _NUMBER.fullmatch(node.text):
            return Typed((node.text.removeprefix("+"),), "number")
    return literal(node.text)


def _yaml_encode(arguments: Arguments) -> Value | None:
    """JSON is YAML, and whoever reads it sees the structure."""
    value = arguments[0]
    return value if isinstance(value, (Listing, Record)) else json_text(value)


def _is_sensitive(arguments: Arguments) -> Value | None:
    del arguments
    return None


def _as_is(arguments: Arguments) -> Value | None:
    return arguments[0]


def _template_text(arguments: Arguments) -> Value | None:
    text = arguments[0]
    return text if isinstance(text, Text) and "${" not in (known(text) or "${") else None


ENCODING_FUNCTIONS: Mapping[str, Row] = {
    "base64decode": Row(_base64_decode, 1, 1, text=True),
    "csvdecode": Row(_csv_decode, 1, 1),
    "ephemeralasnull": Row(_as_is, 1, 1),
    "issensitive": Row(_is_sensitive, 1, 1),
    "templatestring": Row(_template_text, 2, 2, text=True),
    "urlencode": Row(_url_encode, 1, 1, text=True),
    "yamldecode": Row(_yaml_decode, 1, 1),
    "yamlencode": Row(_yaml_encode, 1, 1),
}
