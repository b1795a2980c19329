"""The smallest policies that cover a set of requirements: actions listed, never with wildcards.

Sources of the sizes: IAM user guide, *IAM and AWS STS quotas*; white space does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from passrole.iam import reference
from passrole.iam.patterns import covers
from passrole.iam.sets import Requirement
from passrole.iam.statements import Condition
from passrole.records import NamedTuple
from passrole.values import Hole, Part, Text, Truth, literal

MANAGED_POLICY_QUOTA = 6_144
INLINE_POLICIES_OF_A_ROLE_QUOTA = 10_240
HOLE_SIZE = 64
"""How many characters are reckoned for a hole whose alphabet gives no smaller bound."""


class Grant(NamedTuple):
    """One Allow statement to write, with the reasons of the requirements that it is for."""

    actions: tuple[str, ...]
    resources: tuple[Text, ...]
    conditions: tuple[Condition, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many characters the statement counts for, without white space."""
        holes = [hole for resource in self.resources for hole in resource.holes]
        holes += [
            hole
            for condition in self.conditions
            for value in condition.values
            if isinstance(value, Text)
            for hole in value.holes
        ]
        written = json.dumps(statement_as_json(self), separators=(",", ":"))
        return len(written) + sum(_size(hole) - len(str(hole)) for hole in holes)


def _size(hole: Hole) -> int:
    longest = hole.alphabet.length[1]
    return HOLE_SIZE if longest is None else min(HOLE_SIZE, longest)


def smallest_policies(
    requirements: Iterable[Requirement], quota: int = MANAGED_POLICY_QUOTA
) -> list[tuple[Grant, ...]]:
    """The grants of as few policies as the quota needs; the same requirements give the same ones.

    Each action stands once for each set of conditions, with all its resources; actions with the
    same resources share a statement. An action without resource-level permissions gets ``*``. A
    statement that alone exceeds the quota is split.
    """
    grants = [
        part for grant in _grants(requirements) for part in _split(grant, quota - _FRAME_SIZE)
    ]
    policies: list[list[Grant]] = []
    left: list[int] = []
    for grant in grants:
        size = grant.size + 1
        place = next((place for place, room in enumerate(left) if room >= size), None)
        if place is None:
            policies.append([])
            left.append(quota - _FRAME_SIZE)
            place = len(policies) - 1
        policies[place].append(grant)
        left[place] -= size
    return [tuple(policy) for policy in policies]


_Kind = tuple[tuple[Condition, ...], tuple[Text, ...], str]
"""What the actions of one statement share: conditions, resources, the group."""


def _grants(requirements: Iterable[Requirement]) -> list[Grant]:
    """One grant for each set of resources and conditions of a group, sorted."""
    wanted: dict[tuple[tuple[Condition, ...], str, str], list[Requirement]] = {}
    for requirement in requirements:
        action = str(reference.action(requirement.action) or requirement.action)
        conditions = tuple(sorted(requirement.conditions, key=_order_of_condition))
        key = (_without_places(conditions), action, requirement.group)
        wanted.setdefault(key, []).append(requirement)
    grouped: dict[_Kind, list[tuple[str, list[str]]]] = {}
    for (conditions, action, group), needed in wanted.items():
        resources = _resources(action, needed)
        reasons = [requirement.reason for requirement in needed if requirement.reason]
        grouped.setdefault((conditions, resources, group), []).append((action, reasons))
    grants = [
        Grant(
            tuple(sorted(action for action, _ in actions)),
            resources,
            conditions,
            tuple(sorted({reason for _, reasons in actions for reason in reasons})),
        )
        for (conditions, resources, _), actions in grouped.items()
    ]
    return sorted(grants, key=lambda grant: (grant.actions, list(map(str, grant.resources))))


def _without_places(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(condition._replace(origin=None) for condition in conditions)


def _order_of_condition(condition: Condition) -> tuple[str, str, list[str]]:
    return condition.operator, condition.key, list(map(str, condition.values))


def _resources(action: str, needed: list[Requirement]) -> tuple[Text, ...]:
    """The resources of an action without those that others of them cover, sorted."""
    if reference.is_wildcard_only(action):
        return (literal("*"),)
    listed = sorted({requirement.resource for requirement in needed}, key=str)
    kept: list[Text] = []
    wide: list[Text] = []
    for resource in sorted(listed, key=_narrowest_last):
        # What has no wildcard covers nothing but itself.
        if not any(
            covers(other, resource, subject_is_pattern=True) is Truth.TRUE for other in wide
        ):
            kept.append(resource)
            if has_wildcard(resource):
                wide.append(resource)
    return tuple(sorted(kept, key=str))


def has_wildcard(resource: Text) -> bool:
    """Whether a text holds a wildcard, or a hole that may bring one."""
    return any(
        part.alphabet.wildcards if isinstance(part, Hole) else "*" in part or "?" in part
        for part in resource.parts
    )


def _narrowest_last(resource: Text) -> tuple[int, bool, str]:
    literals = "".join(part for part in resource.parts if isinstance(part, str))
    return len(literals.replace("*", "")), "*" not in literals, str(resource)


def _split(grant: Grant, quota: int) -> list[Grant]:
    """The grant in parts that each fit: halves of its resources, else of its actions."""
    if grant.size < quota:
        return [grant]
    if len(grant.resources) > 1:
        half = len(grant.resources) // 2
        parts = [
            grant._replace(resources=each)
            for each in (grant.resources[:half], grant.resources[half:])
        ]
    elif len(grant.actions) > 1:
        half = len(grant.actions) // 2
        parts = [
            grant._replace(actions=each) for each in (grant.actions[:half], grant.actions[half:])
        ]
    else:
        return [grant]
    return [piece for part in parts for piece in _split(part, quota)]


def statement_as_json(grant: Grant) -> dict[str, Any]:
    """The statement as JSON data; holes are written as messages name them, ``${Bucket}``."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Action": _one_or_many([*grant.actions]),
        "Resource": _one_or_many([_written(resource.parts) for resource in grant.resources]),
    }
    for condition in grant.conditions:
        values = [str(value) for value in condition.values if isinstance(value, Text)]
        block = statement.setdefault("Condition", {}).setdefault(condition.operator, {})
        block[condition.key] = _one_or_many(values)
    return statement


def _written(parts: tuple[Part, ...]) -> str:
    return "".join(map(str, parts))


def _one_or_many(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts


def as_json(grants: Iterable[Grant]) -> dict[str, Any]:
    """A whole policy document as JSON data."""
    return {"Version": "2012-10-17", "Statement": [statement_as_json(grant) for grant in grants]}


_FRAME_SIZE = len('{"Version":"2012-10-17","Statement":[]}')
