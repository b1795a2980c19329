"""The dependency graph itself: pipeline, stage, action, provider, need, principal, statement.

networkx is imported when a question about the whole graph is asked: it costs more than checking a
template does, and what one action needs can be said without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Protocol

from passrole.graph.requirements import PrincipalReference, Requirement
from passrole.iam.decisions import Decision
from passrole.iam.statements import Statement
from passrole.model.identities import Role
from passrole.model.needs import ActionProvider
from passrole.model.pipelines import Action, Pipeline, Stage


class Answers(Protocol):
    """What the network is built from: the answers about each action, pipeline and role."""

    pipelines: tuple[Pipeline, ...]
    roles: tuple[Role, ...]

    def provider_of(self, action: Action) -> ActionProvider | None:
        """The provider that runs an action."""

    def requirements_of(self, subject: Action | Pipeline) -> tuple[Requirement, ...]:
        """What an action or a pipeline needs."""

    def decide(self, requirement: Requirement) -> tuple[Decision, ...]:
        """The verdicts on a need."""

    def grants_of(self, role: Role) -> tuple[Statement, ...]:
        """The Allow statements of a role."""


class Edge(StrEnum):
    """What an edge says of its two ends."""

    CONTAINS = "contains"
    """A pipeline its stages, a stage its actions."""
    PROVIDED_BY = "provided by"
    NEEDS = "needs"
    """An action, or a pipeline as a whole, each of its needs."""
    OF = "of"
    """A need the principal whose permission it is."""
    DECIDED_BY = "decided by"
    """A need a statement that allows or denies it."""
    GRANTED_TO = "granted to"
    """A statement the principal whose policy it stands in."""


class StatementNode:
    """A statement as a node: one object, one node, whatever it holds."""

    __slots__ = ("statement",)

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StatementNode) and other.statement is self.statement

    def __hash__(self) -> int:
        return id(self.statement)


class Network:
    """A frozen networkx graph of one component, and ways through it."""

    def __init__(self, graph: Answers) -> None:
        import networkx  # noqa: PLC0415 - see above

        self._networkx = networkx
        network: Any = networkx.DiGraph()
        for pipeline in graph.pipelines:
            network.add_node(pipeline)
            _add_needs(network, graph, pipeline)
            for stage in pipeline.stages:
                network.add_edge(pipeline, stage, kind=Edge.CONTAINS)
                for action in stage.actions:
                    network.add_edge(stage, action, kind=Edge.CONTAINS)
                    provider = graph.provider_of(action)
                    if provider is not None:
                        network.add_edge(action, provider.key, kind=Edge.PROVIDED_BY)
                    _add_needs(network, graph, action)
        for role in graph.roles:
            for statement in graph.grants_of(role):
                network.add_edge(StatementNode(statement), role, kind=Edge.GRANTED_TO)
        self._graph = networkx.freeze(network)

    def stages(self, pipeline: Pipeline) -> Iterator[Stage]:
        """The stages of a pipeline in their order."""
        return self._after(pipeline, Edge.CONTAINS)

    def actions(self, stage: Stage) -> Iterator[Action]:
        """The actions of a stage in their order."""
        return self._after(stage, Edge.CONTAINS)

    def needs(self, subject: Action | Pipeline) -> Iterator[Requirement]:
        """What an action needs, or a pipeline as a whole."""
        return self._after(subject, Edge.NEEDS)

    def needs_of_principal(self, principal: object) -> Iterator[Requirement]:
        """Every need that is a permission of a role, or of a service by its name."""
        return self._before(principal, Edge.OF)

    def actions_of_principal(self, principal: object) -> list[Action]:
        """The actions that use a role."""
        needed = (requirement.action for requirement in self.needs_of_principal(principal))
        return list(dict.fromkeys(action for action in needed if action is not None))

    def needs_decided_by(self, statement: Statement) -> Iterator[Requirement]:
        """The needs that a statement allows or denies."""
        return self._before(StatementNode(statement), Edge.DECIDED_BY)

    def path(self, start: object, end: object) -> list[object]:
        """A shortest way along the edges, empty where there is none."""
        try:
            found: list[object] = self._networkx.shortest_path(self._graph, start, end)
        except (self._networkx.NetworkXNoPath, self._networkx.NodeNotFound):
            return []
        return found

    def _after(self, node: object, kind: Edge) -> Iterator[Any]:
        if node in self._graph:
            edges = self._graph.out_edges(node, data="kind")
            yield from (target for _, target, each in edges if each is kind)

    def _before(self, node: object, kind: Edge) -> Iterator[Any]:
        if node in self._graph:
            edges = self._graph.in_edges(node, data="kind")
            yield from (source for source, _, each in edges if each is kind)


def principal_node(principal: PrincipalReference) -> object:
    """What stands for a principal: the role, else the name of the service or the reference."""
    return principal.role or principal.service or principal.label


def _add_needs(network: Any, graph: Answers, subject: Action | Pipeline) -> None:
    for requirement in graph.requirements_of(subject):
        network.add_edge(subject, requirement, kind=Edge.NEEDS)
        network.add_edge(requirement, principal_node(requirement.principal), kind=Edge.OF)
        for statement in _deciding(graph.decide(requirement)):
            network.add_edge(requirement, StatementNode(statement), kind=Edge.DECIDED_BY)


def _deciding(decisions: Iterable[Decision]) -> Iterator[Statement]:
    for decision in decisions:
        yield from decision.decided_by
