"""Yes, no, or not known before deployment: Kleene's three-valued logic."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Ordered so that *and* is the minimum and *or* is the maximum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def negated(self) -> Truth:
        """True for false, false for true, unknown for unknown."""
        return _NEGATED[self]

    @classmethod
    def of(cls, known: bool) -> Truth:
        """The definite truth of a Python boolean."""
        return cls.TRUE if known else cls.FALSE


# Members of an enumeration are slow to get, and these are asked for more than all else.
_FALSE, _UNKNOWN, _TRUE = Truth
_NEGATED = (_TRUE, _UNKNOWN, _FALSE)


def every(truths: Iterable[Truth]) -> Truth:
    """Conjunction; true when there is nothing to ask. Stops at the first false."""
    result = _TRUE
    for truth in truths:
        if truth is _FALSE:
            return truth
        if truth is _UNKNOWN:
            result = truth
    return result


def some(truths: Iterable[Truth]) -> Truth:
    """Disjunction; false when there is nothing to ask. Stops at the first true."""
    result = _FALSE
    for truth in truths:
        if truth is _TRUE:
            return truth
        if truth is _UNKNOWN:
            result = truth
    return result
