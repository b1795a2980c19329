"""Input variables: what is given beats a default, and a text that relies on a default says so."""

from __future__ import annotations

from passrole.stacks.terraform.blocks import Block
from passrole.stacks.terraform.evaluation import evaluate
from passrole.stacks.terraform.expressions import Expression
from passrole.stacks.terraform.operands import (
    BOOLEAN,
    Null,
    identity,
    json_text,
)
from passrole.stacks.terraform.parsing import (
    ExpressionError,
    parse_template,
)
from passrole.stacks.terraform.providers import constant_text
from passrole.stacks.terraform.scopes import Nowhere
from passrole.stacks.terraform.type_constraints import constraint, converted, type_name
from passrole.values import (
    ANYTHING,
    MASK,
    Absent,
    Hole,
    Text,
    Unknown,
    Value,
    known,
    literal,
    names_secret,
    over_leaves,
    veiled,
    with_defaults,
)

SHOWN = 60
"""How much of a default a message shows."""
SCALARS = ("bool", "string", "number", "")


def variable_value(
    owner: str, name: str, block: Block | None, given: Value | None, from_operator: bool
) -> tuple[Value, str]:
    """The value of a variable of ``owner``, and the assumption ``name=default`` that it relies on.

    A variable that is not declared in the files read is a hole, or what is given for it. A default
    is an assumption only where the operator may give another value.
    """
    value, assumption = _value(owner, name, block, given, from_operator)
    if _is_sensitive(block):
        reason = f"variable {name} is sensitive"
        hole = Hole(f"{owner}var.{name}", ANYTHING, f"var.{name}", reason)
        value = veiled(value, hole)
    return with_defaults(value, frozenset({assumption} - {""})), assumption


def _value(
    owner: str, name: str, block: Block | None, given: Value | None, from_operator: bool
) -> tuple[Value, str]:
    type_ = _type(block)
    if given is not None and (
        block is None or "default" not in block.arguments or _nullable(block)
    ):
        return converted(given, type_), ""
    default, assumption = _default(name, block, from_operator)
    if given is not None and default is not None:
        # What is null is the default; the rest is what is given.
        return converted(_without_null(given, default), type_), ""
    scalar = type_name(type_)
    if from_operator and isinstance(default, Absent) and scalar in SCALARS:
        place = block.key if block is not None else None
        return Null(default.origin, Text((_hole(owner, name, scalar),), place)), ""
    if default is not None:
        return converted(default, type_), assumption
    place = block.key if block is not None else None
    if scalar in SCALARS:
        return Text((_hole(owner, name, scalar),), place), ""
    return Unknown(_reason(name), place, f"{owner}var.{name}"), ""


def _hole(owner: str, name: str, scalar: str) -> Hole:
    alphabet = BOOLEAN if scalar == "bool" else ANYTHING
    return Hole(f"{owner}var.{name}", alphabet, f"var.{name}", _reason(name))


def _reason(name: str) -> str:
    return f"variable {name} has no value and no default"


def variable_type(block: Block | None) -> str:
    """The name of a variable's type, empty for any."""
    return type_name(_type(block))


def _type(block: Block | None) -> Expression | None:
    argument = block.arguments.get("type") if block is not None else None
    return constraint(argument.expression) if argument is not None else None


def _is_sensitive(block: Block | None) -> bool:
    sensitive = block.arguments.get("sensitive") if block is not None else None
    return constant_text(sensitive) == "true"


def _nullable(block: Block) -> bool:
    return constant_text(block.arguments.get("nullable")) != "false"


def _default(name: str, block: Block | None, from_operator: bool) -> tuple[Value | None, str]:
    default = block.arguments.get("default") if block is not None else None
    if default is None:
        return None, ""
    value = evaluate(default.expression, Nowhere())
    return value, f"{name}={_shown(value, name, block)}" if from_operator else ""


def _without_null(value: Value, default: Value) -> Value:
    return over_leaves(value, lambda leaf: default if isinstance(leaf, Absent) else leaf)


def given_text(text: str, type_: str) -> Value:
    """A value as the command line takes it: text, or an expression where the type is no scalar."""
    if type_ in SCALARS:
        return literal(text)
    try:
        return evaluate(parse_template(f"${{{text}}}"), Nowhere())
    except ExpressionError as error:
        return Unknown(f"the value given for a variable cannot be read: {error}")


def _shown(value: Value, name: str, block: Block | None) -> str:
    if _is_sensitive(block):
        return "(sensitive)"
    text = known(value)
    if text != "" and names_secret(name):
        return MASK
    if text is None:
        found = json_text(value)
        text = known(found) if found is not None else None
    text = text if text is not None else identity(value) or "its default"
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
