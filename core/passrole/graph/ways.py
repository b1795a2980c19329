"""Ways from what somebody controls to what they reach, step by step, along a networkx graph."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

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

    Of two steps between the same things the first counts. Imports networkx.
    """
    import networkx  # noqa: PLC0415 - it costs more than checking a template does

    network: Any = networkx.DiGraph()
    for step in steps:
        if not network.has_edge(step.start, step.end):
            weight = 1 + GATE * bool(step.gate) + (not step.certain)
            network.add_edge(step.start, step.end, step=step, weight=weight)
    if start not in network:
        return {}
    found: Any = networkx.single_source_dijkstra(network, start)
    _, ways = found
    return {
        end: tuple(network.edges[pair]["step"] for pair in pairwise(ways[end]))
        for end in ends
        if end in ways and end != start
    }
