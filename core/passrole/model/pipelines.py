"""Pipelines: their artifact stores, stages, actions and triggers."""

from __future__ import annotations

from dataclasses import field

from passrole.documents.locations import Location
from passrole.model.entities import Entity
from passrole.records import NamedTuple, frozen
from passrole.values import ABSENT, EVERYWHERE, Origin, Text, Value, World, join, known


@frozen
class ArtifactStore:
    """Where the artifacts of one Region are kept. ``region`` is absent for the pipeline's own."""

    bucket: Value = ABSENT
    key: Value = ABSENT
    region: Value = ABSENT
    origin: Origin | None = None


@frozen(kw_only=True)
class Action:
    """One action of a stage, in one world: none of its values is a choice.

    ``pipeline`` and ``stage`` are labels. ``configuration`` is a record or an unknown; ``inputs``
    and ``outputs`` are artifact names; ``role`` and ``region`` are absent where it names none.
    ``commands`` are shell commands and ``variables`` the names of environment variables;
    ``parameters`` and ``secrets`` are the ARNs of what these are fetched from. A rule of a stage's
    condition is an action of category ``Rule``. ``files`` are what goes into an output artifact,
    and ``exports`` the variables that commands put out, where the action names any. ``run_order``
    is its place in the stage; where that depends on more than the world of the action, it is
    unknown.
    """

    pipeline: str
    stage: str
    name: str
    category: Value
    owner: Value
    provider: Value
    version: Value
    configuration: Value
    inputs: tuple[Value, ...] = ()
    outputs: tuple[Value, ...] = ()
    role: Value = ABSENT
    region: Value = ABSENT
    origin: Origin
    world: World = EVERYWHERE
    commands: tuple[Value, ...] = ()
    variables: tuple[Value, ...] = ()
    parameters: Value = ABSENT
    secrets: Value = ABSENT
    files: tuple[Value, ...] = ()
    exports: tuple[Value, ...] = ()
    namespace: Value = ABSENT
    run_order: Value = ABSENT

    @property
    def label(self) -> str:
        """``Stage/Action``."""
        return f"{self.stage}/{self.name}"

    @property
    def is_approval(self) -> bool:
        """Whether somebody has to approve here."""
        return known(self.category) == "Approval"

    @property
    def location(self) -> Location:
        """Where the action is defined."""
        document, node = self.origin
        return document.location(node)


@frozen(kw_only=True)
class Stage:
    """One stage with its actions, in one world.

    ``points`` are those of its conditions that it has: ``BeforeEntry``, ``OnSuccess``,
    ``OnFailure``.
    """

    name: str
    actions: tuple[Action, ...]
    origin: Origin
    world: World = EVERYWHERE
    points: tuple[str, ...] = ()

    @property
    def location(self) -> Location:
        """Where the stage is defined."""
        document, node = self.origin
        return document.location(node)


class TriggerFilter(NamedTuple):
    """One filter of a trigger: what is pushed, or a pull request, must match all that it names.

    ``event`` is ``push`` or ``pull request``; ``types`` are the events of a pull request.
    """

    event: str
    branches: Value = ABSENT
    tags: Value = ABSENT
    paths: Value = ABSENT
    types: Value = ABSENT
    origin: Origin | None = None


@frozen(kw_only=True)
class Trigger:
    """What starts a pipeline of type V2: changes of ``source``, the name of a source action."""

    provider: Value = ABSENT
    source: Value = ABSENT
    filters: tuple[TriggerFilter, ...] = ()
    origin: Origin
    world: World = EVERYWHERE


@frozen
class Pipeline(Entity):
    """A pipeline: its service role, its artifact stores and its stages.

    A choice in its role or its stores is left for the graph to decide, world by world.
    ``unresolved`` are stages and actions that cannot be read before deployment. ``type`` is ``V1``
    or ``V2``; ``triggers``, ``variables`` and ``execution_mode`` belong to the second.
    """

    role: Value = ABSENT
    stores: tuple[ArtifactStore, ...] = ()
    type: Value = ABSENT
    stages: tuple[Stage, ...] = ()
    unresolved: tuple[Value, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    variables: Value = ABSENT
    execution_mode: Value = ABSENT
    _gathered: list[tuple[Action, ...]] = field(default_factory=list, init=False, repr=False)
    """All actions, once somebody asked for them: some ask again for each of them."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions in the order they are written."""
        if not self._gathered:
            every = tuple(action for stage in self.stages for action in stage.actions)
            self._gathered.append(every)
        return self._gathered[0]

    @property
    def approvals(self) -> tuple[Action, ...]:
        """The actions at which somebody has to approve."""
        return tuple(action for action in self.actions if action.is_approval)

    def arn_of(self, action: Action) -> Text:
        """The ARN of an action of this pipeline, which is what PutApprovalResult works on."""
        return join((self.resource.arn, f"/{action.stage}/{action.name}"))
