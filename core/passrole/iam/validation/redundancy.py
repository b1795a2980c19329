"""What is said twice in one policy.

Source: IAM user guide, *IAM Access Analyzer policy check reference*. A text is redundant only where
another covers it in every deployment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from passrole.iam.patterns import TooManyStatesError, contains, covers, matches
from passrole.iam.validation.drafts import Draft, DraftCondition, DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.values import Listing, Record, Text, Truth, Unknown, Value

_MOST = 300
"""How many entries one list may have to be compared each with each."""
_BEFORE = "an entry before it"
_WILD = re.compile(r"[*?]")
_KEEPS = {
    "LessThan": "greatest", "LessThanEquals": "greatest",
    "GreaterThan": "least", "GreaterThanEquals": "least",
}  # fmt: skip


def check(draft: Draft) -> Iterator[Flaw]:
    """Entries that another entry covers, and statements that stand twice."""
    seen: dict[object, list[DraftStatement]] = {}
    for statement in draft.statements:
        for element in ("Action", "NotAction"):
            yield from _actions(statement, element)
        for element in ("Resource", "NotResource"):
            yield from _resources(statement, element)
        for condition in statement.conditions:
            yield from _numbers(statement, condition)
        identity = _identity(statement.record, top=True)
        if identity is None:
            continue
        earlier = seen.setdefault(identity, [])
        for other in earlier:
            if other.index != statement.index and other.world.joined(statement.world) is not None:
                yield statement.flaw("REDUNDANT_STATEMENT", other=other.label)
                break
        earlier.append(statement)


def _actions(statement: DraftStatement, element: str) -> Iterator[Flaw]:
    listed = list(statement.known(element))
    if len(listed) > _MOST:
        return
    wild = [name.lower() for name, _ in listed if "*" in name or "?" in name]
    seen: set[str] = set()
    for name, text in listed:
        folded = name.lower()
        by = next((each for each in wild if each != folded and _within(folded, each)), None)
        if folded in seen:
            by = _BEFORE
        seen.add(folded)
        if by is not None:
            yield statement.flaw("REDUNDANT_ACTION", text, action=name, name=name, by=by)


def _within(one: str, other: str) -> bool:
    if one.partition(":")[0] != other.partition(":")[0] and other != "*":
        return False
    if "*" not in one and "?" not in one:
        return matches(other, one)
    head, own = _WILD.split(other, maxsplit=1)[0], _WILD.split(one, maxsplit=1)[0]
    if not own.startswith(head):
        return False
    try:
        # Of two that are the same set, the one that is written first stays.
        return contains(one, other) and not (contains(other, one) and one < other)
    except TooManyStatesError:
        return False


def _resources(statement: DraftStatement, element: str) -> Iterator[Flaw]:
    texts = statement.texts(element)
    if len(texts) > _MOST:
        return
    wild = [each for each in texts if _ends_open(each)]
    seen: set[Text] = set()
    for text in texts:
        if text in seen:
            by = _BEFORE
        else:
            covering = (each for each in wild if each != text and _covered(text, each))
            by = str(next(covering, ""))
        seen.add(text)
        if by:
            yield statement.flaw(
                "REDUNDANT_RESOURCE", text, resource=str(text), name=str(text), by=by
            )


def _ends_open(text: Text) -> bool:
    return any(isinstance(part, str) and "*" in part for part in text.parts)


def _covered(one: Text, other: Text) -> bool:
    if "${" in str(one.known() or "") or "${" in str(other.known() or ""):
        return False
    first, own = other.parts[0], one.parts[0] if one.parts else ""
    if isinstance(first, str) and isinstance(own, str):
        head = _WILD.split(first, maxsplit=1)[0]
        if not (own.startswith(head) or head.startswith(_WILD.split(own, maxsplit=1)[0])):
            return False
    return covers(other, one, subject_is_pattern=True) is Truth.TRUE


def _numbers(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    operator = condition.meaning
    if operator is None or len(condition.texts) < 2:
        return
    for prefix in ("Numeric", "Date"):
        kept = _KEEPS.get(operator.name.removeprefix(prefix))
        if kept and operator.name.startswith(prefix):
            yield statement.flaw(
                "REDUNDANT_CONDITION_VALUE_NUM", condition.origin,
                key=condition.key, operator=condition.operator, kept=kept,
            )  # fmt: skip


def _identity(value: Value, *, top: bool = False) -> object | None:
    """What two statements of the same meaning share; None where something is not known."""
    if isinstance(value, Text):
        return value.identity
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Listing):
        items = [_identity(each) for each in value.values]
        if None in items:
            return None
        return items[0] if len(items) == 1 else frozenset(items)
    if isinstance(value, Record):
        found = {
            name: _identity(item)
            for name, item in value.fields.items()
            if not (top and name == "Sid")
        }
        return None if None in found.values() else frozenset(found.items())
    return None
