"""Sets of resources: what patterns, exclusions and denials leave.

Patterns are read as text: a ``*`` may run past colons, as IAM lets one do at the end of a segment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from passrole.iam.patterns import covers
from passrole.values import Text, Truth, some


class Resources(NamedTuple):
    """What one statement says of resources: these patterns, or (``excluded``) all but these."""

    patterns: tuple[Text, ...]
    excluded: bool = False

    def holds(self, resource: Text) -> Truth:
        """Whether a resource is among them."""
        listed = some(covers(pattern, resource) for pattern in self.patterns)
        return listed.negated() if self.excluded else listed


class Granted:
    """What some allowing and some denying statements leave. Never changed once it is made."""

    __slots__ = ("_open_to", "_pieces", "allow", "deny")

    def __init__(self, allow: tuple[Resources, ...], deny: tuple[Resources, ...] = ()) -> None:
        self.allow = allow
        self.deny = deny
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
