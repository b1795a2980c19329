"""``for`` expressions and ``dynamic`` blocks over the elements of their collections."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from passrole.stacks.terraform.decisions import as_guard
from passrole.stacks.terraform.expressions import Dynamic, Expression, For
from passrole.stacks.terraform.function_rows import ITEM_CAP
from passrole.stacks.terraform.iteration import Entry, entries
from passrole.stacks.terraform.operands import (
    CONDITION_CAP,
    Failure,
    derived,
    identity,
    lifted,
    relying_on,
)
from passrole.stacks.terraform.scopes import Scope
from passrole.values import (
    ABSENT,
    AllOf,
    Fact,
    Guard,
    Listing,
    Origin,
    Record,
    Unknown,
    Value,
    World,
    choose,
    facts_in,
    key_of,
    known,
    over_facts,
    within,
)

Inner = Callable[[Expression, Mapping[str, Value]], Value]
"""Evaluates an expression in the scope around it, with names of its own."""


def comprehension(expression: For, collection: Value, scope: Scope, inner: Inner) -> Value:
    """What a ``for`` expression gives over a collection."""
    if isinstance(collection, Failure):
        return collection
    return lifted((collection,), lambda one: _over(expression, one[0], scope, inner))


def _over(expression: For, collection: Value, scope: Scope, inner: Inner) -> Value:
    if isinstance(collection, Unknown):
        named = identity(collection) or scope.id
        reason = f"what the for expression goes through is not known: {collection.reason}"
        return Unknown(reason, None, derived(f"{scope.id}#for({named}, {expression.text})"))
    found: list[tuple[Value, Value, Guard | None]] = []
    for count, entry in enumerate(entries(collection)):
        scope.meter.items += 1
        if count >= ITEM_CAP or scope.meter.refusal():
            return Unknown(scope.meter.refusal() or f"a loop over more than {ITEM_CAP} items")
        if entry.many:
            reason = getattr(entry.value, "reason", "") or "how many items there are is not known"
            found.append((ABSENT, Unknown(reason), entry.guard))
            continue
        names = _names(expression, entry)
        guard: Guard | None = entry.guard
        if expression.condition is not None:
            test = inner(expression.condition, names)
            if isinstance(test, Failure):
                return test
            guard = _narrowed(entry.guard, as_guard(test))
        if guard is not False:
            key = inner(expression.key, names) if expression.key is not None else ABSENT
            found.append((key, inner(expression.value, names), guard))
    return _listed(found) if expression.key is None else _object(expression, found)


def _names(expression: For, entry: Entry) -> dict[str, Value]:
    names = expression.names
    if len(names) == 1:
        return {names[0]: entry.value}
    return {names[0]: entry.key, names[1]: entry.value}


def _narrowed(guard: Guard, condition: Guard | None) -> Guard | None:
    if condition is None or condition is False:
        return condition
    if condition is True:
        return guard
    return condition if guard is True else AllOf((guard, condition))


def _listed(found: list[tuple[Value, Value, Guard | None]]) -> Value:
    return Listing(
        tuple(
            Unknown("whether the item is there is not known")
            if guard is None
            else choose(guard, value, ABSENT)
            for _, value, guard in found
        )
    )


def _object(expression: For, found: list[tuple[Value, Value, Guard | None]]) -> Value:
    """An object; one whose keys depend on conditions is a choice of objects."""
    facts: set[Fact] = set()
    for key, value, guard in found:
        text_known = known(key) is not None or any(facts_in(key, deep=False))
        if isinstance(key, Failure):
            return key
        if guard is None or not text_known:
            reason = value.reason if isinstance(value, Unknown) else "a key is not known"
            return Unknown(f"the object of a for expression is not known: {reason}")
        facts.update(facts_in(key, deep=False), facts_in(choose(guard, key, ABSENT), deep=False))
    if len(facts) > CONDITION_CAP:
        return Unknown(f"it depends on more than {CONDITION_CAP} conditions")
    ordered = sorted(facts, key=lambda fact: (fact.subject, fact.equals or ""))
    return over_facts(ordered, lambda world: _in_world(expression, found, world))


def _in_world(
    expression: For, found: list[tuple[Value, Value, Guard | None]], world: World
) -> Value:
    fields: dict[str, Value] = {}
    for key, value, guard in found:
        if guard is None or world.holds(guard) is not True:
            continue
        key_here = within(key, world)
        name = key_of(key_here)
        if name is None:
            return Unknown("a key of the object is not known")
        if expression.grouped:
            before = fields.get(name)
            earlier = before.values if isinstance(before, Listing) else ()
            fields[name] = Listing((*earlier, value))
        elif name in fields:
            return Failure(f"two elements of a for expression have the key {name}")
        else:
            fields[name] = relying_on(value, key_here)
    return Record(fields)


def made_blocks(
    expression: Dynamic, collection: Value, origin: Origin | None, inner: Inner
) -> tuple[Value, ...]:
    """The blocks that a ``dynamic`` block makes; an unknown stands for any number of them."""
    made: list[Value] = []
    for count, entry in enumerate(entries(collection)):
        if entry.many or count >= ITEM_CAP:
            reason = getattr(entry.value, "reason", "")
            words = f"how many {expression.label} blocks there are is not known: {reason}"
            made.append(choose(entry.guard, Unknown(words, origin), ABSENT))
            continue
        each = Record({"key": entry.key, "value": entry.value})
        block = inner(expression.content, {expression.iterator: each})
        made.append(choose(entry.guard, block, ABSENT))
    return tuple(made)
