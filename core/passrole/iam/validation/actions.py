"""Names of actions, held against the service authorization reference.

The reference is complete as of its date; AWS adds actions every week.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from passrole.iam import reference
from passrole.iam.validation.calls import NEEDED_FOR
from passrole.iam.validation.drafts import Draft
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.records import NamedTuple

_UNLISTED = frozenset(("sns:receive", "sso:updateapplicationprofileforawsaccountinstance"))
"""Actions that the reference leaves out and that are accepted, in lower case (inferred).

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_policy;
the published schema of AWS::SSO::InstanceAccessControlAttributeConfiguration names the other among
the permissions that creating one needs
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html).
"""

_RETIRED = frozenset(
    ("sso:deletepermissionspolicy", "sso:describepermissionspolicies", "sso:getpermissionspolicy")
)
"""Actions that the reference had once, and that policies of AWS still name (inferred), likewise.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/SecurityAudit.html
"""


class _Wrong(NamedTuple):
    check: str
    reason: str
    instead: str = ""
    sureness: Sureness = "high"


def check(draft: Draft) -> Iterator[Flaw]:
    """Actions and services that do not exist, and wildcards that match nothing."""
    for statement in draft.statements:
        for element in ("Action", "NotAction"):
            for name, text in statement.known(element):
                wrong = _wrong(name)
                if wrong is not None:
                    yield statement.flaw(
                        wrong.check, text, action=name, name=name, reason=wrong.reason
                    )._replace(instead=wrong.instead, sureness=wrong.sureness)


@lru_cache(maxsize=8192)
def _wrong(name: str) -> _Wrong | None:
    if name in ("", "*") or "${" in name:
        return None
    service, colon, rest = name.partition(":")
    if not colon:
        return _Wrong("INVALID_ACTION", "an action is written service:Name")
    if "*" in service or "?" in service:
        return _Wrong("WILDCARD_IN_SERVICE_NAME", "")
    if reference.service(service) is None:
        services = reference.did_you_mean(service)
        instead = f"{services[0]}:{rest}" if len(services) == 1 else ""
        instead = instead if reference.expand(instead) else ""
        return _Wrong("INVALID_SERVICE_IN_ACTION", _meant(services), instead)
    if not rest or rest != rest.strip():
        bare = f"{service}:{rest.strip()}"
        instead = bare if reference.expand(bare) else ""
        reason = "the name has spaces around it" if rest else "no name"
        return _Wrong("INVALID_ACTION", reason, instead)
    if reference.expand(name) or name.lower() in _UNLISTED:
        return None
    if "*" in rest or "?" in rest:
        return _Wrong("INVALID_ACTION", "the wildcard matches no action")
    if name.lower() in _RETIRED:
        return _Wrong("INVALID_ACTION", "AWS has taken it out of its reference", sureness="low")
    needed = NEEDED_FOR.get(name.lower())
    if needed is not None:
        return _Wrong("INVALID_ACTION", f"the call of that name needs {needed}", needed)
    near = tuple(each for each in reference.did_you_mean(name) if reference.action(each))
    return _Wrong("INVALID_ACTION", _meant(near), near[0] if near else "")


def _meant(names: tuple[str, ...]) -> str:
    return f"did you mean {' or '.join(names[:2])}?" if names else "nothing alike is known"
