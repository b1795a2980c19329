"""Statements and their parts in words, and as JSON data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from passrole.iam.action_words import Described, compact
from passrole.iam.differences import Difference
from passrole.iam.patterns import intersects
from passrole.iam.statement_pieces import Piece
from passrole.iam.statements import Condition, Item, PrincipalEntry, Statement
from passrole.values import Text, Truth, Unknown

NOT_KNOWN = "(not known)"


def shown(item: Item | PrincipalEntry | None) -> str:
    """One entry of a statement."""
    if isinstance(item, PrincipalEntry):
        value = shown(item.value)
        return value if item.kind in ("*", "AWS") else f"{item.kind} {value}"
    return str(item) if isinstance(item, Text) else NOT_KNOWN


def conditions_of(statement: Statement) -> tuple[str, ...]:
    """The conditions of a statement, each in words."""
    return tuple(
        f"{each.operator} {each.key} {' or '.join(map(shown, each.values)) or 'nothing'}"
        if isinstance(each, Condition)
        else "a condition that is not known"
        for each in statement.conditions
    )


def beyond(difference: Difference) -> tuple[str, ...]:
    """What the other side allows of a difference: resources, under which conditions."""
    found: dict[str, None] = {}
    for statement in difference.besides:
        under = " and ".join(conditions_of(statement))
        for words in _places(statement, difference.pieces):
            found[f"{words} if {under}" if under else words] = None
    return tuple(found)


def _places(statement: Statement, pieces: tuple[Piece, ...]) -> Iterable[str]:
    if "Principal" in statement.elements:
        return [shown(each) for each in statement.principals]
    if "NotResource" in statement.elements:
        return [f"all but {', '.join(map(shown, statement.not_resources))}"]
    return [
        shown(each) for each in statement.resources if any(_share(each, piece) for piece in pieces)
    ]


def _share(item: Item, piece: Piece) -> bool:
    if not isinstance(item, Text) or not isinstance(piece, Text):
        return True
    return intersects(item, piece) is not Truth.FALSE


def as_json(difference: Difference, words: Described) -> str:
    """The statement that makes the difference, cut down to it, as JSON; holes as ``${Bucket}``."""
    statement = difference.statement
    data: dict[str, Any] = {"Effect": "Deny" if difference.lifted else "Allow"}
    if statement.principals:
        principals: dict[str, list[str]] = {}
        for each in difference.pieces:
            if isinstance(each, PrincipalEntry):
                principals.setdefault(each.kind, []).append(shown(each.value))
        data["Principal"] = principals.get("*") or {k: _few(v) for k, v in principals.items()}
    if words.but and words.patterns == ("*",):
        data["NotAction"] = _few(list(words.but))
    else:
        data["Action"] = _few(list(compact(difference.actions) if words.but else words.patterns))
    if "Resource" in statement.elements:
        data["Resource"] = _few([shown(each) for each in difference.pieces if each is not None])
    elif "NotResource" in statement.elements:
        data["NotResource"] = _few([shown(each) for each in statement.not_resources])
    for condition in statement.conditions:
        if isinstance(condition, Condition):
            block = data.setdefault("Condition", {}).setdefault(condition.operator, {})
            block[condition.key] = _few([shown(each) for each in condition.values])
    return json.dumps(data, ensure_ascii=False)


def _few(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts


def not_known(values: Iterable[object]) -> tuple[str, ...]:
    """Why those values among them are not known that are not."""
    return tuple(dict.fromkeys(each.reason for each in values if isinstance(each, Unknown)))
