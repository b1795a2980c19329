"""Elements in which nothing stands.

Source: IAM user guide, *IAM Access Analyzer policy check reference*, the checks that begin with
``EMPTY``. That an empty text matches nothing follows from how patterns match.
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.iam.operators import ALL_VALUES, ANY_VALUE
from passrole.iam.validation.drafts import Draft, DraftCondition, DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.values import Listing, Record, Text, Value

_PAIRS = (
    ("Action", "EMPTY_ARRAY_ACTION"), ("NotAction", "EMPTY_ARRAY_ACTION"),
    ("Resource", "EMPTY_ARRAY_RESOURCE"), ("NotResource", "EMPTY_ARRAY_RESOURCE"),
)  # fmt: skip
# What an empty text is under these keys is never what was meant; under others it may be.
_NEVER_EMPTY = frozenset(
    ("iam:passedtoservice", "aws:sourcearn", "aws:sourceaccount", "aws:principalarn",
     "aws:principalorgid", "aws:requestedregion", "aws:sourceip", "sts:externalid")
)  # fmt: skip


def check(draft: Draft) -> Iterator[Flaw]:
    """Empty lists, empty objects and empty texts."""
    for statement in draft.statements:
        for element, name in _PAIRS:
            value = statement.fields.get(element)
            if _is_empty(value):
                yield statement.flaw(name, value or statement.place(element), element=element)
            for known, text in statement.known(element):
                if known == "":
                    yield statement.flaw("empty-text", text, element=element)
        yield from _principals(statement)
        sid = statement.fields.get("Sid")
        if isinstance(sid, Text) and sid.known() == "":
            yield statement.flaw("EMPTY_SID_VALUE", sid)
        block = statement.fields.get("Condition")
        if isinstance(block, Record):
            blocks = block.fields.values()
            if all(isinstance(each, Record) and not each.fields for each in blocks):
                yield statement.flaw("EMPTY_OBJECT_CONDITION", block)
        for condition in statement.conditions:
            yield from _condition(statement, condition)


def _is_empty(value: Value | None) -> bool:
    return isinstance(value, Listing) and not value.values


def _principals(statement: DraftStatement) -> Iterator[Flaw]:
    for element in ("Principal", "NotPrincipal"):
        value = statement.fields.get(element)
        if not isinstance(value, Record):
            continue
        if not value.fields:
            yield statement.flaw("EMPTY_OBJECT_PRINCIPAL", value, element=element)
        others = any(not _is_empty(each) for each in value.fields.values())
        for kind, listed in value.fields.items():
            # Beside others an empty list changes nothing: a module's option that nobody uses.
            if _is_empty(listed) and not others:
                yield statement.flaw("EMPTY_ARRAY_PRINCIPAL", listed, element=f"{element}.{kind}")
            if isinstance(listed, Text) and listed.known() == "":
                yield statement.flaw("empty-text", listed, element=f"{element}.{kind}")


def _condition(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    key, operator = condition.key, condition.meaning
    if _is_empty(condition.whole):
        name = "EMPTY_ARRAY_CONDITION"
        if operator is not None and operator.qualifier == ALL_VALUES:
            name = "EMPTY_ARRAY_CONDITION_FORALLVALUES"
        elif operator is not None and operator.qualifier == ANY_VALUE:
            name = "EMPTY_ARRAY_CONDITION_FORANYVALUE"
        elif operator is not None and operator.if_exists:
            name = "EMPTY_ARRAY_CONDITION_IFEXISTS"
        yield statement.flaw(name, condition.origin, key=key, operator=condition.operator)
    if key.lower() in _NEVER_EMPTY:
        for text in condition.texts:
            if text.known() == "":
                yield statement.flaw("empty-text", text, element=f"Condition {key}")
