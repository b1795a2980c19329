"""Conditions on tags, over services that have none.

Which services know ``aws:ResourceTag``, ``aws:RequestTag`` and ``aws:TagKeys`` follows from the
keys that the service authorization reference lists for them (inferred: AWS has no such list).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from passrole.iam import reference
from passrole.iam.validation.drafts import IDENTITY_LIKE, Draft, DraftCondition, DraftStatement
from passrole.iam.validation.flaws import Flaw

_KEYS = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys")


def check(draft: Draft) -> Iterator[Flaw]:
    """Tag conditions that some of the statement's services never fulfil."""
    if draft.kind not in IDENTITY_LIKE:
        return
    for statement in draft.statements:
        if statement.effect is None:
            continue
        for condition in statement.conditions:
            operator = condition.meaning
            if not condition.key.lower().startswith(_KEYS) or operator is None:
                continue
            if operator.negated or operator.if_exists or operator.is_null or operator.qualifier:
                continue
            yield from _check(statement, condition)


def _check(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    effect = "ALLOW" if statement.effect == "Allow" else "DENY"
    if "NotAction" in statement.fields:
        name = f"{effect}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
        yield statement.flaw(name, condition.origin, key=condition.key)
        return
    services = []
    for name, _ in statement.known("Action"):
        prefix, colon, _ = name.lower().partition(":")
        if colon and prefix not in services and not _knows(prefix, condition.key.lower()):
            services.append(prefix)
    if services:
        name = f"{effect}_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
        yield statement.flaw(
            name, condition.origin, sureness="medium",
            key=condition.key, services=", ".join(services),
        )  # fmt: skip


@lru_cache(maxsize=2048)
def _knows(prefix: str, key: str) -> bool:
    service = reference.service(prefix)
    if service is None:
        return True
    family = key.partition("/")[0]
    return any(each.name.lower().partition("/")[0] == family for each in service.condition_keys)
