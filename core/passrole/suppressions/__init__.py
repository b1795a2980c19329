"""Findings that somebody accepts, with the reason: beside the code, or in the settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from passrole.contributions import Contributions
from passrole.documents.nodes import Document
from passrole.findings import Diagnostic, Finding, Suppressed, Suppression, UnknownDecision
from passrole.records import NamedTuple
from passrole.rulesets.choosing import ActiveRule
from passrole.settings import Settings

MARK: Final = "passrole"
"""A document without this word holds no suppression."""


class Applied(NamedTuple):
    """The findings that are left, those that are accepted, and what is to be told.

    ``unused`` are the suppressions beside the code that could go.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unused: tuple[Suppression, ...] = ()


class Run(NamedTuple):
    """What is known of a run when its findings are there."""

    settings: Settings
    contributions: Contributions
    rules: Sequence[ActiveRule]
    unknowns: Iterable[UnknownDecision] = ()
    is_incomplete: bool = False


def accepted_in(
    documents: Iterable[Document],
    paths: Iterable[str],
    findings: tuple[Finding, ...],
    run: Run,
) -> Applied:
    """The findings without those that somebody accepts, beside the code or in the settings.

    ``documents`` are those with the mark, ``paths`` all files of the run. Raises UsageError for an
    entry of the settings that cannot be meant.
    """
    marked = sorted(documents, key=lambda each: each.path)
    entries = run.settings.suppressions
    if not run.settings.suppress or not (marked or entries):
        return Applied(findings)
    from passrole.suppressions.applying import Known, accept  # noqa: PLC0415 - most have none

    active = {each.rule.id: each for each in run.rules}

    def is_on(rule: str, path: str) -> bool:
        return rule in active and active[rule].at(path) is not None

    open_places: dict[str, list[tuple[int, int]]] = {}
    for unknown in run.unknowns:
        place = unknown.location
        open_places.setdefault(place.path, []).append((place.line, place.column))
    known = Known(
        rules=frozenset(rule.id for rule in run.contributions.rules),
        is_on=is_on,
        today=run.settings.today,
        is_partial=run.contributions.is_partial,
        is_incomplete=run.is_incomplete or run.settings.changes is not None,
        open_places=open_places,
    )
    return accept(findings, marked, entries, sorted(paths), known)
