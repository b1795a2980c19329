"""What operators and functions of Terraform's language ask of values: kinds, texts, guards.

Terraform's values have types and ours are texts; ``Typed`` keeps the type where it is known, for
``==`` and ``jsonencode``. What cannot be computed keeps an identity where it has one: a pure
function of equal arguments is the same value twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256

from passrole.stacks.terraform.expressions import Kind
from passrole.values import (
    ANYTHING,
    Absent,
    Alphabet,
    Choice,
    Fact,
    Hole,
    Listing,
    Origin,
    Part,
    Record,
    Text,
    Unknown,
    Value,
    World,
    facts_in,
    leaves,
    over_facts,
    with_defaults,
)

CONDITION_CAP = 6
"""How many conditions one operation is split over before its result is unknown."""
TEXT_CAP = 1 << 20
"""How long a text may grow through templates and functions."""
PARTS_CAP = 1 << 16
"""How many parts JSON text may be put together from."""
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


class SetListing(Listing):
    """A set: whoever goes through it has each item as its key as well."""

    __slots__ = ()


class OpenRecord(Record):
    """A resource or a data source as one value: it may have attributes that are not among these."""

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
    if origin is None or value.origin is origin:
        return value
    return value.at(origin) if isinstance(value, Text) else value._replace(origin=origin)


# -- identity ------------------------------------------------------------------------------------


def identity(value: Value) -> str | None:
    """A name that two values share only when they are equal, where there is one."""
    if isinstance(value, Text):
        if isinstance(value, Typed) and (known := value.known()) is not None:
            return known  # without quotes, unlike a text
        marked = (json.dumps(part) if isinstance(part, str) else part.id for part in value.parts)
        text = "+".join(marked) or '""'
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

    ``how`` holds ``{}`` where all the arguments go, or one for each.
    """
    names: list[str] = []
    for each in arguments:
        name = identity(each)
        if name is None:
            return Unknown(reason)
        names.append(name)
    if how.count("{}") < 2:
        names = [", ".join(names)]
    return Unknown(reason, None, derived(how.format(*names)))


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
    return over_facts(
        ordered, lambda world: function(tuple(_within(value, world, deep) for value in values))
    )


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


def defaults_of(value: Value) -> frozenset[str]:
    """The defaults that a test relies on."""
    found = (leaf.defaults for leaf in leaves(value) if isinstance(leaf, Text))
    return frozenset[str]().union(*found)


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
        if size > TEXT_CAP or max(len(parts), len(waiting)) > PARTS_CAP:
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
