"""Sets of resources: what patterns, exclusions and denials leave.

Patterns are read as text: a ``*`` may run past colons, as IAM lets one do at the end of a segment.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from passrole.iam.automata import Tokens, glob, normal
from passrole.iam.hole_tokens import readings
from passrole.iam.patterns import covers
from passrole.records import NamedTuple
from passrole.values import Text, Truth, some


class Resources(NamedTuple):
    """What one statement says of resources: these patterns, or (``excluded``) all but these."""

    patterns: tuple[Text, ...]
    excluded: bool = False

    def holds(self, resource: Text) -> Truth:
        """Whether a resource is among them."""
        listed = some(covers(pattern, resource) for pattern in self.patterns)
        return listed.negated() if self.excluded else listed


class Spoken(NamedTuple):
    """One statement's patterns as tokens, without the identity of holes."""

    patterns: tuple[Tokens, ...]
    excluded: bool


class Bounded(NamedTuple):
    """One bound of what is granted: an upper or a lower one."""

    allow: tuple[Spoken, ...]
    deny: tuple[Spoken, ...]


class Granted:
    """What some allowing and some denying statements leave. Never changed once it is made."""

    __slots__ = ("_bounds", "_open_to", "_pieces", "allow", "deny")

    def __init__(self, allow: tuple[Resources, ...], deny: tuple[Resources, ...] = ()) -> None:
        self.allow = allow
        self.deny = deny
        self._bounds: dict[bool, Bounded] = {}
        self._pieces: dict[Resources, Granted] | None = None
        self._open_to: tuple[Text, ...] | None = None

    def holds(self, resource: Text) -> Truth:
        """Whether a resource is granted."""
        denied = some(each.holds(resource) for each in self.deny)
        return min(some(each.holds(resource) for each in self.allow), denied.negated())

    @property
    def pieces(self) -> dict[Resources, Granted]:
        """The same in parts, each of which allows one pattern, or all but some."""
        if self._pieces is None:
            self._pieces = {piece: Granted((piece,), self.deny) for piece in self._split()}
        return self._pieces

    def _split(self) -> Iterator[Resources]:
        for each in self.allow:
            if each.excluded:
                yield each
            else:
                yield from (Resources((pattern,)) for pattern in each.patterns)

    @property
    def patterns(self) -> tuple[Text, ...]:
        """The patterns that are allowed; those of exclusions are not among them."""
        if self._open_to is None:
            self._open_to = listed(self.allow)
        return self._open_to

    def bounded(self, *, upper: bool) -> Bounded:
        """The most that may be granted, or what certainly is: equal where nothing is unknown.

        A hole is read as all that it may be, or its pattern is left out.
        """
        if upper not in self._bounds:
            self._bounds[upper] = Bounded(
                tuple(_bounded(each, upper=upper) for each in self.allow),
                tuple(_bounded(each, upper=not upper) for each in self.deny),
            )
        return self._bounds[upper]


def _bounded(resources: Resources, *, upper: bool) -> Spoken:
    # To exclude less is to hold more.
    generous = upper is not resources.excluded
    patterns: list[Tokens] = []
    for pattern in resources.patterns:
        patterns.extend(_spoken(pattern, generous=generous))
    return Spoken(tuple(patterns), resources.excluded)


def _spoken(pattern: Text, *, generous: bool) -> tuple[Tokens, ...]:
    known = pattern.known()
    if known is not None:
        return (_tokens(known),)
    if not generous:
        return ()
    return tuple(
        normal(reading.tokens(pattern.parts, is_pattern=True))
        for reading in readings((pattern.parts,))
    )


@lru_cache(maxsize=2048)
def _tokens(pattern: str) -> Tokens:
    return glob(pattern)


def listed(resources: tuple[Resources, ...]) -> tuple[Text, ...]:
    """The patterns of resources that are listed, not excluded, each once."""
    found = (pattern for each in resources if not each.excluded for pattern in each.patterns)
    return tuple(dict.fromkeys(found))


class Bounds(NamedTuple):
    """What is granted for certain (``must``), and what may be granted."""

    must: Granted
    may: Granted


class Found(NamedTuple):
    """Whether there is such a resource, and one where there is."""

    truth: Truth
    resource: Text | None = None


NONE = Found(Truth.FALSE)
OPEN = Found(Truth.UNKNOWN)
