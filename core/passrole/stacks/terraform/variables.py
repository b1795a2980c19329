"""Input variables: what is given beats a default, and a text that relies on a default says so."""

from __future__ import annotations

from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.evaluation import Meter, evaluate
from passrole.stacks.terraform.operands import (
    BOOLEAN,
    Failure,
    Typed,
    identity,
    json_text,
)
from passrole.stacks.terraform.parsing import (
    ExpressionError,
    parse_template,
)
from passrole.stacks.terraform.providers import constant_text
from passrole.stacks.terraform.steps import Step
from passrole.values import (
    ANYTHING,
    MASK,
    Hole,
    Text,
    Unknown,
    Value,
    known,
    literal,
    names_secret,
    with_defaults,
)

SHOWN = 60
"""How much of a default a message shows."""


class _Nothing:
    """The scope of a value that may refer to nothing."""

    def __init__(self) -> None:
        self.id = ""
        self.meter = Meter()

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """Nothing is there, whatever the steps."""
        del steps
        return Failure(f"{root} has no meaning in the value of a variable")


def variable_value(
    stack: str, name: str, block: Block | None, given: str | None
) -> tuple[Value, str]:
    """The value of a variable, with the assumption ``name=default`` where it relies on one.

    A variable that is not declared in the files read is a hole, or what is given for it.
    """
    type_name = _type(block)
    if given is not None:
        return _given(given, type_name), ""
    default = block.arguments.get("default") if block is not None else None
    if default is not None:
        value = evaluate(default.expression, _Nothing())
        assumption = f"{name}={_shown(value, name, block)}"
        return with_defaults(_converted(value, type_name), frozenset({assumption})), assumption
    identity = f"{stack}#var.{name}"
    reason = f"variable {name} has no value and no default"
    place = block.key if block is not None else None
    if type_name in ("bool", "string", "number", ""):
        alphabet = BOOLEAN if type_name == "bool" else ANYTHING
        return Text((Hole(identity, alphabet, f"var.{name}", reason),), place), ""
    return Unknown(reason, place, identity), ""


def _type(block: Block | None) -> str:
    argument: Argument | None = block.arguments.get("type") if block is not None else None
    text = constant_text(argument) or ""
    return text.removeprefix("${").removesuffix("}").strip()


def _given(text: str, type_name: str) -> Value:
    """A value as the command line takes it: text, or an expression where the type is no scalar."""
    if type_name in ("bool", "string", "number", ""):
        return _converted(literal(text), type_name)
    try:
        return evaluate(parse_template(f"${{{text}}}"), _Nothing())
    except ExpressionError as error:
        return Unknown(f"the value given for a variable cannot be read: {error}")


def _converted(value: Value, type_name: str) -> Value:
    if not isinstance(value, Text):
        return value
    if type_name == "string":
        return Text(value.parts, value.origin, value.defaults)
    text = known(value) or ""
    if type_name == "bool" and text in ("true", "false"):
        return Typed(value.parts, "bool", value.origin, value.defaults)
    if type_name == "number" and text:
        return Typed(value.parts, "number", value.origin, value.defaults)
    return value


def _shown(value: Value, name: str, block: Block | None) -> str:
    sensitive = block.arguments.get("sensitive") if block is not None else None
    if constant_text(sensitive) == "true":
        return "(sensitive)"
    text = known(value)
    if text != "" and names_secret(name):
        return MASK
    if text is None:
        found = json_text(value)
        text = known(found) if found is not None else None
    text = text if text is not None else identity(value) or "its default"
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
