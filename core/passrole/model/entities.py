"""Entities that more than one service mentions."""

from __future__ import annotations

from passrole.documents.locations import Location
from passrole.iam.policies import Policy
from passrole.records import frozen
from passrole.stacks.resources import Resource
from passrole.values import ABSENT, EVERYWHERE, Absent, Origin, Text, Value, World


@frozen
class Entity:
    """A thing of the domain, read from one resource.

    Two entities are the same only if they are one object: the graph compares references, not
    fields.
    """

    resource: Resource

    @property
    def label(self) -> str:
        """The name where it is known, else the logical id or the address."""
        return self.resource.name.shown.known() or self.resource.id

    @property
    def location(self) -> Location:
        """Where the resource is defined."""
        return self.resource.location

    @property
    def world(self) -> World:
        """The conditions under which the resource exists."""
        return self.resource.world

    @property
    def names(self) -> tuple[Text, ...]:
        """The texts by which other resources may refer to it."""
        return (self.resource.arn, self.resource.name, self.resource.generated_id)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policy documents that are written in it, each of which knows its kind."""
        return ()


@frozen
class PolicyDocument:
    """One policy document as a subject of rules; its ``policy`` says to what kind it belongs.

    ``holder`` is the entity that it is written in; None for a policy that is a file of its own.
    """

    policy: Policy
    origin: Origin
    holder: Entity | None = None

    @property
    def label(self) -> str:
        """How messages name it: the policy, and what it is written in."""
        name = self.policy.name or f"{self.policy.kind} policy"
        if self.holder is None or self.holder.label == name:
            return name
        if name.startswith("${") and name.endswith("}"):
            return self.holder.label  # nobody gave the policy a name
        return f"{name} of {self.holder.label}"

    @property
    def location(self) -> Location:
        """Where the document is written."""
        document, node = self.origin
        return document.location(node)

    @property
    def world(self) -> World:
        """The conditions under which it exists."""
        return self.holder.world if self.holder is not None else EVERYWHERE


@frozen
class Repository(Entity):
    """A source repository."""


@frozen
class BuildProject(Entity):
    """A CodeBuild project: whoever changes its source runs code as its service role.

    ``vpc`` is the VPC it builds in, ``log_streams`` the ARN of its log streams, absent where it
    writes no logs. ``parameters`` and ``secrets`` are the ARNs of what its environment variables
    are fetched from, ``reports`` those of the report groups that its buildspec names. ``source`` is
    the kind of its source (``GITHUB``), ``artifacts`` that of its output, ``connection`` what the
    source is read with. ``commands`` are those of its buildspec, as far as it is written in the
    project, and ``variables`` the names of the environment variables that they see.
    """

    role: Value = ABSENT
    vpc: Value = ABSENT
    log_streams: Value = ABSENT
    parameters: Value = ABSENT
    secrets: Value = ABSENT
    connection: Value = ABSENT
    batch_role: Value = ABSENT
    buildspec: Value = ABSENT
    reports: Value = ABSENT
    source: Value = ABSENT
    artifacts: Value = ABSENT
    commands: tuple[Text, ...] = ()
    variables: tuple[Value, ...] = ()

    @property
    def buildspec_from_source(self) -> bool:
        """Whether the buildspec surely is a file of what is built: a path, or none is named."""
        if isinstance(self.buildspec, Absent):
            return True
        written = self.buildspec.known() if isinstance(self.buildspec, Text) else None
        return written is not None and ":" not in written and "\n" not in written


@frozen
class EventRule(Entity):
    """What starts something by itself: an event pattern, or a schedule.

    ``state`` says whether it is enabled, which it is where that is absent; ``bus`` is the event bus
    it listens to, absent for the default one. ``role`` is the role of those targets that name none.
    Its targets are entities of their own.
    """

    pattern: Value = ABSENT
    schedule: Value = ABSENT
    state: Value = ABSENT
    bus: Value = ABSENT
    role: Value = ABSENT


@frozen
class EventTarget(Entity):
    """What an event rule starts, and the role that ``service`` assumes to do so.

    ``rule`` is a reference to the rule. Where ``arn`` is absent in a world there is no target in
    it. ``origin`` is where the target is written.
    """

    rule: Value = ABSENT
    arn: Value = ABSENT
    role: Value = ABSENT
    service: str = "events.amazonaws.com"
    origin: Origin | None = None


@frozen
class Webhook(Entity):
    """What lets a host of repositories start ``pipeline`` when something is pushed.

    ``action`` is the source action whose changes it announces, ``secret`` what the host signs its
    calls with.
    """

    pipeline: Value = ABSENT
    action: Value = ABSENT
    secret: Value = ABSENT


@frozen
class NotificationRule(Entity):
    """What announces the events of a pipeline or another resource, ``of``, to its ``targets``.

    ``targets`` are ARNs of topics and chat clients.
    """

    of: Value = ABSENT
    targets: tuple[Value, ...] = ()
    status: Value = ABSENT


__all__ = [
    "BuildProject",
    "Entity",
    "EventRule",
    "EventTarget",
    "NotificationRule",
    "PolicyDocument",
    "Repository",
    "Text",
    "Webhook",
]  # fmt: skip
