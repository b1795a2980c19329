"""Finite automata over IAM wildcard patterns: one pattern or many, as one integer of states.

A pattern is a row of tokens. State *n* means that the first *n* tokens are matched; a set of states
is an integer with one bit for each, so that a step over one symbol costs a few operations on
integers however hostile the pattern is. Several patterns stand side by side in one automaton.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache

from passrole.records import NamedTuple
from passrole.values import Alphabet

STATE_CAP = 20_000
"""How many sets of states one question may visit before it is given up."""


class TooManyStatesError(Exception):
    """A question about patterns visited more sets of states than the cap allows."""


class Wild(Enum):
    """The tokens that are no text: ``?``, ``*``, and a character that no pattern names."""

    ANY = "?"
    RUN = "*"
    FRESH = "fresh"


# Members of an enumeration are slow to get, and a search asks for them at each step.
_RUN, _ANY, _FRESH = Wild.RUN, Wild.ANY, Wild.FRESH


class Unit(NamedTuple):
    """One character of a hole, by its place: the hole is known to have that many characters."""

    id: str
    place: int
    alphabet: Alphabet


class Rest(NamedTuple):
    """What a hole holds after its known number of characters: any length, also none.

    ``wild`` says that it may bring wildcards into the pattern in which it stands.
    """

    id: str
    alphabet: Alphabet
    wild: bool = False


Token = str | Wild | Unit | Rest
Tokens = tuple[Token, ...]


def glob(pattern: str) -> Tokens:
    """The tokens of a pattern whose text is known."""
    return normal(_WILDCARDS.get(character, character) for character in pattern)


_WILDCARDS: dict[str, Token] = {"*": _RUN, "?": _ANY}


def normal(tokens: Iterable[Token]) -> Tokens:
    """The same pattern with each run of wildcards written one way: first ``?``, then one ``*``."""
    result: list[Token] = []
    run = False
    for token in tokens:
        if token is _RUN:
            run = True
            continue
        if run and token is not _ANY:
            result.append(_RUN)
            run = False
        result.append(token)
    if run:
        result.append(_RUN)
    return tuple(result)


class Relation(NamedTuple):
    """When a token of a pattern takes a symbol, and which tokens may take any number of them."""

    takes: Callable[[Token, Token], bool]
    repeats: Callable[[Token], bool]


def _certainly_takes(token: Token, symbol: Token) -> bool:
    if token is _RUN:
        return True
    if token is _ANY:
        return not isinstance(symbol, Rest)
    return token == symbol


def _certainly_meets(token: Token, symbol: Token) -> bool:
    """Like *certainly takes*, where the symbol may be a wildcard of another pattern."""
    if symbol is _RUN:
        return True
    if symbol is _ANY:
        return not isinstance(token, Rest)
    return _certainly_takes(token, symbol)


def _possibly_meets(token: Token, symbol: Token) -> bool:
    """Whether some text of one character is both; holes are taken for independent."""
    if isinstance(token, str):
        if isinstance(symbol, str):
            return token == symbol
        return symbol is not _FRESH and admits(symbol, token)
    return not isinstance(symbol, str) or admits(token, symbol)


def admits(token: Token, character: str) -> bool:
    """Whether a token that is no literal may stand for ``character``."""
    if isinstance(token, Unit):
        return token.alphabet.admits(character)
    if isinstance(token, Rest):
        return token.wild or token.alphabet.admits(character)
    return True


CERTAIN = Relation(_certainly_takes, lambda token: token is _RUN)
"""Every text of the symbol is matched, whatever the holes turn out to be."""
MEETING = Relation(_certainly_meets, lambda token: token is _RUN)
"""Two patterns share a text, whatever the holes turn out to be."""
POSSIBLE = Relation(_possibly_meets, lambda token: token is _RUN or isinstance(token, Rest))
"""Two patterns may share a text for some value of the holes (never false where they do)."""


class Automaton:
    """Patterns side by side. ``ends`` are their last states, ``spans`` all states of each."""

    __slots__ = (
        "_letters", "_relation", "_repeating", "_steps", "_tokens", "ends", "spans", "start",
    )  # fmt: skip

    def __init__(self, patterns: Iterable[Tokens], relation: Relation = CERTAIN) -> None:
        self._relation = relation
        self._steps: dict[Token, tuple[int, int]] = {}
        self._letters: dict[int, frozenset[str]] = {}
        self._tokens: list[tuple[int, Token]] = []
        self._repeating = 0
        ends, spans = [], []
        start = offset = 0
        for pattern in patterns:
            start |= 1 << offset
            spans.append((1 << len(pattern) + 1) - 1 << offset)
            for token in pattern:
                self._tokens.append((offset, token))
                if relation.repeats(token):
                    self._repeating |= 1 << offset
                offset += 1
            ends.append(1 << offset)
            offset += 1
        self.ends, self.spans = tuple(ends), tuple(spans)
        self.start = self._closed(start)

    @property
    def accepting(self) -> int:
        """The last states of all patterns."""
        return sum(self.ends)

    def _closed(self, states: int) -> int:
        """With the states behind tokens that may take nothing at all."""
        while True:
            more = states | (states & self._repeating) << 1
            if more == states:
                return states
            states = more

    def step(self, states: int, symbol: Token) -> int:
        """The states after one symbol."""
        masks = self._steps.get(symbol)
        if masks is None:
            taking = sum(
                1 << place for place, token in self._tokens if self._relation.takes(token, symbol)
            )
            masks = self._steps[symbol] = taking & ~self._repeating, taking & self._repeating
        once, repeatedly = masks
        return self._closed((states & once) << 1 | states & repeatedly)

    def run(self, symbols: Iterable[Token]) -> int:
        """The states after all symbols; a symbol that repeats is taken any number of times."""
        states = self.start
        for symbol in symbols:
            if not self._relation.repeats(symbol):
                states = self.step(states, symbol)
                continue
            while (more := states | self.step(states, symbol)) != states:
                states = more
            states = more
        return states

    def accepts(self, symbols: Iterable[Token]) -> bool:
        """Whether one of the patterns takes all symbols."""
        return bool(self.run(symbols) & self.accepting)

    def letters(self, states: int) -> list[str]:
        """The characters that make a difference next, sorted; all others are like a fresh one."""
        if not self._letters:
            self._letters = {place: named(token) for place, token in self._tokens}
        found: set[str] = set()
        while states:
            lowest = states & -states
            found |= self._letters.get(lowest.bit_length() - 1, frozenset())
            states ^= lowest
        return sorted(found)


def named(token: Token) -> frozenset[str]:
    """The characters that a token tells from others."""
    if isinstance(token, str):
        return frozenset(token)
    if isinstance(token, (Unit, Rest)) and not (isinstance(token, Rest) and token.wild):
        return frozenset(token.alphabet.excluded)
    return frozenset()


@lru_cache(maxsize=1024)
def automaton(pattern: Tokens, relation: Relation = CERTAIN) -> Automaton:
    """The automaton of one pattern, made once."""
    return Automaton((pattern,), relation)
