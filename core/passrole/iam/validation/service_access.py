"""Resource policies that let a service in: on whose behalf it may come.

Sources: IAM user guide, *The confused deputy problem* and *AWS global condition context keys*. AWS
does not list which services send ``aws:SourceArn`` (partial, inferred).
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.values import Text

_SOURCES = frozenset(
    ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
)
# Keys about the principal that a request of a service itself does not hold.
_OF_PRINCIPALS = frozenset(
    ("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:userid",
     "aws:username", "aws:principalarn", "aws:principalorgmasteraccountid")
)  # fmt: skip
_INSTEAD = frozenset(("aws:referer", "aws:sourceip", "aws:useragent"))
# What a resource policy cannot ask, as the resource is its own.
_IRRELEVANT = {"s3": frozenset(("s3:resourceaccount", "aws:resourceaccount", "aws:resourceorgid"))}


def check(draft: Draft) -> Iterator[Flaw]:
    """Services that come for anyone, and keys that say nothing here."""
    if draft.kind is not PolicyKind.RESOURCE:
        return
    irrelevant = _IRRELEVANT.get(draft.attached, frozenset[str]())
    for statement in draft.statements:
        for condition in statement.conditions:
            if condition.key.lower() in irrelevant and statement.effect == "Allow":
                yield statement.flaw(
                    "IRRELEVANT_CONDITION_KEY_IN_POLICY", condition.origin,
                    key=condition.key, attached=draft.attached,
                )  # fmt: skip
        if statement.effect == "Allow":
            yield from _services(statement)


def _services(statement: DraftStatement) -> Iterator[Flaw]:
    services = [item for kind, item in statement.principals if kind == "Service"]
    if not services or statement.has_open_conditions:
        return
    first = services[0]
    shown = ", ".join(str(each) for each in services[:2] if isinstance(each, Text))
    keys = {condition.key.lower(): condition for condition in statement.conditions}
    if not keys.keys() & _SOURCES:
        instead = [keys[key] for key in sorted(keys.keys() & _INSTEAD)]
        if instead:
            yield statement.flaw(
                "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", instead[0].origin,
                sureness="medium", key=instead[0].key, services=shown,
            )  # fmt: skip
        else:
            yield statement.flaw(
                "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", first, sureness="medium", services=shown
            )
    if len(services) < len(statement.principals):
        return
    for key in sorted(keys.keys() & _OF_PRINCIPALS):
        condition = keys[key]
        operator = condition.meaning
        if operator is not None and not (
            operator.negated or operator.if_exists or operator.is_null
        ):
            yield statement.flaw(
                "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", condition.origin,
                key=condition.key, services=shown,
            )  # fmt: skip
