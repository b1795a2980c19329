"""What takes away or narrows what a statement grants, or moves a part of it elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from passrole.changes import (
    AddKey,
    AddStatement,
    AddToElement,
    Change,
    Data,
    Remove,
    Repair,
)
from passrole.iam.statements import Effect, Item, Statement
from passrole.values import Origin, Text, known


def without_actions(statement: Statement, actions: Collection[str]) -> Repair | None:
    """A statement without some of its actions, as it writes them; never safe.

    It goes as a whole where nothing else is in it.
    """
    names = _names(statement)
    if statement.origin is None or names is None or not set(actions) <= set(names):
        return None
    if set(names) <= set(actions):
        return Repair((Remove(statement.origin),), safe=False)
    places = _places(statement.actions, actions)
    return Repair(tuple(map(Remove, places)), safe=False) if places else None


def only_on_resources(statement: Statement, resources: Sequence[Text]) -> Repair | None:
    """A statement on these resources in place of those it has; never safe."""
    if statement.origin is None or not resources or statement.not_resources:
        return None
    data: Data = resources[0] if len(resources) == 1 else tuple(resources)
    return Repair((AddKey(statement.origin, "Resource", data),), safe=False)


def apart_on_everything(statement: Statement, actions: Collection[str]) -> Repair | None:
    """Actions that know no resource get ``*``: their statement, or one of their own."""
    names = _names(statement)
    if statement.origin is None or names is None or statement.conditions:
        return None
    places = _places(statement.actions, actions)
    if statement.effect is None or len(places) < len(set(actions)):
        return None
    return apart(
        statement.origin,
        statement.effect,
        tuple(actions),
        places,
        is_whole=set(names) <= {*actions},
    )


def apart(
    statement: Origin,
    effect: Effect,
    actions: tuple[str, ...],
    places: Sequence[Origin],
    *,
    is_whole: bool,
) -> Repair:
    """Actions, written at ``places``, with the resource ``*``.

    ``is_whole`` says that the statement has no others.
    """
    if is_whole:
        return Repair((AddKey(statement, "Resource", "*"),))
    own: dict[str, Data] = {
        "Effect": effect, "Action": actions if actions[1:] else actions[0], "Resource": "*",
    }  # fmt: skip
    changes: list[Change] = [Remove(place) for place in places]
    return Repair((*changes, AddStatement(statement, own)))


def also_on_resource(statement: Statement, resource: Text) -> Repair | None:
    """A statement on one more resource."""
    if statement.origin is None:
        return None
    return Repair((AddToElement(statement.origin, ("Resource",), resource),))


def denied_beside(statement: Statement, action: str, resource: Text) -> Repair | None:
    """A Deny beside a statement that allows too much; never safe."""
    if statement.origin is None:
        return None
    own: dict[str, Data] = {"Effect": "Deny", "Action": action, "Resource": resource}
    return Repair((AddStatement(statement.origin, own),), safe=False)


def under_condition(
    statement: Statement, operator: str, key: str, value: Text | str
) -> Repair | None:
    """A statement under one more condition; never safe."""
    if statement.origin is None:
        return None
    path = ("Condition", operator, key)
    return Repair((AddToElement(statement.origin, path, value),), safe=False)


def _names(statement: Statement) -> tuple[str, ...] | None:
    """The actions of a statement, None where one is not known."""
    names = [known(each) for each in statement.actions]
    found = tuple(each for each in names if each is not None)
    return found if len(found) == len(names) and not statement.not_actions else None


def _places(items: Sequence[Item], names: Collection[str]) -> list[Origin]:
    return [
        origin
        for each in items
        if known(each) in names and (origin := getattr(each, "origin", None)) is not None
    ]
