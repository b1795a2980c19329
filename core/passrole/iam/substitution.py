"""Holes that a world fills: the same statements and requests with their texts in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from passrole.iam.principals import Principal, PrincipalKind, principal_of
from passrole.iam.requests import ContextValue, Request
from passrole.iam.statements import Condition, Item, PrincipalEntry, Statement
from passrole.values import Fact, Hole, Part, Text, Unknown, World

Bound = Mapping[str, Part]
"""The text of each hole that is decided, by the id of the hole, or another hole in its place."""

ASSIGNMENT_CAP = 64
"""How many assignments of holes are tried before the answer stays *unknown*."""


def bound_in(world: World) -> Bound:
    """The holes whose text a world decides."""
    return {
        fact.subject: fact.equals
        for fact, holds in world.literals
        if holds and fact.equals is not None
    }


def assignments(holes: list[Hole], world: World) -> list[World]:
    """Every way to fill holes that have few choices, as worlds within ``world``.

    Of many holes the first are filled: what is left open leaves the answer unknown.
    """
    ways: list[list[Fact]] = []
    count = 1
    for hole in holes:
        choices = sorted(hole.alphabet.choices or ())
        if not choices or count * len(choices) > ASSIGNMENT_CAP:
            continue
        count *= len(choices)
        name = hole.reference or hole.id
        ways.append([Fact(hole.id, choice, f"{name} is {choice}") for choice in choices])
    if not ways:
        return []
    found = (
        world.joined(World(tuple((fact, True) for fact in sorted(way)))) for way in product(*ways)
    )
    return [each for each in found if each is not None]


def holes_of(statement: Statement) -> Iterator[Hole]:
    """The holes in the texts of a statement."""
    for item in _items(statement):
        if isinstance(item, Text):
            yield from item.holes


def holes_of_request(request: Request) -> Iterator[Hole]:
    """The holes in the texts of a request."""
    yield from request.resource.holes
    yield from request.principal.arn.holes
    for value in request.context.values():
        if isinstance(value, Text):
            yield from value.holes


def filled_statement(statement: Statement, bound: Bound) -> Statement:
    """The statement with the texts of decided holes in their place."""

    def items(listed: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(_filled(item, bound) if isinstance(item, Text) else item for item in listed)

    def entries(
        listed: tuple[PrincipalEntry | Unknown, ...],
    ) -> tuple[PrincipalEntry | Unknown, ...]:
        return tuple(
            PrincipalEntry(entry.kind, _filled(entry.value, bound))
            if isinstance(entry, PrincipalEntry) and isinstance(entry.value, Text)
            else entry
            for entry in listed
        )

    return replace(
        statement,
        actions=items(statement.actions),
        not_actions=items(statement.not_actions),
        resources=items(statement.resources),
        not_resources=items(statement.not_resources),
        principals=entries(statement.principals),
        not_principals=entries(statement.not_principals),
        conditions=tuple(
            each._replace(values=items(each.values)) if isinstance(each, Condition) else each
            for each in statement.conditions
        ),
    )


def filled_request(request: Request, bound: Bound) -> Request:
    """The request with the texts of decided holes in their place."""
    account = request.resource_account
    return request._replace(
        resource=_filled(request.resource, bound),
        resource_account=account and _filled(account, bound),
        principal=_filled_principal(request.principal, bound),
        context=_filled_context(request.context, bound),
    )


def _filled_principal(principal: Principal, bound: Bound) -> Principal:
    arn = _filled(principal.arn, bound)
    account = principal.account and _filled(principal.account, bound)
    if principal.kind is PrincipalKind.UNKNOWN:
        # Its kind may show only now.
        filled = principal_of(arn)
        return filled if filled.account else filled._replace(account=account)
    return principal._replace(arn=arn, account=account)


def _filled_context(
    context: Mapping[str, ContextValue], bound: Bound
) -> Mapping[str, ContextValue]:
    texts = {key: value for key, value in context.items() if isinstance(value, Text)}
    changed = {key: _filled(text, bound) for key, text in texts.items()}
    # A context that answers for every key stays as it is.
    return {**context, **changed} if changed != texts else context


def _filled(text: Text, bound: Bound) -> Text:
    if not any(hole.id in bound for hole in text.holes):
        return text
    parts = (bound.get(part.id, part) if isinstance(part, Hole) else part for part in text.parts)
    return Text(parts, text.origin, text.defaults)


def _items(statement: Statement) -> Iterator[Item]:
    yield from statement.actions
    yield from statement.not_actions
    yield from statement.resources
    yield from statement.not_resources
    for entry in (*statement.principals, *statement.not_principals):
        if isinstance(entry, PrincipalEntry):
            yield entry.value
    for condition in statement.conditions:
        if isinstance(condition, Condition):
            yield from condition.values
