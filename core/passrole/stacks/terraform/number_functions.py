"""Functions over numbers. Each answers None where it cannot say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from passrole.stacks.terraform.collection_functions import is_exact
from passrole.stacks.terraform.function_rows import Arguments, Function, Row
from passrole.stacks.terraform.operands import Failure, number, number_of
from passrole.values import Listing, Value, known

POWER_CAP = 64
"""How large an exponent may be."""


def _of_one(compute: Callable[[Decimal], Decimal]) -> Function:
    def run(arguments: Arguments) -> Value | None:
        found = number_of(arguments[0])
        return None if found is None else number(compute(found))

    return run


def _of_all(compute: Callable[[list[Decimal]], Decimal]) -> Function:
    def run(arguments: Arguments) -> Value | None:
        found = [number_of(each) for each in arguments]
        return None if None in found else number(compute([n for n in found if n is not None]))

    return run


def _signum(value: Decimal) -> Decimal:
    return Decimal((value > 0) - (value < 0))


def _pow(arguments: Arguments) -> Value | None:
    base, exponent = number_of(arguments[0]), number_of(arguments[1])
    if base is None or exponent is None or abs(exponent) > POWER_CAP or abs(base) > POWER_CAP**3:
        return None
    return number(base ** int(exponent)) if exponent == int(exponent) and exponent >= 0 else None


def _parse_int(arguments: Arguments) -> Value | None:
    text, base = known(arguments[0]), number_of(arguments[1])
    if text is None or base is None or not 2 <= base <= 36 or len(text) > POWER_CAP:
        return None
    if not re.fullmatch("-?[0-9a-zA-Z]+", text):
        return Failure(f"parseint() of {text}")
    try:
        return number(Decimal(int(text, int(base))))
    except ValueError:
        return Failure(f"parseint() of {text}")


def _sum(arguments: Arguments) -> Value | None:
    items = arguments[0]
    if not isinstance(items, Listing) or not is_exact(items):
        return None
    found = [number_of(each) for each in items.values]
    if not found:
        return Failure("sum() of an empty list")
    return None if None in found else number(sum((n for n in found if n is not None), Decimal()))


NUMBER_FUNCTIONS: Mapping[str, Row] = {
    "abs": Row(_of_one(abs), 1, 1),
    "ceil": Row(_of_one(lambda value: value.to_integral_value(ROUND_CEILING)), 1, 1),
    "floor": Row(_of_one(lambda value: value.to_integral_value(ROUND_FLOOR)), 1, 1),
    "max": Row(_of_all(max), 1, None),
    "min": Row(_of_all(min), 1, None),
    "parseint": Row(_parse_int, 2, 2),
    "pow": Row(_pow, 2, 2),
    "signum": Row(_of_one(_signum), 1, 1),
    "sum": Row(_sum, 1, 1, deep=True),
}
