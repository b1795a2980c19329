"""Action patterns: ``prefix:name``, not case-sensitive, wildcards in the name.

Source: IAM user guide, *IAM JSON policy elements: Action*.
"""

from __future__ import annotations

from functools import lru_cache

from passrole.iam.known_actions import known_actions
from passrole.iam.patterns import covers
from passrole.iam.statements import Item
from passrole.values import Text, Truth, Unknown, every


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


@lru_cache(maxsize=4096)
def known_action_matches(pattern: str, action: str) -> Truth:
    """The same for one known pattern."""
    return known_actions((pattern,)).match(action)
