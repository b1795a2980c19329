"""Texts that some patterns match and others do not: one walk through many automata at once.

The fresh-letter shortcut of containment does not hold where something is excluded, so all letters
that any pattern names are tried, and one that none names. What this costs grows with the number of
sets of states, hence the caps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from passrole.iam.automata import (
    POSSIBLE,
    STATE_CAP,
    Automaton,
    Token,
    Tokens,
    TooManyStatesError,
    Wild,
    way,
)

States = int
Test = Callable[[States], bool]


def walk(
    walked: Automaton, hopeful: Test, cap: int = STATE_CAP
) -> Iterator[tuple[States, Callable[[], Tokens]]]:
    """Every set of states that a text leads to, with a shortest such text, the shortest first.

    Ways on which ``hopeful`` fails are given up. Raises TooManyStatesError beyond ``cap``.
    """
    trail: list[tuple[int, Token]] = [(-1, Wild.FRESH)]
    level = [(walked.start, 0)] if hopeful(walked.start) else []
    seen = {walked.start}
    while level:
        following: list[tuple[States, int]] = []
        for states, arrival in level:
            yield states, partial(way, trail, arrival)
            symbols: list[Token] = [Wild.FRESH, *walked.letters(states)]
            for symbol in symbols:
                after = walked.step(states, symbol)
                if after in seen or not hopeful(after):
                    continue
                seen.add(after)
                trail.append((arrival, symbol))
                following.append((after, len(trail) - 1))
            if len(seen) > cap:
                raise TooManyStatesError
        level = following


def find(walked: Automaton, wanted: Test, hopeful: Test, cap: int = STATE_CAP) -> Tokens | None:
    """A shortest text after which ``wanted`` holds, or None where there is none."""
    for states, path in walk(walked, hopeful, cap):
        if wanted(states):
            return path()
    return None


def combinations(patterns: Sequence[Tokens], cap: int) -> dict[frozenset[int], Tokens]:
    """Every combination of patterns that some text matches and no others, with such a text.

    Patterns are told by their places. Raises TooManyStatesError beyond ``cap``.
    """
    walked = Automaton(patterns, POSSIBLE)
    found: dict[frozenset[int], Tokens] = {}
    for states, path in walk(walked, lambda _: True, cap):
        matched = frozenset(place for place, end in enumerate(walked.ends) if states & end)
        if matched not in found:
            found[matched] = path()
    return found
