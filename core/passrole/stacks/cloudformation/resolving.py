"""One template while it is resolved: every node, reference, condition and problem at most once."""

from __future__ import annotations

from collections.abc import Mapping

from passrole.documents.nodes import Node, Scalar
from passrole.stacks.cloudformation.conditions import decide
from passrole.stacks.cloudformation.expressions import (
    DYNAMIC,
    import_id,
    placed,
    relying_on,
    text_of,
    written,
)
from passrole.stacks.cloudformation.functions import resolve, scalar
from passrole.stacks.cloudformation.instances import Instance
from passrole.stacks.cloudformation.naming import Naming
from passrole.stacks.cloudformation.parameters import (
    hidden_parameter,
    parameter_value,
    placed_parameter,
)
from passrole.stacks.cloudformation.passing import passed_parameter
from passrole.stacks.cloudformation.scope import Decision, Links
from passrole.stacks.cloudformation.template import UNDEFINED, Template
from passrole.stacks.deployments import Given
from passrole.stacks.resources import ResourceType, StackProblem
from passrole.values import (
    ANYTHING,
    LITERAL,
    NAME,
    Absent,
    Fact,
    Hole,
    Origin,
    Text,
    Unknown,
    Value,
    defaults_in,
    get,
    literal,
)
from passrole.values.guards import facts_of

DEPTH_CAP = 100
"""How deep values may be nested, references to others included; Python's own stack ends later."""

WORK_CAP = 1_000_000
"""How many parts of values are gone through for one template: some seconds. Lists that are used
over and over would otherwise make minutes of work from a small file."""

GUARD_CAP = 64
"""A condition over more comparisons is a fact of its own: conditions double each other in size."""


class Resolver:
    """The ``Scope`` of one template. It remembers what it has resolved; nothing here raises."""

    def __init__(
        self,
        template: Template,
        instance: Instance,
        types: Mapping[str, ResourceType],
        given: Given,
        links: Links | None = None,
    ) -> None:
        self.template = template
        self.instance = instance
        self.target = instance.target
        self.stack = instance.id
        self.naming = Naming(self, types)
        self.problems: dict[tuple[str, str, int, str], StackProblem] = {}
        self.assumptions: set[str] = set()
        self._given = given
        self._links = links
        self.depth = instance.depth
        self._work = 0
        # The node is kept beside its value, so that its id is not given to another node.
        self._values: dict[int, tuple[Node, Value]] = {}
        self._parameters: dict[str, Value] = {}
        self._decisions: dict[str, Decision] = {}
        self._deciding: list[str] = []
        self._cyclic: set[str] = set()

    def close(self) -> None:
        """All that is written was resolved: nothing is asked of other templates any more."""
        self._links = None

    def value(self, node: Node) -> Value:
        """The value of a node, whatever stands there."""
        found = self._values.get(id(node))
        if found is not None:
            return found[1]
        if self.depth >= DEPTH_CAP:
            return Unknown("it is nested too deeply", self.origin(node))
        if type(node) is Scalar and node.tag is None and DYNAMIC not in node.text:
            # As most nodes are: nobody else is asked, and nothing need be remembered.
            return scalar(self, node, self.origin(node))
        self.depth += 1
        try:
            value = resolve(self, node)
        finally:
            self.depth -= 1
        if node.made is not None and node.made.defaults:
            self.assumptions.update(node.made.defaults)
            value = relying_on(self, value, node.made.defaults, self.origin(node))
        self._values[id(node)] = (node, value)
        return value

    def text(self, value: Value, node: Node) -> Text:
        """A value as text; what is none becomes a hole, with ``node`` as its identity."""
        return value if isinstance(value, Text) else text_of(value, self.identity(node))

    def reference(self, name: str, origin: Origin) -> Value:
        """What ``Ref`` gives: of a parameter, a resource, or a pseudo parameter."""
        if name in self.template.parameters:
            return placed_parameter(self, self._parameter(name), origin)
        if name in self.template.logical_ids:
            return self.naming.reference(name).at(origin)
        if name.startswith("AWS::"):
            value = self._pseudo(name)
            if value is not None:
                return placed(value, origin)
        if self.template.generates and not name.startswith("AWS::"):
            return self.naming.reference(name).at(origin)
        message = f"There is no resource or parameter {name or 'without a name'}"
        return self._undefined(message, origin, name)

    def attribute(self, logical_id: str, attribute: str, origin: Origin) -> Value:
        """What ``Fn::GetAtt`` gives."""
        value = self._elsewhere(logical_id, attribute, origin)
        if value is not None:
            return placed(value, origin)
        if logical_id in self.template.logical_ids or self.template.generates:
            return self.naming.attribute(logical_id, attribute).at(origin)
        message = f"There is no resource {logical_id or 'without a name'}"
        return self._undefined(message, origin, f"{logical_id}.{attribute}")

    def decision(self, name: str, origin: Origin) -> Decision:
        """The condition of that name; a fact of its own where it is not defined or a cycle."""
        found = self._decisions.get(name)
        if found is not None:
            return found
        opaque = Decision(Fact(f"{self.stack}#condition:{name}", None, f"{name} is true"))
        node = self.template.conditions.get(name)
        if node is None:
            self.problem(UNDEFINED, f"There is no condition {name}", origin.node)
            return opaque
        if name in self._deciding:
            self._cyclic.update(self._deciding[self._deciding.index(name) :])
            self.problem("cycle", f"The condition {name} depends on itself", node)
            return opaque
        self._deciding.append(name)
        try:
            decided = self.guard(node)
        finally:
            self._deciding.pop()
        if name in self._cyclic or sum(1 for _ in facts_of(decided.guard)) > GUARD_CAP:
            decided = opaque
        self._decisions[name] = decided
        return decided

    def guard(self, node: Node) -> Decision:
        """The expression of a condition."""
        if self.depth >= DEPTH_CAP:
            return Decision(Fact(self.identity(node), None, "a condition nested too deeply"))
        self.depth += 1
        try:
            return decide(self, node)
        finally:
            self.depth -= 1

    def imported(self, name: Text, origin: Origin) -> Value:
        """What another stack exports under a name, or a hole that all imports of it share."""
        value = self._links.imported(name, origin, self) if self._links is not None else None
        if value is not None:
            return placed(value, origin)
        hole = Hole(
            import_id(name, self.target.id),
            ANYTHING,
            f"!ImportValue {written(name)}",
            f"no template that was read exports {written(name)}",
        )
        return Text((hole,), origin)

    def origin(self, node: Node) -> Origin:
        """The node with its document."""
        made = node.made
        return Origin(self.template.document if made is None else made.document, node)

    def identity(self, node: Node) -> str:
        """Unique in the scan: for a value that only its place identifies."""
        document, made = self.origin(node).document, node.made
        line, _ = document.line_and_column(node.start)
        serial = "" if made is None else f"+{made.serial}"
        return f"{self.stack}@{node.start}-{node.end}{serial}#line {line}"

    def afford(self, work: int) -> bool:
        """Whether as much more work may be done for this template; if so, it is counted."""
        if self._work + work > WORK_CAP:
            message = "The template takes too much work to resolve; parts of it are unknown"
            root = self.template.document.root
            if root is not None:
                self.problem("limit", message, root)
            return False
        self._work += work
        return True

    def problem(self, kind: str, message: str, node: Node) -> None:
        """Something that the author of the template should know, told once."""
        document = self.origin(node).document
        key = (kind, message, node.start, document.path)
        if key not in self.problems:
            self.problems[key] = StackProblem.at(kind, message, document, node)

    def _undefined(self, message: str, origin: Origin, name: str) -> Unknown:
        self.problem(UNDEFINED, message, origin.node)
        return Unknown(message, origin, f"{self.stack}#{name}")

    def stored(self, name: Text, origin: Origin) -> Text | None:
        """What another stack keeps in the SSM parameter of that name, if it is known."""
        return self._links.stored(name, origin, self) if self._links is not None else None

    def _elsewhere(self, logical_id: str, attribute: str, origin: Origin) -> Value | None:
        """An attribute that another template says the value of, as an output of a nested stack."""
        if self._links is None:
            return None
        resource = self.template.resources.get(logical_id)
        if resource is None:
            return None
        return self._links.attribute(resource, attribute, origin, self)

    def _parameter(self, name: str) -> Value:
        found = self._parameters.get(name)
        if found is None:
            entry = self.template.parameters[name]
            passed = get(self.instance.passed, name)
            if isinstance(passed, Absent):
                found = parameter_value(self, name, entry, self._given)
            else:
                found = passed_parameter(self, name, entry, passed)
            found = self._parameters[name] = hidden_parameter(self, name, entry, found)
            self.assumptions.update(defaults_in(found))
        return found

    def _pseudo(self, name: str) -> Value | None:
        """A pseudo parameter, or None where AWS has none of that name."""
        target = self.target
        texts = {
            "AWS::AccountId": target.account,
            "AWS::Region": target.region,
            "AWS::Partition": target.partition,
        }
        if name in texts:
            return texts[name]
        if name == "AWS::NoValue":
            return Absent()
        if name == "AWS::StackName":
            return self.instance.name
        if name == "AWS::StackId":
            return self._stack_id()
        if name == "AWS::URLSuffix":
            return self._url_suffix()
        if name == "AWS::NotificationARNs":
            reason = "the topics of a stack are given when it is created"
            return Unknown(reason, None, f"{self.stack}@notification-arns")
        return None

    def _stack_id(self) -> Text:
        made_up = Text((Hole(f"{self.stack}@stack-uuid", NAME, "", "CloudFormation makes it up"),))
        template = "arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{uuid}"
        return self.target.filled(template, name=self.instance.name, uuid=made_up)

    def _url_suffix(self) -> Text:
        partition = self.target.partition.known()
        if partition in ("aws", "aws-us-gov"):
            return literal("amazonaws.com")
        if partition == "aws-cn":
            return literal("amazonaws.com.cn")
        reason = "the suffix depends on the partition"
        return Text((Hole(f"{self.target.id}@url-suffix", LITERAL, "!Ref AWS::URLSuffix", reason),))
