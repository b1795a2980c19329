"""``count`` and ``for_each``: which instances of a block there are, and under which conditions.

Keys that are known give one instance each, with its own address and its own ``each``. Where they
are not known, one instance stands for all: ``each.key`` is then a hole that belongs to the value of
``for_each``, so blocks that go through the same collection agree about it, and the instance exists
in the world where that collection is not empty.
"""

from __future__ import annotations

import json

from passrole.records import NamedTuple
from passrole.stacks.terraform.blocks import Block
from passrole.stacks.terraform.decisions import (
    as_guard,
    either,
)
from passrole.stacks.terraform.iteration import entries
from passrole.stacks.terraform.operands import (
    Typed,
    derived,
    identity,
    number_of,
)
from passrole.stacks.terraform.operators import binary
from passrole.values import (
    ANYTHING,
    EVERYWHERE,
    AllOf,
    Fact,
    Guard,
    Hole,
    Not,
    Text,
    Unknown,
    Value,
    World,
    choose,
    known,
    leaves,
)

INSTANCE_CAP = 200
"""How many instances of one block are told apart."""


class Instance(NamedTuple):
    """One instance of a block, or the one that stands for all of them.

    ``key`` is the index that a reference names it by, None where the block has neither ``count``
    nor ``for_each``. ``bindings`` are what ``each.key``, ``each.value`` and ``count.index`` give.
    """

    block: Block
    address: str
    key: Text | None
    bindings: dict[tuple[str, str], Value]
    exists: Guard = True
    stands_for_many: bool = False

    def world(self, stack: str) -> World | None:
        """Where it exists, None for nowhere. What is no conjunction is a fact of its own."""
        world = _world(self.exists, True)
        if world is not None or self.exists is False:
            return world
        fact = Fact(f"{stack}#{self.address}", None, f"{self.address} exists")
        return World(((fact, True),))


def single(block: Block, address: str) -> tuple[Instance, ...]:
    """The instance of a block that is not repeated."""
    return (Instance(block, address, None, {}),)


def counted(block: Block, base: str, count: Value, stack: str) -> tuple[Instance, ...]:
    """The instances that ``count`` asks for; a count of at most one keeps the block's address."""
    numbers = [number_of(leaf) for leaf in leaves(count)]
    if any(each is None or not 0 <= each <= INSTANCE_CAP for each in numbers):
        return (_many(block, base, count, stack, ("count", "index")),)
    most = max((int(each) for each in numbers if each is not None), default=0)
    found = []
    for index in range(most):
        text = Typed((str(index),), "number")
        exists = as_guard(binary(">", count, text))
        address = base if most == 1 else f"{base}[{index}]"
        bindings: dict[tuple[str, str], Value] = {("count", "index"): text}
        guard = exists if exists is not None else True
        found.append(Instance(block, address, Text(text.parts), bindings, guard))
    return tuple(found)


def for_each(block: Block, base: str, collection: Value, stack: str) -> tuple[Instance, ...]:
    """The instances that ``for_each`` asks for; one stands for all whose keys are not known."""
    found: dict[str, tuple[Guard, Value]] = {}
    others: list[Value] = []
    for entry in entries(collection):
        is_set = isinstance(entry.key, Typed) or not isinstance(entry.key, Text)
        key = known(entry.value if is_set else entry.key)
        if entry.many or key is None or len(found) >= INSTANCE_CAP:
            others.append(collection if len(found) >= INSTANCE_CAP else entry.value)
            continue
        before = found.get(key)
        if before is None:
            found[key] = (entry.guard, entry.value)
        else:
            value = choose(before[0], before[1], entry.value)
            found[key] = (either(before[0], entry.guard), value)
    instances = []
    for key, (guard, value) in sorted(found.items()):
        text = Text((key,))
        bindings = {("each", "key"): text, ("each", "value"): value}
        instances.append(Instance(block, f"{base}[{json.dumps(key)}]", text, bindings, guard))
    if others:
        source = others[0] if found and len(others) == 1 else collection
        address = f"{base}[*]" if found else base
        instances.append(_many(block, address, source, stack, ("each", "key")))
    return tuple(instances)


def _many(
    block: Block, address: str, collection: Value, stack: str, binding: tuple[str, str]
) -> Instance:
    source = identity(collection) or f"{stack}#{address}"
    owner = derived(source)
    words = owner.rpartition("#")[2]
    name = ".".join(binding)
    reason = f"the instances of {block.address} are not known"
    key = Text((Hole(f"{owner}.{name}", ANYTHING, name, reason),))
    bindings: dict[tuple[str, str], Value] = {binding: key}
    if binding[0] == "each":
        is_set = "#toset(" in source
        value = Unknown("the collection is not known", None, f"{owner}.each.value")
        bindings["each", "value"] = key if is_set else value
    exists = Fact(f"{owner}.instances", None, f"{words} gives instances")
    return Instance(block, address, key, bindings, exists, True)


def _world(guard: Guard, holds: bool) -> World | None:
    if isinstance(guard, bool):
        return EVERYWHERE if guard is holds else None
    if isinstance(guard, Fact):
        return World(((guard, holds),))
    if isinstance(guard, Not):
        return _world(guard.guard, not holds)
    if isinstance(guard, AllOf) is not holds:
        return None
    world: World | None = EVERYWHERE
    for part in guard.guards:
        inner = _world(part, holds)
        world = world.joined(inner) if world is not None and inner is not None else None
    return world
