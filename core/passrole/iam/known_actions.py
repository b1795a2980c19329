"""Lists of action patterns that are known, in order by service.

Source: IAM user guide, *IAM JSON policy elements: Action*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from passrole.iam.patterns import matches
from passrole.records import NamedTuple
from passrole.values import Truth


class KnownActions(NamedTuple):
    """A list of known patterns, in lower case: names by their service, and what names no service.

    ``everything`` says that the list has the lone star.
    """

    names: Mapping[str, Sequence[str]]
    of_any: Sequence[str]
    everything: bool

    def may_name(self, service: str) -> bool:
        """Whether the list may have an action of a service, which is given as actions have it."""
        return self.everything or bool(self.of_any) or service.lower() in self.names

    def has(self, action: str) -> bool:
        """Whether a pattern is this very action, in letters of any case."""
        service, _, name = action.lower().partition(":")
        return name in self.names.get(service, ())

    def match(self, action: str) -> Truth:
        """Whether the list has an action; most lists have nothing of its service at all.

        A wildcard in the service prefix is accepted by IAM but what it grants is not documented
        (WILDCARD_IN_SERVICE_NAME): unknown.
        """
        if self.everything:
            return Truth.TRUE
        action = action.lower()
        service, _, name = action.partition(":")
        names = self.names.get(service)
        if names is not None and any(matches(each, name) for each in names):
            return Truth.TRUE
        if self.of_any and any(matches(each, action) for each in self.of_any):
            return Truth.UNKNOWN
        return Truth.FALSE


@lru_cache(maxsize=4096)
def known_actions(patterns: tuple[str, ...]) -> KnownActions:
    """A list of an Action element, put in order once: many policies have the same ones."""
    names: dict[str, list[str]] = {}
    of_any = []
    for pattern in map(str.lower, patterns):
        service, colon, name = pattern.partition(":")
        if "*" in service or "?" in service:
            of_any.append(pattern)
        elif colon:
            names.setdefault(service, []).append(name)
    return KnownActions(names, of_any, "*" in patterns)
