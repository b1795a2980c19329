"""What an intrinsic function may ask of the template that it stands in."""

from __future__ import annotations

from typing import Protocol

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.instances import Instance
from passrole.stacks.cloudformation.template import MALFORMED, Template, TemplateResource
from passrole.stacks.resources import Target
from passrole.values import Guard, Origin, Text, Unknown, Value, known


class Decision(NamedTuple):
    """A condition as a guard, with the parameter defaults (``Name=value``) that it relies on."""

    guard: Guard
    defaults: frozenset[str] = frozenset()


class Scope(Protocol):
    """One template while it is resolved. Nothing here raises: what is amiss becomes a problem."""

    stack: str
    target: Target
    template: Template
    instance: Instance
    depth: int
    assumptions: set[str]

    def value(self, node: Node) -> Value:
        """The value of a node, whatever stands there."""

    def text(self, value: Value, node: Node) -> Text:
        """A value as text; what is none becomes a hole, with ``node`` as its identity."""

    def reference(self, name: str, origin: Origin) -> Value:
        """What ``Ref`` gives."""

    def attribute(self, logical_id: str, attribute: str, origin: Origin) -> Value:
        """What ``Fn::GetAtt`` gives."""

    def decision(self, name: str, origin: Origin) -> Decision:
        """The condition of that name."""

    def guard(self, node: Node) -> Decision:
        """The expression of a condition."""

    def imported(self, name: Text, origin: Origin) -> Value:
        """What another stack exports under a name."""

    def stored(self, name: Text, origin: Origin) -> Text | None:
        """What another stack of the scan keeps in the SSM parameter of a name, if it is known."""

    def origin(self, node: Node) -> Origin:
        """The node with its document."""

    def identity(self, node: Node) -> str:
        """Unique in the scan: for a value that only its place identifies."""

    def afford(self, work: int) -> bool:
        """Whether as much more work may be done for this template; if so, it is counted."""

    def problem(self, kind: str, message: str, node: Node) -> None:
        """Something that the author of the template should know."""


class Links(Protocol):
    """What a template may ask of the other stacks of a scan. Nothing here raises."""

    def begin(self, scope: Scope) -> None:
        """Take notice of a template that is about to be resolved."""

    def imported(self, name: Text, origin: Origin, scope: Scope) -> Value | None:
        """What another stack exports under a name; None where nobody does."""

    def stored(self, name: Text, origin: Origin, scope: Scope) -> Text | None:
        """What another stack keeps in the SSM parameter of a name; None where it is not known."""

    def attribute(
        self, resource: TemplateResource, attribute: str, origin: Origin, scope: Scope
    ) -> Value | None:
        """An attribute of a resource that other stacks tell the value of; None for all others."""


def malformed(scope: Scope, message: str, origin: Origin) -> Unknown:
    """An intrinsic that CloudFormation would refuse: a problem, and an unknown that says why."""
    scope.problem(MALFORMED, message, origin.node)
    return Unknown(message, origin)


def call_of(node: Node) -> tuple[str, Node] | None:
    """The name and the argument of an intrinsic function in either form, or None.

    ``Condition`` is a function only as a tag: as a key it is an ordinary name outside conditions.
    """
    if node.tag is not None and node.tag.startswith("!") and not node.tag.startswith("!!"):
        name = node.tag[1:]
        full = name if name in ("Ref", "Condition") else f"Fn::{name}"
        return full, untagged(node)
    if isinstance(node, Mapping) and len(node.pairs) == 1:
        key, argument = node.pairs[0]
        if key.text == "Ref" or key.text.startswith("Fn::"):
            return key.text, argument
    return None


def untagged(node: Node) -> Node:
    """The same node without its tag: the argument of a function in its short form."""
    if isinstance(node, Scalar):
        return Scalar(node.text, node.plain, node.start, node.end)
    if isinstance(node, Sequence):
        return Sequence(node.items, node.start, node.end)
    return Mapping(node.pairs, node.start, node.end)


def word(scope: Scope, node: Node) -> str | None:
    """The text of an argument that is a name as a rule, or None where it is not known."""
    if isinstance(node, Scalar) and node.tag is None:
        return None if node.is_null else node.text
    return known(scope.value(node))


def arguments(node: Node) -> tuple[Node, ...]:
    """The items of a function's list of arguments; empty where it is no plain list."""
    return node.items if isinstance(node, Sequence) and node.tag is None else ()
