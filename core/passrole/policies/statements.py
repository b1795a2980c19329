"""Grants as statements to write: each with its Sid, what it is for, and what is to be said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from passrole.iam import reference
from passrole.iam.patterns import covers
from passrole.iam.smallest_policy import (
    MANAGED_POLICY_QUOTA,
    Grant,
    has_wildcard,
    smallest_policies,
)
from passrole.iam.statements import Condition
from passrole.iam.validation.resources import may_be_asked_for
from passrole.policies.permissions import Kind, Permission, Reason
from passrole.records import NamedTuple
from passrole.values import Text, Truth


class Written(NamedTuple):
    """One statement to write: its Sid, what it grants, what for, and what is to be said of it."""

    sid: str
    grant: Grant
    reasons: tuple[Reason, ...]
    remark: str = ""


class Option(NamedTuple):
    """Statements that only some source names, or that a value decides which is not known.

    ``why`` says who says what.
    """

    name: str
    kind: Kind
    why: str
    statements: tuple[Written, ...]


def options(optional: Sequence[Permission], taken: set[str]) -> Iterator[Option]:
    """What is disputed or depends on a value, grouped by what is said of it."""
    grouped: dict[tuple[Kind, str], list[Permission]] = {}
    told: dict[tuple[str, Text, tuple[Condition, ...]], str] = {}
    for each in optional:
        # What two sources dispute, each for a reason of its own, is offered once.
        if (
            told.setdefault((each.iam_action, each.resource, each.conditions), each.note)
            != each.note
        ):
            continue
        grouped.setdefault((each.kind, each.note), []).append(each)
    names: set[str] = set()
    for (kind, why), wanted in grouped.items():
        (grants, *_) = smallest_policies((p.requirement for p in wanted), 10 * MANAGED_POLICY_QUOTA)
        name = _unique(_kebab(grants[0].actions[0]), names, "-")
        yield Option(name, kind, why, written(grants, wanted, taken))


def written(
    grants: Sequence[Grant], wanted: Sequence[Permission], taken: set[str]
) -> tuple[Written, ...]:
    """The grants as statements, in the order of what they are for."""
    found: list[tuple[int, Grant, list[Permission]]] = []
    for grant in grants:
        grantor = _Grantor(grant)
        places = [at for at, each in enumerate(wanted) if grantor.is_for(each)]
        found.append((min(places, default=0), grant, [wanted[at] for at in places]))
    found.sort(key=lambda each: (each[0], each[1].actions))
    statements = []
    for _, grant, needed in found:
        reasons = tuple(dict.fromkeys(each.reason for each in needed))
        statements.append(Written(_sid(grant, needed, taken), grant, reasons, _remark(grant)))
    return tuple(statements)


class _Grantor:
    """What one grant grants, to find what it is for."""

    def __init__(self, grant: Grant) -> None:
        self._actions = frozenset(grant.actions)
        self._conditions = _plain(grant.conditions)
        self._resources = frozenset(grant.resources)
        self._wide = [each for each in grant.resources if has_wildcard(each)]

    def is_for(self, wanted: Permission) -> bool:
        """Whether a permission is among what it grants."""
        action = str(reference.action(wanted.iam_action) or wanted.iam_action)
        if action not in self._actions or _plain(wanted.conditions) != self._conditions:
            return False
        return wanted.resource in self._resources or any(
            covers(each, wanted.resource, subject_is_pattern=True) is Truth.TRUE
            for each in self._wide
        )


def _plain(conditions: Sequence[Condition]) -> frozenset[tuple[object, ...]]:
    """The conditions without their places."""
    return frozenset((each.operator, each.key, each.values) for each in conditions)


def _remark(grant: Grant) -> str:
    """Why a statement is on every resource, or what is wrong with its resources, if so."""
    if [each.known() for each in grant.resources] != ["*"]:
        strange = [
            str(resource)
            for resource in grant.resources
            if not any(may_be_asked_for(action, resource) for action in grant.actions)
        ]
        if not strange:
            return ""
        # Such as the alias of a key: what it names is not in the scanned tree.
        return f"{' and '.join(strange)}: put in the ARN of what it stands for, which IAM asks with"
    named = ", ".join(grant.actions)
    if all(map(reference.is_wildcard_only, grant.actions)):
        verb = "has" if len(grant.actions) == 1 else "have"
        return f"{named} {verb} no resource-level permissions: * is the only resource"
    return f"the documentation names no resource for {named}"


def _sid(grant: Grant, needed: Sequence[Permission], taken: set[str]) -> str:
    """A Sid of letters and digits that says what the statement is for."""
    service, _, operation = grant.actions[0].partition(":")
    actions = {each.reason.action for each in needed}
    if needed and all(each.artifacts for each in needed):
        name = f"Artifacts{_camel(service)}"
    elif len(actions) == 1 and actions != {""}:
        name = _camel(*re.findall(r"[A-Za-z0-9]+", actions.pop()))
        name += operation if operation == "PassRole" else ""
    else:
        name = operation if len(grant.actions) == 1 else _camel(service)
    if name in taken and not name.endswith(operation):
        name += operation
    return _unique(name, taken)


def _camel(*words: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in words)


def _kebab(action: str) -> str:
    service, _, operation = action.partition(":")
    return "-".join((service, *re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", operation))).lower()


def _unique(name: str, taken: set[str], between: str = "") -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}{between}{number}", number + 1
    taken.add(found)
    return found
