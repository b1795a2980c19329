"""Policy variables: their form, and where they may stand.

Source: IAM user guide, *IAM policy elements: Variables and tags*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from passrole.iam.validation.drafts import Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.values import Text

_OPENED = re.compile(r"\$\{([^{}$]*)(\}?)")
_SPECIAL = frozenset("*?$")
_NEVER = ("Action", "NotAction")


def check(draft: Draft) -> Iterator[Flaw]:
    """Variables that are malformed, or stand where none are read."""
    for statement in draft.statements:
        for element in _NEVER:
            for text in statement.texts(element):
                for name in _names(text):
                    yield statement.flaw(
                        "VARIABLE_UNSUPPORTED_IN_ELEMENT", text, element=element, name=name
                    )
        for element, entries in (
            ("Principal", statement.principals), ("NotPrincipal", statement.not_principals),
        ):  # fmt: skip
            for _, item in entries:
                for name in _names(item) if isinstance(item, Text) else ():
                    yield statement.flaw(
                        "VARIABLE_UNSUPPORTED_IN_ELEMENT", item, element=element, name=name
                    )
        for element in ("Resource", "NotResource"):
            for text in statement.texts(element):
                yield from _forms(statement, text)
        yield from _conditions(statement)


def _conditions(statement: DraftStatement) -> Iterator[Flaw]:
    for condition in statement.conditions:
        operator = condition.meaning
        for text in condition.texts:
            if operator is not None and operator.variables is False and any(_names(text)):
                yield statement.flaw(
                    "INVALID_VARIABLE_FOR_OPERATOR", text,
                    operator=condition.operator, name=next(_names(text)),
                )  # fmt: skip
            elif operator is not None and operator.variables:
                yield from _forms(statement, text)


def _names(text: Text) -> Iterator[str]:
    for part in text.parts:
        if isinstance(part, str) and "${" in part:
            for found in _OPENED.finditer(part):
                if found[2]:
                    yield found[0]


def _forms(statement: DraftStatement, text: Text) -> Iterator[Flaw]:
    """What is wrong with the variables of a text that may have some."""
    for index, part in enumerate(text.parts):
        if not isinstance(part, str) or "${" not in part:
            continue
        for found in _OPENED.finditer(part):
            inside, closed = found[1], found[2]
            if not closed:
                # A hole may hold the brace.
                if index == len(text.parts) - 1 and found.end() == len(part):
                    yield statement.flaw("MISSING_BRACE_IN_VARIABLE", text, name=found[0])
                continue
            yield from _form(statement, text, inside)


def _form(statement: DraftStatement, text: Text, inside: str) -> Iterator[Flaw]:
    if inside in _SPECIAL:
        return
    name = f"${{{inside}}}"
    if inside.startswith("AWS::") or (inside.strip() and ":" not in inside and " " not in inside):
        sure: Sureness = "high" if inside.startswith("AWS::") else "medium"
        yield statement.flaw("template-reference-as-text", text, sureness=sure, name=name)
        return
    if statement.variables is False:
        yield statement.flaw("VARIABLE_UNSUPPORTED_IN_VERSION", text, name=name)
        return
    key, comma, default = inside.partition(",")
    if not key.strip():
        yield statement.flaw("EMPTY_VARIABLE", text, name=name)
    elif " " in key:
        yield statement.flaw("UNSUPPORTED_SPACE_IN_VARIABLE", text, name=name)
    if comma and not re.fullmatch(r" ?'[^']*'", default):
        yield statement.flaw("MISSING_QUOTE_IN_VARIABLE", text, name=name)
