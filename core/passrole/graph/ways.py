"""Ways from what somebody controls to what they reach, step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import count

from passrole.documents.locations import Location
from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, World

LEVELS = 16
"""So many different numbers of gates are told apart; ways beyond them are only short."""


class Gate(NamedTuple):
    """Something on the way that has to be opened, and by whom in ``words``.

    ``order`` is its place among the gates: behind a gate, all before it are open as well. One that
    ``stands_open`` keeps nobody out, and ``words`` say why.
    """

    order: int
    label: str
    words: str
    location: Location | None = None
    stands_open: bool = False


class Step(NamedTuple):
    """One step from a thing to the next.

    ``words`` say what it is, ``location`` where it is written, None for what AWS wrote. ``gates``
    are those that somebody has to open for it. ``certain`` says that it needs no luck: what a build
    runs may or may not come from the source. ``gate`` is set where the step is to open it.
    """

    start: Hashable
    end: Hashable
    words: str
    location: Location | None = None
    gate: Gate | None = None
    certain: bool = True
    gates: tuple[Gate, ...] = ()
    world: World = EVERYWHERE

    @property
    def level(self) -> int:
        """How far one has to have got: behind which of the gates that are not open anyway."""
        return max((gate.order for gate in self.gates if not gate.stands_open), default=0)


def shortest_ways(
    steps: Iterable[Step], start: Hashable, ends: Iterable[Hashable]
) -> dict[Hashable, tuple[Step, ...]]:
    """For each of ``ends`` that can be reached, the shortest way behind as few gates as can be.

    To open a gate is a step of its own, before the first that needs it. Of two steps between the
    same things the surer counts, of two ways alike the first found.
    """
    onward: dict[Hashable, list[Step]] = defaultdict(list)
    for step in steps:
        onward[step.start].append(step)
    levels = _levels(onward, start)
    wanted = {end: levels[end] for end in ends if end in levels and end != start}
    found: dict[Hashable, tuple[Step, ...]] = {}
    for level in _told_apart(wanted.values()):
        last = _last_steps(onward, start, level)
        for end, its_own in wanted.items():
            if its_own <= level and end not in found:
                found[end] = tuple(_with_gates(_way_to(end, last)))
    return found


def _levels(onward: Mapping[Hashable, list[Step]], start: Hashable) -> dict[Hashable, int]:
    """Behind which gate each thing is that can be reached at all."""
    levels: dict[Hashable, int] = {start: 0}
    serial = count()
    waiting: list[tuple[int, int, Hashable]] = [(0, next(serial), start)]
    while waiting:
        level, _, here = heappop(waiting)
        if level > levels[here]:
            continue  # a way with fewer gates was found meanwhile
        for step in onward.get(here, ()):
            behind = max(level, step.level)
            if step.end not in levels or behind < levels[step.end]:
                levels[step.end] = behind
                heappush(waiting, (behind, next(serial), step.end))
    return levels


def _told_apart(levels: Iterable[int]) -> list[int]:
    distinct = sorted(set(levels))
    return [*distinct[: LEVELS - 1], distinct[-1]] if len(distinct) > LEVELS else distinct


def _last_steps(
    onward: Mapping[Hashable, list[Step]], start: Hashable, level: int
) -> dict[Hashable, Step]:
    """The last step of the shortest way to each thing that is not behind more gates.

    This is Dijkstra's algorithm: to import networkx for it takes longer than all that it works out.
    """
    lengths: dict[Hashable, int] = {start: 0}
    last: dict[Hashable, Step] = {}
    serial = count()
    waiting: list[tuple[int, int, Hashable]] = [(0, next(serial), start)]
    while waiting:
        length, _, here = heappop(waiting)
        if length > lengths[here]:
            continue  # a shorter way was found meanwhile
        for step in onward.get(here, ()):
            longer = length + 1 + (not step.certain)
            if step.level <= level and (step.end not in lengths or longer < lengths[step.end]):
                lengths[step.end] = longer
                last[step.end] = step
                heappush(waiting, (longer, next(serial), step.end))
    return last


def _way_to(end: Hashable, last: Mapping[Hashable, Step]) -> list[Step]:
    """The steps that lead to ``end``, read back from the last step to each thing."""
    steps: list[Step] = []
    while end in last:
        steps.append(last[end])
        end = last[end].start
    return steps[::-1]


def _with_gates(steps: Iterable[Step]) -> Iterator[Step]:
    opened: set[int] = set()
    for step in steps:
        for gate in step.gates:
            if gate.order not in opened:
                opened.add(gate.order)
                yield Step(step.start, step.start, gate.words, gate.location, gate=gate)
        yield step
