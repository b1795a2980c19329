"""Values of Terraform as they are written: expressions, templates, documents, blocks."""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

Written = Any
"""A plain JSON value in which the classes of this module may stand anywhere."""

IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*\Z")


class Expression(NamedTuple):
    """An expression as native syntax writes it, such as ``aws_s3_bucket.store.arn``."""

    text: str


class Template(NamedTuple):
    """A text with expressions in it."""

    parts: tuple[str | Expression, ...]


class Encoded(NamedTuple):
    """A value that is passed as JSON text, as a policy is."""

    value: Written


class Blocks(NamedTuple):
    """Blocks of one type, each with its arguments."""

    bodies: tuple[dict[str, Written], ...]


def blocks(bodies: Iterable[dict[str, Written]]) -> Blocks:
    """The blocks with these arguments."""
    return Blocks(tuple(bodies))


def template(parts: Iterable[Written]) -> Written:
    """Texts and expressions one after the other, as simple as it can be written."""
    merged: list[str | Expression] = []
    for part in parts:
        for each in part.parts if isinstance(part, Template) else (part,):
            if isinstance(each, str) and merged and isinstance(merged[-1], str):
                merged[-1] += each
            elif each != "":
                merged.append(each if isinstance(each, Expression) else str(each))
    if len(merged) == 1:
        return merged[0]
    return Template(tuple(merged)) if merged else ""


def quoted(text: str) -> str:
    """The inside of a quoted text: nothing in it is a template."""
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    return escaped.replace("${", "$${").replace("%{", "%%{")


def native(value: Written) -> str:
    """The expression of native syntax, on one line."""
    match value:
        case Expression():
            return value.text
        case Template():
            inside = (p if isinstance(p, str) else f"${{{p.text}}}" for p in value.parts)
            return '"' + "".join(
                quoted(part) if isinstance(part, str) else text
                for part, text in zip(value.parts, inside, strict=True)
            ) + '"'  # fmt: skip
        case Encoded():
            return f"jsonencode({native(value.value)})"
        case dict():
            items = (f"{key(name)} = {native(item)}" for name, item in value.items())
            return "{ " + ", ".join(items) + " }" if value else "{}"
        case list():
            return f"[{', '.join(map(native, value))}]"
        case str():
            return f'"{quoted(value)}"'
        case _:
            return json.dumps(value)


def key(name: str) -> str:
    """The key of an object, in quotes where it has to be."""
    return name if IDENTIFIER.match(name) else f'"{quoted(name)}"'


def in_json(value: Written) -> Any:
    """The same in JSON syntax, where an expression is a text that is one template."""
    match value:
        case Blocks():
            return [in_json(body) for body in value.bodies]
        case Expression() | Encoded():
            return f"${{{native(value)}}}"
        case Template():
            return "".join(
                part.replace("${", "$${").replace("%{", "%%{")
                if isinstance(part, str)
                else f"${{{part.text}}}"
                for part in value.parts
            )
        case dict():
            return {name: in_json(item) for name, item in value.items()}
        case list():
            return [in_json(item) for item in value]
        case str():
            return value.replace("${", "$${").replace("%{", "%%{")
        case _:
            return value
