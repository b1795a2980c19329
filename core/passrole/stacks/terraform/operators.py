"""The operators of the language over values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import add, ge, gt, le, lt, mod, mul, sub, truediv

from passrole.stacks.terraform.decisions import (
    as_guard,
    both,
    either,
    equal,
    truth,
)
from passrole.stacks.terraform.operands import (
    Failure,
    identity,
    lifted,
    not_computed,
    number,
    number_of,
    relying_on,
)
from passrole.values import (
    Unknown,
    Value,
    opposite,
)


def unary(operator: str, operand: Value) -> Value:
    """The result of ``!`` or ``-``."""
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
        return _unknown(f"({{}} {operator} {{}})", left, right)
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
            unknown = _unknown("({} == {})", *ordered)
            guard = as_guard(unknown)
            if guard is None:
                return unknown
        return truth(guard if operator == "==" else opposite(guard))
    one, two = number_of(left), number_of(right)
    if one is None or two is None:
        return _unknown(f"({{}} {operator} {{}})", left, right)
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
