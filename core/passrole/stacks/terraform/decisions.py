"""Booleans of the language as guards: when a value is true, when two values are equal."""

from __future__ import annotations

from passrole.stacks.terraform.operands import BOOLEAN, FALSE, TRUE, Typed, number_of
from passrole.values import (
    Absent,
    AllOf,
    AnyOf,
    Choice,
    Fact,
    Guard,
    Hole,
    Listing,
    Not,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    opposite,
)


def as_guard(value: Value, text: str = "") -> Guard | None:
    """When a value is true; ``text`` is how a person reads it. None where nobody can say."""
    if isinstance(value, Choice):
        then, otherwise = as_guard(value.then, text), as_guard(value.otherwise, text)
        if then is None or otherwise is None:
            return None
        return either(both(value.guard, then), both(opposite(value.guard), otherwise))
    if isinstance(value, Text):
        known = value.known()
        if known in ("true", "false"):
            return known == "true"
        if known is None and len(value.parts) == 1 and isinstance(value.parts[0], Hole):
            return _fact(value.parts[0], "true")
        return None
    if isinstance(value, Unknown) and value.id:
        return Fact(value.id, None, text or value.id.rpartition("#")[2])
    return None


def _fact(hole: Hole, text: str, shown: str = "") -> Guard:
    reference = hole.reference or hole.id
    if hole.alphabet.choices == BOOLEAN.choices:
        yes = Fact(hole.id, "true", reference)
        return yes if text == "true" else Not(yes)
    return Fact(hole.id, text, f"{reference} is {shown or text}")


def both(left: Guard, right: Guard) -> Guard:
    """Conjunction, decided where it can be."""
    if left is False or right is False:
        return False
    if left is True or left == right:
        return right
    return left if right is True else AllOf((left, right))


def either(left: Guard, right: Guard) -> Guard:
    """Disjunction, decided where it can be."""
    if left is True or right is True:
        return True
    if left is False or left == right:
        return right
    return left if right is False else AnyOf((left, right))


def truth(guard: Guard) -> Value:
    """A boolean that a guard decides."""
    return choose(guard, TRUE, FALSE)


def equal(left: Value, right: Value) -> Guard | None:
    """When two values, neither of them a choice, are equal; None where nobody can say."""
    if isinstance(left, Absent) or isinstance(right, Absent):
        return _null_equals(left, right)
    if not isinstance(left, Text) or not isinstance(right, Text):
        return _of_other_kinds(left, right)
    one, two = left.known(), right.known()
    if one is not None and two is not None:
        first, second = number_of(left), number_of(right)
        same = one == two or (
            first is not None and first == second
            and isinstance(left, Typed) and isinstance(right, Typed)
        )  # fmt: skip
        if same:
            kinds = {each.kind if isinstance(each, Typed) else "string" for each in (left, right)}
            # Terraform holds 5 and "5" for different; an argument may have been converted before.
            return True if len(kinds) == 1 else None
        return False
    if left == right:
        return True
    if one is not None:
        left, right, two = right, left, one
    if two is None:
        return None
    if len(left.parts) == 1 and isinstance(left.parts[0], Hole):
        hole = left.parts[0]
        return _fact(hole, two, str(right)) if hole.alphabet.admits_text(two) else False
    literals = [part for part in left.parts if isinstance(part, str)]
    first_part, last_part = left.parts[0], left.parts[-1]
    if isinstance(first_part, str) and not two.startswith(first_part):
        return False
    if isinstance(last_part, str) and not two.endswith(last_part):
        return False
    return None if sum(map(len, literals)) <= len(two) else False


def _of_other_kinds(left: Value, right: Value) -> Guard | None:
    """A text is no list, and neither is a map; what two lists hold is not compared."""
    for each in (left, right):
        if isinstance(each, Unknown) or (isinstance(each, Text) and each.known() is None):
            return None
    kinds = (Text, Listing, Record)
    same = any(isinstance(left, kind) and isinstance(right, kind) for kind in kinds)
    return None if same else False


def _null_equals(left: Value, right: Value) -> Guard | None:
    if isinstance(left, Absent) and isinstance(right, Absent):
        return True
    other = right if isinstance(left, Absent) else left
    if isinstance(other, (Listing, Record)):
        return False
    return False if isinstance(other, Text) and other.known() is not None else None
