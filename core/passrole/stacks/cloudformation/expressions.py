"""What every intrinsic function needs: values as texts, identities, functions over choices."""

from __future__ import annotations

from collections.abc import Callable

from passrole.stacks.cloudformation.scope import Scope
from passrole.values import (
    ANYTHING,
    LITERAL,
    Absent,
    Choice,
    Hole,
    Listing,
    Origin,
    Part,
    Record,
    Text,
    Unknown,
    Value,
    facts_in,
    join,
    over_facts,
    with_defaults,
    within,
)

FACT_CAP = 4
"""A function of values that depend on more facts does not follow each of their combinations."""

TEXT_CAP = 1 << 17
"""Longer texts are not built: a few references can double a text many times over."""

_LINE = 80
_DIGEST = 32
DYNAMIC = "{{resolve:"
"""How a dynamic reference begins."""
_SSM = "{{resolve:ssm:"


def derived_id(text: Text, suffix: str = "") -> str:
    """The id of what is made of a text: one for equal texts. Its end is what messages show.

    It holds a digest of the text, since ids that hold ids would double in length.
    """
    from hashlib import sha256  # noqa: PLC0415 - loads OpenSSL, which not every template needs

    whole = "".join(part if isinstance(part, str) else f"${{{part.id}}}" for part in text.parts)
    digest = sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    shown = "".join(
        str(part).removeprefix("${").removesuffix("}") if isinstance(part, Hole) else part
        for part in text.shown.parts
    )
    shown = short(" ".join(shown.replace("@", " ").replace("#", " ").split()))
    return f"{digest}@{shown}{suffix}"


def import_id(name: Text, target_id: str) -> str:
    """The id of what is exported under a name in a target."""
    known = name.known()
    hidden = known is None or name.shown is not name
    return f"{target_id}@import:{derived_id(name) if hidden else known}"


def written(text: Text) -> str:
    """How the source writes a text, short enough for a message."""
    if len(text.parts) == 1 and isinstance(text.parts[0], Hole):
        return short(text.parts[0].reference or text.parts[0].id)
    return short(f'!Sub "{text}"' if any(text.holes) else f'"{text}"')


def short(words: str) -> str:
    """Words cut to a line."""
    return words if len(words) <= _LINE else f"{words[: _LINE - 1]}…"


def source_of(origin: Origin) -> str:
    """The source of a node as a reference, where it is one short line; else nothing."""
    node = origin.node
    if node.made is not None or node.end - node.start > _LINE:
        return ""
    text = origin.code
    return "" if "\n" in text or "\r" in text else text


def placed(value: Value, origin: Origin) -> Value:
    """The same value, written at ``origin``."""
    if isinstance(value, Text):
        return value.at(origin)
    if isinstance(value, Choice):
        return Choice(
            value.guard, placed(value.then, origin), placed(value.otherwise, origin), origin
        )
    return value._replace(origin=origin)


def text_of(value: Value, hole_id: str) -> Text:
    """A value as text. What is none becomes a hole, with the value's own id or ``hole_id``."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Absent):
        return Text(())
    if isinstance(value, Unknown):
        return Text((Hole(value.id or hole_id, ANYTHING, "", value.reason),), value.origin)
    if isinstance(value, Listing):
        items = [text_of(item, f"{hole_id}[{at}]") for at, item in enumerate(value.values)]
        return join(items, ",", value.origin)
    if isinstance(value, Record):
        reason = "an object stands where a text is expected"
    else:
        reason = "it depends on too many conditions"
    return Text((Hole(hole_id, ANYTHING, "", reason),), value.origin)


def joined(scope: Scope, pieces: list[Text | str], separator: str, origin: Origin) -> Value:
    """One text of many, its dynamic references found; an unknown where it would grow too long."""
    size = sum(_length(piece) if isinstance(piece, Text) else len(piece) for piece in pieces)
    if size + len(separator) * len(pieces) > TEXT_CAP:
        return Unknown(f"the text is longer than {TEXT_CAP} characters", origin)
    return with_dynamic_references(scope, join(pieces, separator, origin), origin)


def relying_on(scope: Scope, value: Value, defaults: frozenset[str], origin: Origin) -> Value:
    """The same value, its texts known to rely on parameter defaults."""
    if defaults and not scope.afford(size_of(value)):
        return too_much(origin)
    return with_defaults(value, defaults)


def too_much(origin: Origin) -> Unknown:
    """The answer where resolving more would take too long."""
    return Unknown("the template takes too much work to resolve", origin)


def size_of(value: Value) -> int:
    """How much work it is to go through a value once."""
    if isinstance(value, Text):
        return 1 + len(value.parts) + _length(value) // _LINE
    if isinstance(value, Listing):
        return 1 + sum(map(size_of, value.values))
    if isinstance(value, Record):
        return 1 + sum(map(size_of, value.fields.values()))
    if isinstance(value, Choice):
        return 1 + size_of(value.then) + size_of(value.otherwise)
    return 1


def _length(text: Text) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in text.parts)


def over_choices(
    scope: Scope,
    values: tuple[Value, ...],
    build: Callable[[tuple[Value, ...]], Value],
    origin: Origin,
) -> Value:
    """What ``build`` makes of the values, as a choice where they hold choices.

    Where there are more than ``FACT_CAP`` facts, ``build`` gets the choices as they are.
    """
    if not scope.afford(sum(map(size_of, values))):
        return too_much(origin)
    facts = {(fact.subject, fact.equals): fact for fact in facts_in(Listing(values))}
    if not facts or len(facts) > FACT_CAP:
        return build(values)
    order = sorted(facts.values(), key=lambda fact: (fact.subject, fact.equals or ""))
    return over_facts(
        order, lambda world: build(tuple(within(value, world) for value in values)), origin
    )


def with_dynamic_references(scope: Scope, value: Value, origin: Origin) -> Value:
    """The value with ``{{resolve:service:key}}`` read: CloudFormation does that last of all.

    What another stack of the scan keeps in an SSM parameter is known; all else is a hole. The same
    reference has the same value in one account and region, so its text is its identity.
    """
    if not isinstance(value, Text):
        return value
    if not any(isinstance(part, str) and DYNAMIC in part for part in value.parts):
        return value
    parts: list[Part] = []
    pending: list[Part] = []
    for part in value.parts:
        if isinstance(part, Hole):
            (pending or parts).append(part)
            continue
        rest = part
        while rest:
            if pending:
                inside, closed, rest = rest.partition("}}")
                pending.append(inside + closed)
                if closed:
                    parts.extend(_dynamic(scope, Text(pending), origin))
                    pending = []
            else:
                before, opened, rest = rest.partition(DYNAMIC)
                parts.append(before)
                if opened:
                    pending = [opened]
    return Text([*parts, *pending], value.origin, value.defaults)


def _dynamic(scope: Scope, reference: Text, origin: Origin) -> tuple[Part, ...]:
    """What stands for one dynamic reference."""
    plain = str(reference).startswith(_SSM)
    found = scope.stored(_parameter_name(reference), origin) if plain else None
    if found is not None:
        return found.parts
    return (
        Hole(
            f"{scope.target.id}/{derived_id(reference)}",
            ANYTHING if plain else LITERAL,
            short(str(reference)),
            "the value is stored outside of the template",
        ),
    )


def _parameter_name(reference: Text) -> Text:
    """The name in ``{{resolve:ssm:name}}``; with a version, as it is written: no such name."""
    first, *rest = reference.parts
    parts = [str(first).removeprefix(_SSM), *rest]
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].removesuffix("}}")
    return Text(parts)
