"""Values as the ``type`` of a variable makes them: text to number, missing attributes to defaults.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from passrole.stacks.terraform.evaluation import evaluate
from passrole.stacks.terraform.expressions import (
    Access,
    Call,
    Constant,
    Expression,
    ListOf,
    Name,
    ObjectOf,
    unplaced,
)
from passrole.stacks.terraform.operands import Null, SetListing, Typed, number_of
from passrole.stacks.terraform.parsing import ExpressionError, parse_template
from passrole.stacks.terraform.scopes import Nowhere
from passrole.values import Absent, Choice, Listing, Record, Text, Value, choose, known

DEPTH_CAP = 40
"""How deep a type may nest."""


def constraint(expression: Expression | None) -> Expression | None:
    """The type of a variable, however it is written; None where any value will do.

    JSON syntax and old configurations write it as a string.
    """
    bare = unplaced(expression) if expression is not None else None
    return _of_text(bare.text) if isinstance(bare, Constant) else bare


@lru_cache(maxsize=256)
def _of_text(written: str) -> Expression | None:
    text = written.removeprefix("${").removesuffix("}")
    try:
        return unplaced(parse_template(f"${{{text}}}"))
    except ExpressionError:
        return None


def type_name(type_: Expression | None) -> str:
    """``string``, ``list``, ``object`` …; empty for any type."""
    if isinstance(type_, Call):
        return type_.function
    if isinstance(type_, Access) and isinstance(type_.base, Name) and not type_.steps:
        return "" if type_.base.name == "any" else type_.base.name
    return ""


def converted(value: Value, type_: Expression | None, depth: int = 0) -> Value:
    """The value as the type makes it; what Terraform would refuse stays as it is."""
    if type_ is None or depth > DEPTH_CAP:
        return value
    if isinstance(value, Choice):
        then, otherwise = (
            converted(each, type_, depth + 1) for each in (value.then, value.otherwise)
        )
        return choose(value.guard, then, otherwise, value.origin)
    name = type_name(type_)
    if isinstance(value, Text):
        return _scalar(value, name)
    inner = unplaced(type_.arguments[0]) if isinstance(type_, Call) and type_.arguments else None
    if isinstance(value, Listing):
        return _listing(value, name, inner, depth)
    if isinstance(value, Record) and name == "map":
        fields = {key: converted(each, inner, depth + 1) for key, each in value.fields.items()}
        return Record(fields, value.origin, value.keys)
    if isinstance(value, Record) and name == "object" and isinstance(inner, ObjectOf):
        return _object(value, inner, depth)
    return value


def _scalar(value: Text, name: str) -> Value:
    text = known(value)
    if name == "string":
        return Text(value.parts, value.origin, value.defaults)
    if name == "bool" and text in ("true", "false"):
        return Typed(value.parts, "bool", value.origin, value.defaults)
    if name == "number" and text is not None and number_of(value) is not None:
        return Typed(value.parts, "number", value.origin, value.defaults)
    return value


def _listing(value: Listing, name: str, inner: Expression | None, depth: int) -> Value:
    if name == "tuple" and isinstance(inner, ListOf) and len(inner.items) == len(value.values):
        pairs = zip(value.values, inner.items, strict=True)
        items = tuple(converted(item, unplaced(type_), depth + 1) for item, type_ in pairs)
        return Listing(items, value.origin)
    if name not in ("list", "set"):
        return value
    items = tuple(converted(item, inner, depth + 1) for item in value.values)
    if name == "list":
        return Listing(items, value.origin)
    if all(known(item) is not None for item in items):
        texts = {known(item) or "": item for item in items}
        items = tuple(texts[key] for key in sorted(texts))
    return SetListing(items, value.origin)


def _object(value: Record, type_: ObjectOf, depth: int) -> Record:
    fields: dict[str, Value] = {}
    for name, each, default in _attributes(type_):
        given = value.fields.get(name)
        if given is not None and not isinstance(given, Absent):
            fields[name] = converted(given, each, depth + 1)
        elif default is not None:
            fields[name] = converted(evaluate(default, Nowhere()), each, depth + 1)
        elif given is not None or _is_optional(type_, name):
            fields[name] = Null()
    keys = {name: place for name, place in value.keys.items() if name in fields}
    return Record(fields, value.origin, keys)


def _attributes(type_: ObjectOf) -> Iterator[tuple[str, Expression, Expression | None]]:
    """Each attribute with its type and its default."""
    for key, item in type_.items:
        name, each = _key(key), unplaced(item)
        if isinstance(each, Call) and each.function == "optional" and each.arguments:
            default = each.arguments[1] if len(each.arguments) > 1 else None
            yield name, unplaced(each.arguments[0]), default
        else:
            yield name, each, None


def _is_optional(type_: ObjectOf, name: str) -> bool:
    return any(
        isinstance(each := unplaced(item), Call) and each.function == "optional"
        for key, item in type_.items
        if _key(key) == name
    )


def _key(key: Expression) -> str:
    bare = unplaced(key)
    if isinstance(bare, Access) and isinstance(bare.base, Name):
        return bare.base.name
    return bare.text if isinstance(bare, Constant) else ""
