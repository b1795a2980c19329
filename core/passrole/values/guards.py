"""Conditions that deployment decides, and worlds: what holds when they are decided one way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from passrole.records import NamedTuple

WORLD_CAP = 1 << 10
"""How many assignments of facts are tried before the answer is *unknown* (``2**10``)."""

_SIMPLIFIED = 32
"""The words for more worlds than this are not made shorter."""


class Fact(NamedTuple):
    """One question that deployment answers with yes or no.

    ``subject`` is the identity of a value (the id of a hole) and ``equals`` the literal that it may
    be equal to; two facts of one subject with different literals cannot both hold. A condition
    that is no such comparison is a fact of its own: its name as subject and nothing in ``equals``.
    ``label`` is how a person says it: ``Env is prod``. ``among`` are all the literals that the
    value may be, where they are few: what is none of the others is the one that is left.
    """

    subject: str
    equals: str | None = None
    label: str = ""
    among: tuple[str, ...] = ()

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


def opposite(guard: Guard) -> Guard:
    """A guard that holds where this one does not."""
    if isinstance(guard, bool):
        return not guard
    return guard.guard if isinstance(guard, Not) else Not(guard)


class World(NamedTuple):
    """A conjunction of decided facts, sorted: as much of a deployment as a statement depends on."""

    literals: tuple[tuple[Fact, bool], ...] = ()

    def decides(self, fact: Fact) -> bool | None:
        """Whether the fact holds in this world, or None where the world leaves it open."""
        among, denied = fact.among, None
        for known, holds in self.literals:
            if known.subject != fact.subject:
                continue
            if known.equals == fact.equals:
                return holds
            if fact.equals is None or known.equals is None:
                continue
            if holds:
                return False
            among = among or known.among
            denied = [*(denied or ()), known.equals]
        if among and denied and len(denied) >= len(among) - 1:
            return True if set(among) - set(denied) == {fact.equals} else None
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

    def implies(self, other: World) -> bool:
        """Whether all that the other world decides is decided so in this one."""
        return all(self.decides(fact) is holds for fact, holds in other.literals)

    def admits(self, other: World) -> bool:
        """Whether nothing that the other world decides is decided otherwise in this one."""
        return all(self.decides(fact) is not (not holds) for fact, holds in other.literals)

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
        denied = {fact.subject: fact for fact, holds in other.literals if fact.among and not holds}
        if not all(_left(fact, joined) for fact in denied.values()):
            return None
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
    found = [within]
    for fact in sorted(asked.values(), key=_fact_order):
        if within.decides(fact) is not None:
            continue
        # What an earlier fact decides is written down as well.
        literals = (World(((fact, True),)), World(((fact, False),)))
        found = [
            joined
            for each in found
            for literal in literals
            if (joined := each.joined(literal)) is not None
        ]
        if len(found) > cap:
            return []
    return found


def pivot(guard: Guard, world: World) -> Fact | None:
    """A fact on which the guard still depends in a world, or None where the world decides it.

    The outermost comes first: in a chain of *and* and *or* it decides the most.
    """
    level = [guard]
    while level:
        below: list[Guard] = []
        for each in level:
            if world.holds(each) is not None:
                continue
            if isinstance(each, Fact):
                return each
            if isinstance(each, Not):
                below.append(each.guard)
            elif isinstance(each, (AllOf, AnyOf)):
                below.extend(each.guards)
        level = below
    return None


def settled(
    guard: Guard, within: World = EVERYWHERE, cap: int = WORLD_CAP
) -> list[tuple[World, bool]]:
    """Worlds that decide a guard and together are all there are, as large as may be.

    An empty list says that there are more than ``cap``.
    """
    found: list[tuple[World, bool]] = []
    waiting = [within]
    while waiting:
        world = waiting.pop()
        fact = pivot(guard, world)
        if fact is None:
            found.append((world, world.holds(guard) is True))
            if len(found) > cap:
                return []
            continue
        waiting.extend(split(world, fact))
    return found


def cover_everything(found: Iterable[World], cap: int = WORLD_CAP) -> bool:
    """Whether some world of the list holds, however the facts are decided; no where it is open."""
    each = [world.literals for world in found]
    if not all(each):
        return True
    conjunctions = (AllOf(tuple(f if holds else Not(f) for f, holds in one)) for one in each)
    guard, waiting = AnyOf(tuple(conjunctions)), [EVERYWHERE]
    for _ in range(cap):
        if not waiting:
            return bool(each)
        world = waiting.pop()
        fact = pivot(guard, world)
        if fact is not None:
            waiting.extend(reversed(split(world, fact)))
        elif world.holds(guard) is False:
            return False
    return False


def simplest(found: Iterable[World]) -> list[World]:
    """The same worlds together, each without what the others make needless to say."""
    left = list(dict.fromkeys(found))
    if len(left) > _SIMPLIFIED:
        return left
    for at, world in enumerate(left):
        others = [*left[:at], *left[at + 1 :]]
        for fact, holds in world.literals:
            rest = World(tuple(each for each in left[at].literals if each[0] != fact))
            beside = rest.joined(World(((fact, not holds),)))
            if beside is None or any(beside.implies(each) for each in others):
                left[at] = rest
    return list(dict.fromkeys(left))


def split(world: World, fact: Fact) -> list[World]:
    """The world in which a fact does not hold, and that in which it does, if they are possible."""
    found = (world.joined(World(((fact, holds),))) for holds in (False, True))
    return [each for each in found if each is not None]


def _left(fact: Fact, literals: Mapping[Fact, bool]) -> set[str]:
    """Which literals the value of a fact may still be."""
    denied = {
        each.equals
        for each, holds in literals.items()
        if each.subject == fact.subject and not holds
    }
    return set(fact.among) - denied


def _shortest(literals: tuple[tuple[Fact, bool], ...]) -> Iterator[tuple[Fact, bool]]:
    """Without the denials that a held fact of the same subject implies, or of all but one."""
    held = {fact.subject for fact, holds in literals if holds and fact.equals is not None}
    told: set[str] = set()
    decided = dict(literals)
    for fact, holds in literals:
        if holds or fact.subject not in held:
            if fact.subject in told:
                continue
            left = _left(fact, decided) if fact.among and not holds else ()
            if len(left) == 1:
                told.add(fact.subject)
                name = str(fact).rpartition(" is ")[0] or fact.subject
                value = next(iter(left))
                yield Fact(fact.subject, value, f"{name} is {value or 'empty'}"), True
            else:
                yield fact, holds


def _label_order(fact: Fact) -> tuple[str, str, str]:
    return fact.subject, fact.equals or "", fact.label


def _denied(fact: Fact) -> str:
    """``Env is not prod``, ``IsProd is false``, ``not UseVpc``."""
    told = str(fact)
    if fact.equals is None and told.endswith(" is true"):
        return f"{told.removesuffix('true')}false"
    return told.replace(" is ", " is not ", 1) if " is " in told else f"not {told}"


def _fact_order(fact: Fact) -> tuple[str, str]:
    return fact.subject, fact.equals or ""


def _order(literal: tuple[Fact, bool]) -> tuple[str, str]:
    return _fact_order(literal[0])
