"""The Parameters section: given values, defaults, and holes where there is neither."""

from __future__ import annotations

import re
import string

from passrole.documents.nodes import Mapping, Scalar, Sequence
from passrole.stacks.cloudformation.expressions import (
    placed,
    short,
    too_much,
    with_dynamic_references,
)
from passrole.stacks.cloudformation.scalars import SPOILT, spoilt_account, text_of
from passrole.stacks.cloudformation.scope import Scope
from passrole.stacks.cloudformation.template import MALFORMED, Entry
from passrole.stacks.deployments import Given
from passrole.values import (
    ANYTHING,
    MASK,
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
    names_secret,
    veiled,
)

_NUMBER = Alphabet("number", excluded=string.ascii_letters + ":/*?_ ", length=(1, None))
_NUMERAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_LONGEST = 64
STORED = "AWS::SSM::Parameter::Value<"
REFUSED = "refused-value"


def parameter_value(scope: Scope, name: str, entry: Entry, given: Given) -> Value:
    """The value of a parameter; the default it relies on is with every text of it.

    A value that CloudFormation would refuse is a problem, and then no value is known.
    """
    type_name = _scalar(entry.node, "Type") or "String"
    origin = scope.origin(entry.node)
    hole_id = f"{scope.stack}#param:{name}"
    stored = type_name.startswith(STORED)
    inner = type_name.removeprefix(STORED).removesuffix(">") if stored else type_name
    text, defaults = given.get(name), frozenset[str]()
    reason = f"the parameter {name} has no default and no value is given"
    if text is not None:
        refused = _refusal(entry.node, "String" if stored else inner, text)
        if refused:
            scope.problem(REFUSED, f"The value given for {name} is refused: {refused}", entry.key)
            text, reason = None, f"the value given for the parameter {name} is refused"
    elif name in given:
        reason = f"the parameter {name} keeps the value that the stack has already"
    else:
        text = _default(scope, name, entry)
        if text is not None:
            hidden = _is_secret(entry.node) or names_secret(name)
            defaults = frozenset((f"{name}={MASK if hidden and text else text}",))
    if stored and text is not None and not is_list(inner):
        kept = scope.stored(literal(text), origin)
        if kept is not None:
            return kept.at(origin).relying_on(defaults)
    if text is None or stored:
        if text is not None:
            key = f"that {name} names" if _is_secret(entry.node) else text
            reason = f"the value of the SSM parameter {key}"
        if is_list(inner):
            return Unknown(reason, origin, hole_id)
        alphabet = _alphabet(entry.node, inner, stored)
        shown = not stored and not _is_secret(entry.node)
        return Text((Hole(hole_id, alphabet, f"!Ref {name}", reason, shown),), origin)
    if is_list(inner):
        if not scope.afford(text.count(",")):
            return too_much(origin)
        items = (literal(item.strip(), origin).relying_on(defaults) for item in text.split(","))
        return Listing(tuple(items) if text else (), origin)
    plain = literal(text, origin).relying_on(defaults)
    return with_dynamic_references(scope, plain, origin)


def hidden_parameter(scope: Scope, name: str, entry: Entry, value: Value) -> Value:
    """The value of a parameter, not to be seen where the parameter has NoEcho."""
    if not _is_secret(entry.node):
        return value
    reason = f"the parameter {name} has NoEcho"
    return veiled(value, Hole(f"{scope.stack}#param:{name}", ANYTHING, f"!Ref {name}", reason))


def _refusal(node: Mapping, type_name: str, text: str) -> str:
    """Why CloudFormation refuses a value, in words; nothing where it does not, as far as is seen.

    Source:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    if "{{resolve:" in text:
        return ""
    items = [item.strip() for item in text.split(",")] if is_list(type_name) else [text]
    secret = _is_secret(node)
    allowed = _allowed(node)
    for item in items:
        shown = "it" if secret else f"{short(item)!r}"
        if allowed is not None and item not in allowed:
            return f"{shown} is none of the AllowedValues {short(', '.join(allowed))}"
        if type_name in ("Number", "List<Number>"):
            number = _number(item)
            if number is None:
                return f"{shown} is no number"
            least, most = (_number(_scalar(node, key) or "") for key in ("MinValue", "MaxValue"))
            if least is not None and number < least:
                return f"{shown} is less than the MinValue {least:g}"
            if most is not None and number > most:
                return f"{shown} is more than the MaxValue {most:g}"
    if type_name == "String":
        least, most = (_number(_scalar(node, key) or "") for key in ("MinLength", "MaxLength"))
        if least is not None and len(text) < least:
            return f"it is shorter than the MinLength {least:g}"
        if most is not None and len(text) > most:
            return f"it is longer than the MaxLength {most:g}"
    return ""


def _number(text: str) -> float | None:
    return float(text) if len(text) < _LONGEST and _NUMERAL.fullmatch(text) else None


def _is_secret(node: Mapping) -> bool:
    return (_scalar(node, "NoEcho") or "").lower() == "true"


def _allowed(node: Mapping) -> list[str] | None:
    """The AllowedValues in their order, None where any value is allowed."""
    allowed = node.get("AllowedValues")
    if not isinstance(allowed, Sequence) or allowed.tag is not None or not allowed.items:
        return None
    texts = (text_of(item) for item in allowed.items if isinstance(item, Scalar))
    return [text for text in texts if text is not None]


def _default(scope: Scope, name: str, entry: Entry) -> str | None:
    node = entry.node.get("Default")
    if node is None:
        return None
    if isinstance(node, Scalar):
        spoilt = spoilt_account(node)
        if spoilt is not None:
            scope.problem(SPOILT, spoilt, node)
        return None if node.is_null else text_of(node)
    scope.problem(MALFORMED, f"The Default of {name} is not a text", node)
    return None


def _alphabet(node: Mapping, type_name: str, stored: bool) -> Alphabet:
    allowed = _allowed(node)
    if allowed is not None and not stored:
        choices = frozenset(allowed)
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


def is_list(type_name: str) -> bool:
    """Whether a parameter of this type is a list."""
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
