"""What ``Ref`` and ``Fn::GetAtt`` give of the resources of a template: names, ids, ARNs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from weakref import proxy

from passrole.documents.nodes import Mapping as MappingNode
from passrole.documents.nodes import Node
from passrole.stacks.cloudformation.scope import Scope
from passrole.stacks.resources import ResourceType, fill
from passrole.values import (
    ABSENT,
    ANYTHING,
    GENERATED,
    LITERAL,
    NAME,
    Absent,
    Alphabet,
    Choice,
    Hole,
    Text,
    Value,
    get,
    known,
    leaves,
)

PART_CAP = 64
"""A name of more parts than this is a hole: names that name each other double in length."""

LENGTH_CAP = 2048
"""The length of the longest ARN, and so of the longest name."""

HOP_CAP = 24
"""How many names are worked out for one another; Python's own stack ends later."""

_MADE_UP = "the service makes up the name"


class Naming:
    """The names of one template's resources, each worked out when it is first asked for.

    Only the property that a name is in is resolved for it, so resources may mention each other.
    Resources whose names mention each other cannot be deployed: a hole, and a problem.
    """

    def __init__(self, scope: Scope, types: Mapping[str, ResourceType]) -> None:
        # The scope has this: if each kept the other there, neither would die by itself.
        self._scope: Scope = proxy(scope)
        self._types = types
        self._found: dict[tuple[str, str], Text] = {}
        self._open: set[tuple[str, str]] = set()

    def type_of(self, logical_id: str) -> ResourceType | None:
        """The declared type of a resource."""
        resource = self._scope.template.resources.get(logical_id)
        return self._types.get(resource.type_name) if resource is not None else None

    def name(self, logical_id: str) -> Text:
        """The name that is written, or a hole where the service makes one up."""
        return self._once(logical_id, "name", lambda: self._name(logical_id))

    def generated_id(self, logical_id: str) -> Text:
        """The identifier that the service makes up."""
        return self._hole(
            logical_id, "id", GENERATED, f"!Ref {logical_id}", "the service makes it up"
        )

    def arn(self, logical_id: str) -> Text:
        """The ARN, by the template of the type."""
        type_ = self.type_of(logical_id)
        if type_ is None or not type_.arn:
            return self._attribute_hole(logical_id, "Arn")
        return self._once(logical_id, "Arn", lambda: self._filled(logical_id, type_, type_.arn))

    def reference(self, logical_id: str) -> Text:
        """What ``Ref`` gives."""
        type_ = self.type_of(logical_id)
        if type_ is None:
            return self._hole(logical_id, "Ref", LITERAL, f"!Ref {logical_id}")
        return self._answer(logical_id, type_, type_.ref)

    def attribute(self, logical_id: str, attribute: str) -> Text:
        """What ``Fn::GetAtt`` gives."""
        type_ = self.type_of(logical_id)
        answer = type_.attributes.get(attribute) if type_ is not None else None
        if type_ is None or answer is None:
            return self._attribute_hole(logical_id, attribute)
        return self._answer(logical_id, type_, answer)

    def _answer(self, logical_id: str, type_: ResourceType, answer: str) -> Text:
        if answer == "name":
            return self.name(logical_id)
        if answer == "arn":
            return self.arn(logical_id)
        if answer == "id":
            return self.generated_id(logical_id)
        return self._once(logical_id, answer, lambda: self._filled(logical_id, type_, answer))

    def _name(self, logical_id: str) -> Text:
        type_ = self.type_of(logical_id)
        value = self._field(logical_id, type_, type_.name) if type_ is not None else ABSENT
        alphabet, reason = GENERATED, _MADE_UP
        if isinstance(value, Text) and value.known() != "":
            if len(value.parts) <= PART_CAP:
                return Text(value.parts, None, value.defaults)
            alphabet, reason = NAME, "the name has too many parts"
        elif isinstance(value, Choice):
            alphabet, reason = _choices(value), "the name depends on a condition"
        elif not isinstance(value, (Absent, Text)):
            alphabet = NAME
            reason = getattr(value, "reason", "the name is not a text")
        return self._hole(logical_id, "name", alphabet, f"!Ref {logical_id}", reason)

    def _filled(self, logical_id: str, type_: ResourceType, template: str) -> Text:
        target = self._scope.target
        values = {
            "partition": target.partition,
            "region": target.region,
            "account": target.account,
            "id": self.generated_id(logical_id),
        }
        if "{name}" in template:
            values["name"] = self.name(logical_id)

        def missing(field_name: str) -> Text | None:
            value = self._field(logical_id, type_, field_name)
            if isinstance(value, Text) and len(value.parts) <= PART_CAP:
                return value
            if isinstance(value, Absent) and f"{{{field_name}=" in template:
                return None
            return self._hole(logical_id, field_name, LITERAL, "")

        return fill(template, values, missing)

    def _field(self, logical_id: str, type_: ResourceType, field_name: str) -> Value:
        """A field of a resource, with nothing else of the resource resolved."""
        path = type_.path(field_name, "cloudformation")
        node: Node | None = self._scope.template.resources[logical_id].properties
        if not path or node is None:
            return ABSENT
        for at, step in enumerate(path):
            if not isinstance(node, MappingNode) or node.tag is not None or _calls(node):
                return get(self._scope.value(node), *path[at:])
            node = node.get(str(step))
            if node is None:
                return ABSENT
        return self._scope.value(node)

    def _once(self, logical_id: str, what: str, work_out: Callable[[], Text]) -> Text:
        key = (logical_id, what)
        found = self._found.get(key)
        if found is not None:
            return found
        if key in self._open:
            resource = self._scope.template.resources[logical_id]
            message = f"The {what} of {logical_id} depends on itself"
            self._scope.problem("cycle", message, resource.key)
            return self._hole(logical_id, what, LITERAL, "", "it depends on itself")
        if len(self._open) >= HOP_CAP:
            return self._hole(logical_id, what, ANYTHING, "", "too many names mention each other")
        self._open.add(key)
        try:
            found = work_out()
        finally:
            self._open.discard(key)
        size = sum(len(part) if isinstance(part, str) else 1 for part in found.parts)
        if len(found.parts) > PART_CAP or size > LENGTH_CAP:
            found = self._hole(logical_id, what, LITERAL, "", "the text is too long")
        self._found[key] = found
        return found

    def _attribute_hole(self, logical_id: str, attribute: str) -> Text:
        reference = f"!GetAtt {logical_id}.{attribute}"
        return self._hole(logical_id, attribute, LITERAL, reference)

    def _hole(
        self, logical_id: str, what: str, alphabet: Alphabet, reference: str, reason: str = ""
    ) -> Text:
        hole_id = f"{self._scope.stack}#{logical_id}.{what}"
        reason = reason or "it is known when the stack is deployed"
        return Text((Hole(hole_id, alphabet, reference, reason),))


class NamesInScope:
    """The names of one resource, worked out when they are asked for.

    By then all properties are resolved. It keeps them, and the naming that looks into them.
    """

    __slots__ = ("_arn", "_logical_id", "_name", "_naming", "_scope")

    def __init__(self, scope: Scope, naming: Naming, logical_id: str) -> None:
        self._scope = scope
        self._naming = naming
        self._logical_id = logical_id
        self._name: Text | None = None
        self._arn: Text | None = None

    @property
    def name(self) -> Text:
        """The name."""
        if self._name is None:
            self._name = self._naming.name(self._logical_id)
        return self._name

    @property
    def arn(self) -> Text:
        """The ARN."""
        if self._arn is None:
            self._arn = self._naming.arn(self._logical_id)
        return self._arn

    @property
    def generated_id(self) -> Text:
        """The identifier that the service makes up."""
        return self._naming.generated_id(self._logical_id)


def _calls(node: MappingNode) -> bool:
    return any(key.text == "Ref" or key.text.startswith("Fn::") for key, _ in node.pairs)


def _choices(value: Value) -> Alphabet:
    """What a name that depends on conditions may be: one of its texts, if they are all known."""
    texts = {known(leaf) for leaf in leaves(value)}
    if None in texts:
        return NAME
    choices = frozenset(text for text in texts if text is not None)
    return Alphabet("one of several names", choices=choices)
