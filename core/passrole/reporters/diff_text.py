"""A comparison for a person at a terminal: roles, ways up, findings, pipelines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from passrole.comparison.changes import Comparison, IdentityChange, PipelineChange
from passrole.findings import Finding, ReportOptions
from passrole.reporters.diff_words import (
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
from passrole.reporters.escaping import page, printable
from passrole.reporters.wording import worst_first

WIDTH = 100
_BOLD, _RED, _GREEN, _YELLOW = "1", "31", "32", "33"
_STYLES = (_GREEN, _YELLOW, _RED)


def render(comparison: Comparison, options: ReportOptions) -> str:
    """The whole report."""
    return page(_Page(comparison, colour=options.colour).lines())


class _Page:
    def __init__(self, comparison: Comparison, *, colour: bool) -> None:
        self._comparison = comparison
        self._colour = colour

    def lines(self) -> Iterator[str]:
        comparison = self._comparison
        yield printable(f"From {comparison.base} to {comparison.head}")
        yield ""
        for change in comparison.identities:
            yield from self._identity(change)
            yield ""
        for words, findings in (
            ("New path to administrator rights", comparison.paths.new),
            ("Perhaps new path to administrator rights", comparison.paths.unsure),
            ("Path to administrator rights that is gone", comparison.paths.gone),
            ("New finding", comparison.findings.new),
            ("Perhaps new finding (the base could not be read there)", comparison.findings.unsure),
            ("Finding that is gone", comparison.findings.gone),
        ):
            yield from self._findings(words, findings, brief="gone" in words)
        for pipeline in comparison.pipelines:
            yield from self._pipeline(pipeline)
            yield ""
        yield from self._problems()
        yield summary(comparison)
        if words := incomplete_words(comparison):
            yield printable(words)

    def _identity(self, change: IdentityChange) -> Iterator[str]:
        place = f"{change.location.path}:{change.location.line}"
        yield f"{self._styled(printable(heading(change)), _BOLD)}  {printable(place)}"
        for entry in entries(change):
            style = _STYLES[entry.weight] if entry.mark in "+!" or entry.weight > 1 else _GREEN
            yield from self._entry(entry.mark, style, entry.words)
            for words in entry.details:
                yield from self._wrapped("      ", words)

    def _entry(self, sign: str, style: str, words: str) -> Iterator[str]:
        for number, line in enumerate(self._wrapped("    ", words)):
            yield line if number else f"  {self._styled(sign, style)} {line[4:]}"

    def _findings(self, words: str, findings: Iterable[Finding], *, brief: bool) -> Iterator[str]:
        for finding in worst_first(tuple(findings)):
            place = printable(str(finding.location))
            yield f"{self._styled(words, _BOLD)}: {place}  {finding.severity}  {finding.rule}"
            if not brief:
                yield from self._wrapped("  ", finding.message)
                if finding.remedy:
                    yield from self._wrapped("  ", f"To mend: {finding.remedy}")
            yield ""

    def _pipeline(self, change: PipelineChange) -> Iterator[str]:
        place = f"{change.location.path}:{change.location.line}"
        yield f"{self._styled(printable(pipeline_heading(change)), _BOLD)}  {printable(place)}"
        if change.actions_new:
            yield from self._entry("+", _YELLOW, f"actions: {listed(change.actions_new, 20)}")
        if change.actions_gone:
            yield from self._entry("-", _YELLOW, f"actions: {listed(change.actions_gone, 20)}")
        for mark, words in needs_words(change):
            yield from self._entry(mark, _YELLOW, words)

    def _problems(self) -> Iterator[str]:
        unread = [f"{sides}: {words}" for sides, words in problems(self._comparison)]
        settings = list(notices(self._comparison))
        for heading_, told in (
            ("Not read", unread),
            ("Settings that weaken the verdict", settings),
        ):
            if told:
                yield self._styled(heading_, _BOLD)
                for words in told:
                    yield from self._entry("?", _YELLOW, words)
                yield ""

    def _wrapped(self, column: str, text: str) -> Iterator[str]:
        for line in wrap(
            printable(text), WIDTH - len(column), break_long_words=False, break_on_hyphens=False
        ):
            yield f"{column}{line}"

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._colour else text
