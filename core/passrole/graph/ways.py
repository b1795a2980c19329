"""Ways from what somebody controls to what they reach, step by step."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from passrole.documents.locations import Location

GATE = 1000
"""How much longer a way is for each gate: one that nobody has to let through comes first."""


class Step(NamedTuple):
    """One step from a thing to the next.

    ``words`` say what it is, ``location`` where it is written, None for what AWS wrote. ``gate`` is
    the label of a manual approval that somebody has to give for it. ``certain`` says that it needs
    no luck: what a build runs may or may not come from the source.
    """

    start: Hashable
    end: Hashable
    words: str
    location: Location | None = None
    gate: str = ""
    certain: bool = True


def shortest_ways(
    steps: Iterable[Step], start: Hashable, ends: Iterable[Hashable]
) -> dict[Hashable, tuple[Step, ...]]:
    """For each of ``ends`` that can be reached, the shortest way with the fewest gates.

    Of two steps between the same things the first counts, of two ways alike the first found.
    """
    # Dijkstra's algorithm: importing networkx for it would take longer than all that it works out.
    onward: dict[Hashable, dict[Hashable, Step]] = {}
    for step in steps:
        onward.setdefault(step.start, {}).setdefault(step.end, step)
    lengths: dict[Hashable, int] = {start: 0}
    last: dict[Hashable, Step] = {}
    serial = count()
    waiting: list[tuple[int, int, Hashable]] = [(0, next(serial), start)]
    while waiting:
        length, _, here = heappop(waiting)
        if length > lengths[here]:
            continue  # a shorter way was found meanwhile
        for there, step in onward.get(here, {}).items():
            longer = length + 1 + GATE * bool(step.gate) + (not step.certain)
            if there not in lengths or longer < lengths[there]:
                lengths[there] = longer
                last[there] = step
                heappush(waiting, (longer, next(serial), there))
    return {end: _way_to(end, last) for end in ends if end in last}


def _way_to(end: Hashable, last: Mapping[Hashable, Step]) -> tuple[Step, ...]:
    """The steps that lead to ``end``, read back from the last step to each thing."""
    steps = []
    while end in last:
        steps.append(last[end])
        end = last[end].start
    return tuple(reversed(steps))
