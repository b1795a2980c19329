"""The template while SAM's resources are turned into others."""

from __future__ import annotations

from collections.abc import Callable

from passrole.documents.nodes import Mapping, Node, Problem, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.generated import Data, Pair, Workshop
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.walking import plain_text
from passrole.values import Value, known

PREFIX = "AWS::Serverless::"


class Declared(NamedTuple):
    """One resource of SAM's as it is written, what Globals say of it included."""

    id: str
    key: Scalar
    node: Mapping
    kind: str
    properties: Mapping

    def get(self, name: str) -> Node | None:
        """A property; None where it is not there or nothing."""
        return present(self.properties.get(name))


class Desk:
    """What the resources of one template become.

    ``resources`` are those of the new template, ``renamed`` what ``Id.Property`` refers to.
    """

    def __init__(self, workshop: Workshop, evaluate: Callable[[Node], Value]) -> None:
        self.workshop = workshop
        self.resources: dict[str, Pair] = {}
        self.conditions: list[Pair] = []
        self.renamed: dict[str, str] = {}
        self.problems: list[tuple[Problem, Node]] = []
        self._evaluate = evaluate

    def text(self, node: Node | None) -> str | None:
        """The text of a node where it is known, parameters with their values."""
        return known(self._evaluate(node)) if node is not None else None

    def add(
        self,
        owner: Declared,
        logical_id: str,
        type_name: str,
        properties: Data,
        *,
        at: Node | None = None,
        condition: str | None = None,
    ) -> str:
        """A resource that is made for ``owner`` and exists where it does. Gives its logical id.

        What the template itself has under the id stays.
        """
        place = at or owner.node
        data: dict[str, Data] = {"Type": type_name, "Properties": properties}
        written = owner.node.get("Condition")
        if condition is not None:
            data["Condition"] = condition
        elif written is not None:
            data["Condition"] = written
        made = self.workshop.build(data, place)
        self.resources.setdefault(logical_id, (self.workshop.scalar(logical_id, owner.key), made))
        return logical_id

    def replace(self, owner: Declared, type_name: str, properties: Data) -> None:
        """What a resource of SAM's becomes itself, with the attributes that are written."""
        workshop = self.workshop
        pairs: list[Pair] = [
            (key, value)
            for key, value in owner.node.pairs
            if key.text not in ("Type", "Properties", "Connectors", "IgnoreGlobals")
        ]
        pairs.append(pair(workshop, "Type", type_name, owner.node))
        pairs.append(pair(workshop, "Properties", properties, owner.properties))
        self.resources[owner.id] = (owner.key, workshop.mapping(pairs, owner.node))

    def problem(self, message: str, node: Node) -> None:
        """Something of the template that is not analysed."""
        self.problems.append((Problem("serverless", message, node.start, node.end), node))


def pair(workshop: Workshop, key: str, data: Data, at: Node) -> Pair:
    """A key with what is made of data."""
    return workshop.scalar(key, at), workshop.build(data, at)


def present(node: Node | None) -> Node | None:
    """The node, None where it is nothing: a null or ``AWS::NoValue``."""
    if node is None or (isinstance(node, Scalar) and node.is_null) or is_no_value(node):
        return None
    return node


def is_no_value(node: Node) -> bool:
    """Whether a node is ``!Ref AWS::NoValue``."""
    call = call_of(node)
    return call is not None and call[0] == "Ref" and plain_text(call[1]) == "AWS::NoValue"


def branches(node: Node) -> tuple[Node, Node, Node] | None:
    """The condition's name and both values of an ``Fn::If``."""
    call = call_of(node)
    if call is None or call[0] != "Fn::If" or not isinstance(call[1], Sequence):
        return None
    items = call[1].items
    return (items[0], items[1], items[2]) if len(items) == 3 else None


def referred(node: Node | None) -> str | None:
    """The logical id that a ``Ref`` or ``Fn::GetAtt`` names."""
    call = call_of(node) if node is not None else None
    if call is None:
        return None
    name, argument = call
    if name == "Ref":
        return plain_text(argument)
    if name == "Fn::GetAtt":
        if isinstance(argument, Sequence) and argument.items:
            return plain_text(argument.items[0])
        return (plain_text(argument) or "").partition(".")[0] or None
    return None


def attribute(logical_id: str, name: str = "Arn") -> Data:
    """An ``Fn::GetAtt``."""
    return {"Fn::GetAtt": [logical_id, name]}


def reference(logical_id: str) -> Data:
    """A ``Ref``."""
    return {"Ref": logical_id}


def is_plain_mapping(node: Node | None) -> bool:
    """Whether a node is a mapping that calls no function."""
    return isinstance(node, Mapping) and node.tag is None and call_of(node) is None
