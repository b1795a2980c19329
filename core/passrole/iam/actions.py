"""Action patterns: ``prefix:name``, not case-sensitive, wildcards in the name.

Source: IAM user guide, *IAM JSON policy elements: Action*.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from passrole.iam.patterns import covers, matches
from passrole.iam.statements import Item
from passrole.values import Text, Truth, Unknown, every, some


def action_matches(pattern: Item, action: str) -> Truth:
    """Whether an entry of an Action element matches an action."""
    if isinstance(pattern, Unknown):
        return Truth.UNKNOWN
    known = pattern.known()
    if known is not None:
        return known_action_matches(known, action)
    pieces = pattern.split(":", 1)
    service, _, name = action.partition(":")
    if pieces is None or len(pieces) == 1:
        return covers(pattern, Text((action,)), ignoring_case=True)
    return every(
        (
            covers(pieces[0], Text((service,)), ignoring_case=True),
            covers(pieces[1], Text((name,)), ignoring_case=True),
        )
    )


class KnownActions(NamedTuple):
    """A list of known patterns: by the service that they name, and those that name none."""

    of_services: Mapping[str, tuple[str, ...]]
    of_any: tuple[str, ...]

    def match(self, action: str) -> Truth:
        """Whether the list has an action; most lists have nothing of its service at all."""
        own = self.of_services.get(action.partition(":")[0].lower(), ())
        if not own and not self.of_any:
            return Truth.FALSE
        return some(known_action_matches(each, action) for each in (*own, *self.of_any))


@lru_cache(maxsize=4096)
def known_actions(patterns: tuple[str, ...]) -> KnownActions:
    """A list of an Action element, put in order once: many policies have the same ones."""
    of_services: dict[str, tuple[str, ...]] = {}
    of_any = []
    for pattern in patterns:
        service = pattern.partition(":")[0].lower()
        if "*" in service or "?" in service:
            of_any.append(pattern)
        else:
            of_services[service] = (*of_services.get(service, ()), pattern)
    return KnownActions(of_services, tuple(of_any))


@lru_cache(maxsize=65536)
def known_action_matches(pattern: str, action: str) -> Truth:
    """The same for a known pattern.

    A wildcard in the service prefix is accepted by IAM but what it grants is not documented
    (WILDCARD_IN_SERVICE_NAME): unknown.
    """
    if pattern == "*":
        return Truth.TRUE
    pattern, action = pattern.lower(), action.lower()
    service, colon, name = pattern.partition(":")
    if "*" in service or "?" in service:
        return Truth.UNKNOWN if matches(pattern, action) else Truth.FALSE
    if not colon:
        return Truth.FALSE
    given_service, _, given_name = action.partition(":")
    return Truth.of(service == given_service and matches(name, given_name))
