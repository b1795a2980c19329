"""What is asked: may this principal perform this action on this resource?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from passrole.iam.principals import Principal, PrincipalKind
from passrole.records import NamedTuple
from passrole.values import ABSENT, Absent, Text, Unknown
from passrole.values.texts import LITERAL, Hole

ContextValue = Text | tuple[Text, ...] | Unknown | Absent
"""The value of a context key: one text, many texts, anything or nothing, nothing."""


class Request(NamedTuple):
    """One question.

    ``resource`` is an ARN, or ``*`` for an action without resource-level permissions. With
    ``resource_is_pattern`` its wildcards stand for every resource that matches.
    ``context`` is by key in lower case. In a ``closed`` request a key that is not in it is absent;
    in an open one it may be absent or be anything, except for what the principal's kind decides.
    ``resource_account`` is the account of the resource; None means the one in its ARN, and where
    there is none (S3 buckets) the principal's own.
    """

    action: str
    resource: Text
    principal: Principal
    context: Mapping[str, ContextValue] = {}
    resource_is_pattern: bool = False
    closed: bool = False
    resource_account: Text | None = None

    @property
    def service(self) -> str:
        """The service prefix of the action, in lower case."""
        return self.action.partition(":")[0].lower()

    def value_of(self, key: str) -> ContextValue | None:
        """The value of a context key (lower case); None where it may be absent or be anything."""
        found = self.context.get(key)
        if found is not None:
            return found
        if self.closed or _is_never_sent(self.action.lower(), key):
            return ABSENT
        return implied(self.principal, key)


_CARRIED_BY_SESSIONS = frozenset(("aws", "sts", "saml"))


@lru_cache(maxsize=4096)
def _is_never_sent(action: str, key: str) -> bool:
    """Whether a service's key is none that the action supports, as of the reference data.

    Keys of other services, and of other actions of the same service, are absent from a request
    (service authorization reference, *Condition keys* of each action). Unknown actions and keys
    that a session carries along are left open.
    """
    prefix = key.partition(":")[0]
    if prefix in _CARRIED_BY_SESSIONS:
        return False
    from passrole.iam.reference.catalogue import action as action_info  # noqa: PLC0415 - loads data
    from passrole.iam.reference.catalogue import key_matches, service  # noqa: PLC0415 - loads data

    info = action_info(action)
    if info is None or service(prefix) is None:
        return False
    supported = [*info.condition_keys]
    for each in info.resource_types:
        supported.extend(each.condition_keys)
    return not any(key_matches(documented, key) for documented in supported)


def implied(principal: Principal, key: str) -> ContextValue | None:
    """What the kind of principal says of a global key, per the page of global condition keys."""
    if key in ("aws:securetransport", "aws:currenttime", "aws:epochtime"):
        return _some_value(key)
    if principal.kind not in (PrincipalKind.ROLE, PrincipalKind.SESSION, PrincipalKind.USER):
        return None
    if key == "aws:principalarn":
        return principal.arn if principal.kind is not PrincipalKind.SESSION else None
    if key == "aws:principalaccount":
        return principal.account or _some_value(key)
    if key == "aws:principalisawsservice":
        return Text(("false",))
    if key == "aws:principaltype":
        return Text(("User" if principal.kind is PrincipalKind.USER else "AssumedRole",))
    if key == "aws:userid":
        return _some_value(key)
    if key == "aws:username":
        return _some_value(key) if principal.kind is PrincipalKind.USER else ABSENT
    return None


def _some_value(key: str) -> Text:
    return Text((Hole(f"context {key}", LITERAL, reference=key),))
