"""A declared check as a rule like any other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from passrole.findings import Related, Report, Subject, related_at
from passrole.graph.questions import Graph
from passrole.model.entities import Entity
from passrole.model.identities import Identity
from passrole.model.pipelines import Action, Pipeline, Stage
from passrole.rules import Rule
from passrole.rulesets.conditions import Check, Sample
from passrole.rulesets.declared.deciding import Decider
from passrole.rulesets.declared.subjects import KINDS, pipeline_of
from passrole.values import Absent, Text, Truth, Value

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LONGEST = 200
_MOST_PLACES = 3


def rule_of(check: Check) -> Rule:
    """The rule that a check declares; what it reports is definite."""

    def found(subject: Any, graph: Graph) -> Iterator[Report]:
        decider = Decider(graph)
        if decider.holds(check.where, check.of, subject) is not Truth.TRUE:
            return
        decider.because.clear()  # what chose the subject is no reason
        truth = decider.holds(check.condition, check.of, subject)
        if truth is (Truth.FALSE if check.required else Truth.TRUE):
            yield Report(
                origin=subject.resource.origin if isinstance(subject, Entity) else subject.origin,
                message=message_of(check, subject, graph),
                remedy=check.remedy,
                subject=_subject(subject, graph),
                related=tuple(_related(decider.because)),
                world=subject.world,
            )

    return Rule(
        id=check.id,
        checks=KINDS[check.of].type,
        check=found,
        severity=check.severity,
        category=check.category,
        text=_page(check),
    )


def message_of(check: Check, subject: Any, graph: Graph) -> str:
    """The message with its placeholders filled; what is filled in is shown as it is."""
    fields = KINDS[check.of].fields

    def shown(slot: re.Match[str]) -> str:
        return _shown(fields[slot[1]].get(subject, graph))

    return _PLACEHOLDER.sub(shown, check.message)


def _shown(value: Value) -> str:
    if isinstance(value, Text):
        text = str(value)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "nothing" if isinstance(value, Absent) else "something that is not known"


def _related(because: Iterable[Any]) -> Iterator[Related]:
    """The places of the items that decided it, where they are written in what was scanned."""
    told = {id(item): item for item in because if getattr(item, "origin", None) is not None}
    for item in islice(told.values(), _MOST_PLACES):
        words = getattr(item, "label", "") or getattr(item, "name", "")
        yield from related_at(item.origin, f"because of {words}" if words else "because of this")


def _subject(subject: Any, graph: Graph) -> Subject:
    """Whom it is about, so that suppressions can speak of it as of what a rule finds."""
    if isinstance(subject, Action):
        return Subject(pipeline=subject.pipeline, stage=subject.stage, action=subject.name)
    if isinstance(subject, Stage):
        pipeline = pipeline_of(subject, graph)
        return Subject(pipeline=pipeline.label if pipeline else None, stage=subject.name)
    if isinstance(subject, Pipeline):
        return Subject(pipeline=subject.label)
    if isinstance(subject, Identity):
        return Subject(principal=subject.label)
    return Subject(resource=subject.label)


def _page(check: Check) -> str:
    blocks = [check.title, check.description, check.remedy]
    blocks += [_fenced(each) for each in (*check.flagged, *check.accepted)]
    return "\n\n".join(block for block in blocks if block)


def _fenced(sample: Sample) -> str:
    return f"```{sample.language}\n{sample.text.rstrip()}\n```"
