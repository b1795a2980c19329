"""A template at the root with every stack that it nests, each read once and in an order that works.

A nested stack gets its parameters from the stack around it, whose own values may be outputs of
other nested stacks. So they are read before the stack that nests them, those first that others
need. What is asked for all the same before its turn is read there and then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from passrole.documents.nodes import Document, Node
from passrole.documents.nodes import Mapping as MappingNode
from passrole.stacks.cloudformation.instances import Instance
from passrole.stacks.cloudformation.locating import Located, Templates
from passrole.stacks.cloudformation.reading import both, condition_of
from passrole.stacks.cloudformation.scope import Scope
from passrole.stacks.cloudformation.template import UNDEFINED, Template, TemplateResource
from passrole.stacks.ordering import ordered
from passrole.stacks.resources import Stack, StackProblem
from passrole.values import ABSENT, Fact, Guard, Listing, Origin, Text, Unknown, Value, get
from passrole.values.guards import facts_of

URLS: Mapping[str, str] = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::Serverless::Application": "Location",
}
"""The types of resources that are stacks, with the property that names the template."""

DEPTH_CAP = 20
"""How many stacks may be nested in one another; people nest three or four."""

INSTANCE_CAP = 2_000
"""How many stacks one template may come to: templates that nest others twice double each time."""

SIZE_CAP = 1 << 26
"""How many characters the templates of those stacks may have together."""

GUARD_CAP = 6
"""How many facts may decide whether a nested stack is made."""

EARLY_DEPTH = 40
"""How deep in other values a stack is still read before its turn; Python's own stack ends later."""

_EARLY_STEP = 10
_STEP = 2

_OUTPUTS = "Outputs."
_WORD = re.compile(r"\w+")

Place = tuple[str, str]
"""The id of a stack, and the logical id of a resource in it."""


class Nest:
    """The stacks of one template at the root, by the resources that make them."""

    def __init__(self, templates: Templates, read: Callable[[Document, Instance], Stack]) -> None:
        self._templates = templates
        self._read = read
        self._children: dict[Place, Stack | None] = {}
        self._open: set[Place] = set()
        self._scopes: dict[str, Scope] = {}
        self._files: dict[str, tuple[str, ...]] = {}
        self._size = 0
        self.places: dict[str, Place] = {}
        """Where each nested stack is made, by its id."""
        self.stacks: list[Stack] = []
        """The nested stacks that were read, each after those that it nests."""

    def begin(self, scope: Scope) -> None:
        """Read what a template nests, before anything else of it."""
        self._scopes[scope.stack] = scope
        self._files.setdefault(scope.stack, (scope.template.document.path,))
        for logical_id in _in_order(scope.template):
            self._child(scope, logical_id, scope.depth + _STEP)

    def output(self, scope: Scope, logical_id: str, attribute: str, origin: Origin) -> Value | None:
        """An attribute of a nested stack, None where its template is not known."""
        if not attribute.startswith(_OUTPUTS) or scope.stack not in self._scopes:
            return None  # a loop is made before anything of the template is resolved
        if (scope.stack, logical_id) in self._open:
            message = f"The nested stack {logical_id} needs its own outputs"
            scope.problem("cycle", message, origin.node)
            return None
        stack = self._early(scope, logical_id, scope)
        if stack is None:
            return None
        name = attribute.removeprefix(_OUTPUTS)
        value = stack.outputs.get(name)
        if value is None:
            message = f"The nested stack {logical_id} ({stack.path}) has no output {name}"
            scope.problem(UNDEFINED, message, origin.node)
        return value

    def stack_at(self, place: Place, asking: Scope) -> Stack | None:
        """The nested stack that is made at a place, read now if it was not; None while it is."""
        scope = self._scopes.get(place[0])
        if scope is None or place in self._open or place[1] not in scope.template.resources:
            return None
        return self._early(scope, place[1], asking)

    def is_open(self, place: Place | None) -> bool:
        """Whether the stack at a place is being read; None is the root, which is read last."""
        return place is None or place in self._open

    def _early(self, scope: Scope, logical_id: str, asking: Scope) -> Stack | None:
        """A stack that is asked for, maybe before its turn."""
        place = (scope.stack, logical_id)
        if place not in self._children and asking.depth > EARLY_DEPTH:
            message = f"The nested stack {logical_id} is needed by too many others at once"
            scope.problem("limit", message, scope.template.resources[logical_id].key)
            return None
        return self._child(scope, logical_id, asking.depth + _EARLY_STEP)

    def _child(self, scope: Scope, logical_id: str, depth: int) -> Stack | None:
        place = (scope.stack, logical_id)
        if place not in self._children:
            self._open.add(place)
            resource = scope.template.resources[logical_id]
            self._children[place] = self._made(scope, resource, depth)
            self._open.discard(place)
        return self._children[place]

    def _made(self, scope: Scope, resource: TemplateResource, depth: int) -> Stack | None:
        """The stack of a resource, None where it is not made or its template is not known."""
        guard, defaults = condition_of(scope, resource.node)
        if guard is False:
            return None
        located = locate(self._templates, scope, resource)
        if located.problem is not None:
            scope.problem(*located.problem, resource.key)
        document = located.document
        if document is None or not self._affords(scope, resource, document):
            return None
        passed = _property(scope, resource.properties, "Parameters")
        if isinstance(passed, (Text, Listing)):
            passed = Unknown("the Parameters of the nested stack are no map", passed.origin)
        instance = scope.instance.nested(
            resource.key.text,
            document.path,
            passed,
            _bounded(both(scope.instance.guard, guard), scope, resource),
            scope.instance.defaults | defaults,
            depth,
        )
        self.places[instance.id] = (scope.stack, resource.key.text)
        self._files[instance.id] = (*self._files[scope.stack], document.path)
        stack = self._read(document, instance)
        if not self._templates.is_given(document):
            stack = replace(stack, problems=(*_problems(document), *stack.problems))
        if located.presumed:
            stack = replace(stack, located=located.presumed)
        self.stacks.append(stack)
        return stack

    def _affords(self, scope: Scope, resource: TemplateResource, document: Document) -> bool:
        """Whether one more stack may be read; if not, that is a problem."""
        files = (*self._files[scope.stack], document.path)
        if document.path in files[:-1]:
            circle = " > ".join(files[files.index(document.path) :])
            scope.problem("cycle", f"Templates nest each other: {circle}", resource.key)
            return False
        self._size += len(document.text)
        if len(files) > DEPTH_CAP or len(self.places) >= INSTANCE_CAP or self._size > SIZE_CAP:
            message = f"{document.path} is not read: too many stacks are nested"
            scope.problem("limit", message, resource.key)
            return False
        return True


def _bounded(guard: Guard, scope: Scope, resource: TemplateResource) -> Guard:
    """When a stack is made; a fact of its own where that depends on too much.

    It is asked for every resource of the stack, in each of the worlds that it distinguishes.
    """
    if len(set(facts_of(guard))) <= GUARD_CAP:
        return guard
    label = f"the nested stack {resource.key.text} is made"
    return Fact(f"{scope.stack}#{resource.key.text}@made", None, label)


def nested_in(scope: Scope, templates: Templates) -> Iterator[Document]:
    """The templates that a template nests, told by its own parameters alone."""
    for resource in scope.template.resources.values():
        if resource.type_name in URLS and condition_of(scope, resource.node).guard is not False:
            found = locate(templates, scope, resource).document
            if found is not None:
                yield found


def locate(templates: Templates, scope: Scope, resource: TemplateResource) -> Located:
    """The template that a resource nests."""
    url = _property(scope, resource.properties, URLS[resource.type_name])
    return templates.nested_in(scope.template.document, resource, url)


def _property(scope: Scope, properties: Node | None, name: str) -> Value:
    """One property of a resource, with nothing else of the resource resolved."""
    if properties is None:
        return ABSENT
    if isinstance(properties, MappingNode) and properties.tag is None:
        node = properties.get(name)
        if node is not None:
            return scope.value(node)
    return get(scope.value(properties), name)


def _in_order(template: Template) -> Iterator[str]:
    """The nested stacks, each after those that it mentions."""
    nested = {
        logical_id: resource.node
        for logical_id, resource in template.resources.items()
        if resource.type_name in URLS
    }
    text = template.document.text
    return ordered(
        {
            logical_id: nested.keys() & {*_WORD.findall(text[node.start : node.end])} - {logical_id}
            for logical_id, node in nested.items()
        }
    )


def _problems(document: Document) -> Iterator[StackProblem]:
    for problem in document.problems:
        yield StackProblem(problem, document.span(problem.start, problem.end))
