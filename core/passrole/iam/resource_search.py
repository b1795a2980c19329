"""A resource that one bound of what is granted holds and another does, or does not."""

from __future__ import annotations

from functools import lru_cache

from passrole.iam.automata import POSSIBLE, Automaton, Tokens, TooManyStatesError, Wild
from passrole.iam.joint_search import find, spelled
from passrole.iam.resource_sets import Bounded, Spoken
from passrole.records import NamedTuple

Universe = tuple[Tokens, ...]
EVERYTHING: Universe = ((Wild.RUN,),)

STATE_CAP = 5_000
"""How many sets of states one question may visit; real policies need less than 200."""
TOKEN_CAP = 20_000
"""How long all patterns of one question may be together."""


class _Test(NamedTuple):
    """Where in an automaton the patterns of one statement stand."""

    ends: int
    spans: int
    excluded: bool


def search(universe: Universe, a: Bounded, b: Bounded, *, wanted: bool) -> str | None:
    """A text of the universe that ``a`` grants and ``b`` does (``wanted``) or does not.

    Raises TooManyStatesError.
    """
    heads = [_head(pattern) for each in a.allow for pattern in each.patterns]
    if any(each.excluded for each in a.allow):
        heads = [""]
    relevant = [
        tuple(_relevant(each, heads) for each in group)
        for group in (a.allow, a.deny, b.allow, b.deny)
    ]
    return _search(universe, tuple(relevant), wanted)


def _relevant(statement: Spoken, heads: list[str]) -> Spoken:
    """Without the patterns that cannot match anything beginning as ``a`` begins."""
    if "" in heads:
        return statement
    kept = tuple(
        pattern
        for pattern in statement.patterns
        if any(_agree(_head(pattern), head) for head in heads)
    )
    return Spoken(kept, statement.excluded)


@lru_cache(maxsize=2048)
def _head(pattern: Tokens) -> str:
    """The text with which all that a pattern matches begins."""
    for place, token in enumerate(pattern):
        if not isinstance(token, str):
            return "".join(map(str, pattern[:place]))
    return "".join(map(str, pattern))


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


@lru_cache(maxsize=1024)
def _search(universe: Universe, groups: tuple[tuple[Spoken, ...], ...], wanted: bool) -> str | None:
    patterns = [*universe]
    patterns += (pattern for group in groups for each in group for pattern in each.patterns)
    if sum(map(len, patterns)) > TOKEN_CAP:
        raise TooManyStatesError
    walked = Automaton(patterns, POSSIBLE)
    inside = _test(walked, 0, len(universe), excluded=False)
    place = len(universe)
    tests: list[list[_Test]] = []
    for group in groups:
        tests.append([])
        for each in group:
            until = place + len(each.patterns)
            tests[-1].append(_test(walked, place, until, excluded=each.excluded))
            place = until
    a_allow, a_deny, b_allow, b_deny = tests

    def is_wanted(states: int) -> bool:
        if not states & inside.ends or not _match(states, a_allow) or _match(states, a_deny):
            return False
        granted = _match(states, b_allow) and not _match(states, b_deny)
        return granted is wanted

    def is_hopeful(states: int) -> bool:
        if not states & inside.spans or not _alive(states, a_allow):
            return False
        return not wanted or _alive(states, b_allow)

    symbols = find(walked, is_wanted, is_hopeful, STATE_CAP)
    return None if symbols is None else spelled(symbols, patterns)


def _test(walked: Automaton, place: int, until: int, *, excluded: bool) -> _Test:
    spans = 0
    for span in walked.spans[place:until]:
        spans |= span
    return _Test(sum(walked.ends[place:until]), spans, excluded)


def _match(states: int, tests: list[_Test]) -> bool:
    return any((states & test.ends != 0) is not test.excluded for test in tests)


def _alive(states: int, tests: list[_Test]) -> bool:
    return any(test.excluded or states & test.spans for test in tests)
