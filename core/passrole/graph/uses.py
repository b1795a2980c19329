"""Which role works for which pipeline, as what, and whether all that it needs there is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from passrole.graph.requirements import Requirement
from passrole.iam.policies import Policy
from passrole.iam.statements import PrincipalEntry
from passrole.model.entities import BuildProject, Entity
from passrole.model.identities import Identity, Role
from passrole.model.needs import ActionProvider, Actor
from passrole.model.pipelines import Action, ArtifactStore, Pipeline
from passrole.records import NamedTuple
from passrole.values import Absent, Unknown, Value, World, cases, known

OF_PIPELINE, OF_ACTION = "the role of the pipeline", "the role of the action"
OF_BUILD = "the role of the build project"
PIPELINE_SERVICE = "codepipeline.amazonaws.com"

if TYPE_CHECKING:
    from passrole.iam import sets
    from passrole.iam.sets import Unused


class Use(NamedTuple):
    """One way in which a pipeline uses a role.

    ``action`` is None for the pipeline as a whole; ``why`` says as what (``the role of the
    action``). ``open_because`` says why more may be needed than is known, empty where nothing is.
    """

    pipeline: Pipeline
    action: Action | None
    why: str
    open_because: str = ""


class Excess(NamedTuple):
    """What a role's policies grant and no pipeline that uses it needs.

    ``open_because`` says why something else may need it, empty where that is ruled out.
    """

    policy: Policy
    unused: tuple[Unused, ...]
    open_because: str


class Answers(Protocol):
    """What the uses are worked out from."""

    entities: tuple[Entity, ...]
    pipelines: tuple[Pipeline, ...]
    roles: tuple[Role, ...]

    def provider_of(self, action: Action) -> ActionProvider | None:
        """The provider that runs an action."""

    def store_of(self, action: Action) -> ArtifactStore | None:
        """The artifact store of an action, if it is known which one."""

    def requirements_of(self, subject: Action | Pipeline) -> tuple[Requirement, ...]:
        """What an action or a pipeline needs."""

    def find(self, reference: Value, kind: type[Role], near: Entity) -> Role | None:
        """The role that a value of ``near`` names."""

    def policies_of(self, identity: Identity) -> tuple[Policy | Unknown, ...]:
        """The identity policies of a role."""


class Uses:
    """The uses of every role of a component, worked out once."""

    def __init__(self, graph: Answers) -> None:
        self._graph = graph
        self._uses: dict[Role, dict[Use, None]] = defaultdict(dict)
        self._requirements: dict[Role, list[Requirement]] = defaultdict(list)
        self._roles: dict[Pipeline, list[Role]] = defaultdict(list)
        for pipeline in graph.pipelines:
            self._direct(pipeline)
            subjects: tuple[Action | Pipeline, ...] = (pipeline, *pipeline.actions)
            for subject in subjects:
                action = subject if isinstance(subject, Action) else None
                because = _because(graph, pipeline, action)
                for requirement in graph.requirements_of(subject):
                    role = requirement.principal.role
                    if role is not None:
                        self._requirements[role].append(requirement)
                        self._uses[role][_use(requirement, because)] = None

    def _direct(self, pipeline: Pipeline) -> None:
        """The roles that a pipeline and its actions name, whatever is known of their needs."""
        named: list[tuple[Value, Action | None, str]] = [(pipeline.role, None, OF_PIPELINE)]
        for action in pipeline.actions:
            own = not isinstance(action.role, Absent)
            reference = action.role if own else pipeline.role
            named.append((reference, action, OF_ACTION if own else OF_PIPELINE))
        for reference, user, why in named:
            because = _because(self._graph, pipeline, user)
            for _, case in cases(reference):
                role = self._graph.find(case, Role, near=pipeline)
                if role is not None:
                    self._uses[role][Use(pipeline, user, why, because)] = None

    def of(self, role: Role) -> tuple[Use, ...]:
        """The uses of a role, in the order of the pipelines and their actions."""
        return tuple(self._uses.get(role, ()))

    def roles_of(self, pipeline: Pipeline) -> tuple[Role, ...]:
        """The roles that a pipeline uses, in the order of their stacks."""
        if not self._roles:
            for role in self._graph.roles:
                for each in dict.fromkeys(use.pipeline for use in self.of(role)):
                    self._roles[each].append(role)
        return tuple(self._roles.get(pipeline, ()))

    def requirements(self, role: Role) -> tuple[Requirement, ...]:
        """Every need of any pipeline that is a permission of the role."""
        return tuple(self._requirements.get(role, ()))

    def open_because(self, role: Role) -> str:
        """Why a role may need more than is known, empty where its needs are closed.

        They are where every action that it runs is one whose needs are documented in full and
        nobody but CodePipeline may assume it.
        """
        uses = self.of(role)
        if not uses:
            return "no pipeline here uses it"
        for use in uses:
            if use.open_because:
                return use.open_because
        return next(self._others(role, uses), "")

    def excess(self, role: Role) -> Iterator[Excess]:
        """What each policy of a role grants that no need of a pipeline asks for.

        Denials are no grants. A need that may hold, or that only some source names, is a need.
        """
        from passrole.iam.sets import unused  # noqa: PLC0415 - few rulesets ask for it

        because = self.open_because(role)
        needed = list(_needed(self.requirements(role)))
        for policy in self._graph.policies_of(role):
            if isinstance(policy, Policy) and not policy.unresolved:
                found = tuple(unused(policy, needed))
                if found:
                    yield Excess(policy, found, because)

    def _others(self, role: Role, uses: Iterable[Use]) -> Iterator[str]:
        """Who may assume a role beside CodePipeline and the pipelines that use it."""
        for statement in role.trust.statements:
            if statement.effect == "Deny":
                continue
            for entry in statement.principals:
                value = entry.value if isinstance(entry, PrincipalEntry) else entry
                name = known(value)
                if name != PIPELINE_SERVICE and not self._is_pipeline_role(value, role, uses):
                    yield f"{name or 'somebody who is not known'} may assume it as well"

    def _is_pipeline_role(self, value: Value, role: Role, uses: Iterable[Use]) -> bool:
        named = self._graph.find(value, Role, near=role)
        return named is not None and any(
            named is self._graph.find(use.pipeline.role, Role, near=use.pipeline) for use in uses
        )


def builds(graph: Answers) -> dict[Role, tuple[tuple[BuildProject, World], ...]]:
    """The build projects that run as each role, each with the world in which it does."""
    found: dict[Role, list[tuple[BuildProject, World]]] = defaultdict(list)
    for entity in graph.entities:
        if isinstance(entity, BuildProject):
            for world, reference in cases(entity.role, entity.world):
                role = graph.find(reference, Role, near=entity)
                if role is not None:
                    found[role].append((entity, world))
    return {role: tuple(projects) for role, projects in found.items()}


def _use(requirement: Requirement, because: str) -> Use:
    """The use that a need tells of; ``because`` says what is open of the action, if anything."""
    why = requirement.principal.why
    if not isinstance(requirement.need.principal, Actor):
        because = f"what runs as {why} is not known"
    return Use(requirement.pipeline, requirement.action, why, because)


def _because(graph: Answers, pipeline: Pipeline, action: Action | None) -> str:
    return _unread(pipeline) or ("" if action is None else _undocumented(graph, action))


def _unread(pipeline: Pipeline) -> str:
    return f"a part of pipeline {pipeline.label} cannot be resolved" if pipeline.unresolved else ""


def _undocumented(graph: Answers, action: Action) -> str:
    provider = graph.provider_of(action)
    if provider is None or provider.stands_for_others:
        return f"no plugin knows the provider of action {action.label}"
    if provider.open_ended:
        return f"what action {action.label} needs is not documented in full"
    if graph.store_of(action) is None:
        return f"which artifact store action {action.label} has is not known"
    return ""


def _needed(requirements: Iterable[Requirement]) -> Iterator[sets.Requirement]:
    from passrole.iam import sets  # noqa: PLC0415 - see above

    for requirement in requirements:
        if requirement.need.documented_block:
            continue
        for iam_action in requirement.iam_actions:
            yield sets.Requirement(iam_action, requirement.resource, context=requirement.context)
