"""Conditions that deployment decides, and worlds: what holds when they are decided one way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

WORLD_CAP = 1 << 10
"""How many assignments of facts are tried before the answer is *unknown* (``2**10``)."""


class Fact(NamedTuple):
    """One question that deployment answers with yes or no.

    ``subject`` is the identity of a value (the id of a hole) and ``equals`` the literal that it may
    be equal to; two facts of one subject with different literals cannot both hold. A condition
    that is no such comparison is a fact of its own: its name as subject and nothing in ``equals``.
    ``label`` is how a person says it: ``Env is prod``.
    """

    subject: str
    equals: str | None = None
    label: str = ""

    def __str__(self) -> str:
        return self.label or (
            f"{self.subject} is {self.equals}" if self.equals is not None else self.subject
        )


class Not(NamedTuple):
    """The opposite of a guard."""

    guard: Guard


class AllOf(NamedTuple):
    """Every one of the guards."""

    guards: tuple[Guard, ...]


class AnyOf(NamedTuple):
    """At least one of the guards."""

    guards: tuple[Guard, ...]


Guard = Fact | Not | AllOf | AnyOf | bool


class World(NamedTuple):
    """A conjunction of decided facts, sorted: as much of a deployment as a statement depends on."""

    literals: tuple[tuple[Fact, bool], ...] = ()

    def decides(self, fact: Fact) -> bool | None:
        """Whether the fact holds in this world, or None where the world leaves it open."""
        for known, holds in self.literals:
            if known.subject != fact.subject:
                continue
            if known.equals == fact.equals:
                return holds
            if holds and fact.equals is not None:
                return False
        return None

    def holds(self, guard: Guard) -> bool | None:
        """Whether ``guard`` holds in this world, or None where the world leaves it open."""
        if isinstance(guard, bool):
            return guard
        if isinstance(guard, Fact):
            return self.decides(guard)
        if isinstance(guard, Not):
            inner = self.holds(guard.guard)
            return None if inner is None else not inner
        answers = [self.holds(part) for part in guard.guards]
        decisive = isinstance(guard, AnyOf)
        if any(answer is decisive for answer in answers):
            return decisive
        return None if None in answers else not decisive

    def joined(self, other: World) -> World | None:
        """Both worlds together, or None where they contradict each other."""
        if not other.literals:
            return self
        if not self.literals:
            return other
        joined: dict[Fact, bool] = dict(self.literals)
        for fact, holds in other.literals:
            known = self.decides(fact)
            if known is not None and known is not holds:
                return None
            if holds and any(
                mine.subject == fact.subject and mine.equals != fact.equals and yes
                for mine, yes in joined.items()
            ):
                return None
            joined[fact] = holds
        return World(tuple(sorted(joined.items(), key=_order)))

    def describe(self) -> str:
        """``Env is prod and not UseVpc``; empty for the world that decides nothing."""
        return " and ".join(
            str(fact) if holds else _denied(fact) for fact, holds in _shortest(self.literals)
        )


EVERYWHERE = World()
"""The world that decides nothing: what holds in it holds in every deployment."""


def facts_of(guard: Guard) -> Iterator[Fact]:
    """The facts that a guard depends on."""
    if isinstance(guard, Fact):
        yield guard
    elif isinstance(guard, Not):
        yield from facts_of(guard.guard)
    elif isinstance(guard, (AllOf, AnyOf)):
        for part in guard.guards:
            yield from facts_of(part)


def worlds(facts: Iterable[Fact], within: World = EVERYWHERE, cap: int = WORLD_CAP) -> list[World]:
    """Every consistent assignment of ``facts`` within a world, in a fixed order.

    An empty list says that there are more than ``cap``: the caller answers *unknown*.
    """
    # One question may be asked under several labels; it is decided once.
    asked = {(fact.subject, fact.equals): fact for fact in sorted(facts, key=_label_order)}
    open_facts = sorted(
        (fact for fact in asked.values() if within.decides(fact) is None), key=_fact_order
    )
    if not open_facts:
        return [within]
    if 1 << len(open_facts) > cap:
        return []
    found = []
    for choice in product((True, False), repeat=len(open_facts)):
        literals = tuple(zip(open_facts, choice, strict=True))
        held = [fact.subject for fact, holds in literals if holds and fact.equals is not None]
        if len(held) != len(set(held)):
            continue
        joined = within.joined(World(tuple(sorted(literals, key=_order))))
        if joined is not None:
            found.append(joined)
    return found


def _shortest(literals: tuple[tuple[Fact, bool], ...]) -> Iterator[tuple[Fact, bool]]:
    """Without the denials that a held fact of the same subject already implies."""
    held = {fact.subject for fact, holds in literals if holds and fact.equals is not None}
    return ((fact, holds) for fact, holds in literals if holds or fact.subject not in held)


def _label_order(fact: Fact) -> tuple[str, str, str]:
    return fact.subject, fact.equals or "", fact.label


def _denied(fact: Fact) -> str:
    """``Env is not prod``, ``not UseVpc``."""
    if fact.equals is not None and " is " in str(fact):
        return str(fact).replace(" is ", " is not ", 1)
    return f"not {fact}"


def _fact_order(fact: Fact) -> tuple[str, str]:
    return fact.subject, fact.equals or ""


def _order(literal: tuple[Fact, bool]) -> tuple[str, str]:
    return _fact_order(literal[0])
