"""The Parameters section: given values, defaults, and holes where there is neither."""

from __future__ import annotations

import string

from passrole.documents.nodes import Mapping, Scalar, Sequence
from passrole.stacks.cloudformation.expressions import (
    placed,
    too_much,
    with_dynamic_references,
)
from passrole.stacks.cloudformation.scope import Scope
from passrole.stacks.cloudformation.template import MALFORMED, Entry
from passrole.values import (
    ANYTHING,
    NAME,
    PATH,
    Alphabet,
    Hole,
    Listing,
    Origin,
    Text,
    Unknown,
    Value,
    literal,
)

_NUMBER = Alphabet("number", excluded=string.ascii_letters + ":/*?_ ", length=(1, None))
_STORED = "AWS::SSM::Parameter::Value<"


def parameter_value(scope: Scope, name: str, entry: Entry, given: str | None) -> Value:
    """The value of a parameter; the default it relies on is with every text of it."""
    type_name = _scalar(entry.node, "Type") or "String"
    origin = scope.origin(entry.node)
    hole_id = f"{scope.stack}#param:{name}"
    text, defaults = given, frozenset[str]()
    if text is None:
        text = _default(scope, name, entry)
        if text is not None:
            hidden = (_scalar(entry.node, "NoEcho") or "").lower() == "true"
            defaults = frozenset((f"{name}={'****' if hidden else text}",))
    stored = type_name.startswith(_STORED)
    inner = type_name.removeprefix(_STORED).removesuffix(">") if stored else type_name
    if text is None or stored:
        reason = (
            f"the value of the SSM parameter {text}"
            if stored and text is not None
            else f"the parameter {name} has no default and no value is given"
        )
        if _is_list(inner):
            return Unknown(reason, origin, hole_id)
        alphabet = _alphabet(entry.node, inner, stored)
        return Text((Hole(hole_id, alphabet, f"!Ref {name}", reason),), origin)
    if _is_list(inner):
        if not scope.afford(text.count(",")):
            return too_much(origin)
        items = (literal(item.strip(), origin).relying_on(defaults) for item in text.split(","))
        return Listing(tuple(items) if text else (), origin)
    plain = literal(text, origin).relying_on(defaults)
    return with_dynamic_references(plain, scope.target.id)


def _default(scope: Scope, name: str, entry: Entry) -> str | None:
    node = entry.node.get("Default")
    if node is None:
        return None
    if isinstance(node, Scalar):
        return None if node.is_null else node.text
    scope.problem(MALFORMED, f"The Default of {name} is not a text", node)
    return None


def _alphabet(node: Mapping, type_name: str, stored: bool) -> Alphabet:
    allowed = node.get("AllowedValues")
    if isinstance(allowed, Sequence) and allowed.items and not stored:
        choices = frozenset(item.text for item in allowed.items if isinstance(item, Scalar))
        wild = any("*" in choice or "?" in choice for choice in choices)
        return Alphabet("one of AllowedValues", wildcards=wild, choices=choices)
    if type_name == "Number":
        return _NUMBER
    if type_name == "AWS::SSM::Parameter::Name":
        return PATH
    if type_name.startswith("AWS::"):
        return NAME
    least = _scalar(node, "MinLength") or ""
    if least.isascii() and least.isdigit() and int(least[:6]) and not stored:
        return ANYTHING._replace(length=(int(least[:6]), None))
    return ANYTHING


def _is_list(type_name: str) -> bool:
    return type_name == "CommaDelimitedList" or type_name.startswith("List<")


def _scalar(node: Mapping, key: str) -> str | None:
    found = node.get(key)
    return found.text if isinstance(found, Scalar) and not found.is_null else None


def placed_parameter(scope: Scope, value: Value, origin: Origin) -> Value:
    """A parameter's value where it is used."""
    if isinstance(value, Listing):
        if not scope.afford(len(value.values)):
            return too_much(origin)
        return Listing(tuple(placed(item, origin) for item in value.values), origin)
    return placed(value, origin)
