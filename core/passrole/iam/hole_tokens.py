"""Texts with holes as tokens of automata, and what holes rule out that automata cannot see.

An automaton takes two uses of one hole for independent when it asks what is possible. Two checks
win back what that loses: common ends are cut off, and lengths are compared hole by hole.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from itertools import product

from passrole.iam.automata import Rest, Token, Tokens, Unit, Wild, glob
from passrole.records import NamedTuple
from passrole.values import Alphabet, Hole, Part

CHOICE_CAP = 64
"""How many combinations of the choices of holes are looked at one by one."""
UNIT_CAP = 64
"""How many characters of a hole of known length are told apart."""

Parts = tuple[Part, ...]


class Reading(NamedTuple):
    """How the holes of one question are read.

    ``alphabets`` is what each may hold, ``chosen`` the texts taken for those with few choices.
    """

    alphabets: Mapping[str, Alphabet]
    chosen: Mapping[str, str]
    ignoring_case: bool = False

    def tokens(self, parts: Parts, is_pattern: bool) -> Tokens:
        """The tokens of a text; ``is_pattern`` says that ``*`` and ``?`` in it are wildcards."""
        tokens: list[Token] = []
        for part in parts:
            if isinstance(part, Hole):
                tokens.extend(self._hole(part.id, is_pattern))
            else:
                tokens.extend(self._literal(part, is_pattern))
        return tuple(tokens)

    def _literal(self, text: str, is_pattern: bool) -> Tokens:
        folded = text.lower() if self.ignoring_case else text
        return glob(folded) if is_pattern else tuple(folded)

    def _hole(self, name: str, is_pattern: bool) -> Iterator[Token]:
        alphabet = self.alphabets[name]
        if name in self.chosen:
            yield from self._literal(self.chosen[name], is_pattern and alphabet.wildcards)
            return
        if alphabet.wildcards:
            yield Rest(name, alphabet, True)
            return
        units = min(alphabet.length[0], UNIT_CAP)
        yield from (Unit(name, place, alphabet) for place in range(units))
        if alphabet.length != (units, units):
            yield Rest(name, alphabet)


def renamed(*texts: Parts, plain: Container[str] = ()) -> tuple[Parts, ...]:
    """The texts with their holes named in the order in which they come.

    What can be asked of texts does not depend on the names of their holes, so that questions which
    differ in nothing else are one. The holes that ``plain`` names bring no wildcards.
    """
    named: dict[str, Hole] = {}
    return tuple(
        tuple(_named(part, named, plain) if isinstance(part, Hole) else part for part in parts)
        for parts in texts
    )


def _named(hole: Hole, named: dict[str, Hole], plain: Container[str]) -> Hole:
    found = named.get(hole.id)
    if found is None:
        alphabet = hole.alphabet
        if alphabet.wildcards and hole.id in plain:
            alphabet = alphabet._replace(wildcards=False)
        found = named[hole.id] = Hole(str(len(named)), alphabet)
    return found


def readings(texts: tuple[Parts, ...], ignoring_case: bool = False) -> Iterator[Reading]:
    """Every way to read the holes of the texts together: one for each combination of choices.

    Beyond the cap the choices of the holes that come last are not told apart.
    """
    alphabets: dict[str, Alphabet] = {}
    for parts in texts:
        for part in parts:
            if isinstance(part, Hole) and part.id not in alphabets:
                alphabets[part.id] = _folded(part.alphabet, ignoring_case)
    combinations = 1
    told_apart: dict[str, list[str]] = {}
    for name, alphabet in alphabets.items():
        if alphabet.choices and combinations * len(alphabet.choices) <= CHOICE_CAP:
            combinations *= len(alphabet.choices)
            told_apart[name] = sorted(alphabet.choices)
    for texts_chosen in product(*told_apart.values()):
        chosen = dict(zip(told_apart, texts_chosen, strict=True))
        yield Reading(alphabets, chosen, ignoring_case)


def _folded(alphabet: Alphabet, ignoring_case: bool) -> Alphabet:
    """With the lengths that its choices have, and as it is when the case does not count."""
    if alphabet.choices:
        choices = alphabet.choices
        if ignoring_case:
            choices = frozenset(choice.lower() for choice in choices)
        lengths = sorted(map(len, choices))
        return alphabet._replace(choices=choices, length=(lengths[0], lengths[-1]))
    if ignoring_case:
        excluded = "".join(
            character
            for character in alphabet.excluded
            if character.lower() in alphabet.excluded and character.upper() in alphabet.excluded
        )
        return alphabet._replace(excluded=excluded)
    return alphabet


def loosened(subject: Tokens, pattern: Tokens) -> Tokens:
    """The subject with wildcards for the holes that the pattern does not name.

    What covers the wildcards covers the holes, and more is found than with holes as symbols:
    ``?*`` covers ``${Name}/`` whether the name is empty or not.
    """
    named = {token.id for token in pattern if isinstance(token, (Unit, Rest))}
    return tuple(
        token
        if not isinstance(token, (Unit, Rest)) or token.id in named
        else (Wild.ANY if isinstance(token, Unit) else Wild.RUN)
        for token in subject
    )


def without_common_start(a: Parts, b: Parts) -> tuple[Parts, Parts]:
    """Both without what both begin with, up to the first wildcard: a cheap first cut."""
    place = 0
    for mine, theirs in zip(a, b, strict=False):
        if mine != theirs or (isinstance(mine, str) and ("*" in mine or "?" in mine)):
            break
        place += 1
    a, b = a[place:], b[place:]
    if not (a and b and isinstance(a[0], str) and isinstance(b[0], str)):
        return a, b
    length = 0
    for mine, theirs in zip(a[0], b[0], strict=False):
        if mine != theirs or mine in "*?":
            break
        length += 1
    return _cut(a, length), _cut(b, length)


def _cut(parts: Parts, length: int) -> Parts:
    first = str(parts[0])[length:]
    return (first, *parts[1:]) if first else parts[1:]


def without_common_ends(a: Tokens, b: Tokens) -> tuple[Tokens, Tokens]:
    """Both without the text that both begin and end with: the rest decides whether they meet."""
    start, most = 0, min(len(a), len(b))
    while start < most and a[start] == b[start] and _is_text(a[start]):
        start += 1
    a, b, most = a[start:], b[start:], most - start
    end = 0
    while end < most and a[-1 - end] == b[-1 - end] and _is_text(a[-1 - end]):
        end += 1
    return a[: len(a) - end], b[: len(b) - end]


def _is_text(token: Token) -> bool:
    return not isinstance(token, Wild) and not (isinstance(token, Rest) and token.wild)


def certainly_unequal_lengths(a: Tokens, b: Tokens) -> bool:
    """Whether no text can be as long as both say, where equal holes have equal lengths."""
    least, most = 0, 0
    unbounded_below = unbounded_above = False
    shared: dict[Rest, int] = {}
    for tokens, sign in ((a, 1), (b, -1)):
        for token in tokens:
            if token is Wild.RUN or (isinstance(token, Rest) and token.wild):
                unbounded_above |= sign > 0
                unbounded_below |= sign < 0
            elif isinstance(token, Rest):
                shared[token] = shared.get(token, 0) + sign
            else:
                least += sign
                most += sign
    for token, count in shared.items():
        shortest, longest = token.alphabet.length
        if longest is None:
            unbounded_above |= count > 0
            unbounded_below |= count < 0
            continue
        bound = count * max(0, longest - min(shortest, UNIT_CAP))
        least, most = least + min(0, bound), most + max(0, bound)
    return (least > 0 and not unbounded_below) or (most < 0 and not unbounded_above)
