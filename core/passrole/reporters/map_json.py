"""The dependency map as JSON, version 1."""

from __future__ import annotations

from typing import Any

from passrole.findings import Results
from passrole.reporters.escaping import json_page
from passrole.reporters.json import diagnostic, location
from passrole.reporters.map_data import MappedAction, MappedNeed, MappedPipeline


def render_json(pipelines: tuple[MappedPipeline, ...], results: Results) -> str:
    """One JSON document with a line end."""
    data = {
        "version": 1,
        "assumptions": list(results.assumptions),
        "incomplete": results.incomplete,
        "pipelines": [_pipeline(each) for each in pipelines],
        "diagnostics": [diagnostic(each) for each in results.diagnostics],
    }
    return json_page(data)


def _pipeline(pipeline: MappedPipeline) -> dict[str, Any]:
    return {
        "name": pipeline.name,
        "location": location(pipeline.location),
        "role": pipeline.role,
        "needs": [mapped_need(each) for each in pipeline.needs],
        "stages": [
            {"name": stage.name, "actions": [_action(each) for each in stage.actions]}
            for stage in pipeline.stages
        ],
        "unresolved": list(pipeline.unresolved),
        "parameter_sets": list(pipeline.sets),
    }


def _action(action: MappedAction) -> dict[str, Any]:
    return {
        "name": action.name,
        "provider": action.provider,
        "known_provider": action.known,
        "open_ended": action.open_ended,
        "location": location(action.location),
        "world": action.world,
        "needs": [mapped_need(each) for each in action.needs],
    }


def mapped_need(need: MappedNeed) -> dict[str, Any]:
    """A need with its verdict, as the JSON formats write it."""
    return {
        "principal": need.principal,
        "why": need.why,
        "role": location(need.role),
        "iam_action": need.iam_action,
        "alternatives": list(need.alternatives),
        "resource": need.resource,
        "when": need.when,
        "certainty": need.certainty,
        "basis": need.basis,
        "note": need.note,
        "source": need.source,
        "documented_block": need.documented_block,
        "verdict": need.verdict,
        "world": need.world,
        "decided_by": [
            {"statement": label, **(location(place) or {})} for label, place in need.decided_by
        ],
        "blockers": list(need.blockers),
    }
