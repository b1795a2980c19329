"""The questions that rules, maps and reports ask; the answers are decided once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from passrole.findings import Report
from passrole.graph.references import Place, References
from passrole.graph.requests import layers_for, request_for
from passrole.graph.requirements import EVERY, Requirement, Requirements
from passrole.graph.roles import RolePolicies
from passrole.graph.shortcomings import Shortcoming, shortcomings
from passrole.graph.wording import report
from passrole.iam.decisions import Decision, Verdict, decide
from passrole.iam.statements import Statement
from passrole.model.entities import Action, Bucket, Entity, Pipeline, ResourcePolicy, Role
from passrole.model.needs import ActionProvider
from passrole.values import Truth, Value

E = TypeVar("E", bound=Entity)


class Edge(StrEnum):
    """What an edge of the graph says."""

    CONTAINS = "contains"
    PROVIDED_BY = "provided by"
    NEEDS = "needs"
    OF = "of"
    """From a need to the role or service whose permission it is."""
    DECIDED_BY = "decided by"
    """From a need to a statement that allows or denies it."""


class Graph:
    """The dependency graph of one component: pipeline, stage, action, provider, need, principal.

    Statements join the graph when a need is decided. Nothing in it changes otherwise.
    """

    def __init__(self, entities: Iterable[Entity], providers: Iterable[ActionProvider]) -> None:
        self.entities = tuple(entities)
        self._providers = {provider.key: provider for provider in providers}
        self._references = References(self.entities)
        self.policies = RolePolicies(self.entities, self._references)
        self._resource_policies = self._by_reference()
        self._requirements = Requirements(self._providers, self._references)
        self._decisions: dict[Requirement, tuple[Decision, ...]] = {}
        self._shortcomings: dict[Requirement, tuple[Shortcoming, ...]] = {}
        self.pipelines = tuple(each for each in self.entities if isinstance(each, Pipeline))
        """The pipelines, in the order of their stacks."""
        self.roles = tuple(each for each in self.entities if isinstance(each, Role))
        """The roles, in the order of their stacks."""
        self._pipeline_of: dict[Action, Pipeline] = {
            action: pipeline for pipeline in self.pipelines for action in pipeline.actions
        }

    @cached_property
    def _graph(self) -> Any:
        import networkx  # noqa: PLC0415 - slow to import, and only needed for pipelines

        graph: Any = networkx.DiGraph()
        for pipeline in self.pipelines:
            self._add(graph, pipeline)
        return graph

    def find(self, reference: Value, kind: type[E], near: Entity) -> E | None:
        """The entity of ``kind`` that a value of ``near`` names, or None."""
        return self._references.find(reference, kind, Place.of(near.resource, near.world))

    def pipeline_of(self, action: Action) -> Pipeline:
        """The pipeline that an action belongs to."""
        return self._pipeline_of[action]

    def provider_of(self, action: Action) -> ActionProvider | None:
        """What is known of the action's provider, None where no plugin declares it."""
        return self._requirements.provider_of(action)

    def requirements_of(self, subject: Action | Pipeline) -> tuple[Requirement, ...]:
        """What an action needs, or what a pipeline needs as a whole, in the order of the facts."""
        return tuple(self._follow(subject, Edge.NEEDS))

    def requirements_on(self, role: Role) -> tuple[Requirement, ...]:
        """Every need that is a permission of this role."""
        if role not in self._graph:
            return ()
        edges = self._graph.in_edges(role, data="kind")
        return tuple(source for source, _, kind in edges if kind is Edge.OF)

    def grants_of(self, role: Role) -> tuple[Statement, ...]:
        """The Allow statements of a role's identity policies."""
        return tuple(
            statement
            for policy in self.policies.identity(role)
            for statement in getattr(policy, "statements", ())
            if statement.effect == "Allow"
        )

    def decide(self, requirement: Requirement) -> tuple[Decision, ...]:
        """The verdict on a need; several, each with its world, where deployments differ."""
        decisions = self._decisions.get(requirement)
        if decisions is None:
            decisions = self._decided(requirement)
            self._decisions[requirement] = decisions
            for decision in decisions:
                for statement in decision.decided_by:
                    self._graph.add_edge(requirement, _Node(statement), kind=Edge.DECIDED_BY)
        return decisions

    def unmet(self, subject: Action | Pipeline, rule_id: str) -> Iterator[Report]:
        """A report for each need of ``subject`` that is definitely not met and is this rule's."""
        for requirement in self.requirements_of(subject):
            if requirement.follows_pipeline:
                continue
            for each in self._shortcomings_of(requirement):
                if each.rule == rule_id:
                    yield report(each)

    def _shortcomings_of(self, requirement: Requirement) -> tuple[Shortcoming, ...]:
        found = self._shortcomings.get(requirement)
        if found is None:
            requests = [
                request_for(requirement, iam_action, self._references)
                for iam_action in requirement.iam_actions
            ]
            found = tuple(
                shortcomings(requirement, self.decide(requirement), requests, self.policies)
            )
            self._shortcomings[requirement] = found
        return found

    def _decided(self, requirement: Requirement) -> tuple[Decision, ...]:
        world = requirement.world
        if requirement.condition is Truth.UNKNOWN:
            reason = "whether it is needed depends on a value that is not known"
            return (Decision(Verdict.UNKNOWN, blockers=(reason,), world=world),)
        principal = requirement.principal
        if principal.role is None and principal.service is None:
            reason = f"{principal.label} is not in the scanned tree"
            return (Decision(Verdict.UNKNOWN, blockers=(reason,), world=world),)
        layers = layers_for(requirement, self.policies, self._references, self._resource_policies)
        best: tuple[Decision, ...] = ()
        for iam_action in requirement.iam_actions:
            request = request_for(requirement, iam_action, self._references)
            decisions = decide(request, layers, world)
            if all(decision.verdict is Verdict.ALLOWED for decision in decisions):
                return decisions
            if not best or _hope(decisions) > _hope(best):
                best = decisions
        return best

    def _by_reference(self) -> Mapping[Entity, ResourcePolicy]:
        found: dict[Entity, ResourcePolicy] = {}
        for entity in self.entities:
            if isinstance(entity, ResourcePolicy):
                place = Place.of(entity.resource, entity.world)
                owner = self._references.find(entity.of, Bucket, place)
                if owner is not None:
                    found[owner] = entity
        return found

    def _follow(self, node: object, kind: Edge) -> Iterator[Any]:
        if node in self._graph:
            for _, target, data in self._graph.out_edges(node, data="kind"):
                if data is kind:
                    yield target

    def _add(self, graph: Any, pipeline: Pipeline) -> None:
        graph.add_node(pipeline)
        _add_requirements(graph, pipeline, self._requirements.of_pipeline(pipeline))
        for stage in pipeline.stages:
            graph.add_edge(pipeline, stage, kind=Edge.CONTAINS)
            for action in stage.actions:
                graph.add_edge(stage, action, kind=Edge.CONTAINS)
                provider = self.provider_of(action)
                if provider is not None:
                    graph.add_edge(action, provider.key, kind=Edge.PROVIDED_BY)
                needed = self._requirements.of_action(pipeline, action)
                _add_requirements(graph, action, needed)


def _add_requirements(
    graph: Any, subject: Action | Pipeline, requirements: Iterable[Requirement]
) -> None:
    for requirement in requirements:
        principal = requirement.principal
        graph.add_edge(subject, requirement, kind=Edge.NEEDS)
        graph.add_edge(requirement, principal.role or principal.label, kind=Edge.OF)


class _Node:
    """A statement as a node: the same object is the same node, whatever it holds."""

    __slots__ = ("statement",)

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Node) and other.statement is self.statement

    def __hash__(self) -> int:
        return id(self.statement)


_HOPE = {Verdict.DENIED: 0, Verdict.MISSING: 1, Verdict.UNKNOWN: 2, Verdict.ALLOWED: 3}


def _hope(decisions: tuple[Decision, ...]) -> int:
    """How near the worst of the decisions is to an allowance."""
    return min(_HOPE[decision.verdict] for decision in decisions)


__all__ = ["EVERY", "Edge", "Graph"]
