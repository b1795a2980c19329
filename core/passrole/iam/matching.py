"""Does a statement apply to a request: action, resource, principal and conditions together."""

from __future__ import annotations

from passrole.iam.actions import action_matches
from passrole.iam.arns import resource_matches
from passrole.iam.conditions import conditions_hold
from passrole.iam.principals import Named, Reach, named_by
from passrole.iam.requests import Request
from passrole.iam.statements import Item, Statement
from passrole.iam.variables import has_variables, resolve
from passrole.records import NamedTuple
from passrole.values import Text, Truth, Unknown, every, some


class Match(NamedTuple):
    """A statement that applies, or may: how certainly, and how it names the requester."""

    statement: Statement
    truth: Truth
    named: Named


def action_truth(statement: Statement, action: str) -> Truth:
    """Whether a statement is about an action."""
    if statement.unresolved:
        return Truth.UNKNOWN
    if "NotAction" in statement.elements:
        return _listed(statement, "NotAction", statement.not_actions, action).negated()
    return _listed(statement, "Action", statement.actions, action)


def may_be_about(statement: Statement, service: str) -> bool:
    """Whether a statement may be about any action of a service: most name few services."""
    if statement.unresolved or "NotAction" in statement.elements:
        return True
    listed = statement.listed("Action")
    return listed is None or listed.may_name(service)


def _listed(statement: Statement, element: str, items: tuple[Item, ...], action: str) -> Truth:
    """Whether a list of the statement has an action."""
    listed = statement.listed(element)
    if listed is not None:
        return listed.match(action)
    return some(action_matches(item, action) for item in items)


def resource_truth(statement: Statement, request: Request) -> Truth:
    """Whether a statement is about a resource; true where it names none, as in trust policies."""
    asked = request.resource.parts, request.resource_is_pattern
    found = statement.covered.get(asked)
    if found is None:
        found = _resource_truth(statement, request)
        if statement.variables is False or not any(
            isinstance(item, Text) and has_variables(item)
            for item in (*statement.resources, *statement.not_resources)
        ):
            statement.covered[asked] = found
    return found


def _resource_truth(statement: Statement, request: Request) -> Truth:
    if "NotResource" in statement.elements:
        listed = some(
            resource_item_truth(item, statement.variables, request, excluding=True)
            for item in statement.not_resources
        )
        return listed.negated()
    if "Resource" not in statement.elements:
        return Truth.TRUE
    return some(
        resource_item_truth(item, statement.variables, request, excluding=False)
        for item in statement.resources
    )


def resource_item_truth(
    item: Item, variables: bool | None, request: Request, *, excluding: bool
) -> Truth:
    """Whether one entry of Resource, or with ``excluding`` of NotResource, covers the resource."""
    if isinstance(item, Unknown):
        return Truth.UNKNOWN
    if variables is False or not has_variables(item):
        return resource_matches(
            item, request.resource, subject_is_pattern=request.resource_is_pattern
        )
    answer = _with_variables(item, request, excluding=excluding)
    if variables is None:
        # Variables, or plain text.
        plain = resource_item_truth(item, False, request, excluding=excluding)
        return answer if answer is plain else Truth.UNKNOWN
    return answer


def _with_variables(item: Text, request: Request, *, excluding: bool) -> Truth:
    resolved = resolve(item, request, pattern=True)
    if resolved.text is None:
        # "Will not match any resource"; what that means for NotResource is not documented.
        return Truth.UNKNOWN if excluding else Truth.FALSE
    answer = resource_matches(
        resolved.text, request.resource, subject_is_pattern=request.resource_is_pattern
    )
    if not resolved.certain and (excluding or answer is Truth.TRUE):
        return Truth.UNKNOWN
    if answer is not Truth.FALSE and _before_resource_part(item):
        return Truth.UNKNOWN
    return answer


def _before_resource_part(item: Text) -> bool:
    """Whether a variable stands in the first five segments of an ARN, where none is allowed."""
    known = item.known()
    if known is None:
        return False
    variable = known.find("${")
    return known.count(":", 0, variable) < 5


def match(statement: Statement, request: Request, *, limited: Truth) -> Match:
    """How certainly a statement applies; ``limited`` as in ``named_by``."""
    truth = action_truth(statement, request.action)
    named: Named = {}
    if truth is Truth.FALSE:
        return Match(statement, truth, named)
    if statement.unresolved:
        return Match(statement, Truth.UNKNOWN, {Reach.DIRECT: Truth.UNKNOWN})
    truth = every((truth, resource_truth(statement, request)))
    if truth is Truth.FALSE:
        return Match(statement, truth, named)
    if "Principal" in statement.elements or "NotPrincipal" in statement.elements:
        named = named_by(statement, request.principal, limited=limited, closed=request.closed)
        truth = every((truth, some(named.values())))
    if truth is Truth.FALSE:
        return Match(statement, truth, named)
    return Match(statement, every((truth, conditions_hold(statement, request))), named)
