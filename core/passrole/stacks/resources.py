"""Resources as every format has them, and what is known of their types as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any, Final, Literal

from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Node, Problem
from passrole.records import NamedTuple, frozen
from passrole.stacks.names import Names
from passrole.values import (
    ABSENT,
    EVERYWHERE,
    NAME,
    Guard,
    Hole,
    Origin,
    Part,
    Record,
    Text,
    Value,
    World,
    get,
    literal,
)

Format = Literal["cloudformation", "terraform"]


class Target(NamedTuple):
    """Where a stack goes. Parts that nobody gave are holes of the target, shared by its stacks."""

    id: str
    partition: Text
    account: Text
    region: Text

    def filled(self, template: str, **texts: Text) -> Text:
        """A template over ``{partition}``, ``{region}``, ``{account}`` and the names of ``texts``.

        For ARNs of what lies there: ``arn:{partition}:logs:{region}:{account}:log-group:{group}``.
        """
        own = {"partition": self.partition, "region": self.region, "account": self.account}
        return fill(template, {**own, **texts}, lambda _: None)


@frozen(eq=True, kw_only=True)
class ResourceType:
    """What is known of a type of resource, in both formats side by side.

    ``arn`` is a template over ``{partition}``, ``{region}``, ``{account}``, ``{name}``, ``{id}``
    (an identifier that the service makes up) and the names in ``fields``, with what stands there
    for a field that is not set: ``role{path=/}{name}``.
    ``name`` is the field that holds the name; where it is not set, the service makes one up.
    ``ref`` is what CloudFormation's ``Ref`` gives and ``attributes`` what ``Fn::GetAtt`` gives;
    ``terraform_attributes`` what a Terraform reference to an attribute gives. All three say
    ``name``, ``arn``, ``id``, or a template such as ``arn`` is one; an attribute that is not listed
    is a hole of its own.
    ``fields`` maps a field's name to its path in CloudFormation and in Terraform, dots between
    steps (``Environment.PrivilegedMode``, ``environment.0.privileged_mode``); an empty path says
    that the format has no such property.
    ``read`` turns a resource of this type into entities; without it the type only lends its names.
    """

    cloudformation: str = ""
    terraform: str = ""
    arn: str = ""
    name: str = "name"
    ref: str = "name"
    attributes: Mapping[str, str] = field(default_factory=dict)
    terraform_attributes: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    read: Callable[[Resource], Iterable[Any]] | None = None
    source: str = ""

    def path(self, field_name: str, format_: Format) -> tuple[str | int, ...]:
        """The steps to a field in the properties of a format, empty where it has none."""
        cloudformation, terraform = self.fields.get(field_name, ("", ""))
        path = cloudformation if format_ == "cloudformation" else terraform
        return _steps(path)


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdigit() else step for step in path.split(".") if step)


@frozen(kw_only=True)
class Resource:
    """One resource of a stack.

    ``id`` is the logical id or the address; ``world`` the conditions under which it exists, and
    ``exists`` what no one world says: that one of several has to hold;
    ``properties`` a record, or an unknown; ``names`` has the texts ``name``, ``arn`` and
    ``generated_id``. ``origin`` is the whole resource, ``key`` its logical id.
    ``stands_for_many`` says that there may be any number of it, none included.
    ``stack_name`` is the name that its stack is deployed with. ``is_deployed`` says that it is
    there already, as a state or a plan knows.
    """

    stack: str
    id: str
    type_name: str
    type: ResourceType | None
    format: Format
    target: Target
    properties: Value
    names: Names
    origin: Origin
    key: Origin | None = None
    world: World = EVERYWHERE
    exists: Guard = True
    depends_on: tuple[str, ...] = ()
    stands_for_many: bool = False
    stack_name: Text | None = None
    is_deployed: bool = False

    @property
    def name(self) -> Text:
        """The name, or a hole where nobody gave one."""
        return self.names.name

    @property
    def arn(self) -> Text:
        """The ARN by the template of its type."""
        return self.names.arn

    @property
    def generated_id(self) -> Text:
        """The identifier that the service makes up."""
        return self.names.generated_id

    @property
    def identity(self) -> str:
        """Unique in the whole scan."""
        return f"{self.stack}#{self.id}"

    @property
    def location(self) -> Location:
        """Where the resource is defined: its logical id, or the whole of it."""
        document, node = self.key or self.origin
        return document.span(node.start, node.end, document.pointer(self.origin.node))

    def __getitem__(self, field_name: str) -> Value:
        """The value of a field of this type, absent where it is not set."""
        if self.type is None:
            return ABSENT
        path = self.type.path(field_name, self.format)
        return get(self.properties, *path) if path else ABSENT

    def place(self, field_name: str) -> Origin:
        """Where a field is written, else where the resource is."""
        value = self[field_name]
        return getattr(value, "origin", None) or self.origin

    def key_place(self, field_name: str) -> Origin:
        """Where the name of a field is written, else the field: its value is not shown there."""
        path = self.type.path(field_name, self.format) if self.type is not None else ()
        holder = get(self.properties, *path[:-1])
        keys = holder.keys if isinstance(holder, Record) else {}
        return (keys.get(str(path[-1])) if path else None) or self.place(field_name)


class StackProblem(NamedTuple):
    """A problem of one document of a stack, with its place."""

    problem: Problem
    location: Location

    @classmethod
    def at(cls, kind: str, message: str, document: Document, node: Node) -> StackProblem:
        """A problem of one node."""
        problem = Problem(kind, message, node.start, node.end)
        return cls(problem, document.span(node.start, node.end))


def _nothing() -> None:
    """Most stacks are worked out when they are made, and hold on to nothing."""


@frozen(kw_only=True)
class Stack:
    """What is deployed together: resources by id, outputs, exports by name, and what is amiss.

    ``assumptions`` are the parameter defaults that were used, as ``Name=value``; ``parameters`` the
    names that a deployment may give a value, and ``given`` what this deployment gives.
    ``presumed`` is what was taken for granted to know values and roles of other stacks, in words,
    and ``located`` the same to find its template. ``component`` is what stacks share that may refer
    to each other; where it is empty, those of one target do. ``let_go`` is called when nothing of
    it will be asked any more.
    """

    id: str
    path: str
    format: Format
    target: Target
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Value] = field(default_factory=dict)
    exports: tuple[tuple[Value, Value], ...] = ()
    assumptions: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()
    given: tuple[tuple[str, str | None], ...] = ()
    problems: tuple[StackProblem, ...] = ()
    presumed: tuple[str, ...] = ()
    located: str = ""
    component: str = ""
    let_go: Callable[[], None] = field(default=_nothing, compare=False, repr=False)


def own_name(stack: str) -> Text:
    """What ``AWS::StackName`` gives in a template: a hole of the stack."""
    reason = "the name is given when the stack is created"
    return Text((Hole(f"{stack}@stack-name", NAME, "!Ref AWS::StackName", reason),))


POLICY_DOCUMENT: Final = "aws_iam_policy_document"
"""The data source of Terraform that is a policy, written out in blocks."""


class ResourceTypes(NamedTuple):
    """The declared types, by the name each format gives them."""

    cloudformation: Mapping[str, ResourceType]
    terraform: Mapping[str, ResourceType]

    @classmethod
    def of(cls, types: Iterable[ResourceType]) -> ResourceTypes:
        """An index of ``types``; the caller has made sure that no name is claimed twice."""
        known = tuple(types)
        return cls(
            {each.cloudformation: each for each in known if each.cloudformation},
            {each.terraform: each for each in known if each.terraform},
        )


def fill(template: str, values: Mapping[str, Text], missing: Callable[[str], Text | None]) -> Text:
    """A template with its ``{names}`` replaced by texts; ``missing`` answers for names not given.

    Where ``missing`` has no answer, ``{name=default}`` gives the default: ``role{path=/}{name}``.
    ``{url~https://}`` is the text without that beginning.
    """
    parts: list[Part] = []
    defaults: frozenset[str] = frozenset()
    for slot in _slots(template):
        if isinstance(slot, str):
            parts.append(slot)
            continue
        text = values.get(slot.name)
        if text is None:
            text = missing(slot.name)
        if text is None:
            text = literal(slot.default)
        first = text.parts[0] if text.parts else None
        if slot.prefix and isinstance(first, str):
            parts.extend((first.removeprefix(slot.prefix), *text.parts[1:]))
        else:
            parts.extend(text.parts)
        defaults |= text.defaults
    return Text(parts, None, defaults)


class _Slot(NamedTuple):
    name: str
    default: str
    prefix: str


@lru_cache(maxsize=4096)
def _slots(template: str) -> tuple[str | _Slot, ...]:
    """A template taken apart: literals, and what is to be filled in."""
    found: list[str | _Slot] = []
    rest = template
    while rest:
        before, opened, after = rest.partition("{")
        found.append(before)
        if not opened:
            break
        slot, _, rest = after.partition("}")
        name, _, default = slot.partition("=")
        name, _, prefix = name.partition("~")
        found.append(_Slot(name, default, prefix))
    return tuple(found)


__all__ = [
    "Format", "Hole", "Record", "Resource", "ResourceType", "ResourceTypes", "Stack",
    "StackProblem", "Target", "fill",
]  # fmt: skip
