"""What a stack passes to the parameters of a stack that it nests."""

from __future__ import annotations

from passrole.documents.nodes import Scalar
from passrole.stacks.cloudformation.expressions import text_of
from passrole.stacks.cloudformation.parameters import STORED, is_list
from passrole.stacks.cloudformation.scope import Scope
from passrole.stacks.cloudformation.template import Entry
from passrole.values import Hole, Listing, Text, Unknown, Value, over_leaves


def passed_parameter(scope: Scope, name: str, entry: Entry, value: Value) -> Value:
    """The value of a parameter that the stack around this one sets; holes stay what they are."""
    return over_leaves(value, lambda leaf: _passed(scope, name, entry, leaf))


def _passed(scope: Scope, name: str, entry: Entry, value: Value) -> Value:
    type_node = entry.node.get("Type")
    type_name = type_node.text if isinstance(type_node, Scalar) else "String"
    hole_id = f"{scope.stack}#param:{name}"
    stored = type_name.startswith(STORED)
    inner = type_name.removeprefix(STORED).removesuffix(">") if stored else type_name
    if stored:
        return _stored(scope, name, value, hole_id, is_list(inner))
    if is_list(inner):
        return _items(value, hole_id)
    return text_of(value, hole_id)


def _stored(scope: Scope, name: str, value: Value, hole_id: str, listed: bool) -> Value:
    """What is kept in the SSM parameter whose name is passed."""
    key = text_of(value, hole_id)
    origin = key.origin
    kept = scope.stored(key, origin) if origin is not None and not listed else None
    if kept is not None:
        return kept.at(origin).relying_on(key.defaults)
    reason = f"the value of the SSM parameter {key}"
    if listed:
        return Unknown(reason, origin, hole_id)
    return Text((Hole(hole_id, reference=f"!Ref {name}", reason=reason),), origin)


def _items(value: Value, hole_id: str) -> Value:
    """A list of what is passed: a list, or a text with commas."""
    if not isinstance(value, Text):
        listed = isinstance(value, (Listing, Unknown))
        return value if listed else Unknown("what is passed is no list", value.origin, hole_id)
    if value.known() == "":
        return Listing((), value.origin)
    pieces = value.split(",")
    if pieces is None:
        whole = value.parts[0]
        only = isinstance(whole, Hole) and len(value.parts) == 1
        return Unknown(
            "the items of the list that is passed are not known",
            value.origin,
            whole.id if only and isinstance(whole, Hole) else hole_id,
        )
    return Listing(tuple(piece.at(value.origin) for piece in pieces), value.origin)
