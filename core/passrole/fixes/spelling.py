"""Data as each notation writes it, in the habits of what stands around it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Union

from passrole.fixes.written import Notation
from passrole.records import NamedTuple, frozen

Plain = Union["Raw", "Encoded", str, bool, int, Sequence["Plain"], Mapping[str, "Plain"]]
"""Data in which every text is spelt: literals, and what the format makes of references."""


@frozen(eq=True)
class Raw:
    """An expression of HCL, as it is.

    ``data`` are types of data sources that it refers to as ``current``, which are still to be
    declared.
    """

    expression: str
    data: tuple[str, ...] = ()


@frozen(eq=True)
class Encoded:
    """Data in the brackets of ``jsonencode``, for HCL."""

    data: Mapping[str, Plain]


class Habits(NamedTuple):
    """How a file is written.

    ``unit`` is one step of indentation, ``list_step`` that of a list in lines under its key;
    ``quote`` what texts of YAML stand in where they need not (nothing: plain); ``colon`` what
    follows a key of JSON; ``padded`` whether braces have blanks inside; ``tags`` whether YAML's
    short forms (``!Sub``) are used.
    """

    newline: str = "\n"
    unit: str = "  "
    list_step: str = "  "
    quote: str = ""
    colon: str = ": "
    padded: bool = False
    tags: bool = True


_SHORT = 70
_WORD = re.compile(r"[^\W\d][\w-]*+")
# What YAML 1.1 and 1.2 both read as the very text, in lines and between brackets.
_PLAIN = re.compile(r"[A-Za-z_/][\w/+@%.:*$-]*+(?: [\w/+@%.-]++)*+(?<!:)\Z", re.ASCII)
_TYPED = re.compile(r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)\Z", re.IGNORECASE)


def scalar(text: str, notation: Notation, quote: str = "") -> str:
    """A text; ``quote`` is how YAML's neighbours are quoted."""
    if notation in (Notation.HCL, Notation.BODY):
        written = json.dumps(text, ensure_ascii=False)
        return written.replace("${", "$${").replace("%{", "%%{")
    if notation is Notation.JSON:
        return json.dumps(text, ensure_ascii=False)
    simple = text.replace(",", "") if notation is Notation.BLOCK and ", " not in text else text
    if quote == "" and is_plain(simple):
        return text
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def is_plain(text: str) -> bool:
    """Whether YAML reads the very text where it stands without quotes."""
    return _PLAIN.match(text) is not None and _TYPED.match(text) is None


def key(name: str, notation: Notation) -> str:
    """The name of an entry, with what stands between it and the value left out."""
    if notation in (Notation.HCL, Notation.BODY):
        return name if _WORD.fullmatch(name) else scalar(name, notation)
    return scalar(name, notation)


def inline(data: Plain, notation: Notation, habits: Habits) -> str:
    """Data in one line; what stands in lines elsewhere stands in brackets here."""
    if notation is Notation.BLOCK and not isinstance(data, str):
        notation = Notation.FLOW
    if isinstance(data, Raw):
        return data.expression
    if isinstance(data, Encoded):
        return f"jsonencode({inline(data.data, notation, habits)})"
    if isinstance(data, str):
        return scalar(data, notation, habits.quote)
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, int):
        return str(data)
    if isinstance(data, Mapping):
        tagged = _tagged(data, notation, habits)
        if tagged is not None:
            return tagged
        parts = (pair(name, inline(item, notation, habits), notation, habits)
                 for name, item in data.items())  # fmt: skip
        inside = ", ".join(parts)
        padded = habits.padded or notation is Notation.HCL
        return f"{{ {inside} }}" if padded and inside else f"{{{inside}}}"
    return "[" + ", ".join(inline(item, notation, habits) for item in data) + "]"


def lines(data: Plain, notation: Notation, habits: Habits) -> list[str]:
    """Data in lines, indented from the first one; scalars and empty collections in one."""
    if isinstance(data, Encoded):
        first, *rest, last = lines(data.data, notation, habits)
        return [f"jsonencode({first}", *rest, f"{last})"]
    if isinstance(data, (str, Raw, bool, int)) or not data:
        return [inline(data, notation, habits)]
    if notation is Notation.BLOCK:
        return _block(data, habits)
    if notation is Notation.FLOW:
        return [inline(data, notation, habits)]
    return _bracketed(data, notation, habits)


def pair(name: str, value: str, notation: Notation, habits: Habits, width: int = 0) -> str:
    """An entry; ``width`` is that of the keys among which it stands, for HCL."""
    written = key(name, notation)
    if notation in (Notation.HCL, Notation.BODY):
        return f"{written.ljust(width)} = {value}"
    return f"{written}{habits.colon if notation is Notation.JSON else ': '}{value}"


def _tagged(data: Mapping[str, Plain], notation: Notation, habits: Habits) -> str | None:
    """The short form of a function of CloudFormation in YAML."""
    if notation not in (Notation.FLOW, Notation.BLOCK) or not habits.tags or len(data) != 1:
        return None
    ((name, argument),) = data.items()
    if name != "Ref" and not name.startswith("Fn::"):
        return None
    if name == "Fn::GetAtt" and isinstance(argument, Sequence) and not isinstance(argument, str):
        argument = ".".join(str(each) for each in argument)
    if isinstance(argument, Mapping):
        return None
    return f"!{name.removeprefix('Fn::')} {inline(argument, Notation.FLOW, habits)}"


def _block(data: Mapping[str, Plain] | Sequence[Plain], habits: Habits) -> list[str]:
    if isinstance(data, Mapping):
        tagged = _tagged(data, Notation.BLOCK, habits)
        return [tagged] if tagged is not None else [
            line for name, item in data.items() for line in _block_pair(name, item, habits)
        ]  # fmt: skip
    found = []
    for item in data:
        first, *rest = lines(item, Notation.BLOCK, habits)
        found += [f"- {first}", *(f"  {line}" for line in rest)]
    return found


def _block_pair(name: str, item: Plain, habits: Habits) -> list[str]:
    inside = lines(item, Notation.BLOCK, habits)
    is_list = isinstance(item, Sequence) and not isinstance(item, (str, Raw))
    written = key(name, Notation.BLOCK)
    alone = not isinstance(item, Mapping) or _tagged(item, Notation.BLOCK, habits) is not None
    if not item or (alone and not is_list):
        return [f"{written}: {inside[0]}"]
    step = habits.list_step if is_list else habits.unit
    return [f"{written}:", *(f"{step}{line}" for line in inside)]


def _bracketed(
    data: Mapping[str, Plain] | Sequence[Plain], notation: Notation, habits: Habits
) -> list[str]:
    if isinstance(data, Mapping):
        found = [(name, lines(item, notation, habits)) for name, item in data.items()]
        inside = _aligned(found, notation, habits)
        opening, closing = "{", "}"
    else:
        short = inline(data, notation, habits)
        if notation is Notation.HCL and len(short) <= _SHORT and not _has_objects(data):
            return [short]
        inside = [lines(item, notation, habits) for item in data]
        opening, closing = "[", "]"
    commas = not (notation is Notation.HCL and isinstance(data, Mapping))
    for index, item_lines in enumerate(inside):
        if commas and index < len(inside) - 1:
            item_lines[-1] += ","
    return [opening, *(habits.unit + line for item in inside for line in item), closing]


def _has_objects(data: Sequence[Plain]) -> bool:
    return any(isinstance(each, Mapping) for each in data)


def _aligned(
    found: Sequence[tuple[str, list[str]]], notation: Notation, habits: Habits
) -> list[list[str]]:
    """Entries with their keys; those of HCL in one line each have their equals signs in line.

    Source: https://developer.hashicorp.com/terraform/language/style#code-formatting
    """
    widths = []
    for _, group in groupby(found, key=lambda each: len(each[1]) == 1):
        members = [name for name, _ in group]
        width = max(len(key(name, notation)) for name in members)
        widths += [width] * len(members)
    return [
        [pair(name, shown[0], notation, habits, width if not shown[1:] else 0), *shown[1:]]
        for (name, shown), width in zip(found, widths, strict=True)
    ]


def body_lines(name: str, data: Plain, habits: Habits) -> list[str]:
    """An argument of a block, or a block of its own where the data are named values."""
    if not isinstance(data, Mapping):
        first, *rest = lines(data, Notation.HCL, habits)
        return [f"{name} = {first}", *rest]
    found: list[str] = []
    waiting: list[tuple[str, list[str]]] = []
    for each, item in data.items():
        if not isinstance(item, Mapping):
            waiting.append((each, lines(item, Notation.HCL, habits)))
            continue
        found += _flat(waiting, habits)
        waiting = []
        found += ["", *body_lines(each, item, habits)]
    found += ["", *_flat(waiting, habits)] if found and waiting else _flat(waiting, habits)
    inside = [habits.unit + line if line else line for line in found[found[:1] == [""] :]]
    return [f"{name} {{", *inside, "}"]


def _flat(found: Sequence[tuple[str, list[str]]], habits: Habits) -> list[str]:
    return [line for entry in _aligned(found, Notation.BODY, habits) for line in entry]
