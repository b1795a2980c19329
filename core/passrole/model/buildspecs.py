"""What a buildspec that is written in a build project asks for, and the commands it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from passrole.documents import nodes
from passrole.documents.limits import Limits
from passrole.documents.nodes import Node, Scalar
from passrole.documents.recognition import parse
from passrole.records import NamedTuple
from passrole.values import Hole, Listing, Part, Record, Text, Value, elements, get, literal

_MARK = re.compile("\ue000([0-9]+)\ue001")
"""Stands for a hole while the text is parsed; no buildspec holds such characters."""


_COMMANDS = ("commands", "finally")
_VARIABLES = ("variables", "parameter-store", "secrets-manager")


class Buildspec(NamedTuple):
    """The values of ``env.parameter-store`` and ``env.secrets-manager``, the keys of ``reports``.

    Values that the build's shell would have to fill in are left out. ``commands`` are those of all
    phases, in their order, and ``variables`` the names of all environment variables that it sets.
    """

    parameters: tuple[Text, ...] = ()
    secrets: tuple[Text, ...] = ()
    reports: tuple[Text, ...] = ()
    commands: tuple[Text, ...] = ()
    variables: tuple[str, ...] = ()


def read_buildspec(written: Value) -> Buildspec:
    """What stands in a buildspec. A text that is none, such as a file's name, gives nothing."""
    if isinstance(written, Text):
        return _in_text(written)
    # What Terraform encodes as JSON or YAML keeps its structure.
    return Buildspec(
        tuple(_settings(written, "parameter-store")),
        tuple(_settings(written, "secrets-manager")),
        tuple(map(literal, _fields(get(written, "reports")))),
        tuple(_commands(written)),
        tuple(name for kind in _VARIABLES for name in _fields(get(written, "env", kind))),
    )


def _commands(written: Value) -> Iterator[Text]:
    for phase in _fields(get(written, "phases")).values():
        for part in _COMMANDS:
            listed = get(phase, part)
            each = elements(listed) if isinstance(listed, Listing) else (listed,)
            yield from (command for command in each if isinstance(command, Text))


def _settings(written: Value, kind: str) -> Iterator[Text]:
    for value in _fields(get(written, "env", kind)).values():
        if isinstance(value, Text) and value.parts and "$" not in (value.known() or ""):
            yield value


def _fields(value: Value) -> Mapping[str, Value]:
    return value.fields if isinstance(value, Record) else {}


def _in_text(text: Text) -> Buildspec:
    holes = tuple(text.holes)
    numbers = iter(range(len(holes)))
    written = "".join(
        part if isinstance(part, str) else f"\ue000{next(numbers)}\ue001" for part in text.parts
    )
    if ":" not in written:
        return Buildspec()
    root = parse("buildspec", written.encode("utf-8", "replace"), Limits()).root
    environment = _under(root, "env")
    return Buildspec(
        tuple(_scalars(_under(environment, "parameter-store"), holes, text)),
        tuple(_scalars(_under(environment, "secrets-manager"), holes, text)),
        tuple(_text(key, holes, text) for key, _ in _pairs(_under(root, "reports"))),
        tuple(
            _text(command, holes, text)
            for _, phase in _pairs(_under(root, "phases"))
            for part in _COMMANDS
            for command in _items(_under(phase, part))
        ),
        tuple(key.text for kind in _VARIABLES for key, _ in _pairs(_under(environment, kind))),
    )


def _under(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, nodes.Mapping) else None


def _pairs(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    return node.pairs if isinstance(node, nodes.Mapping) else ()


def _items(node: Node | None) -> Iterator[Scalar]:
    each = node.items if isinstance(node, nodes.Sequence) else (node,)
    return (item for item in each if isinstance(item, Scalar))


def _scalars(node: Node | None, holes: tuple[Hole, ...], whole: Text) -> Iterator[Text]:
    for _, value in _pairs(node):
        if isinstance(value, Scalar) and value.text and "$" not in value.text:
            yield _text(value, holes, whole)


def _text(node: Scalar, holes: tuple[Hole, ...], whole: Text) -> Text:
    parts: list[Part] = []
    for index, piece in enumerate(_MARK.split(node.text)):
        parts.append(holes[int(piece)] if index % 2 else piece)
    return Text(parts, whole.origin, whole.defaults)


__all__ = ["Buildspec", "read_buildspec"]
