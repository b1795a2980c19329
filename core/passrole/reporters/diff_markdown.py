"""A comparison as a comment of a pull request: what matters first, the rest folded.

Whatever comes from a scanned tree is text: no markup, no link, no image; nobody is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.comparison.changes import Comparison, IdentityChange, PipelineChange
from passrole.findings import Finding, ReportOptions, Severity
from passrole.reporters.diff_words import (
    Entry,
    entries,
    heading,
    incomplete_words,
    listed,
    needs_words,
    notices,
    pipeline_heading,
    problems,
    summary,
)
from passrole.reporters.escaping import harmless, printable
from passrole.reporters.grouping import counted
from passrole.reporters.markdown_text import MOST_CHARACTERS, block, code, length, plain
from passrole.reporters.wording import worst_first

_ROOM_FOR_THE_END = 400
_MOST_FIRST = 10
_MOST_GONE = 30
_MARK = "<!-- passrole diff -->"
"""By this line a script finds the comment again that it wrote before."""
_GRAVE = (Severity.CRITICAL, Severity.HIGH)


def render(comparison: Comparison, options: ReportOptions) -> str:  # noqa: ARG001 - a reporter
    """The numbers, what somebody should look at, and everything else as far as a comment holds."""
    text = "\n".join(_head(comparison)) + "\n"
    left = MOST_CHARACTERS - _ROOM_FOR_THE_END - length(text)
    shown = [text]
    parts = [harmless(part) for part in _parts(comparison)]
    for position, part in enumerate(parts):
        left -= length(part)
        if left < 0:
            number = counted(len(parts) - position, "more part")
            shown.append(
                f"\n**{number} left out: a comment holds {MOST_CHARACTERS:,} characters.** "
                "`passrole diff` shows everything.\n"
            )
            break
        shown.append(part)
    return "".join(shown)


def _head(comparison: Comparison) -> Iterator[str]:
    yield _MARK
    yield f"## passrole: {_title(comparison)}"
    yield ""
    yield f"From {code(str(comparison.base))} to {code(str(comparison.head))}:"
    yield summary(comparison)
    if words := incomplete_words(comparison):
        yield ""
        yield f"**{plain(words)}**"
    first = list(_first(comparison))
    if first:
        yield ""
        yield from first[:_MOST_FIRST]
        if len(first) > _MOST_FIRST:
            yield f"- and {len(first) - _MOST_FIRST} more, below"


def _title(comparison: Comparison) -> str:
    if comparison.is_empty:
        return "nothing changed in roles, pipelines and findings"
    first = len(list(_first(comparison)))
    return f"{counted(first, 'thing')} to look at" if first else "nothing worse"


def _first(comparison: Comparison) -> Iterator[str]:
    """What somebody should look at, a line each."""
    for change in comparison.identities:
        for entry in entries(change):
            if entry.weight > 1:
                why = f": {plain(entry.details[0])}" if entry.details else ""
                yield f"- {change.kind} {code(change.label)} {plain(entry.words)}{why}"
    for words, changes in (("path", comparison.paths), ("finding", comparison.findings)):
        for doubt, findings in (("new", changes.new), ("perhaps new", changes.unsure)):
            for finding in worst_first(findings):
                if finding.severity in _GRAVE:
                    place = code(f"{finding.location.path}:{finding.location.line}")
                    yield f"- {doubt} {words}, {finding.severity}: {code(finding.rule)} {place}"


def _parts(comparison: Comparison) -> Iterator[str]:
    """Pieces that are shown whole or not at all."""
    for number, change in enumerate(comparison.identities):
        yield ("" if number else "\n### Roles\n") + _identity(change)
    for title, findings in (
        ("New paths to administrator rights", comparison.paths.new),
        ("Perhaps new paths to administrator rights", comparison.paths.unsure),
        ("New findings", comparison.findings.new),
        ("Perhaps new findings: the base could not be read there", comparison.findings.unsure),
    ):
        for number, finding in enumerate(worst_first(findings)):
            yield ("" if number else f"\n### {title}\n") + _finding(finding)
    gone = (*comparison.paths.gone, *comparison.findings.gone)
    if gone:
        yield _folded("\n### Gone\n", counted(len(gone), "finding"), _gone(gone))
    for number, pipeline in enumerate(comparison.pipelines):
        yield ("" if number else "\n### Pipelines\n") + _pipeline(pipeline)
    settings = [f"- {plain(each)}" for each in notices(comparison)]
    if settings:
        yield "\n### Settings that weaken the verdict\n\n" + "\n".join(settings[:_MOST_GONE]) + "\n"
    unread = [f"- {plain(sides)}: {plain(words)}" for sides, words in problems(comparison)]
    if unread:
        yield _folded("\n### Not read\n", counted(len(unread), "problem"), unread[:_MOST_GONE])


def _identity(change: IdentityChange) -> str:
    place = code(f"{change.location.path}:{change.location.line}")
    told = list(entries(change))
    lines = [line for entry in told for line in _entry(entry)]
    numbers = f"{len(change.gained)} gained, {len(change.lost)} lost"
    return _folded(f"\n**{plain(heading(change))}** {place}\n", numbers, lines)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"- {code(entry.mark)} {plain(entry.words)}"
    if entry.details:
        yield f"  ({plain('; '.join(entry.details))})"
    if entry.statement:
        yield ""
        yield from (f"  {line}" for line in block(printable(entry.statement)).splitlines())


def _finding(finding: Finding) -> str:
    place = code(f"{finding.location.path}:{finding.location.line}")
    lines = [plain(finding.message), ""]
    for label, words in (("At run time", finding.symptom), ("To mend", finding.remedy)):
        if words:
            lines += [f"{label}: {plain(words)}", ""]
    if finding.snippet:
        lines.append(block(printable(finding.snippet)))
    start = f"\n{place} {finding.severity} {code(finding.rule)}\n"
    return _folded(start, "What is wrong, and how to mend it", lines)


def _gone(findings: Iterable[Finding]) -> list[str]:
    told = [
        f"- {code(f'{each.location.path}:{each.location.line}')} {each.severity} {code(each.rule)}"
        for each in worst_first(tuple(findings))
    ]
    more = len(told) - _MOST_GONE
    return [*told[:_MOST_GONE], *([f"- and {more} more"] if more > 0 else [])]


def _pipeline(change: PipelineChange) -> str:
    place = code(f"{change.location.path}:{change.location.line}")
    lines = []
    if change.actions_new:
        lines.append(f"- {code('+')} actions {plain(listed(change.actions_new, 20))}")
    if change.actions_gone:
        lines.append(f"- {code('-')} actions {plain(listed(change.actions_gone, 20))}")
    lines += [f"- {code(mark)} {plain(words)}" for mark, words in needs_words(change)]
    numbers = f"{counted(len(change.needs_new), 'need')} new, {len(change.needs_gone)} gone"
    return _folded(f"\n**{plain(pipeline_heading(change))}** {place}\n", numbers, lines)


def _folded(start: str, words: str, lines: Iterable[str]) -> str:
    """A piece whose lines are shown when somebody asks; ``words`` are our own."""
    inside = "\n".join(lines).rstrip()
    return f"{start}\n<details><summary>{words}</summary>\n\n{inside}\n\n</details>\n"
