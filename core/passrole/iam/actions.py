"""Action patterns: ``prefix:name``, not case-sensitive, wildcards in the name.

Source: IAM user guide, *IAM JSON policy elements: Action*.
"""

from __future__ import annotations

from functools import lru_cache

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


def _are_one(written: str, asked: str) -> bool:
    """Whether two prefixes of services, in lower case, are of one service."""
    return written == asked


@lru_cache(maxsize=16384)
def some_action_matches(patterns: tuple[str, ...], action: str) -> Truth:
    """Whether a list of known patterns has an action; generated policies list the same ones."""
    return some(known_action_matches(each, action) for each in patterns)


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
    return Truth.of(_are_one(service, given_service) and matches(name, given_name))
