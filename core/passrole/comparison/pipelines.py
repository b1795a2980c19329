"""Pipelines with other actions or needs, in brief."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.comparison.changes import NeedChange, PipelineChange, State
from passrole.comparison.matching import Match, Version
from passrole.iam.verdicts import Verdict
from passrole.model.pipelines import Action, Pipeline
from passrole.values import Text

_WORST = (Verdict.DENIED, Verdict.MISSING, Verdict.UNKNOWN, Verdict.ALLOWED)


def pipeline_changes(found: Iterable[Match[Pipeline]]) -> Iterator[PipelineChange]:
    """The changes of those pipelines that have any; what deployments share is told once."""
    seen: set[PipelineChange] = set()
    for match in found:
        change = _change(match)
        if change is not None and change not in seen:
            seen.add(change)
            yield change


def _change(match: Match[Pipeline]) -> PipelineChange | None:
    version = match.head or match.base
    if version is None:
        return None
    before, after = _actions(match.base), _actions(match.head)
    had, has = _needs(match.base), _needs(match.head)
    state = State.CHANGED
    if match.base is None or match.head is None:
        state = State.NEW if match.base is None else State.GONE
    moved = match.base.entity if match.has_moved and match.base else None
    pipeline = version.entity
    change = PipelineChange(
        label=pipeline.label,
        state=state,
        location=pipeline.location,
        moved_from=f"{moved.resource.id} ({moved.location.path})" if moved else "",
        actions_new=tuple(each for each in after if each not in before),
        actions_gone=tuple(each for each in before if each not in after),
        needs_new=tuple(need for key, need in has.items() if key not in had),
        needs_gone=tuple(need for key, need in had.items() if key not in has),
    )
    told = (
        change.actions_new, change.actions_gone, change.needs_new, change.needs_gone,
        change.moved_from,
    )  # fmt: skip
    return change if any(told) or state is not State.CHANGED else None


def _actions(version: Version[Pipeline] | None) -> dict[str, None]:
    """``Stage/Action (Category/Owner/Provider)``."""
    if version is None:
        return {}
    return dict.fromkeys(
        f"{each.stage}/{each.name} ({_provider(each)})" for each in version.entity.actions
    )


def _provider(action: Action) -> str:
    parts = (action.category, action.owner, action.provider)
    return "/".join(str(each) if isinstance(each, Text) else "?" for each in parts)


def _needs(version: Version[Pipeline] | None) -> dict[tuple[str, ...], NeedChange]:
    """Each need of the pipeline by what it asks of whom, with the worst of its verdicts."""
    if version is None:
        return {}
    graph, pipeline = version.graph, version.entity
    found: dict[tuple[str, ...], NeedChange] = {}
    subjects: tuple[Pipeline | Action, ...] = (pipeline, *pipeline.actions)
    for subject in subjects:
        for each in graph.requirements_of(subject):
            if each.need.documented_block or each.follows_pipeline:
                continue
            verdicts = [decision.verdict for decision in graph.decide(each)]
            verdict = min(verdicts, key=_WORST.index, default=Verdict.UNKNOWN)
            action = each.action
            change = NeedChange(
                pipeline.label, action.stage if action else "", action.name if action else "",
                each.principal.label, each.need.iam_action, str(each.resource), verdict.value,
                each.need.certainty.value, each.need.source,
            )  # fmt: skip
            known = found.get(change[1:6])
            if known is None or _WORST.index(verdict) < _WORST.index(Verdict(known.verdict)):
                found[change[1:6]] = change
    return found
