"""Expressions to values. Whatever cannot be evaluated is unknown with a reason, never an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import add, ge, gt, le, lt, mod, mul, sub, truediv
from typing import Protocol

from passrole.stacks.terraform import functions
from passrole.stacks.terraform.expressions import (
    Access,
    Attribute,
    Binary,
    Call,
    Conditional,
    Constant,
    Expression,
    For,
    Index,
    ListOf,
    Name,
    ObjectOf,
    Placed,
    Splat,
    Template,
    Unary,
    Unreadable,
)
from passrole.stacks.terraform.operands import (
    TEXT_CAP,
    Failure,
    Null,
    Typed,
    as_guard,
    as_text,
    both,
    constant,
    derived,
    either,
    equal,
    identity,
    json_text,
    lifted,
    not_computed,
    number,
    number_of,
    opposite,
    placed,
    relying_on,
    stepped,
    truth,
)
from passrole.values import (
    Absent,
    Choice,
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    elements,
    join,
    known,
)

DEPTH_CAP = 120
"""How deep evaluation may nest, through references as well. Three frames a level, at most four."""

Step = Value | Splat
"""A step into a value: a key or index, or every element."""


class Meter:
    """Where evaluation stands: how deep, and inside how many calls of ``try``."""

    __slots__ = ("depth", "trying")

    def __init__(self) -> None:
        self.depth = 0
        self.trying = 0


class Scope(Protocol):
    """What an expression may ask of the module that it stands in."""

    id: str
    meter: Meter

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """What a reference gives. Never raises."""


def evaluate(expression: Expression, scope: Scope, origin: Origin | None = None) -> Value:
    """The value of an expression in a scope; values made on the way are placed at ``origin``."""
    if scope.meter.depth >= DEPTH_CAP:
        return Unknown(f"it nests deeper than {DEPTH_CAP}", origin)
    scope.meter.depth += 1
    try:
        return placed(_evaluate(expression, scope, origin), origin)
    finally:
        scope.meter.depth -= 1


def _evaluate(expression: Expression, scope: Scope, origin: Origin | None) -> Value:
    match expression:
        case Constant(text, kind):
            return constant(text, kind, origin)
        case Placed(inner, place):
            return evaluate(inner, scope, place)
        case Access():
            return _access(expression, scope, origin)
        case Call():
            return _call(expression, scope, origin)
        case ListOf(items):
            return Listing(tuple(evaluate(item, scope, origin) for item in items), origin)
        case ObjectOf():
            return _object(expression, scope, origin)
        case Conditional():
            return _conditional(expression, scope, origin)
        case Template() | Unary() | Binary():
            return _operation(expression, scope, origin)
    return _not_evaluated(expression, scope)


def _operation(expression: Template | Unary | Binary, scope: Scope, origin: Origin | None) -> Value:
    match expression:
        case Template(parts):
            return _template(tuple(evaluate(part, scope, origin) for part in parts))
        case Unary(operator, operand):
            return _unary(operator, evaluate(operand, scope, origin))
        case Binary(operator, left, right):
            return binary(operator, evaluate(left, scope, origin), evaluate(right, scope, origin))


def _not_evaluated(expression: For | Unreadable | Name, scope: Scope) -> Value:
    match expression:
        case For(_, _, text):
            identity_ = derived(f"{scope.id}#{text}")
            return Unknown("a for expression is not computed", None, identity_)
        case Unreadable(reason, refused):
            return Failure(reason) if refused else Unknown(reason)
        case Name(name):
            return Failure(f"{name} alone refers to nothing")


def _access(access: Access, scope: Scope, origin: Origin | None) -> Value:
    steps = tuple(_step_of(step, scope, origin) for step in access.steps)
    if isinstance(access.base, Name):
        return scope.look_up(access.base.name, steps)
    return follow(evaluate(access.base, scope, origin), steps)


def _step_of(step: Attribute | Index | Splat, scope: Scope, origin: Origin | None) -> Step:
    if isinstance(step, Splat):
        return step
    if isinstance(step, Attribute):
        return Text((step.name,))
    return evaluate(step.key, scope, origin)


def _call(call: Call, scope: Scope, origin: Origin | None) -> Value:
    if call.function in ("try", "can"):
        scope.meter.trying += 1
    arguments = tuple(evaluate(each, scope, origin) for each in call.arguments)
    if call.function in ("try", "can"):
        scope.meter.trying -= 1
    if call.expands:
        *first, last = arguments
        if not isinstance(last, Listing) or not functions.is_exact(last):
            return Unknown(f"the arguments of {call.function}() are not known")
        arguments = (*first, *last.values)
    return functions.call(call.function, arguments)


def _object(expression: ObjectOf, scope: Scope, origin: Origin | None) -> Value:
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}
    for key, item in expression.items:
        name = evaluate(key, scope, origin)
        text = known(name)
        if text is None:
            return Unknown("a key of the object is not known", origin)
        fields[text] = evaluate(item, scope, origin)
        place = key.origin if isinstance(key, Placed) else origin
        if place is not None:
            keys[text] = place
    return Record(fields, origin, keys)


def _conditional(expression: Conditional, scope: Scope, origin: Origin | None) -> Value:
    test = evaluate(expression.test, scope, origin)
    if isinstance(test, Failure):
        return test
    guard = as_guard(test, expression.text)
    if guard is None:
        return Unknown(f"the condition {expression.text} is not known", origin)
    # Only the branch that is taken may fail, and only it may refer back to itself.
    if guard is True:
        return relying_on(evaluate(expression.then, scope, origin), test)
    if guard is False:
        return relying_on(evaluate(expression.otherwise, scope, origin), test)
    then = evaluate(expression.then, scope, origin)
    otherwise = evaluate(expression.otherwise, scope, origin)
    return relying_on(choose(guard, then, otherwise, origin), test)


def _template(parts: tuple[Value, ...]) -> Value:
    return lifted(parts, _joined)


def _joined(parts: tuple[Value, ...]) -> Value:
    texts = []
    size = 0
    for part in parts:
        if isinstance(part, Failure):
            return part
        structured = isinstance(part, (Listing, Record))
        text = json_text(part) if structured else as_text(part)
        if text is None:
            reason = part.reason if isinstance(part, Unknown) else "a part of the text is not text"
            return Unknown(reason)
        size += sum(len(each) for each in text.parts if isinstance(each, str))
        if size > TEXT_CAP or len(text.parts) > TEXT_CAP:
            return Unknown(f"the text is longer than {TEXT_CAP} characters")
        texts.append(text)
    return join(texts)


# -- operators -----------------------------------------------------------------------------------


def _unary(operator: str, operand: Value) -> Value:
    if isinstance(operand, Failure):
        return operand
    if operator == "!":
        guard = as_guard(operand)
        return _unknown("!{}", operand) if guard is None else _with(truth(opposite(guard)), operand)
    found = number_of(operand)
    return _unknown("-{}", operand) if found is None else _with(number(-found), operand)


def binary(operator: str, left: Value, right: Value) -> Value:
    """The result of an operator; choices among the operands become a choice of results."""
    if operator in ("&&", "||"):
        return _logical(operator, left, right)
    return lifted((left, right), lambda pair: _with(_binary(operator, *pair), *pair))


def _logical(operator: str, left: Value, right: Value) -> Value:
    one, two = as_guard(left), as_guard(right)
    decisive = operator == "||"
    if one is decisive:
        return _with(truth(decisive), left)
    if two is decisive:
        return _with(truth(decisive), right)
    for each in (left, right):
        if isinstance(each, Failure):
            return each
    if one is None or two is None:
        return _unknown(f"{{}} {operator}", left, right)
    return _with(truth((either if decisive else both)(one, two)), left, right)


def _binary(operator: str, left: Value, right: Value) -> Value:
    for each in (left, right):
        if isinstance(each, Failure):
            return each
    if operator in ("==", "!="):
        guard = equal(left, right)
        if guard is None:
            # Whichever way round it is written, it is the same question.
            ordered = sorted((left, right), key=lambda each: identity(each) or "")
            unknown = _unknown("({} equal)", *ordered)
            guard = as_guard(unknown)
            if guard is None:
                return unknown
        return truth(guard if operator == "==" else opposite(guard))
    one, two = number_of(left), number_of(right)
    if one is None or two is None:
        return _unknown(f"({{}} {operator})", left, right)
    if operator in _COMPARISONS:
        return truth(_COMPARISONS[operator](one, two))
    if operator in ("/", "%") and two == 0:
        return Failure("a division by zero")
    return number(_ARITHMETIC[operator](one, two))


_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lt, ">": gt, "<=": le, ">=": ge,
}  # fmt: skip
_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": add, "-": sub, "*": mul, "/": truediv, "%": mod,
}  # fmt: skip


def _unknown(how: str, *operands: Value) -> Unknown:
    reason = next((each.reason for each in operands if isinstance(each, Unknown)), "")
    return not_computed(how, operands, reason or "an operand is not known")


def _with(value: Value, *operands: Value) -> Value:
    return relying_on(value, *operands)


# -- steps ---------------------------------------------------------------------------------------


def follow(value: Value, steps: tuple[Step, ...], open_ended: bool = False) -> Value:
    """What stands at the end of ``steps``.

    ``open_ended`` says that the value may have attributes that are not written, as resources do:
    what is missing is then unknown and no failure.
    """
    for index, step in enumerate(steps):
        if isinstance(step, Splat):
            return _each(value, steps[index + 1 :], open_ended)
        value = _into(value, step, open_ended)
    return value


def _each(value: Value, rest: tuple[Step, ...], open_ended: bool) -> Value:
    if isinstance(value, Unknown):
        return value if isinstance(value, Failure) else stepped(value, "[*]")
    if isinstance(value, Absent):
        return Listing(())
    if isinstance(value, Choice):
        return lifted((value,), lambda one: _each(one[0], rest, open_ended))
    return Listing(
        tuple(
            item if _is_missing(item) else follow(item, rest, open_ended)
            for item in elements(value)
        )
    )


def _is_missing(item: Value) -> bool:
    return isinstance(item, Absent) and not isinstance(item, Null)


def _into(value: Value, key: Value, open_ended: bool) -> Value:
    if isinstance(value, Choice) or isinstance(key, Choice):
        return lifted((value, key), lambda pair: _one_step(pair[0], pair[1], open_ended))
    return _one_step(value, key, open_ended)


def _one_step(value: Value, key: Value, open_ended: bool) -> Value:
    if isinstance(value, Failure):
        return value
    if isinstance(key, Failure):
        return key
    name = known(key)
    if isinstance(value, Unknown):
        return stepped(value, f".{name}") if name is not None else Unknown(value.reason)
    if name is None:
        return not_computed("({})", (value, key), "the index is not known")
    if isinstance(value, Listing):
        return _item(value, name, open_ended)
    if isinstance(value, Record):
        if name in value.fields:
            return value.fields[name]
        if name == "0" and open_ended:
            return value  # a block that is written once
    if isinstance(value, Text) and known(value) is None and not isinstance(value, Typed):
        return not_computed("({})", (value, key), "what it holds is not known")
    reason = f"there is no {name}"
    return Unknown(reason) if open_ended and not isinstance(value, Text) else Failure(reason)


def _item(value: Listing, name: str, open_ended: bool) -> Value:
    if not name.isdecimal() or len(name) > 9:
        return Failure(f"a list has no {name}")
    index = int(name)
    # An item that may be missing, or be many, moves all that follow it.
    if not functions.is_exact(Listing(value.values[: index + 1])):
        chosen = value.values[index] if index < len(value.values) else None
        before = functions.is_exact(Listing(value.values[:index]))
        if chosen is not None and before and isinstance(chosen, Unknown):
            return Unknown(chosen.reason, chosen.origin)
        if chosen is not None and before and isinstance(chosen, Choice):
            return chosen if not _may_be_missing(chosen) else Unknown("the item may be missing")
        return Unknown("the number of items before it is not known")
    if index < len(value.values):
        return value.values[index]
    return Unknown("the item may be there") if open_ended else Failure(f"there is no item {index}")


def _may_be_missing(value: Value) -> bool:
    if isinstance(value, Choice):
        return _may_be_missing(value.then) or _may_be_missing(value.otherwise)
    return isinstance(value, (Unknown, Absent)) and not isinstance(value, Null)
