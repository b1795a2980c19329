"""IAM wildcard patterns, of texts that may have holes.

``*`` stands for any run of characters, also none, and ``?`` for one character; every other
character stands for itself (IAM user guide, *Using wildcards in resource ARNs*).

A hole in a subject is text, never a wildcard. A hole in a pattern may bring wildcards where its
alphabet says so. Holes of one id are the same string: ``a-${Env}`` certainly covers itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from passrole.iam.automata import (
    MEETING,
    POSSIBLE,
    Tokens,
    TooManyStatesError,
    automaton,
    glob,
    normal,
)
from passrole.iam.hole_tokens import (
    Parts,
    certainly_unequal_lengths,
    loosened,
    readings,
    renamed,
    without_common_ends,
    without_common_start,
)
from passrole.iam.joint_search import escape, meeting_text, spelled
from passrole.values import Hole, Part, Text, Truth

__all__ = [
    "TooManyStatesError", "contained_in_union", "contains", "counterexample", "covers", "equals",
    "intersects", "matches", "witness",
]  # fmt: skip


def covers(
    pattern: Text,
    subject: Text,
    *,
    subject_is_pattern: bool = False,
    ignoring_case: bool = False,
) -> Truth:
    """Whether every string that ``subject`` may be matches ``pattern``.

    True where all match in every deployment, false where none can, else unknown; unknown as well
    where the question is too large. With ``subject_is_pattern`` the ``*`` and ``?`` in the literals
    of the subject are wildcards: true then says that the pattern holds all that the subject holds,
    false that they share nothing.
    """
    known_pattern, known_subject = pattern.known(), subject.known()
    if known_pattern is not None and known_subject is not None:
        if ignoring_case:
            known_pattern, known_subject = known_pattern.lower(), known_subject.lower()
        if subject_is_pattern and ("*" in known_subject or "?" in known_subject):
            if not _begin_alike(known_pattern, known_subject):
                return Truth.FALSE
            return _relation_of_globs(known_pattern, known_subject)
        return Truth.of(matches(known_pattern, known_subject))
    if _name_different_things(pattern.parts, subject.parts):
        return Truth.FALSE
    # What a subject holds is text, so its holes bring no wildcard into the pattern either.
    plain = [part.id for part in subject.parts if isinstance(part, Hole)]
    wanted, given = without_common_start(pattern.parts, subject.parts)
    if wanted == ("*",) or not (wanted or given):
        return Truth.TRUE  # what most wildcards are needs no automaton
    wanted, given = renamed(wanted, given, plain=plain)
    return _covers(wanted, given, subject_is_pattern, ignoring_case)


def equals(a: Text, b: Text, *, ignoring_case: bool = False) -> Truth:
    """Whether two texts are the same text; ``*`` and ``?`` are ordinary characters."""
    known_a, known_b = a.known(), b.known()
    if known_a is not None and known_b is not None:
        if ignoring_case:
            known_a, known_b = known_a.lower(), known_b.lower()
        return Truth.of(known_a == known_b)
    if a == b:
        return Truth.TRUE
    if _begin_apart(a, b) or _name_different_things(a.parts, b.parts):
        return Truth.FALSE
    plain = [part.id for text in (a, b) for part in text.parts if isinstance(part, Hole)]
    return _equals(
        *renamed(*without_common_start(a.parts, b.parts), plain=plain), ignoring_case=ignoring_case
    )


def intersects(p: Text, q: Text) -> Truth:
    """Whether two patterns share a text."""
    return _intersects(*renamed(p.parts, q.parts))


def _name_different_things(pattern: tuple[Part, ...], subject: tuple[Part, ...]) -> bool:
    """Whether both begin alike and go on with names that services made up for two resources.

    A made-up name is followed by nothing, a slash or a colon, and holds neither, so the two would
    have to be equal for the texts to meet; no two of them are.
    """
    for index, (mine, theirs) in enumerate(zip(pattern, subject, strict=False)):
        if isinstance(mine, Hole) and isinstance(theirs, Hole):
            if mine.id == theirs.id:
                continue
            alphabets = mine.alphabet.made_up and theirs.alphabet.made_up
            return alphabets and _ends_name(pattern, index) and _ends_name(subject, index)
        if mine != theirs or (isinstance(mine, str) and ("*" in mine or "?" in mine)):
            return False
    return False


def _begin_apart(a: Text, b: Text) -> bool:
    """Whether both begin with letters, and with other ones; in lower case they may be the same."""
    if not (a.parts and b.parts):
        return False
    mine, theirs = a.parts[0], b.parts[0]
    if isinstance(mine, Hole) or isinstance(theirs, Hole):
        return False
    mine, theirs = mine.lower(), theirs.lower()
    return not (mine.startswith(theirs) or theirs.startswith(mine))


def _ends_name(parts: tuple[Part, ...], index: int) -> bool:
    after = parts[index + 1] if index + 1 < len(parts) else "/"
    return isinstance(after, str) and after[0] in "/:"


def _begin_alike(p: str, q: str) -> bool:
    """Whether the text before the first wildcard of one begins that of the other."""
    p, q = p.partition("*")[0].partition("?")[0], q.partition("*")[0].partition("?")[0]
    return p.startswith(q) or q.startswith(p)


@lru_cache(maxsize=4096)
def matches(pattern: str, subject: str) -> bool:
    """Whether a known text matches a known pattern.

    Pieces between ``*`` are looked for from the left, which is enough; with ``?`` in them the
    automaton is asked, so that no pattern costs more than its length times that of the text.
    """
    if "?" in pattern:
        first, *_, last = pattern.replace("?", "*").split("*")
        if not (subject.startswith(first) and subject.endswith(last)):
            return False  # as most do not
        return len(subject) >= _least(pattern) and automaton(glob(pattern)).accepts(subject)
    if "*" not in pattern:
        return pattern == subject
    first, *pieces, last = pattern.split("*")
    end = len(subject) - len(last)
    place = len(first)
    if place > end or not (subject.startswith(first) and subject.endswith(last)):
        return False
    for piece in pieces:
        found = subject.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True


def _least(pattern: str) -> int:
    return len(pattern) - pattern.count("*")


def contains(p: str, q: str) -> bool:
    """Whether every text that ``p`` matches is matched by ``q``: p ⊆ q, exactly.

    Raises TooManyStatesError where the patterns are made to be hard.
    """
    if "?" not in q:
        # The wildcards of p, taken for characters that q does not name, are for its stars to take.
        return matches(q, p)
    return contained_in_union(p, (q,))


def contained_in_union(p: str, qs: tuple[str, ...]) -> bool:
    """Whether every text that ``p`` matches is matched by one of ``qs``.

    Raises TooManyStatesError where the patterns are made to be hard.
    """
    if "*" not in p and "?" not in p:
        return any(matches(q, p) for q in qs)
    return p in qs or "*" in qs or counterexample(p, qs) is None


@lru_cache(maxsize=2048)
def counterexample(p: str, qs: tuple[str, ...]) -> str | None:
    """A text that ``p`` matches and none of ``qs``, or None. Raises TooManyStatesError."""
    pattern, others = glob(p), tuple(map(glob, qs))
    symbols = escape(pattern, others)
    return None if symbols is None else spelled(symbols, (pattern, *others))


@lru_cache(maxsize=2048)
def witness(p: str, q: str) -> str | None:
    """A text that both patterns match, or None where they share nothing."""
    first, second = glob(p), glob(q)
    symbols = meeting_text(first, second)
    return None if symbols is None else spelled(symbols, (first, second))


@lru_cache(maxsize=2048)
def _relation_of_globs(pattern: str, subject: str) -> Truth:
    if not _globs_meet(pattern, subject):
        return Truth.FALSE
    try:
        return Truth.TRUE if contains(subject, pattern) else Truth.UNKNOWN
    except TooManyStatesError:
        return Truth.UNKNOWN


def _globs_meet(p: str, q: str) -> bool:
    """Whether some text matches both."""
    if "?" in p or "?" in q:
        return automaton(glob(p), MEETING).accepts(glob(q))
    if "*" not in p:
        return matches(q, p)
    if "*" not in q:
        return matches(p, q)
    # Both may go on as they like between what they begin with and what they end with.
    p_end, q_end = p.rpartition("*")[2], q.rpartition("*")[2]
    return _begin_alike(p, q) and (p_end.endswith(q_end) or q_end.endswith(p_end))


@lru_cache(maxsize=2048)
def _covers(pattern: Parts, subject: Parts, subject_is_pattern: bool, ignoring_case: bool) -> Truth:
    return _agreed(
        _covers_case(reading.tokens(pattern, True), reading.tokens(subject, subject_is_pattern))
        for reading in readings((pattern, subject), ignoring_case)
    )


def _covers_case(pattern: Tokens, subject: Tokens) -> Truth:
    pattern, subject = without_common_ends(pattern, subject)
    try:
        if escape(normal(loosened(subject, pattern)), (normal(pattern),)) is None:
            return Truth.TRUE
    except TooManyStatesError:
        return Truth.UNKNOWN
    return _possibly_same(pattern, subject)


@lru_cache(maxsize=2048)
def _equals(a: Parts, b: Parts, ignoring_case: bool) -> Truth:
    return _agreed(
        _equals_case(reading.tokens(a, False), reading.tokens(b, False))
        for reading in readings((a, b), ignoring_case)
    )


def _equals_case(a: Tokens, b: Tokens) -> Truth:
    return Truth.TRUE if a == b else _possibly_same(*without_common_ends(a, b))


@lru_cache(maxsize=2048)
def _intersects(p: Parts, q: Parts) -> Truth:
    return _agreed(
        _intersects_case(normal(reading.tokens(p, True)), normal(reading.tokens(q, True)))
        for reading in readings((p, q))
    )


def _intersects_case(p: Tokens, q: Tokens) -> Truth:
    p, q = without_common_ends(p, q)
    if automaton(p, MEETING).accepts(q):
        return Truth.TRUE
    return Truth.UNKNOWN if automaton(p, POSSIBLE).accepts(q) else Truth.FALSE


def _possibly_same(a: Tokens, b: Tokens) -> Truth:
    """False where the two certainly share no text, else unknown."""
    if certainly_unequal_lengths(a, b) or not automaton(a, POSSIBLE).accepts(b):
        return Truth.FALSE
    return Truth.UNKNOWN


def _agreed(answers: Iterator[Truth]) -> Truth:
    """The answer that all cases have in common, else unknown."""
    first = next(answers)
    return first if all(answer is first for answer in answers) else Truth.UNKNOWN
