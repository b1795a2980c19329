"""Results as a comment of a pull request, in the Markdown that GitHub and GitLab share.

Whatever comes from a scanned tree is text: no markup, no link, no image; nobody is called.
https://github.github.com/gfm/; a comment of GitHub holds 65,536 characters.
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.documents.locations import Location
from passrole.findings import Diagnostic, Finding, ReportOptions, Results, Severity
from passrole.reporters.escaping import harmless, printable
from passrole.reporters.grouping import counted
from passrole.reporters.markdown_text import MOST_CHARACTERS, block, code, length, plain
from passrole.reporters.wording import (
    around_findings,
    quoted_line,
    totals,
    unknown_words,
    worst_first,
)

_ROOM_FOR_THE_END = 400
MOST_BEFORE_FINDINGS = 20
_MARK = "<!-- passrole -->"
"""By this line a script finds the comment again that it wrote before."""


def render(results: Results, options: ReportOptions) -> str:
    """A table of the numbers, then findings by severity, as many as a comment holds."""
    text = "\n".join(_head(results)) + "\n"
    left = MOST_CHARACTERS - _ROOM_FOR_THE_END - length(text)
    shown = [text]
    entries = len(results.diagnostics) + len(results.findings)
    entries += len(results.unknowns) if options.show_unknown else 0
    entries += len(results.suppressed) if options.suppressed == "list" else 0
    for position, part in enumerate(map(harmless, _parts(results, options))):
        left -= length(part)
        if left < 0:
            shown.append(f"\n{_left_out(entries - position)}\n")
            break
        shown.append(part)
    return "".join(shown)


def _head(results: Results) -> Iterator[str]:
    yield _MARK
    found = counted(len(results.findings), "finding") if results.findings else "no findings"
    yield f"## passrole: {found}"
    yield ""
    yield f"| {' | '.join(Severity)} | unknown |"
    yield "|" + "---:|" * (len(Severity) + 1)
    numbers = [sum(each.severity is severity for each in results.findings) for severity in Severity]
    yield f"| {' | '.join(map(str, [*numbers, results.counts.unknown]))} |"
    yield ""
    yield totals(results)
    if results.incomplete:
        yield ""
        yield "**The analysis is incomplete: a finding may be missing.**"


def _parts(results: Results, options: ReportOptions) -> Iterator[str]:
    """Pieces that are shown whole or not at all."""
    before, after = around_findings(results.diagnostics, MOST_BEFORE_FINDINGS)
    yield from _diagnostics(before)
    severity = None
    for finding in worst_first(results.findings):
        heading = "" if finding.severity is severity else f"\n### {finding.severity.title()}\n"
        severity = finding.severity
        yield heading + _finding(results, finding)
    for number, part in enumerate(_diagnostics(after)):
        yield part if number else f"\n### Notes\n{part}"
    if options.suppressed == "list":
        for number, (finding, by) in enumerate(results.suppressed):
            heading = "" if number else "\n### Suppressed\n\n"
            why = " ".join(f"{_at(each.location)} {plain(each.reason)}" for each in by)
            yield f"{heading}- {_at(finding.location)} {code(finding.rule)} because of {why}\n"
    if options.show_unknown:
        for number, unknown in enumerate(results.unknowns):
            heading = "" if number else "\n### Unknown\n\n"
            yield f"{heading}- {_at(unknown.location)} {plain(unknown_words(unknown))}\n"


def _diagnostics(diagnostics: list[Diagnostic]) -> Iterator[str]:
    for number, told in enumerate(diagnostics):
        place = f"{code(str(told.location))} " if told.location else ""
        start = "" if number else "\n"
        yield f"{start}- {place}{plain(told.kind)}: {plain(told.message)}\n"


def _finding(results: Results, finding: Finding) -> str:
    lines = [f"\n{_at(finding.location)} {code(finding.rule)}: {plain(finding.message)}\n"]
    line = quoted_line(results, finding)
    if line.strip():
        lines.append(block(f"{finding.location.line} | {line}"))
    details = [
        f"{label}: {plain(words)}\n"
        for label, words in (("At run time", finding.symptom), ("To mend", finding.remedy))
        if words
    ]
    if finding.snippet:
        details.append(block(printable(finding.snippet)))
    details += [f"- see {_at(each.location)} {plain(each.message)}" for each in finding.related]
    if details:
        lines += ["<details><summary>What happens, and how to mend it</summary>\n", *details]
        lines.append("\n</details>\n" if finding.related else "</details>\n")
    return "\n".join(lines)


def _at(place: Location) -> str:
    return code(f"{place.path}:{place.line}")


def _left_out(number: int) -> str:
    return (
        f"**{number} more left out: a comment holds {MOST_CHARACTERS:,} characters.** "
        "`passrole check` shows everything."
    )
