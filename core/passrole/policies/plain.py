"""Policies as plain JSON data, with a name in place of what is not in the scanned tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from passrole.iam.statements import Condition, Item
from passrole.policies.least import RolePolicy
from passrole.policies.statements import Written
from passrole.policies.trust import Trusted
from passrole.policies.vocabulary import Placeholder, label_of, wildcards_of
from passrole.stacks.resources import Target
from passrole.values import Hole, Text

Write = Callable[[Text], Any]
"""How a text is written: as plain text, or as an expression of a format."""


class PlainTexts:
    """Writes texts for one target, and remembers which placeholders they needed."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._names: dict[str, str] = {}
        self._found: dict[str, Placeholder] = {}

    def __call__(self, text: Text) -> str:
        """The text with placeholders in place of its holes."""
        return "".join(
            p if isinstance(p, str) else wildcards_of(p) or self._placeholder(p)
            for p in text.shown.parts
        )

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """What has to be put in, in the order in which it was met."""
        return tuple(self._found.values())

    def _placeholder(self, hole: Hole) -> str:
        found = self._found.get(hole.id)
        if found is None:
            found = self._found[hole.id] = self._made(hole)
        return found.name

    def _made(self, hole: Hole) -> Placeholder:
        if self._target.account == Text((hole,)):
            return Placeholder("${Account}", "the account of the stack, 12 digits")
        if self._target.region == Text((hole,)):
            return Placeholder("${Region}", "the Region of the stack")
        words = _words(label_of(hole))
        name, number = f"<{words}>", 2
        while any(each.name == name for each in self._found.values()):
            name, number = f"<{words} {number}>", number + 1
        return Placeholder(name, hole.reason or f"{words} is not known")


def _words(label: str) -> str:
    """``name of Bucket`` for ``Bucket.name``."""
    owner, dot, attribute = label.rpartition(".")
    if dot and owner not in ("var", "local") and attribute.lower() in ("name", "id", "arn"):
        return f"{attribute} of {owner}"
    return label


def document(statements: Iterable[Written], write: Write) -> dict[str, Any]:
    """An identity policy."""
    return {
        "Version": "2012-10-17",
        "Statement": [statement_data(each, write) for each in statements],
    }


def statement_data(statement: Written, write: Write) -> dict[str, Any]:
    """One statement of an identity policy."""
    grant = statement.grant
    data: dict[str, Any] = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": one_or_many(list(grant.actions)),
        "Resource": one_or_many([write(resource) for resource in grant.resources]),
    }
    if grant.conditions:
        data["Condition"] = condition_data(grant.conditions, write)
    return data


def condition_data(conditions: Iterable[Condition], write: Write) -> dict[str, Any]:
    """The element Condition."""
    found: dict[str, Any] = {}
    for condition in conditions:
        values = [_value(value, write) for value in condition.values]
        found.setdefault(condition.operator, {})[condition.key] = one_or_many(values)
    return found


def trust_document(policy: RolePolicy, write: Write) -> dict[str, Any]:
    """The trust policy of a role."""
    return {
        "Version": "2012-10-17",
        "Statement": [trust_data(group, write) for group in trust_groups(policy)],
    }


def trust_groups(policy: RolePolicy) -> list[list[Trusted]]:
    """Those trusted alike: of one kind, under the same conditions."""
    groups: dict[tuple[str, object], list[Trusted]] = {}
    for each in policy.trust:
        groups.setdefault((each.kind, each.conditions), []).append(each)
    return list(groups.values())


def trust_data(group: list[Trusted], write: Write) -> dict[str, Any]:
    """One statement of a trust policy."""
    data: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {group[0].kind: one_or_many([write(each.principal) for each in group])},
        "Action": "sts:AssumeRole",
    }
    if group[0].conditions:
        data["Condition"] = condition_data(group[0].conditions, write)
    return data


def managed_policy_arns(policy: RolePolicy) -> list[Text]:
    """The AWS managed policies that stand in for documented wildcards."""
    partition = policy.role.resource.target.partition
    names = dict.fromkeys(b.managed_policy for b in policy.blocks if b.managed_policy)
    return [Text(("arn:", *partition.parts, f":iam::aws:policy/{name}")) for name in names]


def one_or_many(items: list[Any]) -> Any:
    """The item where there is one, else the list."""
    return items[0] if len(items) == 1 else items


def _value(value: Item, write: Write) -> Any:
    return write(value) if isinstance(value, Text) else ""
