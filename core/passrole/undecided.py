"""What could not be decided, and which value blocks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from passrole.findings import Subject, UnknownDecision
from passrole.graph.questions import Graph
from passrole.graph.wording import subject_of
from passrole.iam.decisions import Verdict
from passrole.model.pipelines import Action, Pipeline


class Undecided:
    """What could not be decided and why, and how many needs were decided, of graphs in turn.

    What several parameter sets decide alike counts once.
    """

    def __init__(self) -> None:
        self._found: dict[UnknownDecision, list[str]] = {}
        self._decided: Counter[tuple[object, ...]] = Counter()

    def add(self, graph: Graph) -> None:
        """Look at the needs of one more graph."""
        here: Counter[tuple[object, ...]] = Counter()
        for unknown in _undecided_in(graph, here):
            self._found.setdefault(unknown, []).extend(graph.sets)
        for key, count in here.items():
            self._decided[key] = max(self._decided[key], count)

    def told(self, sets_of: Mapping[str, frozenset[str]]) -> tuple[UnknownDecision, ...]:
        """What is unknown, in order; ``sets_of`` are the sets that each file is analysed with."""
        unknowns = (
            _with_sets(unknown, sets, sets_of.get(unknown.location.path, frozenset()))
            for unknown, sets in self._found.items()
        )
        return tuple(sorted(unknowns, key=unknown_order))

    @property
    def decided(self) -> int:
        """How many needs were decided."""
        return self._decided.total()


def _undecided_in(graph: Graph, decided: Counter[tuple[object, ...]]) -> Iterator[UnknownDecision]:
    for pipeline in graph.pipelines:
        yield from _unread(graph, pipeline)
        subjects: tuple[Action | Pipeline, ...] = (pipeline, *pipeline.actions)
        for subject in subjects:
            for requirement in graph.requirements_of(subject):
                if requirement.need.documented_block:
                    continue
                document, node = requirement.origin
                about = subject_of(requirement)
                for decision in graph.decide(requirement):
                    if decision.verdict is not Verdict.UNKNOWN:
                        key = (document.path, node.start, about, decision.verdict, decision.world)
                        decided[key] += 1
                        continue
                    reason = "; ".join(decision.blockers)
                    yield UnknownDecision(document.location(node), about, reason)


def _with_sets(
    unknown: UnknownDecision, sets: list[str], everywhere: frozenset[str]
) -> UnknownDecision:
    """The same, telling with which parameter sets it is so, unless it is with all of them."""
    if everywhere <= set(sets):
        return unknown
    return unknown._replace(reason=f"{unknown.reason} (with {', '.join(dict.fromkeys(sets))})")


def _unread(graph: Graph, pipeline: Pipeline) -> Iterator[UnknownDecision]:
    """Providers that no plugin declares and stages that cannot be resolved: never in silence."""
    for value in pipeline.unresolved:
        origin = getattr(value, "origin", None)
        reason = getattr(value, "reason", "") or "a stage or action cannot be resolved"
        place = origin.document.location(origin.node) if origin else pipeline.location
        yield UnknownDecision(place, Subject(pipeline=pipeline.label), reason)
    for action in pipeline.actions:
        provider = graph.provider_of(action)
        if provider is None or provider.stands_for_others:
            subject = Subject(pipeline.label, action.stage, action.name)
            reason = f"no plugin knows the action provider {provider_label(action)}"
            yield UnknownDecision(action.location, subject, reason)


def provider_label(action: Action) -> str:
    """``Category/Owner/Provider`` as far as they are known."""
    parts = (action.category, action.owner, action.provider)
    return "/".join(str(part) or "?" for part in parts)


def unknown_order(unknown: UnknownDecision) -> tuple[object, ...]:
    """The order in which they are told: by place, then by subject and reason."""
    return unknown.location, tuple(part or "" for part in unknown.subject), unknown.reason
