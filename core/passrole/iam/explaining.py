"""Why a statement may or may not apply, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.iam.actions import action_matches
from passrole.iam.conditions import condition_holds
from passrole.iam.matching import action_truth, resource_item_truth, resource_truth
from passrole.iam.requests import Request
from passrole.iam.statements import Item, PrincipalEntry, Statement
from passrole.values import Hole, Text, Truth, Unknown


def why_unknown(statement: Statement, request: Request) -> str:
    """The part of a statement that cannot be decided, and the value that blocks it."""
    name = statement.label
    if statement.unresolved:
        return f"{name}: {statement.unresolved}"
    if statement.effect is None:
        return f"{name}: its Effect is not known"
    if action_truth(statement, request.action) is Truth.UNKNOWN:
        actions = (*statement.actions, *statement.not_actions)
        open_items = [
            item for item in actions if action_matches(item, request.action) is Truth.UNKNOWN
        ]
        return f"{name}: Action{_values(open_items)}"
    if resource_truth(statement, request) is Truth.UNKNOWN:
        values = [*_open_resources(statement, request), request.resource]
        blocking = _values(values)
        if request.resource_is_pattern and not _holes(values):
            blocking = f" covers a part of {request.resource} only"
        return f"{name}: Resource{blocking}"
    for condition in statement.conditions:
        if isinstance(condition, Unknown):
            return f"{name}: {condition.reason}"
        if condition_holds(condition, request, statement.variables) is Truth.UNKNOWN:
            return f"{name}: {condition.operator} {condition.key}{_values(condition.values)}"
    entries = (*statement.principals, *statement.not_principals)
    named = [each.value if isinstance(each, PrincipalEntry) else each for each in entries]
    return f"{name}: Principal{_values((*named, request.principal.arn))}"


def _open_resources(statement: Statement, request: Request) -> Iterator[Item]:
    for items, excluding in ((statement.resources, False), (statement.not_resources, True)):
        for item in items:
            truth = resource_item_truth(item, statement.variables, request, excluding=excluding)
            if truth is Truth.UNKNOWN:
                yield item


def _values(items: Iterable[Item]) -> str:
    """The holes and unknowns among some values, as an addition to a message."""
    found = _holes(items)
    return f" depends on {', '.join(dict.fromkeys(found))}" if found else " cannot be decided"


def _holes(items: Iterable[Item]) -> list[str]:
    found: list[str] = []
    for item in items:
        if isinstance(item, Text):
            found.extend(_hole(hole) for hole in item.holes)
        else:
            found.append(item.reason)
    return found


def _hole(hole: Hole) -> str:
    name = hole.reference or hole.id
    return f"{name} ({hole.reason})" if hole.reason else name
