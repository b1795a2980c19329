"""What operators and functions of Terraform's language ask of values: kinds, texts, guards.

Terraform's values have types and ours are texts; ``Typed`` keeps the type where it is known, for
``==`` and ``jsonencode``. What cannot be computed keeps an identity where it has one: a pure
function of equal arguments is the same value twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from hashlib import sha256

from passrole.stacks.terraform.expressions import Kind
from passrole.values import (
    ANYTHING,
    EVERYWHERE,
    Absent,
    AllOf,
    Alphabet,
    AnyOf,
    Choice,
    Fact,
    Guard,
    Hole,
    Listing,
    Not,
    Origin,
    Part,
    Record,
    Text,
    Unknown,
    Value,
    World,
    choose,
    facts_in,
    with_defaults,
)

CONDITION_CAP = 6
"""How many conditions one operation is split over before its result is unknown."""
TEXT_CAP = 1 << 20
"""How long a text may grow through templates and functions."""
IDENTITY_CAP = 500
"""How long the identity of something that is not computed may be."""

_OWNERS = re.compile(r"[^\s(\[{,+=]*[#@]")
"""The stacks and targets inside an identity: a person reads ``lower(var.x)``."""

BOOLEAN = Alphabet("true or false", choices=frozenset({"true", "false"}))


_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")


class Typed(Text):
    """A number or a boolean."""

    __slots__ = ("kind",)

    def __init__(
        self,
        parts: tuple[Part, ...],
        kind: Kind,
        origin: Origin | None = None,
        defaults: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(parts, origin, defaults)
        self.kind = kind

    def at(self, origin: Origin | None) -> Text:
        """The same value, written at ``origin``."""
        return Typed(self.parts, self.kind, origin, self.defaults)

    def relying_on(self, defaults: frozenset[str]) -> Text:
        """The same value, known to rely on more defaults."""
        return Typed(self.parts, self.kind, self.origin, self.defaults | defaults)


class Null(Absent):
    """Terraform's null. In a list it counts as an item, as an absent item does not."""

    __slots__ = ()


class Failure(Unknown):
    """What Terraform itself would refuse: ``try`` passes over it, all else hands it on."""

    __slots__ = ()


TRUE = Typed(("true",), "bool")
FALSE = Typed(("false",), "bool")


def constant(text: str, kind: Kind, origin: Origin | None = None) -> Value:
    """A literal as a value; null is absence."""
    if kind == "null":
        return Null(origin)
    return Text((text,), origin) if kind == "string" else Typed((text,), kind, origin)


def number_of(value: Value) -> Decimal | None:
    """The number that a known value is, within sizes that people write."""
    text = value.known() if isinstance(value, Text) else None
    return Decimal(text) if text is not None and _NUMBER.fullmatch(text) else None


def number(value: Decimal) -> Value:
    """A number as Terraform writes it in text."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Typed((text,), "number")


def placed(value: Value, origin: Origin | None) -> Value:
    """The same value, written at ``origin``."""
    if origin is None:
        return value
    return value.at(origin) if isinstance(value, Text) else value._replace(origin=origin)


# -- identity ------------------------------------------------------------------------------------


def identity(value: Value) -> str | None:
    """A name that two values share only when they are equal, where there is one."""
    if isinstance(value, Text):
        marked = (json.dumps(part) if isinstance(part, str) else part.id for part in value.parts)
        kind = value.kind if isinstance(value, Typed) and value.known() is not None else ""
        text = kind + ("+".join(marked) or '""')
    elif isinstance(value, Unknown):
        text = value.id
    elif isinstance(value, Absent):
        text = "null"
    elif isinstance(value, Choice):
        return None
    else:
        items = value.values if isinstance(value, Listing) else value.fields.values()
        names = list(value.fields) if isinstance(value, Record) else None
        inner = []
        length = 0
        for item in items:
            each = identity(item)
            length += len(each or "")
            if each is None or length > IDENTITY_CAP:
                return None
            inner.append(each)
        if names is not None:
            inner = [f"{json.dumps(name)}={each}" for name, each in zip(names, inner, strict=True)]
        text = f"[{','.join(inner)}]" if names is None else f"{{{','.join(inner)}}}"
    return text if text and len(text) <= IDENTITY_CAP else None


def not_computed(how: str, arguments: tuple[Value, ...], reason: str) -> Unknown:
    """The result of ``how`` over ``arguments``: unknown, with an identity where they all have one.

    ``how`` holds ``{}`` where the arguments go.
    """
    names = [identity(each) for each in arguments]
    if None in names:
        return Unknown(reason)
    return Unknown(reason, None, derived(how.replace("{}", ", ".join(map(str, names)))))


def derived(text: str) -> str:
    """The identity of what ``text`` says in full, ending in words for people.

    The words leave out which stack a name belongs to, the digest does not.
    """
    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
    return f"{digest}#{_OWNERS.sub('', text)}"


def stepped(unknown: Unknown, step: str) -> Unknown:
    """A part of something unknown."""
    known = unknown.id and len(unknown.id) + len(step) <= IDENTITY_CAP
    return Unknown(unknown.reason, unknown.origin, unknown.id + step if known else "")


def as_text(value: Value, alphabet: Alphabet = ANYTHING) -> Text | None:
    """The text that a value is inside a template, a hole for an unknown that has an identity.

    None where there is none: a choice, a list, an unknown without identity.
    """
    if isinstance(value, Text):
        return value
    if isinstance(value, Failure) or not isinstance(value, Unknown) or not value.id:
        return None
    reference = value.id.rpartition("#")[2]
    return Text((Hole(value.id, alphabet, reference, value.reason),), value.origin)


# -- choices -------------------------------------------------------------------------------------


def lifted(
    values: tuple[Value, ...], function: Callable[[tuple[Value, ...]], Value], deep: bool = False
) -> Value:
    """``function`` of values none of which is a choice, asked in every world that matters.

    ``deep`` decides the choices among the items of lists too, and leaves out the absent ones.
    """
    facts: set[Fact] = set()
    for value in values:
        facts.update(facts_in(value, deep=False))
        if deep and isinstance(value, Listing):
            for item in value.values:
                facts.update(facts_in(item, deep=False))
    if not facts and not deep:
        return function(values)
    if len(facts) > CONDITION_CAP:
        return Unknown(f"it depends on more than {CONDITION_CAP} conditions")
    ordered = sorted(facts, key=lambda fact: (fact.subject, fact.equals or ""))
    return _split(tuple(ordered), EVERYWHERE, values, function, deep)


def _split(
    facts: tuple[Fact, ...],
    world: World,
    values: tuple[Value, ...],
    function: Callable[[tuple[Value, ...]], Value],
    deep: bool,
) -> Value:
    values = tuple(_within(value, world, deep) for value in values)
    fact = next((each for each in facts if world.decides(each) is None), None)
    if fact is None:
        return function(values)
    rest = tuple(each for each in facts if each != fact)
    with_it, without = (world.joined(World(((fact, holds),))) for holds in (True, False))
    if with_it is None or without is None:
        return _split(rest, with_it or without or world, values, function, deep)
    then = _split(rest, with_it, values, function, deep)
    otherwise = _split(rest, without, values, function, deep)
    if isinstance(then, Text) and isinstance(otherwise, Text) and then == otherwise:
        return then.relying_on(otherwise.defaults)
    return choose(fact, then, otherwise)


def _within(value: Value, world: World, deep: bool) -> Value:
    while isinstance(value, Choice):
        holds = world.holds(value.guard)
        if holds is None:
            return value
        value = value.then if holds else value.otherwise
    if deep and isinstance(value, Listing):
        items = (_within(item, world, False) for item in value.values)
        kept = (item for item in items if isinstance(item, Null) or not isinstance(item, Absent))
        return Listing(tuple(kept), value.origin)
    return value


def leaves(value: Value) -> Iterator[Value]:
    """What a value may turn out to be, choices taken apart."""
    if isinstance(value, Choice):
        yield from leaves(value.then)
        yield from leaves(value.otherwise)
    else:
        yield value


def defaults_of(value: Value) -> frozenset[str]:
    """The defaults that a test relies on."""
    found = (leaf.defaults for leaf in leaves(value) if isinstance(leaf, Text))
    return frozenset[str]().union(*found)


# -- guards --------------------------------------------------------------------------------------


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
        return Fact(value.id, None, text or value.id)
    return None


def _fact(hole: Hole, text: str) -> Guard:
    reference = hole.reference or hole.id
    if hole.alphabet.choices == BOOLEAN.choices:
        yes = Fact(hole.id, "true", reference)
        return yes if text == "true" else Not(yes)
    return Fact(hole.id, text, f"{reference} is {text}")


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


def opposite(guard: Guard) -> Guard:
    """Negation."""
    if isinstance(guard, bool):
        return not guard
    return guard.guard if isinstance(guard, Not) else Not(guard)


def truth(guard: Guard) -> Value:
    """A boolean that a guard decides."""
    return choose(guard, TRUE, FALSE)


def equal(left: Value, right: Value) -> Guard | None:
    """When two values, neither of them a choice, are equal; None where nobody can say."""
    if isinstance(left, Absent) or isinstance(right, Absent):
        return _null_equals(left, right)
    if not isinstance(left, Text) or not isinstance(right, Text):
        return None
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
        return _fact(hole, two) if hole.alphabet.admits_text(two) else False
    literals = [part for part in left.parts if isinstance(part, str)]
    first_part, last_part = left.parts[0], left.parts[-1]
    if isinstance(first_part, str) and not two.startswith(first_part):
        return False
    if isinstance(last_part, str) and not two.endswith(last_part):
        return False
    return None if sum(map(len, literals)) <= len(two) else False


def _null_equals(left: Value, right: Value) -> Guard | None:
    if isinstance(left, Absent) and isinstance(right, Absent):
        return True
    other = right if isinstance(left, Absent) else left
    if isinstance(other, (Listing, Record)):
        return False
    return False if isinstance(other, Text) and other.known() is not None else None


# -- JSON ----------------------------------------------------------------------------------------


def json_text(value: Value) -> Text | None:
    """What ``jsonencode`` writes, None where a part of the value is not known to be what.

    Keys are sorted and ``<``, ``>``, ``&`` escaped, as Terraform does it.
    """
    parts: list[Part] = []
    defaults: list[frozenset[str]] = []
    waiting: list[Value | str] = [value]
    size = 0
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            parts.append(current)
        elif isinstance(current, Text):
            quote = () if isinstance(current, Typed) else ('"',)
            inner = (_escaped(each) if isinstance(each, str) else each for each in current.parts)
            parts.extend((*quote, *inner, *quote))
            defaults.append(current.defaults)
        elif isinstance(current, Absent):
            parts.append("null")
        elif isinstance(current, (Listing, Record)):
            waiting.extend(reversed(_json_pieces(current)))
        else:
            return None
        size += len(parts[-1]) if parts and isinstance(parts[-1], str) else 1
        if max(size, len(parts), len(waiting)) > TEXT_CAP:
            return None
    return Text(parts, None, frozenset[str]().union(*defaults))


def _json_pieces(value: Listing | Record) -> list[Value | str]:
    pieces: list[Value | str] = []
    if isinstance(value, Listing):
        for item in value.values:
            pieces += (",", item) if pieces else (item,)
        return ["[", *pieces, "]"]
    for name in sorted(value.fields):
        key = f'"{_escaped(name)}":'
        pieces += (f",{key}" if pieces else key, value.fields[name])
    return ["{", *pieces, "}"]


def _escaped(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def relying_on(value: Value, *tests: Value) -> Value:
    """``value``, known to rely on the defaults of ``tests`` as well."""
    defaults = frozenset[str]().union(*(defaults_of(test) for test in tests))
    return with_defaults(value, defaults)


__all__ = [
    "BOOLEAN", "FALSE", "TEXT_CAP", "TRUE", "Failure", "Null", "Typed", "as_guard", "as_text",
    "both", "constant", "defaults_of", "either", "equal", "identity", "json_text", "leaves",
    "lifted", "not_computed", "number", "number_of", "opposite", "placed", "relying_on", "stepped",
    "truth",
]  # fmt: skip
