"""Grants of ``iam:PassRole`` and ``iam:CreateServiceLinkedRole`` on more than named roles.

Source: IAM user guide, *IAM Access Analyzer policy check reference*. What is granted with
``iam:PassedToService`` or ``iam:AWSServiceName`` under a positive operator is granted for these
services alone: such a finding is less sure.
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.iam.actions import known_action_matches
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.records import NamedTuple
from passrole.values import Hole, Text, Truth

_KINDS = frozenset((PolicyKind.IDENTITY, PolicyKind.SESSION))


class _Grant(NamedTuple):
    """An action, the names of its checks, the key that narrows it, and which roles are all."""

    action: str
    prefix: str
    key: str
    everything: tuple[str, ...]


_GRANTS = (
    _Grant("iam:PassRole", "PASS_ROLE", "iam:passedtoservice", ("role/*", "role*", "*")),
    _Grant(
        "iam:CreateServiceLinkedRole", "CREATE_SLR", "iam:awsservicename",
        ("role/aws-service-role/*", "role/*", "role*", "*"),
    ),
)  # fmt: skip


def check(draft: Draft) -> Iterator[Flaw]:
    """Statements that allow one of the two on roles that nobody named."""
    if draft.kind not in _KINDS:
        return
    for statement in draft.statements:
        if statement.effect == "Allow":
            for grant in _GRANTS:
                yield from _check(statement, grant)


def _check(statement: DraftStatement, grant: _Grant) -> Iterator[Flaw]:
    action, form = _action(statement, grant.action)
    if action is None:
        return
    resource = _resource(statement, grant)
    if resource is None:
        return
    named, text = resource
    if form == "NOT_ACTION" and named == "STAR_IN_RESOURCE":
        name = f"{grant.prefix}_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION"
    elif form == "NOT_ACTION":
        name = f"{grant.prefix}_WITH_NOT_ACTION_AND_NOT_RESOURCE"
    elif form == "STAR_IN_ACTION":
        ending = "RESOURCE" if named == "STAR_IN_RESOURCE" else "NOT_RESOURCE"
        name = f"{grant.prefix}_WITH_STAR_IN_ACTION_AND_{ending}"
    else:
        name = f"{grant.prefix}_WITH_{named}"
    sure = _sureness(statement, grant)
    if grant is not _GRANTS[0] and _is_told_of_passing(statement, action):
        sure = "low"
    yield statement.flaw(
        name, action, sureness=sure,
        action=grant.action, resources=text, written=str(action),
    )  # fmt: skip


def _is_told_of_passing(statement: DraftStatement, action: Text) -> bool:
    """Whether the same wildcard lets any role be passed, which is worse and is said."""
    passing = _GRANTS[0]
    if _action(statement, passing.action)[0] is not action:
        return False
    return _resource(statement, passing) is not None and _sureness(statement, passing) == "high"


def _action(statement: DraftStatement, wanted: str) -> tuple[Text | None, str]:
    """The entry that grants the action, and in which form."""
    if "NotAction" in statement.fields:
        listed = statement.all_known("NotAction")
        texts = statement.texts("NotAction")
        if listed is None or not texts:
            return None, ""
        spared = any(known_action_matches(each, wanted) is not Truth.FALSE for each in listed)
        return (None if spared else texts[0]), "NOT_ACTION"
    by_star: Text | None = None
    folded = wanted.lower()
    for name, text in statement.known("Action"):
        if "*" not in name and "?" not in name:
            if name.lower() == folded:
                return text, "ACTION"
        elif by_star is None and known_action_matches(name, wanted) is Truth.TRUE:
            by_star = text
    return by_star, "STAR_IN_ACTION"


def _resource(statement: DraftStatement, grant: _Grant) -> tuple[str, str] | None:
    if "NotResource" in statement.fields:
        return "NOT_RESOURCE", ", ".join(map(str, statement.texts("NotResource")[:2]))
    for text in statement.texts("Resource"):
        if text.known() == "*" or _tail(text) in grant.everything:
            return "STAR_IN_RESOURCE", str(text)
    return None


def _tail(text: Text) -> str | None:
    """The resource part of an ARN of IAM that is not an account's name alone."""
    pieces = text.split(":", 5)
    if pieces is None or len(pieces) < 6:
        last = text.parts[-1] if text.parts else ""
        # A hole that may hold colons stands before it: the account, or the whole beginning.
        tail = "" if isinstance(last, Hole) else last.rpartition(":")[2]
        return tail if tail.startswith("role") else None
    return pieces[5].known() if pieces[2].known() in ("iam", "*", None) else None


def _sureness(statement: DraftStatement, grant: _Grant) -> Sureness:
    """Low where the grant is for named services only, or may be.

    Where that holds only for requests that say which service it is, it is medium.
    """
    if statement.has_open_conditions:
        return "low"
    sure: Sureness = "high"
    for condition in statement.conditions:
        operator = condition.meaning
        if condition.key.lower() != grant.key or operator is None or operator.negated:
            continue
        if operator.is_null or condition.is_open:
            continue
        if not operator.if_exists:
            return "low"
        sure = "medium"
    return sure
