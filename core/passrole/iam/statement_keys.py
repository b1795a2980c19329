"""What statements have in common that say the same."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.iam.statements import Condition, Item, PrincipalEntry, Statement
from passrole.values import Unknown


def statement_key(statement: Statement) -> tuple[object, ...]:
    """What two statements have in common that always say the same, whatever they are called."""
    return (
        statement.effect, statement.unresolved, statement.elements & _ELEMENTS,
        _items(statement.actions, folded=True), _items(statement.not_actions, folded=True),
        _items(statement.resources), _items(statement.not_resources),
        _entries(statement.principals), _entries(statement.not_principals),
        frozenset(map(_condition, statement.conditions)), statement.variables is not False,
        statement.world.literals,
    )  # fmt: skip


_ELEMENTS = frozenset(
    ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")
)


def _items(items: Iterable[Item], *, folded: bool = False) -> frozenset[object]:
    return frozenset(_item(each, folded=folded) for each in items)


def _item(item: Item, *, folded: bool = False) -> object:
    if isinstance(item, Unknown):
        return item.id, item.reason
    known = item.known() if folded else None
    return item.parts if known is None else known.lower()


def _entries(entries: Iterable[PrincipalEntry | Unknown]) -> frozenset[object]:
    return frozenset(
        (each.kind, _item(each.value)) if isinstance(each, PrincipalEntry) else _item(each)
        for each in entries
    )


def _condition(condition: Condition | Unknown) -> object:
    if isinstance(condition, Unknown):
        return _item(condition)
    return condition.operator.lower(), condition.key.lower(), _items(condition.values)
