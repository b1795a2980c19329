"""Reports into findings: severity, confidence, when they hold, and an identity that lasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from passrole.findings import Confidence, Finding, Report, Severity
from passrole.rules import Rule
from passrole.values import World, worlds


class Reported(NamedTuple):
    """A report with the rule that made it, the plugin of the rule, and how severe it is here."""

    report: Report
    rule: Rule
    plugin: str
    severity: Severity


def stamp(reported: Iterable[Reported]) -> tuple[Finding, ...]:
    """The findings, sorted by path, place and rule.

    What one rule says of one subject at one place in several worlds is one finding that lists them.
    """
    groups: dict[tuple[object, ...], list[Reported]] = {}
    for each in reported:
        document, node = each.report.origin
        key = (each.rule.id, document.path, node.start, node.end, each.report.subject)
        groups.setdefault(key, []).append(each)
    findings = sorted((_finding(group) for group in groups.values()), key=_order)
    return tuple(_told_apart(findings))


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.location, finding.rule, tuple(part or "" for part in finding.subject)


def _finding(group: list[Reported]) -> Finding:
    report, rule, plugin, severity = group[0]
    document, node = report.origin
    location = document.location(node)
    confidence = max(
        (rule.confidence, *(each.report.confidence for each in group), *_defaulted(group)),
        key=lambda each: each.rank,
    )
    return Finding(
        rule=rule.id,
        severity=severity,
        confidence=confidence,
        category=rule.category,
        message=report.message + "".join(_circumstances(group)),
        location=location,
        symptom=report.symptom,
        remedy=report.remedy,
        snippet=report.snippet,
        subject=report.subject,
        related=report.related,
        fix=report.fix,
        plugin=plugin,
        fingerprint=_fingerprint(rule.id, document.path, report),
    )


def _defaulted(group: list[Reported]) -> Iterator[Confidence]:
    if any(each.report.defaults for each in group):
        yield Confidence.MEDIUM


def _circumstances(group: list[Reported]) -> Iterator[str]:
    """When it holds, and with which parameter defaults, as sentences."""
    reports = [each.report for each in group]
    if not _everywhere([report.world for report in reports]):
        whens = dict.fromkeys(report.world.describe() for report in reports)
        yield f" This holds when {', or when '.join(whens)}."
    defaults = sorted({default for report in reports for default in report.defaults})
    if defaults:
        plural = "their defaults" if len(defaults) > 1 else "its default"
        yield f" This is with {', '.join(defaults)}, {plural}."


def _everywhere(found: list[World]) -> bool:
    """Whether some world of the list holds, however the facts are decided."""
    if any(not world.literals for world in found):
        return True
    facts = {fact for world in found for fact, _ in world.literals}
    possible = worlds(facts)
    return bool(possible) and all(
        any(each.joined(world) == each for world in found) for each in possible
    )


def _told_apart(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each with a fingerprint of its own.

    What one rule says of one subject at several places of a file is told apart by the order.
    """
    seen: dict[str, int] = {}
    for finding in findings:
        earlier = seen.get(finding.fingerprint, 0)
        seen[finding.fingerprint] = earlier + 1
        if earlier:
            own = _digest(finding.fingerprint, str(earlier))
            finding = replace(finding, fingerprint=own)  # noqa: PLW2901 - the same one, renamed
        yield finding


def _fingerprint(rule_id: str, path: str, report: Report) -> str:
    """Stable while lines move and words change: rule, path and subject."""
    return _digest(rule_id, path, *(part or "" for part in report.subject))


def _digest(*parts: str) -> str:
    from hashlib import sha256  # noqa: PLC0415 - loads OpenSSL, and most runs find nothing

    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
