"""Nodes into values: the intrinsic functions that answer with a value, in both of their forms."""

from __future__ import annotations

from collections.abc import Callable

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.stacks.cloudformation import conditions, encodings, mappings, substitution
from passrole.stacks.cloudformation.expressions import (
    DYNAMIC,
    derived_id,
    joined,
    over_choices,
    relying_on,
    source_of,
    too_much,
    with_dynamic_references,
    written,
)
from passrole.stacks.cloudformation.generated import OpenNode
from passrole.stacks.cloudformation.scalars import SPOILT, spoilt_account, text_of
from passrole.stacks.cloudformation.scope import Scope, arguments, call_of, malformed, word
from passrole.stacks.cloudformation.written_keys import WrittenKeys
from passrole.values import (
    ANYTHING,
    Absent,
    Hole,
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    known,
    literal,
)


def resolve(scope: Scope, node: Node) -> Value:
    """The value of a node: of the function that it calls, or of what is written there."""
    origin = scope.origin(node)
    if isinstance(node, OpenNode):
        return Unknown(node.text, origin)
    call = call_of(node)
    if call is not None:
        name, argument = call
        function = _FUNCTIONS.get(name)
        if function is not None:
            return function(scope, argument, origin)
        if name.startswith("Fn::ForEach::"):
            return _not_expanded(name, argument, origin)
        message = f"{name} is no function that passrole knows"
        scope.problem("unknown-function", message, node)
        return Unknown(message, origin)
    if isinstance(node, Scalar):
        return scalar(scope, node, origin)
    if isinstance(node, Sequence):
        items = [scope.value(item) for item in node.items]
        return Listing(tuple(item for item in items if not isinstance(item, Absent)), origin)
    return _record(scope, node, origin)


def scalar(scope: Scope, node: Scalar, origin: Origin) -> Value:
    """The value of a leaf that calls no function."""
    if node.is_null:
        return Absent(origin)
    text = text_of(node)
    if text != node.text:
        spoilt = spoilt_account(node)
        if spoilt is not None:
            scope.problem(SPOILT, spoilt, node)
    if text is None:
        return Unknown(f"CloudFormation reads {node.text} without quotes as a number", origin)
    value = literal(text, origin)
    return with_dynamic_references(scope, value, origin) if DYNAMIC in text else value


def _record(scope: Scope, node: Mapping, origin: Origin) -> Value:
    fields: dict[str, Value] = {}
    for key, item in node.pairs:
        if key.text.startswith("Fn::"):
            if key.text == "Fn::Transform" or key.text.startswith("Fn::ForEach::"):
                return _not_expanded(key.text, item, origin)
            return malformed(scope, f"{key.text} stands beside other keys", origin)
        value = scope.value(item)
        if not isinstance(value, Absent):
            fields[key.text] = value
    return Record(fields, origin, WrittenKeys(scope.template.document, node))


def _not_expanded(name: str, node: Node, origin: Origin) -> Unknown:
    """A loop or macro among other keys: it may add anything to them."""
    why = f": {node.text}" if isinstance(node, OpenNode) else ""
    return Unknown(f"{name} may add anything here{why}", origin)


def _ref(scope: Scope, argument: Node, origin: Origin) -> Value:
    name = word(scope, argument)
    if name is None:
        return malformed(scope, "Ref needs the name of a resource or parameter", origin)
    return scope.reference(name, origin)


def _get_att(scope: Scope, argument: Node, origin: Origin) -> Value:
    if isinstance(argument, Sequence):
        names = [word(scope, item) for item in argument.items]
        if len(names) < 2 or names[0] is None:
            return malformed(scope, "Fn::GetAtt needs a resource and an attribute", origin)
        if None in names:
            return Unknown("which attribute Fn::GetAtt asks for is not known", origin)
        return scope.attribute(names[0], ".".join(filter(None, names[1:])), origin)
    dotted = word(scope, argument) if isinstance(argument, Scalar) else None
    logical_id, dot, attribute = (dotted or "").partition(".")
    if not dot:
        return malformed(scope, "Fn::GetAtt needs a resource and an attribute", origin)
    return scope.attribute(logical_id, attribute, origin)


def _join(scope: Scope, argument: Node, origin: Origin) -> Value:
    parts = arguments(argument)
    separator = word(scope, parts[0]) if len(parts) == 2 else None
    if separator is None:
        return malformed(scope, "Fn::Join needs a delimiter and a list", origin)

    def build(values: tuple[Value, ...]) -> Value:
        whole = _open_list(values[0])
        if whole is not None:
            return _part_of(whole, f".join({separator})", scope, origin)
        items = values[0].values if isinstance(values[0], Listing) else values
        return joined(
            scope, [scope.text(item, _node(item, origin)) for item in items], separator, origin
        )

    return over_choices(scope, (scope.value(parts[1]),), build, origin)


def _select(scope: Scope, argument: Node, origin: Origin) -> Value:
    parts = arguments(argument)
    if len(parts) != 2:
        return malformed(scope, "Fn::Select needs an index and a list", origin)

    def build(values: tuple[Value, ...]) -> Value:
        index, items, whole = known(values[0]), values[1], _open_list(values[1])
        if index is None:
            return Unknown("which item Fn::Select takes is not known", origin)
        if not (index.isascii() and index.isdigit()):
            return malformed(scope, "The index of Fn::Select is not a number", origin)
        if whole is not None:
            return _part_of(whole, f"[{int(index)}]", scope, origin)
        if not isinstance(items, Listing):
            return Unknown("Fn::Select takes from something that is not a list", origin)
        if int(index) >= len(items.values):
            return Unknown(f"the list of Fn::Select has no item {int(index)}", origin)
        return items.values[int(index)]

    values = (scope.value(parts[0]), scope.value(parts[1]))
    return over_choices(scope, values, build, origin)


def _split(scope: Scope, argument: Node, origin: Origin) -> Value:
    parts = arguments(argument)
    separator = word(scope, parts[0]) if len(parts) == 2 else None
    if not separator:
        return malformed(scope, "Fn::Split needs a delimiter and a text", origin)

    def build(values: tuple[Value, ...]) -> Value:
        text = scope.text(values[0], parts[1])
        plain = (part for part in text.parts if isinstance(part, str))
        if not scope.afford(sum(part.count(separator) for part in plain)):
            return too_much(origin)
        pieces = text.split(separator)
        if pieces is not None:
            return Listing(tuple(piece.at(origin) for piece in pieces), origin)
        reason = f"where {written(text)} holds {separator!r} is not known"
        return Unknown(reason, origin, derived_id(text, f".split({separator})"))

    return over_choices(scope, (scope.value(parts[1]),), build, origin)


def _if(scope: Scope, argument: Node, origin: Origin) -> Value:
    parts = arguments(argument)
    name = word(scope, parts[0]) if len(parts) == 3 else None
    if name is None:
        return malformed(scope, "Fn::If needs a condition's name and two values", origin)
    guard, defaults = scope.decision(name, origin)
    then, otherwise = scope.value(parts[1]), scope.value(parts[2])
    return relying_on(scope, choose(guard, then, otherwise, origin), defaults, origin)


def _import_value(scope: Scope, argument: Node, origin: Origin) -> Value:
    def build(values: tuple[Value, ...]) -> Value:
        return scope.imported(scope.text(values[0], argument), origin)

    return over_choices(scope, (scope.value(argument),), build, origin)


def _get_azs(scope: Scope, argument: Node, origin: Origin) -> Value:
    region = scope.text(scope.value(argument), argument)
    where = region if region.parts else scope.target.region
    reason = "which zones a region has for an account is not in the template"
    return Unknown(reason, origin, f"{scope.target.id}/{derived_id(where, '.zones')}")


def _cidr(scope: Scope, argument: Node, origin: Origin) -> Value:
    del argument
    return Unknown("Fn::Cidr is not computed", origin, f"{scope.identity(origin.node)}.cidr")


def _transform(scope: Scope, argument: Node, origin: Origin) -> Value:
    named = argument.get("Name") if isinstance(argument, Mapping) else argument
    name = word(scope, named) if named is not None else None
    return Unknown(f"the macro {name or 'of Fn::Transform'} is not run", origin)


def _length(scope: Scope, argument: Node, origin: Origin) -> Value:
    def build(values: tuple[Value, ...]) -> Value:
        if isinstance(values[0], Listing):
            return literal(str(len(values[0].values)), origin)
        return Unknown("the length of the list is not known", origin)

    return over_choices(scope, (scope.value(argument),), build, origin)


def _open_list(value: Value) -> Unknown | None:
    """A list whose items are not known; an attribute may be one, and is a hole then."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Text) and len(value.parts) == 1 and isinstance(value.parts[0], Hole):
        return Unknown(value.parts[0].reason, value.origin, value.parts[0].id)
    return None


def _part_of(whole: Unknown, suffix: str, scope: Scope, origin: Origin) -> Text:
    """A hole that stands for a part of an unknown list: the same part is the same hole."""
    whole_id = whole.id or scope.identity(whole.origin.node if whole.origin else origin.node)
    hole = Hole(f"{whole_id}{suffix}", ANYTHING, source_of(origin), whole.reason)
    return Text((hole,), origin)


def _node(value: Value, origin: Origin) -> Node:
    return value.origin.node if value.origin is not None else origin.node


_FUNCTIONS: dict[str, Callable[[Scope, Node, Origin], Value]] = {
    "Ref": _ref,
    "Fn::Base64": encodings.base64_text,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": mappings.find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": substitution.substitute,
    "Fn::ToJsonString": encodings.json_text,
    "Fn::Transform": _transform,
    **dict.fromkeys(conditions.FUNCTIONS, conditions.as_value),
}
