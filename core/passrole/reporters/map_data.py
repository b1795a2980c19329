"""The dependency map as plain values: pipeline, stage, action, provider, need, verdict."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.documents.locations import Location
from passrole.graph.conditions import describe
from passrole.graph.questions import Graph
from passrole.graph.requirements import Requirement
from passrole.iam.decisions import Decision, Verdict
from passrole.model.pipelines import Action, Pipeline, Stage
from passrole.records import NamedTuple
from passrole.values import Text, Truth, Value


class MappedNeed(NamedTuple):
    """One need with its verdict in one world."""

    principal: str
    why: str
    role: Location | None
    iam_action: str
    alternatives: tuple[str, ...]
    resource: str
    when: str
    certainty: str
    basis: str
    note: str
    source: str
    documented_block: bool
    verdict: str
    world: str
    decided_by: tuple[tuple[str, Location], ...]
    blockers: tuple[str, ...]


class MappedAction(NamedTuple):
    """An action; ``known`` says whether a plugin declares its provider."""

    name: str
    provider: str
    known: bool
    open_ended: bool
    location: Location
    world: str
    needs: tuple[MappedNeed, ...]


class MappedStage(NamedTuple):
    """A stage with its actions."""

    name: str
    actions: tuple[MappedAction, ...]


class MappedPipeline(NamedTuple):
    """A pipeline; ``needs`` are those of the pipeline as a whole.

    ``sets`` are the parameter sets with which it is so, empty where it is with all.
    """

    name: str
    location: Location
    role: str
    needs: tuple[MappedNeed, ...]
    stages: tuple[MappedStage, ...]
    unresolved: tuple[str, ...]
    sets: tuple[str, ...] = ()


def map_of(graphs: Iterable[Graph]) -> tuple[MappedPipeline, ...]:
    """Every pipeline of the components, sorted by place; one for parameter sets that agree."""
    found: dict[MappedPipeline, list[str]] = {}
    places: dict[Location, set[str]] = {}
    for graph in graphs:
        for pipeline in graph.pipelines:
            mapped = _pipeline(graph, pipeline)
            found.setdefault(mapped, []).extend(graph.sets)
            places.setdefault(mapped.location, set()).update(graph.sets)
    told = (
        each if places[each.location] <= set(sets) else each._replace(sets=tuple(sets))
        for each, sets in found.items()
    )
    return tuple(sorted(told, key=lambda each: (each.location, each.name)))


def _pipeline(graph: Graph, pipeline: Pipeline) -> MappedPipeline:
    return MappedPipeline(
        name=pipeline.label,
        location=pipeline.location,
        role=str(pipeline.role) if isinstance(pipeline.role, Text) else "",
        needs=_needs(graph, pipeline),
        stages=tuple(_stage(graph, stage) for stage in graph.network.stages(pipeline)),
        unresolved=tuple(getattr(v, "reason", "") or "unknown" for v in pipeline.unresolved),
    )


def _stage(graph: Graph, stage: Stage) -> MappedStage:
    return MappedStage(
        stage.name, tuple(_action(graph, each) for each in graph.network.actions(stage))
    )


def _action(graph: Graph, action: Action) -> MappedAction:
    provider = graph.provider_of(action)
    return MappedAction(
        name=action.name,
        provider=provider_name(action),
        known=provider is not None and not provider.stands_for_others,
        open_ended=provider is not None and provider.open_ended,
        location=action.location,
        world=action.world.describe(),
        needs=_needs(graph, action),
    )


def provider_name(action: Action) -> str:
    """Category, owner, provider and version, with a question mark for what is not known."""
    parts = (action.category, action.owner, action.provider, action.version)
    return "/".join(map(_shown, parts))


def _shown(value: Value) -> str:
    return (str(value) if isinstance(value, Text) else "") or "?"


def _needs(graph: Graph, subject: Action | Pipeline) -> tuple[MappedNeed, ...]:
    return tuple(
        mapped_need(requirement, decision)
        for requirement in graph.network.needs(subject)
        for decision in graph.decide(requirement)
    )


def mapped_need(requirement: Requirement, decision: Decision) -> MappedNeed:
    """One need with its verdict, as every page of the map shows it."""
    need, principal = requirement.need, requirement.principal
    return MappedNeed(
        principal=principal.label,
        why=principal.why,
        role=principal.role.location if principal.role is not None else None,
        iam_action=need.iam_action,
        alternatives=need.alternatives,
        resource=str(requirement.resource),
        when=describe(need.when) + ("" if requirement.condition is Truth.TRUE else " (not known)"),
        certainty=need.certainty.value,
        basis=need.basis.value,
        note=need.note,
        source=need.source,
        documented_block=need.documented_block,
        verdict=decision.verdict.value,
        world=decision.world.describe(),
        decided_by=tuple(
            (statement.label, statement.origin.document.location(statement.origin.node))
            for statement in decision.decided_by
            if statement.origin is not None
        ),
        blockers=decision.blockers if decision.verdict is Verdict.UNKNOWN else (),
    )
