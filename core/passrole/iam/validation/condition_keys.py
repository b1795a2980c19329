"""Condition keys: those that exist, and those that the actions of a statement supply.

Sources: IAM user guide, *AWS global condition context keys*; the keys of services, of their actions
and resource types from the service authorization reference, which leaves some out: what rests on
a key that is missing there is less sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from passrole.iam import reference
from passrole.iam.actions import known_action_matches
from passrole.iam.reference import ActionInfo
from passrole.iam.reference.catalogue import key_matches
from passrole.iam.validation.drafts import (
    IDENTITY_LIKE,
    WITH_PRINCIPAL,
    Draft,
    DraftCondition,
    DraftStatement,
)
from passrole.iam.validation.flaws import Flaw
from passrole.values import Truth, defaults_in

# Keys that hold a value for one action only (IAM user guide and the guides of the services).
_ACTION_OF_KEY = {
    "iam:passedtoservice": "iam:PassRole",
    "iam:associatedresourcearn": "iam:PassRole",
    "iam:awsservicename": "iam:CreateServiceLinkedRole",
    "ec2:createaction": "ec2:CreateTags",
}
_ALSO = {"iam:awsservicename": ("iam:DeleteServiceLinkedRole", "iam:UpdateRoleDescription")}
# Keys that say little without another (IAM user guide, *AWS global condition context keys*).
_PAIRS = {
    "aws:vpcsourceip": ("aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn", "aws:VpceAccount"),
    "aws:ec2instancesourceprivateipv4": ("aws:Ec2InstanceSourceVpc",),
}
_NEEDS_TAG = ("aws:requesttag", "aws:resourcetag", "aws:principaltag")
_MOST = 400
# In the default policy of SNS topics, and in the guide of EC2 Instance Connect; in no list of keys.
_UNLISTED = frozenset(("aws:sourceowner", "ec2:osuser"))


def check(draft: Draft) -> Iterator[Flaw]:
    """Keys that do not exist, and keys that the statement's actions do not supply."""
    for statement in draft.statements:
        keys = {condition.key.lower() for condition in statement.conditions}
        for condition in statement.conditions:
            if "${" in condition.key:
                continue
            wrong = tuple(_names(statement, condition))
            yield from wrong
            pair = _PAIRS.get(condition.key.lower())
            if pair and not keys & {each.lower() for each in pair}:
                yield statement.flaw(
                    "MISSING_PAIRED_CONDITION_KEYS", condition.origin,
                    key=condition.key, others=" or ".join(pair[:2]),
                )  # fmt: skip
            if not wrong and draft.kind in IDENTITY_LIKE:
                yield from _actions(statement, condition)


def _names(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    key, place = condition.key, condition.origin
    prefix, colon, rest = key.partition(":")
    folded = key.lower()
    if not colon or not prefix or (not rest and colon):
        # A key that is put together from a parameter may lack what the parameter gives.
        defaults = defaults_in(condition.whole)
        flaw = statement.flaw("INVALID_CONDITION_KEY_FORMAT", place, key=key)
        yield flaw._replace(defaults=defaults)
        return
    if folded.rstrip("/") in _NEEDS_TAG or folded.endswith("tag/"):
        yield statement.flaw("MISSING_TAG_KEY_IN_CONDITION", place, key=key.rstrip("/"))
        return
    if folded == "aws:arn":
        name = "DEPRECATED_GLOBAL_CONDITION_KEY"
        if statement.kind in WITH_PRINCIPAL:
            name = "UNSUPPORTED_GLOBAL_CONDITION_KEY"
        yield statement.flaw(name, place, key=key)
        return
    if "." in prefix or "/" in prefix or folded in _UNLISTED:
        return
    if reference.condition_key(key) is not None:
        return
    near = tuple(each for each in reference.did_you_mean(key) if reference.action(each) is None)
    hint = f"; did you mean {' or '.join(near[:2])}?" if near else ""
    if prefix.lower() == "aws":
        yield statement.flaw("INVALID_GLOBAL_CONDITION_KEY", place, key=key, hint=hint)
    elif reference.service(prefix) is not None:
        # The tables of some services leave keys out.
        yield statement.flaw(
            "INVALID_SERVICE_CONDITION_KEY", place, sureness="high" if near else "low",
            key=key, service=prefix, hint=hint,
        )  # fmt: skip
    elif prefix.lower() not in ("saml", "graph", "accounts", "www", "cognito-identity"):
        services = reference.did_you_mean(prefix)
        hint = f"; did you mean {services[0]}?" if services else ""
        yield statement.flaw("INVALID_SERVICE", place, key=key, service=prefix, hint=hint)


def _actions(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    """Whether the actions supply the key, for keys of one service."""
    key, operator = condition.key, condition.meaning
    prefix = key.partition(":")[0].lower()
    listed = statement.all_known("Action")
    if prefix == "aws" or "." in prefix or not listed or "NotAction" in statement.fields:
        return
    if operator is None or operator.negated or operator.if_exists or operator.is_null:
        return
    if operator.qualifier or _is_everywhere(key) or "*" in listed:
        return
    only = _ACTION_OF_KEY.get(key.lower())
    wanted = (only, *_ALSO.get(key.lower(), ())) if only else ()
    if wanted and not any(_grants(each, name) for each in wanted for name in listed):
        yield statement.flaw(
            "MISSING_ACTION_FOR_CONDITION_KEY", condition.origin, key=key, name=wanted[0]
        )
        return
    lacking = [(name, text) for name, text in statement.known("Action") if not _supplied(name, key)]
    if not lacking:
        return
    if len(lacking) == len(listed):
        names = ", ".join(name for name, _ in lacking[:2]) + (", …" if lacking[2:] else "")
        yield statement.flaw(
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", condition.origin,
            sureness="medium", key=key, actions=names,
        )  # fmt: skip
        return
    for name, text in lacking:
        yield statement.flaw(
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", text,
            sureness="low", action=name, key=key, actions=name,
        )  # fmt: skip


def _grants(action: str, pattern: str) -> bool:
    return known_action_matches(pattern, action) is not Truth.FALSE


def _is_everywhere(key: str) -> bool:
    return any(key_matches(each.name, key) for each in reference.global_condition_keys())


@lru_cache(maxsize=8192)
def _supplied(pattern: str, key: str) -> bool:
    """Whether one of the actions that a pattern stands for supplies a key; yes where in doubt."""
    names = reference.expand(pattern)
    if not names or len(names) > _MOST:
        return True
    infos = [info for name in names if (info := reference.action(name)) is not None]
    return any(supplies(info, key) for info in infos)


def supplies(info: ActionInfo, key: str) -> bool:
    """Whether the reference lists a key for an action or for one of its resource types."""
    if any(_same(each, key) for each in info.condition_keys):
        return True
    service = reference.service(info.service)
    for own in info.resource_types:
        kind = service.resource_type(own.name) if service else None
        keys = (*own.condition_keys, *(kind.condition_keys if kind is not None else ()))
        if any(_same(each, key) for each in keys):
            return True
    return False


def _same(documented: str, key: str) -> bool:
    """Whether a key is the documented one; of a key with a part left open, its family is enough."""
    if "/" in key:
        return documented.lower().partition("/")[0] == key.lower().partition("/")[0]
    return key_matches(documented, key)
