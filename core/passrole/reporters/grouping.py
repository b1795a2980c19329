"""Findings and unknowns put together as people read them: by role, by place, by reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from passrole.documents.locations import Location
from passrole.findings import BaselineEntry, Finding, Results, Severity, Subject, UnknownDecision

FACTS = {
    "the account is not given": "--account",
    "the region is not given": "--region",
    "has no default and no value is given": "--parameters",
}
"""What to give so that a reason goes away."""
REASONS = {
    "excluded": "excluded by the settings or --exclude",
    "ignored": "ignored by .gitignore",
    "link-outside": "a link out of the tree",
    "dangling-link": "a link that leads nowhere",
    "no-file": "not a regular file",
    "binary-plan": "a plan in Terraform's own format (terraform show -json makes it readable)",
    "saved-format": "a plan or a state of a format version that is not read",
    "superseded": "a state beside the configuration or the plan that comes after it",
    "templated": "to be filled in by another tool (Jinja, Helm, cookiecutter, …)",
}
"""Why a path was passed over."""


def by_role(findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """The findings about one role together. Names repeat: a role is known by its place as well."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        place = str(finding.related[0].location) if finding.related else finding.location.path
        groups.setdefault((finding.subject.principal or "", place), []).append(finding)
    return groups.values()


def by_place(findings: Iterable[Finding]) -> Iterable[tuple[Location, list[Finding]]]:
    """The findings at each place together."""
    groups: dict[Location, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.location, []).append(finding)
    return groups.items()


def alike(findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """Findings that read the same together: one block of code may make many pipelines."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        heading = finding.rule, finding.severity, finding.confidence
        words = finding.message, finding.symptom, finding.remedy, finding.snippet, finding.related
        groups.setdefault((*heading, *words), []).append(finding)
    return groups.values()


def by_reason(
    unknowns: Sequence[UnknownDecision],
) -> dict[tuple[Location, str, str], list[Subject]]:
    """The needs that one reason keeps open at one place; none where it is no need."""
    found: dict[tuple[Location, str, str], list[Subject]] = {}
    for unknown in unknowns:
        subject = unknown.subject
        names = (subject.stage, subject.action) if subject.action else (subject.pipeline,)
        who = "/".join(filter(None, names))
        needs = found.setdefault((unknown.location, who, unknown.reason), [])
        if subject.iam_action:
            needs.append(subject)
    return found


def stands_alone(snippet: str) -> bool:
    """Whether what is to be added cannot be put together with what other findings want added.

    It is a statement of a trust policy, which is in another role, or a plugin's own words.
    """
    return bool(snippet) and not _statement(snippet)


def _statement(snippet: str) -> dict[str, Any]:
    """The statement of a role's policy that is to be added; empty where it is something else."""
    try:
        statement = json.loads(snippet)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(statement, dict) or "Principal" in statement:
        return {}
    return statement if isinstance(statement.get("Action"), (str, list)) else {}


def to_add(findings: Iterable[Finding]) -> tuple[str, list[str]]:
    """The role that some findings are about, and the statements that would mend them all."""
    found = [
        each
        for each in findings
        if each.subject.principal and each.snippet and not stands_alone(each.snippet)
    ]
    statements = _merged(each.snippet for each in found)
    role = found[0].subject.principal or "" if found else ""
    return role, [json.dumps(each, ensure_ascii=False) for each in statements]


def _merged(snippets: Iterable[str]) -> list[dict[str, Any]]:
    """Statements that differ in nothing but their action, as one."""
    merged: dict[str, dict[str, Any]] = {}
    for snippet in dict.fromkeys(snippets):
        statement = _statement(snippet)
        actions = statement.pop("Action")
        key = json.dumps(statement, sort_keys=True)
        found = merged.setdefault(key, {"Effect": "Allow", "Action": [], **statement})
        for action in [actions] if isinstance(actions, str) else actions:
            if action not in found["Action"]:
                found["Action"].append(action)
    for statement in merged.values():
        if len(statement["Action"]) == 1:
            statement["Action"] = statement["Action"][0]
    return list(merged.values())


def counted(number: int, noun: str) -> str:
    """A number with its noun (``1 file``, ``2 files``)."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def numbers(results: Results, hint: str = "") -> str:
    """One sentence with what was found and looked at; the hint stands beside the unknowns."""
    by_severity = Counter(finding.severity for finding in results.findings)
    found = [f"{by_severity[each]} {each}" for each in Severity if by_severity[each]]
    what = "finding" if results.baseline is None else "new finding"
    head = f"{counted(len(results.findings), what)}: {', '.join(found)}"
    counts = results.counts
    return (
        f"{'; '.join((head if found else f'No {what}s', *accepted(results)))}. "
        f"{counted(counts.files, 'file')}, {counted(counts.pipelines, 'pipeline')}, "
        f"{counted(counts.roles, 'role')}; {counted(counts.decided, 'need')} decided, "
        f"{counts.unknown} unknown{hint if counts.unknown else ''}."
    )


def accepted(results: Results) -> list[str]:
    """How much was found and does not count, because somebody says so."""
    words = [f"{len(results.suppressed)} suppressed"] if results.suppressed else []
    baseline = results.baseline
    if baseline is not None:
        moved = f" ({baseline.moved} in a renamed file)" if baseline.moved else ""
        words.append(f"{len(baseline.unchanged)} unchanged since the baseline{moved}")
        if baseline.fixed:
            words.append(f"{len(baseline.fixed)} fixed")
    return words


def fixed_words(entry: BaselineEntry) -> str:
    """What an entry of a baseline is about."""
    subject = entry.subject
    who = "/".join(filter(None, (subject.pipeline, subject.stage, subject.action)))
    return " ".join(filter(None, (who, subject.principal, subject.iam_action)))
