"""The names of statements.

Source: IAM user guide, *IAM JSON policy elements: Sid*.
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.values import Text

_FREE = frozenset((PolicyKind.RESOURCE, PolicyKind.RCP))
"""Kinds of policies that IAM does not keep: their services set their own rules for Sids."""


def check(draft: Draft) -> Iterator[Flaw]:
    """Sids that stand twice in one world, and those with characters that IAM refuses."""
    twice = "UNIQUE_SIDS_RECOMMENDED" if draft.kind in _FREE else "UNIQUE_SIDS_REQUIRED"
    seen: dict[str, list[DraftStatement]] = {}
    for statement in draft.statements:
        value = statement.fields.get("Sid")
        sid = value.known() if isinstance(value, Text) else None
        if not sid or value is None:
            continue
        earlier = seen.setdefault(sid, [])
        if any(_meet(each, statement) for each in earlier):
            yield statement.flaw(twice, value, sid=sid)
        earlier.append(statement)
        if draft.kind not in _FREE and not (sid.isascii() and sid.isalnum()):
            odd = "".join(dict.fromkeys(c for c in sid if not (c.isascii() and c.isalnum())))
            yield statement.flaw("UNSUPPORTED_SID", value, sid=sid, characters=odd)


def _meet(one: DraftStatement, other: DraftStatement) -> bool:
    return one.index != other.index and one.world.joined(other.world) is not None
