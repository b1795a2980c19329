"""Expressions to values. Whatever cannot be evaluated is unknown with a reason, never an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from passrole.stacks.terraform import functions
from passrole.stacks.terraform.collection_functions import is_exact
from passrole.stacks.terraform.comprehensions import Inner, comprehension, made_blocks
from passrole.stacks.terraform.decisions import (
    as_guard,
)
from passrole.stacks.terraform.expressions import (
    Access,
    Attribute,
    Binary,
    Call,
    Conditional,
    Constant,
    Dynamic,
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
from passrole.stacks.terraform.file_functions import FILE_FUNCTIONS, file_call
from passrole.stacks.terraform.operands import (
    TEXT_CAP,
    Failure,
    as_text,
    constant,
    json_text,
    lifted,
    placed,
    relying_on,
)
from passrole.stacks.terraform.operators import binary, unary
from passrole.stacks.terraform.scopes import (
    DEPTH_CAP,
    ITEMS_CAP,
    STEPS_CAP,
    TEMPLATES_CAP,
    Bound,
    Nowhere,
    Scope,
)
from passrole.stacks.terraform.steps import Step, follow
from passrole.values import (
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    join,
    key_of,
)


def evaluate(expression: Expression, scope: Scope, origin: Origin | None = None) -> Value:
    """The value of an expression in a scope; values made on the way are placed at ``origin``."""
    meter = scope.meter
    if meter.depth >= DEPTH_CAP or meter.steps >= STEPS_CAP or meter.items > ITEMS_CAP:
        return Unknown(meter.refusal(), origin)
    levels = 1
    if type(expression) is Placed:
        # An item of a list or an object stands at its own place, not at that of the whole.
        expression, origin = expression
        levels = 2
    meter.steps += levels
    if type(expression) is Constant:
        return constant(expression.text, expression.kind, origin)  # as most are
    meter.depth += levels
    try:
        return placed(_HOW[type(expression)](expression, scope, origin), origin)
    finally:
        meter.depth -= levels


def _constant(expression: Constant, scope: Scope, origin: Origin | None) -> Value:
    del scope
    return constant(expression.text, expression.kind, origin)


def _placed(expression: Placed, scope: Scope, origin: Origin | None) -> Value:
    del origin
    return evaluate(expression.expression, scope, expression.origin)


def _list(expression: ListOf, scope: Scope, origin: Origin | None) -> Value:
    return Listing(tuple(_items(expression.items, scope, origin)), origin)


def _text(expression: Template, scope: Scope, origin: Origin | None) -> Value:
    return _template(tuple(evaluate(part, scope, origin) for part in expression.parts))


def _unary(expression: Unary, scope: Scope, origin: Origin | None) -> Value:
    return unary(expression.operator, evaluate(expression.operand, scope, origin))


def _binary(expression: Binary, scope: Scope, origin: Origin | None) -> Value:
    left = evaluate(expression.left, scope, origin)
    return binary(expression.operator, left, evaluate(expression.right, scope, origin))


def _for(expression: For, scope: Scope, origin: Origin | None) -> Value:
    collection = evaluate(expression.collection, scope, origin)
    return comprehension(expression, collection, scope, _inner(scope, origin))


def _dynamic(expression: Dynamic, scope: Scope, origin: Origin | None) -> Value:
    return Listing(tuple(_blocks(expression, scope, origin)), origin)


def _unreadable(expression: Unreadable, scope: Scope, origin: Origin | None) -> Value:
    del scope, origin
    return Failure(expression.reason) if expression.refused else Unknown(expression.reason)


def _name(expression: Name, scope: Scope, origin: Origin | None) -> Value:
    del scope, origin
    return Failure(f"{expression.name} alone refers to nothing")


def _inner(scope: Scope, origin: Origin | None) -> Inner:
    def inner(expression: Expression, names: Mapping[str, Value]) -> Value:
        # A loop has the frames of three other expressions.
        scope.meter.depth += 2
        try:
            return evaluate(expression, Bound(scope, names), origin)
        finally:
            scope.meter.depth -= 2

    return inner


def _items(items: tuple[Expression, ...], scope: Scope, origin: Origin | None) -> Iterator[Value]:
    """The items of a list; a dynamic block among blocks stands for those that it makes."""
    for item in items:
        made = item.expression if isinstance(item, Placed) else item
        if isinstance(made, Dynamic):
            yield from _blocks(made, scope, item.origin if isinstance(item, Placed) else origin)
        else:
            yield evaluate(item, scope, origin)


def _blocks(expression: Dynamic, scope: Scope, origin: Origin | None) -> tuple[Value, ...]:
    collection = evaluate(expression.for_each, scope, origin)
    return made_blocks(expression, collection, origin, _inner(scope, origin))


def _access(access: Access, scope: Scope, origin: Origin | None) -> Value:
    steps = tuple(_step_of(step, scope, origin) for step in access.steps)
    if isinstance(access.base, Name):
        return scope.look_up(access.base.name, steps)
    return follow(evaluate(access.base, scope, origin), steps)


def _step_of(step: Attribute | Index | Splat, scope: Scope, origin: Origin | None) -> Step:
    if isinstance(step, Splat):
        return step
    if isinstance(step, Attribute):
        return _attribute(step.name)
    return evaluate(step.key, scope, origin)


@lru_cache(maxsize=4096)
def _attribute(name: str) -> Text:
    """The key that an attribute is; the same few are asked for again and again."""
    return Text((name,))


def _call(call: Call, scope: Scope, origin: Origin | None) -> Value:
    if call.function in ("try", "can"):
        scope.meter.trying += 1
    arguments = tuple(evaluate(each, scope, origin) for each in call.arguments)
    if call.function in ("try", "can"):
        scope.meter.trying -= 1
    if call.expands:
        *first, last = arguments
        if not isinstance(last, Listing) or not is_exact(last):
            return Unknown(f"the arguments of {call.function}() are not known")
        arguments = (*first, *last.values)
    if call.function in FILE_FUNCTIONS:
        return _of_file(call, arguments, scope, origin)
    return functions.call(call.function, arguments)


def _of_file(
    call: Call, arguments: tuple[Value, ...], scope: Scope, origin: Origin | None
) -> Value:
    meter = scope.meter
    if call.function == "templatefile" and meter.templates == TEMPLATES_CAP:
        return Unknown(f"templates stand in one another deeper than {TEMPLATES_CAP}", origin)

    def rendered(template: Expression, names: Mapping[str, Value]) -> Value:
        # A template has the frames of several other expressions.
        meter.depth += 4
        meter.templates += 1
        try:
            return evaluate(template, Bound(Nowhere(scope), names), origin)
        finally:
            meter.depth -= 4
            meter.templates -= 1

    return lifted(arguments, lambda values: file_call(call.function, values, scope.files, rendered))


def _object(expression: ObjectOf, scope: Scope, origin: Origin | None) -> Value:
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}
    for key, item in expression.items:
        name = evaluate(key, scope, origin)
        text = key_of(name)
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


# One step for each expression, where a chain of cases would try one kind after the other.
_HOW: Mapping[type[Expression], Callable[[Any, Scope, Origin | None], Value]] = {
    Access: _access, Binary: _binary, Call: _call, Conditional: _conditional,
    Constant: _constant, Dynamic: _dynamic, For: _for, ListOf: _list, Name: _name,
    ObjectOf: _object, Placed: _placed, Template: _text, Unary: _unary,
    Unreadable: _unreadable,
}  # fmt: skip
