"""Reports into findings: severity, confidence, when they hold, and an identity that lasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from passrole.findings import MOST_HOLDERS, Confidence, Finding, Holder, Report, Severity
from passrole.records import NamedTuple
from passrole.rules import Rule
from passrole.values import World, cover_everything, simplest

_NAMED = 2
"""How many of those that share a text are named beside the first."""


class Reported(NamedTuple):
    """A report with the rule that made it, the plugin of the rule, and how severe it is here."""

    report: Report
    rule: Rule
    plugin: str
    severity: Severity
    sets: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()
    """What was taken for granted to read the stack that the report is about."""
    stack: str = ""
    holders: tuple[Holder, ...] | None = None
    """Who has the policy that the report is about, as far as it is known."""


def stamp(
    reported: Iterable[Reported],
    sets_of: Mapping[str, frozenset[str]] | None = None,
    stacks_of: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Finding, ...]:
    """The findings, sorted by path, place and rule.

    What one rule says of one subject at one place in several worlds, or with several parameter
    sets, is one finding that lists them. ``sets_of`` are the sets that each file is analysed with,
    ``stacks_of`` the stacks that it makes, for those that are nested more than once.
    """
    sets_of, stacks_of = sets_of or {}, stacks_of or {}
    groups: dict[tuple[object, ...], list[Reported]] = {}
    for each in reported:
        document, node = each.report.origin
        key = (each.rule.id, document.path, node.start, node.end, each.report.subject)
        groups.setdefault(key, []).append(each)
    findings = sorted(
        (
            _finding(group, sets_of.get(path, frozenset()), stacks_of.get(path, frozenset()))
            for group in groups.values()
            for path in [group[0].report.origin.document.path]
        ),
        key=finding_order,
    )
    return tuple(_told_apart(map(_told_whose, _told_once(findings))))


def finding_order(finding: Finding) -> tuple[object, ...]:
    """The order in which findings are told."""
    return finding.location, finding.rule, tuple(part or "" for part in finding.subject)


def _finding(
    group: list[Reported], all_sets: frozenset[str], all_stacks: frozenset[str]
) -> Finding:
    report, rule, plugin, severity = group[0][:4]
    document, node = report.origin
    location = document.location(node)
    by_set = _by_set(group)
    sets = () if all_sets <= by_set.keys() or "" in by_set else tuple(by_set)
    # What holds with some set for certain does so, whatever another set leaves to defaults.
    confidence = min(map(_confidence, by_set.values()), key=lambda each: each.rank)
    surest = [
        each
        for reports in by_set.values()
        if _confidence(reports) is confidence
        for each in reports
    ]
    when = _circumstances(by_set, bool(sets)) + _for_stacks(group, all_stacks)
    causes = dict.fromkeys(
        (document.path, node.start, node.end)
        for each in group
        for document, node in each.report.causes
    )
    return Finding(
        rule=rule.id,
        severity=severity,
        confidence=confidence,
        category=rule.category,
        message="".join(
            (
                report.message,
                when,
                _defaults(surest),
                _presumed(surest),
            )
        ),
        location=location,
        symptom=report.symptom,
        remedy=report.remedy,
        snippet=report.snippet,
        subject=report.subject,
        related=report.related,
        repairs=tuple(each.report.repair for each in group),
        plugin=plugin,
        fingerprint=_fingerprint(rule.id, document.path, report),
        parameter_sets=sets,
        when=when,
        causes=tuple(causes),
        held_by=_together(each.holders for each in group),
    )


def _by_set(group: list[Reported]) -> dict[str, list[Reported]]:
    """The reports by parameter set; those that need none under an empty name."""
    found: dict[str, list[Reported]] = {}
    for each in group:
        for name in each.sets or ("",):
            found.setdefault(name, []).append(each)
    return found


def _confidence(reports: list[Reported]) -> Confidence:
    """That of the least sure report; at most medium where one relies on a default."""
    found = [reports[0].rule.confidence, *(each.report.confidence for each in reports)]
    if any(any(each.report.defaults) or each.presumed for each in reports):
        found.append(Confidence.MEDIUM)
    return max(found, key=lambda each: each.rank)


def _circumstances(by_set: Mapping[str, list[Reported]], named: bool) -> str:
    """When it holds, as a sentence; with which parameter sets, if they are to be ``named``."""
    whens: dict[str, list[str]] = {}
    for name, reports in by_set.items():
        whens.setdefault(_when([each.report.world for each in reports]), []).append(name)
    if not named and len(whens) == 1:
        when = next(iter(whens))
        return f" This holds {when}." if when else ""
    parts = (
        " ".join(filter(None, (f"with {', with '.join(filter(None, names))}", when)))
        for when, names in whens.items()
    )
    return f" This holds {', and '.join(parts)}."


def _when(found: list[World]) -> str:
    """``when Env is prod``, nothing where it holds whatever the facts are."""
    if cover_everything(found):
        return ""
    return f"when {', or when '.join(dict.fromkeys(world.describe() for world in simplest(found)))}"


def _presumed(reports: list[Reported]) -> str:
    """What it takes for granted of other stacks, as a sentence."""
    presumed = sorted({words for each in reports for words in each.presumed})
    if not presumed:
        return ""
    more = f" (and {len(presumed) - 1} more of the kind)" if presumed[1:] else ""
    return f" This takes for granted that {presumed[0]}{more}."


def _for_stacks(reports: list[Reported], stacks: frozenset[str]) -> str:
    """Of which stacks of a template it holds, as a sentence; nothing where of all."""
    holding = {each.stack for each in reports}
    if stacks <= holding:
        return ""
    ways = sorted(stack.partition("[")[2].removesuffix("]") or stack for stack in holding)
    return f" This holds for {', '.join(ways)}, not for every stack of this template."


def _defaults(reports: list[Reported]) -> str:
    """The parameter defaults that it relies on, as a sentence."""
    defaults = sorted({str(default) for each in reports for default in each.report.defaults} - {""})
    if not defaults:
        return ""
    plural = "their defaults" if len(defaults) > 1 else "its default"
    return f" This is with {', '.join(defaults)}, {plural}."


def _told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, one for all whose policies or roles are made from the same text.

    Modules and shared files make many of one text: what is wrong in it is wrong once, and is mended
    once. Pipelines are told of one by one.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        whose = finding.subject.principal or ""
        subject = finding.subject._replace(principal=None)
        of_pipeline = subject.pipeline or subject.stage or subject.action or not whose
        words = finding.message if of_pipeline else finding.message.replace(whose, "")
        key = (
            finding.rule, finding.location, finding.severity, finding.confidence, words,
            finding.subject if of_pipeline else subject, finding.parameter_sets,
        )  # fmt: skip
        groups.setdefault(key, []).append(finding)
    for first, *others in groups.values():
        if others:
            named = [each.subject.principal or "" for each in others[:_NAMED]]
            more = f" and {len(others) - _NAMED} more" if others[_NAMED:] else ""
            message = f"{first.message} The same text makes {', '.join(named)}{more}."
            shared = tuple(each.subject.principal or "" for each in others)
            causes = dict.fromkeys(cause for each in (first, *others) for cause in each.causes)
            held_by = _together(each.held_by for each in (first, *others))
            yield replace(
                first, message=message, shared_by=shared, causes=tuple(causes), held_by=held_by
            )
        else:
            yield first


def _together(held: Iterable[tuple[Holder, ...] | None]) -> tuple[Holder, ...] | None:
    """Who has one of several policies; that nobody has only where that is sure of all of them."""
    each_of = tuple(held)
    found = tuple(dict.fromkeys(holder for each in each_of for holder in each or ()))
    if not found:
        return None if None in each_of else ()
    return tuple(sorted(found, key=lambda holder: not holder.why))


def _told_whose(finding: Finding) -> Finding:
    """A finding that says who has the policy that it is about, and where that one is defined."""
    if finding.held_by is None:
        return finding
    from passrole.graph.belonging import places, whose  # noqa: PLC0415 - most runs find no flaw

    message = f"{finding.message} {whose(finding.held_by, finding.message)}".rstrip()
    related = dict.fromkeys((*finding.related, *places(finding.held_by)))
    held_by = finding.held_by[:MOST_HOLDERS]
    return replace(finding, message=message, related=tuple(related), held_by=held_by)


def _told_apart(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each with a fingerprint of its own.

    What one rule says of one subject at several places of a file is told apart by the order.
    """
    seen: dict[str, int] = {}
    for finding in findings:
        earlier = seen.get(finding.fingerprint, 0)
        seen[finding.fingerprint] = earlier + 1
        if earlier:
            own = digest(finding.fingerprint, str(earlier))
            finding = replace(finding, fingerprint=own)  # noqa: PLW2901 - the same one, renamed
        yield finding


def _fingerprint(rule_id: str, path: str, report: Report) -> str:
    """Stable while lines move and words change: rule, path and subject."""
    return digest(rule_id, path, *(part or "" for part in report.subject))


def digest(*parts: str) -> str:
    """The identity that ``parts`` have, as hexadecimal digits."""
    from hashlib import sha256  # noqa: PLC0415 - loads OpenSSL, and most runs find nothing

    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
