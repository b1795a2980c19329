"""Why a statement may or may not apply, in words."""

from __future__ import annotations

from passrole.iam.conditions import condition_holds
from passrole.iam.matching import action_truth, resource_truth
from passrole.iam.requests import Request
from passrole.iam.statements import Item, Statement
from passrole.values import Hole, Text, Truth, Unknown


def why_unknown(statement: Statement, request: Request) -> str:
    """The part of a statement that cannot be decided, and the value that blocks it."""
    name = statement.label
    if statement.unresolved:
        return f"{name}: {statement.unresolved}"
    if statement.effect is None:
        return f"{name}: its Effect is not known"
    if action_truth(statement, request.action) is Truth.UNKNOWN:
        return f"{name}: Action{_values((*statement.actions, *statement.not_actions))}"
    if resource_truth(statement, request) is Truth.UNKNOWN:
        values = (*statement.resources, *statement.not_resources, request.resource)
        return f"{name}: Resource{_values(values)}"
    for condition in statement.conditions:
        if isinstance(condition, Unknown):
            return f"{name}: {condition.reason}"
        if condition_holds(condition, request, statement.variables) is Truth.UNKNOWN:
            return f"{name}: {condition.operator} {condition.key}{_values(condition.values)}"
    return f"{name}: Principal"


def _values(items: tuple[Item, ...]) -> str:
    """The holes and unknowns among some values, as an addition to a message."""
    found: list[str] = []
    for item in items:
        if isinstance(item, Text):
            found.extend(_hole(hole) for hole in item.holes)
        else:
            found.append(item.reason)
    return f" depends on {', '.join(dict.fromkeys(found))}" if found else " cannot be decided"


def _hole(hole: Hole) -> str:
    name = hole.reference or hole.id
    return f"{name} ({hole.reason})" if hole.reason else name
