"""Results as workflow commands, which GitHub Actions shows beside the lines of a pull request.

Escapes, keys and the number of annotations that a step may have:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and
https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.documents.locations import Location
from passrole.findings import Diagnostic, ReportOptions, Results, Severity
from passrole.records import NamedTuple
from passrole.reporters.escaping import page, printable
from passrole.reporters.wording import (
    around_findings,
    last_line,
    totals,
    unknown_words,
    worst_first,
)

MOST_OF_A_LEVEL = 10
"""GitHub drops what a step says beyond ten errors, ten warnings and ten notices."""
MOST_BEFORE_FINDINGS = 3
LONGEST = 4_000
_ERROR, _WARNING, _NOTICE = "error", "warning", "notice"
_LEVELS = {
    Severity.CRITICAL: _ERROR,
    Severity.HIGH: _ERROR,
    Severity.MEDIUM: _WARNING,
    Severity.LOW: _NOTICE,
    Severity.INFO: _NOTICE,
}


class _Annotation(NamedTuple):
    level: str
    title: str
    lines: tuple[str, ...]
    place: Location | None = None


def render(results: Results, options: ReportOptions) -> str:
    """A command for each annotation that GitHub shows, the rest as plain lines of the log."""
    room = {_ERROR: MOST_OF_A_LEVEL, _WARNING: MOST_OF_A_LEVEL, _NOTICE: MOST_OF_A_LEVEL - 1}
    commands, rest = [], []
    for annotation in _annotations(results, options):
        if room[annotation.level] > 0:
            room[annotation.level] -= 1
            commands.append(_command(annotation))
        else:
            rest.append(_line(annotation))
    shown = "".join(f"{command}\n" for command in commands)
    if not rest:
        return shown + page([totals(results)])
    more = (
        f"{totals(results)} {len(rest)} more stand in the log of this step only: GitHub shows "
        f"{MOST_OF_A_LEVEL} errors, {MOST_OF_A_LEVEL} warnings and {MOST_OF_A_LEVEL} notices."
    )
    return f"{shown}{page(rest)}{_command(_Annotation(_NOTICE, 'passrole', (more,)))}\n"


def _annotations(results: Results, options: ReportOptions) -> Iterator[_Annotation]:
    """The worst first: what is cut off at the end is what matters least."""
    before, after = around_findings(results.diagnostics, MOST_BEFORE_FINDINGS)
    yield from map(_diagnostic, before)
    for finding in worst_first(results.findings):
        yield _Annotation(
            _LEVELS[finding.severity],
            f"{finding.severity}: {finding.rule}",
            tuple(filter(None, (finding.message, finding.symptom, finding.remedy))),
            finding.location,
        )
    yield from map(_diagnostic, after)
    if options.show_unknown:
        for unknown in results.unknowns:
            words = unknown_words(unknown)
            yield _Annotation(_NOTICE, "unknown", (words,), unknown.location)


def _diagnostic(told: Diagnostic) -> _Annotation:
    if told.incomplete:
        title = f"passrole is incomplete: {told.kind}"
        return _Annotation(_ERROR, title, (told.message,), told.location)
    return _Annotation(_WARNING, f"passrole: {told.kind}", (told.message,), told.location)


def _command(annotation: _Annotation) -> str:
    given = {**_where(annotation.place), "title": annotation.title}
    properties = ",".join(f"{key}={_property(value)}" for key, value in given.items())
    message = _data("\n".join(_shortened(printable(line)) for line in annotation.lines))
    return f"::{annotation.level} {properties}::{message}"


def _where(place: Location | None) -> dict[str, str]:
    if place is None:
        return {}
    where = {"file": place.path, "line": str(place.line)}
    last = last_line(place)
    if last != place.line:
        # Columns are refused where an annotation has several lines.
        return {**where, "endLine": str(last)}
    where["endLine"], where["col"] = where["line"], str(place.column)
    if place.end_line == place.line:
        where["endColumn"] = str(max(place.column, place.end_column - 1))
    return where


def _line(annotation: _Annotation) -> str:
    place = f"{annotation.place}  " if annotation.place else ""
    return _shortened(printable(f"{place}{annotation.title}  {' '.join(annotation.lines)}"))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(_shortened(printable(text))).replace(":", "%3A").replace(",", "%2C")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
