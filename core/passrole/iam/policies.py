"""Policies: read from resolved values of any format, or from plain JSON data.

What IAM would refuse is listed as a problem and then treated as *not known*: a document that
cannot be deployed neither allows nor denies anything for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache

from passrole.errors import PolicyError
from passrole.iam.json_texts import value_from_json_text
from passrole.iam.matching import action_truth, may_be_about
from passrole.iam.statement_reading import read_statement
from passrole.iam.statements import (
    Condition,
    Effect,
    Item,
    PolicyKind,
    PolicyProblem,
    PrincipalEntry,
    Statement,
)
from passrole.records import frozen
from passrole.values import (
    ABSENT,
    Absent,
    Choice,
    Hole,
    Listing,
    Origin,
    Record,
    Text,
    Truth,
    Unknown,
    Value,
    World,
    cases,
    elements,
    without_choices,
)
from passrole.values.texts import ANYTHING

__all__ = [
    "Condition", "Effect", "Item", "Policy", "PolicyError", "PolicyKind", "PolicyProblem",
    "PrincipalEntry", "Statement", "policy_from_json", "read_policy", "value_from_json",
]  # fmt: skip

VERSIONS = ("2012-10-17", "2008-10-17")
ELEMENTS = frozenset({"Version", "Id", "Statement"})
_EVERYTHING_MAY_BE = "the policy is not known"


@frozen(eq=True)
class Policy:
    """A policy document. ``unresolved`` says why parts of it are not known, if so.

    ``written`` is the value that it was read from, for those who judge how it is written.
    """

    kind: PolicyKind
    version: str | None
    statements: tuple[Statement, ...]
    origin: Origin | None = None
    name: str = ""
    unresolved: str | None = None
    problems: tuple[PolicyProblem, ...] = ()
    written: Value = field(default=ABSENT, compare=False, repr=False)
    _about: dict[str, tuple[Statement, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _about_services: dict[str, tuple[Statement, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def about(self, action: str) -> tuple[Statement, ...]:
        """The statements that are about an action, or may be: mostly none, and many ask."""
        found = self._about.get(action)
        if found is None:
            found = self._about[action] = tuple(
                each
                for each in self._about_service(action.partition(":")[0])
                if action_truth(each, action) is not Truth.FALSE
            )
        return found

    def _about_service(self, service: str) -> tuple[Statement, ...]:
        found = self._about_services.get(service)
        if found is None:
            found = self._about_services[service] = tuple(
                each for each in self.statements if may_be_about(each, service)
            )
        return found


def read_policy(
    value: Value, kind: PolicyKind, name: str = "", *, as_written: bool = True
) -> Policy:
    """The policy that a resolved value writes down.

    Where the value was made of other properties, it is not ``as_written``: how it is written is
    then nobody's to judge.

    A text is taken for a JSON document. Choices are split, so that each statement exists in one
    world; where they are too many, what they decide becomes unknown, and is never dropped.
    """
    statements: list[Statement] = []
    problems: list[PolicyProblem] = []
    versions: list[str | None] = []
    for world, document in cases(value, deep=False):
        if isinstance(document, Absent):
            continue
        version, found, wrong = _read_document(document, kind, name, world)
        versions.append(version)
        statements.extend(found)
        problems.extend(wrong)
    unresolved = next((each.unresolved for each in statements if each.unresolved), None)
    return Policy(
        kind,
        versions[0] if versions else None,
        tuple(statements),
        value.origin,
        name,
        unresolved,
        tuple(dict.fromkeys(problems)),
        value if as_written else ABSENT,
    )


def _read_document(
    value: Value, kind: PolicyKind, name: str, world: World
) -> tuple[str | None, list[Statement], list[PolicyProblem]]:
    if isinstance(value, Text):
        value = value_from_json_text(value)
    if isinstance(value, Unknown):
        return None, [_anything(value.reason or _EVERYTHING_MAY_BE, value.origin, name, world)], []
    if not isinstance(value, Record):
        message = "a policy is an object with a Statement"
        return None, [_anything(message, value.origin, name, world)], [
            PolicyProblem(message, value.origin)
        ]  # fmt: skip
    problems = [_wrong_name(key, value) for key in value.fields if key not in ELEMENTS]
    version, variables, wrong = read_version(value.fields.get("Version"))
    if wrong:
        problems.append(wrong)
    statements: list[Statement] = []
    listed = value.fields.get("Statement")
    if listed is None or isinstance(listed, Absent):
        # Element names are exact; a near miss hides statements that we must not overlook.
        message = "a policy needs a Statement"
        problems.append(PolicyProblem(message, value.origin, "Statement"))
        return version, [_anything(message, value.origin, name, world)], problems
    for index, each, statement in statements_in(listed, world):
        read, found = read_statement(statement, kind, index, name, each, variables)
        statements.append(read)
        problems.extend(found)
    return version, statements, problems


def statements_in(listed: Value, world: World) -> Iterator[tuple[int, World, Value]]:
    """The index of each statement with every way it may turn out, choices split into worlds."""
    for index, item in enumerate(_statement_items(listed)):
        for each, statement in _cases_of(item, world):
            if not isinstance(statement, Absent):
                yield index, each, statement


def _statement_items(value: Value) -> Iterator[Value]:
    """The statements, with lists in lists (from ``Fn::If`` branches of many) laid flat."""
    for item in elements(value):
        if isinstance(item, Listing):
            yield from _statement_items(item)
        else:
            yield item


def _cases_of(item: Value, world: World) -> Iterator[tuple[World, Value]]:
    found = list(cases(item, world))
    if len(found) == 1 and isinstance(found[0][1], Unknown) and not isinstance(item, Unknown):
        # Too many combinations for the whole statement: keep what does not depend on them.
        reason = "depends on too many conditions"
        parts = cases(item, world, deep=False)
        found = [(each, without_choices(part, reason)) for each, part in parts]
    for each, part in found:
        if isinstance(part, Listing):
            for one in part.values:
                yield each, one
        else:
            yield each, part


def read_version(
    value: Value | None,
) -> tuple[str | None, bool | None, PolicyProblem | None]:
    """The version, whether it has policy variables, and what is wrong with it.

    Without a Version a policy is of 2008-10-17, in which ``${`` is plain text.
    """
    if value is None or isinstance(value, Absent):
        return None, False, None
    text = value.known() if isinstance(value, Text) else None
    if text is None:
        return None, None, None
    # YAML readers that know dates may have added a time of day.
    version = text[:10] if text[10:] in ("", "T00:00:00", " 00:00:00") else text
    if version in VERSIONS:
        return version, version == VERSIONS[0], None
    message = f"the version is {' or '.join(VERSIONS)}, not {text!r}"
    return text, None, PolicyProblem(message, value.origin, "Version")


def _wrong_name(key: str, value: Record) -> PolicyProblem:
    right = next((name for name in ELEMENTS if name.lower() == key.lower()), None)
    message = f"write {right}, not {key}" if right else f"a policy has no element {key}"
    return PolicyProblem(message, value.keys.get(key, value.origin), key)


def _anything(reason: str, origin: Origin | None, name: str, world: World) -> Statement:
    return Statement(
        None, 0, origin=origin, policy=name, world=world, unresolved=reason, variables=None
    )


def policy_from_json(data: object, kind: PolicyKind, name: str = "") -> Policy:
    """The policy in plain data, as ``json.loads`` gives it; ``{"unknown": id}`` is a hole.

    Raises PolicyError where the document is malformed.
    """
    policy = read_policy(value_from_json(data), kind, name)
    if policy.problems:
        listed = "; ".join(map(str, policy.problems))
        raise PolicyError(f"{name or f'{kind} policy'}: {listed}")
    return policy


def value_from_json(data: object) -> Value:
    """Plain data as a value. Values that are among the data stay as they are."""
    if isinstance(data, str):
        return _text(data)
    if isinstance(data, Text):
        # Before the others: a text is no tuple, every other value is.
        return data
    if isinstance(data, (Record, Listing, Choice, Unknown, Absent)):
        return data
    if isinstance(data, Mapping):
        if len(data) == 1 and isinstance(hole := data.get("unknown"), str):
            return Text((Hole(hole, ANYTHING, reason="given as unknown"),))
        return Record({str(key): value_from_json(item) for key, item in data.items()})
    if isinstance(data, Iterable):
        return Listing(tuple(map(value_from_json, data)))
    if isinstance(data, bool):
        return _text("true" if data else "false")
    if data is None:
        return Absent()
    return _text(str(data))


@lru_cache(maxsize=4096)
def _text(text: str) -> Text:
    return Text((text,))
