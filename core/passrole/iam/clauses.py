"""Statements prepared for questions about sets: what each certainly and possibly covers.

Policy variables in resources become holes, so that ``${aws:username}`` is the same unknown text
wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from passrole.iam.actions import action_matches
from passrole.iam.policies import Policy
from passrole.iam.quoting import quoted
from passrole.iam.resource_sets import Resources
from passrole.iam.statements import Condition, Item, Statement
from passrole.records import NamedTuple
from passrole.values import (
    Alphabet,
    Fact,
    Hole,
    Part,
    Text,
    Truth,
    Unknown,
    World,
    literal,
    some,
)

_ALL = Resources((literal("*"),))
_NOTHING = Resources(())


class Clause(NamedTuple):
    """One statement, read as allowing or as denying.

    ``certain`` is false where it may be neither. ``must`` are the resources that it covers for
    certain, ``may`` those that it may cover.
    """

    statement: Statement
    allows: bool
    certain: bool
    must: Resources
    may: Resources

    def as_certain(self, truth: Truth) -> Truth:
        """Whether the clause is about an action, when its action patterns say ``truth``."""
        return truth if self.certain else min(truth, Truth.UNKNOWN)

    @property
    def conditions(self) -> tuple[Condition | Unknown, ...]:
        """The conditions of the statement."""
        return self.statement.conditions


class ActionPatterns:
    """The action patterns of a statement, by service, so that few are tried for an action."""

    __slots__ = ("_by_service", "_negated", "_others", "_unresolved")

    def __init__(self, statement: Statement) -> None:
        self._unresolved = statement.unresolved is not None
        self._negated = "NotAction" in statement.elements
        self._by_service: dict[str, list[Item]] = {}
        self._others: list[Item] = []
        for item in statement.not_actions if self._negated else statement.actions:
            known = item.known() if isinstance(item, Text) else None
            service, colon, _ = (known or "").partition(":")
            if not colon or "*" in service or "?" in service:
                self._others.append(item)
            else:
                self._by_service.setdefault(service.lower(), []).append(item)

    def tells_apart(self, service: str) -> bool:
        """Whether some actions of a service may be meant and others not."""
        if self._unresolved:
            return False
        return service in self._by_service or any(
            not isinstance(each, Text) or each.known() != "*" for each in self._others
        )

    def truth(self, action: str) -> Truth:
        """Whether the statement is about an action."""
        if self._unresolved:
            return Truth.UNKNOWN
        service = action.partition(":")[0].lower()
        items = (*self._by_service.get(service, ()), *self._others)
        listed = some(action_matches(item, action) for item in items)
        return listed.negated() if self._negated else listed


def action_kind(statement: Statement) -> object:
    """What statements have in common that are about the same actions."""
    negated = "NotAction" in statement.elements
    listed = statement.not_actions if negated else statement.actions
    return statement.unresolved is not None, negated, listed


def clauses_of(policy: Policy, world: World) -> list[Clause]:
    """The clauses of a policy in a world that decides all facts of its statements."""
    found: list[Clause] = []
    for statement in policy.statements:
        if _exists_in(statement, world):
            found.extend(_clauses(statement))
    return found


def facts_of(policy: Policy) -> Iterator[Fact]:
    """The facts that decide which statements there are."""
    for statement in policy.statements:
        for fact, _ in statement.world.literals:
            yield fact


def _exists_in(statement: Statement, world: World) -> bool:
    return all(world.decides(fact) is holds for fact, holds in statement.world.literals)


def _clauses(statement: Statement) -> Iterator[Clause]:
    if statement.unresolved:
        yield Clause(statement, True, False, _NOTHING, _ALL)
        yield Clause(statement, False, False, _NOTHING, _ALL)
        return
    must, may = _resources(statement)
    certain = statement.effect is not None
    if statement.effect != "Deny":
        yield Clause(statement, True, certain, must, may)
    if statement.effect != "Allow":
        yield Clause(statement, False, certain, must, may)


def _resources(statement: Statement) -> tuple[Resources, Resources]:
    excluded = "NotResource" in statement.elements
    if not excluded and "Resource" not in statement.elements:
        return _ALL, _ALL
    items = statement.not_resources if excluded else statement.resources
    texts = tuple(
        _with_variables(item, statement.variables) for item in items if isinstance(item, Text)
    )
    listed = Resources(texts, excluded)
    if all(isinstance(item, Text) for item in items):
        return listed, listed
    # An unknown entry may add resources, or exclude all of them.
    return (_NOTHING, listed) if excluded else (listed, _ALL)


_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


def _with_variables(text: Text, variables: bool | None) -> Text:
    """The pattern with a hole for each policy variable."""
    if variables is False or not any(isinstance(part, str) and "${" in part for part in text.parts):
        return text
    parts: list[Part] = []
    for part in text.parts:
        if isinstance(part, Hole):
            parts.append(part)
            continue
        end = 0
        for found in _VARIABLE.finditer(part):
            parts += part[end : found.start()], _value_of(found[1])
            end = found.end()
        parts.append(part[end:])
    return Text(parts, text.origin, text.defaults)


def _value_of(inside: str) -> Part:
    if inside in ("*", "?", "$"):
        return quoted(inside)
    key = inside.partition(",")[0].strip().lower()
    return Hole(f"variable {key}", Alphabet("value of a policy variable"), inside)
