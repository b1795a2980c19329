"""What Allow statements grant of one action, and how widely they are written.

A decision tells whether a request is allowed; these questions are about the writing: is an action
named or swept in by a wildcard, and which resources of its kind does the statement reach?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from passrole.iam.actions import action_matches
from passrole.iam.arn_segments import split_arn
from passrole.iam.arns import resource_matches
from passrole.iam.matching import action_truth
from passrole.iam.patterns import TooManyStatesError, contains, covers, intersects
from passrole.iam.policies import Policy
from passrole.iam.statements import Item, Statement
from passrole.records import NamedTuple
from passrole.values import Text, Truth, Unknown, every, literal, some

_ALL = ("*", "arn:*")
_ANY = ("*", "*:*")


class Breadth(IntEnum):
    """How an action is written in the statement that grants it, the narrowest first."""

    NAMED = 1
    WILDCARD = 2
    SERVICE = 3
    EVERYTHING = 4


class Grant(NamedTuple):
    """An Allow statement that surely is about an action.

    ``written`` is the entry that names it; None where it is what a NotAction leaves over.
    """

    statement: Statement
    written: Text | None
    breadth: Breadth

    @property
    def is_conditional(self) -> bool:
        """Whether the statement has conditions."""
        return bool(self.statement.conditions)

    def reaches(self, arns: str) -> Truth:
        """Whether its resources hold any ARN of a pattern (``arn:*:sns:*:*:alarm-*``)."""
        if "Resource" not in self.statement.elements:
            return Truth.UNKNOWN
        wanted = literal(arns)
        return some(_shares(item, wanted) for item in self.statement.resources)

    def holds(self, arn: Text) -> Truth:
        """Whether its resources hold an ARN, policy variables left aside."""
        if "Resource" not in self.statement.elements:
            return Truth.UNKNOWN
        return some(
            Truth.UNKNOWN if isinstance(item, Unknown) else resource_matches(item, arn)
            for item in self.statement.resources
        )

    def holds_all(self, service: str, resource: str) -> Truth:
        """Whether one entry holds all resources of a service whose last segment is of a pattern.

        ``holds_all("codepipeline", "*/*/*")`` asks for every action of every pipeline, of one
        account and Region or of all.
        """
        if "Resource" not in self.statement.elements:
            return Truth.UNKNOWN
        return some(_holds_all(item, service, resource) for item in self.statement.resources)


def grants_in(policies: Iterable[Policy], action: str) -> Iterator[Grant]:
    """The statements of ``policies`` that surely allow ``action`` on something."""
    for policy in policies:
        for statement in policy.about(action):
            if statement.effect == "Allow" and action_truth(statement, action) is Truth.TRUE:
                yield _grant(statement, action)


def grants_everything(policies: Iterable[Policy]) -> Statement | None:
    """The statement that surely allows every action on every resource, if nothing is denied."""
    found: Statement | None = None
    for policy in policies:
        for statement in policy.statements:
            if statement.effect != "Allow":
                return None
            if found is None and _is_everything(statement):
                found = statement
    return found


def _is_everything(statement: Statement) -> bool:
    return (
        not statement.conditions
        and not statement.unresolved
        and any(isinstance(item, Text) and item.known() in _ANY for item in statement.actions)
        and any(isinstance(item, Text) and item.known() in _ALL for item in statement.resources)
    )


def _grant(statement: Statement, action: str) -> Grant:
    if "NotAction" in statement.elements:
        return Grant(statement, None, Breadth.EVERYTHING)
    found = [
        (_breadth(item), item)
        for item in statement.actions
        if isinstance(item, Text) and action_matches(item, action) is Truth.TRUE
    ]
    breadth, written = min(found, key=lambda each: each[0])
    return Grant(statement, written, breadth)


def _breadth(item: Text) -> Breadth:
    text = str(item)
    service, _, name = text.partition(":")
    if service == "*":
        return Breadth.EVERYTHING
    if name == "*":
        return Breadth.SERVICE
    return Breadth.WILDCARD if "*" in name or "?" in name else Breadth.NAMED


def _shares(item: Item, wanted: Text) -> Truth:
    if isinstance(item, Unknown):
        return Truth.UNKNOWN
    mine, theirs = split_arn(item), split_arn(wanted)
    if mine is None or theirs is None:
        return intersects(item, wanted)
    return every(map(intersects, mine, theirs))


def _holds_all(item: Item, service: str, resource: str) -> Truth:
    if isinstance(item, Unknown):
        return Truth.UNKNOWN
    arn = split_arn(item)
    if arn is None:
        text = item.known()
        return Truth.UNKNOWN if text is None else Truth.of(text in _ALL)
    return every((covers(arn.service, literal(service)), _contains(arn.resource, resource)))


def _contains(pattern: Text, every_one: str) -> Truth:
    text = pattern.known()
    if text is None:
        return Truth.UNKNOWN
    try:
        return Truth.of(contains(every_one, text))
    except TooManyStatesError:
        return Truth.UNKNOWN
