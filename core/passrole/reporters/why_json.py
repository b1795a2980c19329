"""Why a permission is there, as JSON, version 1."""

from __future__ import annotations

from typing import Any

from passrole.findings import Results
from passrole.reporters.escaping import json_page
from passrole.reporters.json import diagnostic, location
from passrole.reporters.map_json import mapped_need
from passrole.reporters.why_data import Holder, NeededBy, Why


def render_json(why: Why, results: Results, reference: list[str]) -> str:
    """One JSON document with a line end."""
    data = {
        "version": 1,
        "asked": why.asked,
        "actions": list(why.actions),
        "pipelines": why.pipelines,
        "needs": [_need(each) for each in why.needs],
        "holders": [_holder(each) for each in why.holders],
        "reference": reference,
        "assumptions": list(results.assumptions),
        "incomplete": results.incomplete,
        "diagnostics": [diagnostic(each) for each in results.diagnostics],
    }
    return json_page(data)


def _need(each: NeededBy) -> dict[str, Any]:
    return {
        "pipeline": each.pipeline,
        "stage": each.stage or None,
        "action": each.action or None,
        "provider": each.provider or None,
        "location": location(each.location),
        **mapped_need(each.need),
    }


def _holder(holder: Holder) -> dict[str, Any]:
    return {
        "kind": holder.kind,
        "name": holder.label,
        "location": location(holder.location),
        "needed": holder.needed,
        "unknown": list(holder.unknown),
        "statements": [
            {**each._asdict(), "effect": each.effect or None, "location": location(each.location)}
            for each in holder.statements
        ],
    }
