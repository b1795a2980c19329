"""Results for a person at a terminal, grouped by the role that lacks something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from passrole.documents.locations import Location
from passrole.findings import (
    LIMITED,
    Finding,
    Related,
    ReportOptions,
    Results,
    Severity,
)
from passrole.reporters.escaping import page, printable, quoted
from passrole.reporters.grouping import (
    FACTS,
    REASONS,
    alike,
    by_place,
    by_reason,
    by_role,
    counted,
    fixed_words,
    numbers,
    stands_alone,
    to_add,
)

WIDTH = 100
LONGEST_LINE = 160
MOST_FIXED = 20
MOST_NAMED = 10
_STYLES = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "36",
}
_BOLD, _DIM = "1", "2"


def render(results: Results, options: ReportOptions) -> str:
    """The whole report."""
    return page(_Page(results, options).lines())


def _untold(related: Related, finding: Finding) -> str:
    """What a place is: only ``step 3``, where the finding has the words of that step itself."""
    name, _, words = related.message.partition(": ")
    return name if words and words in finding.message else related.message


def _listed(pipelines: Sequence[str]) -> str:
    """Where the same is to be said more than once: the pipelines by name."""
    names = [*dict.fromkeys(filter(None, pipelines))]
    more = f" and {len(names) - MOST_NAMED} more" if names[MOST_NAMED:] else ""
    named = f"in pipelines {', '.join(names[:MOST_NAMED])}{more}"
    return named if names[1:] else "of what the same text makes"


class _Page:
    def __init__(self, results: Results, options: ReportOptions) -> None:
        self._results = results
        self._options = options

    def lines(self) -> Iterator[str]:
        for findings in by_role(self._results.findings):
            for place, group in by_place(findings):
                yield from self._place(place, group)
                yield ""
            yield from self._to_add(findings)
        yield from self._suppressed()
        yield from self._unknowns()
        yield from self._diagnostics()
        yield from self._fixed()
        yield from self._summary()
        yield from self._passed_over()

    def _place(self, place: Location, findings: Sequence[Finding]) -> Iterator[str]:
        """What was found at one place; its line and what else to see are shown once."""
        told: set[Related | str] = set()
        for finding, *others in alike(findings):
            yield from self._heading(finding)
            yield from self._wrapped("", finding.message)
            if finding is findings[0]:
                yield from self._source(place)
            if others:
                named = [each.subject.pipeline or "" for each in (finding, *others)]
                yield from self._wrapped(f"{len(named)} times", _listed(named))
            if finding.symptom and finding.symptom not in told:
                told.add(finding.symptom)
                yield from self._wrapped("at run time", finding.symptom)
            for related in finding.related:
                if related not in told:
                    told.add(related)
                    where = f"{related.location.path}:{related.location.line}"
                    yield from self._wrapped("see", f"{where}  {_untold(related, finding)}")
            if finding.remedy:
                yield from self._wrapped("to mend", finding.remedy)
            yield from self._trust_to_add(finding)

    def _heading(self, finding: Finding) -> Iterator[str]:
        severity = self._styled(finding.severity, _STYLES[finding.severity])
        confidence = "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"
        place = self._styled(printable(str(finding.location)), _BOLD)
        yield f"{place}  {severity}{confidence}  {finding.rule}"

    def _wrapped(self, label: str, text: str) -> Iterator[str]:
        """A paragraph with its label in a column of its own; no word is broken."""
        column = f"  {label:<11}  " if label else "  "
        lines = wrap(
            printable(text), WIDTH - len(column), break_long_words=False, break_on_hyphens=False
        )
        for number, line in enumerate(lines):
            start = self._styled(column, _DIM) if label and not number else " " * len(column)
            yield f"{start}{line}"

    def _source(self, location: Location) -> Iterator[str]:
        document = self._results.sources.get(location.path)
        if document is None:
            return
        text = document.line_text(location.line)
        if location.column > LONGEST_LINE or not text.strip():
            return
        end = location.end_column if location.end_line == location.line else len(text.rstrip()) + 1
        shown = quoted(text)[:LONGEST_LINE]
        marked = printable(shown[location.column - 1 : end - 1]).rstrip()
        before = printable(shown[: location.column - 1])
        number = str(location.line)
        yield f"  {self._styled(f'{number} |', _DIM)} {printable(shown).rstrip()}"
        marker = self._styled("^" * max(1, len(marked)), _STYLES[Severity.CRITICAL])
        yield f"  {self._styled(' ' * len(number) + ' |', _DIM)} {' ' * len(before)}{marker}"

    def _trust_to_add(self, finding: Finding) -> Iterator[str]:
        """The statement that a trust policy lacks: it is in another role than the finding's."""
        if stands_alone(finding.snippet):
            column = self._styled("  to add       ", _DIM)
            yield f"{column}{printable(finding.snippet)}"

    def _to_add(self, findings: Iterable[Finding]) -> Iterator[str]:
        """The statements that would mend all findings about one role, put together."""
        role, statements = to_add(findings)
        if not statements:
            return
        yield f"  To add to a policy of role {printable(role)}:"
        lines = [printable(each) for each in statements]
        yield from (f"    {line}" for line in lines)
        if any("${" in line for line in lines):
            yield "    (${…} stands for what is known only when it is deployed.)"
        yield ""

    def _suppressed(self) -> Iterator[str]:
        """What somebody accepts, each with who says so and why."""
        if self._options.suppressed != "list" or not self._results.suppressed:
            return
        for finding, by in self._results.suppressed:
            place = self._styled(printable(str(finding.location)), _BOLD)
            yield f"{place}  suppressed  {finding.rule}"
            yield from self._wrapped("", finding.message)
            for each in by:
                until = f" (until {each.expires})" if each.expires else ""
                where = f"{each.location.path}:{each.location.line}"
                yield from self._wrapped("because", f"{each.reason}{until}; {where}")
        yield ""

    def _unknowns(self) -> Iterator[str]:
        if not self._options.show_unknown or not self._results.unknowns:
            return
        for (place, who, reason), needs in by_reason(self._results.unknowns).items():
            yield f"{self._styled(printable(str(place)), _BOLD)}  unknown"
            if needs:
                # One reason often keeps many needs open: it is said once.
                resources: dict[str, list[str]] = {}
                for need in needs:
                    resources.setdefault(str(need.resource), []).append(str(need.iam_action))
                for resource, actions in resources.items():
                    yield from self._wrapped("", f"{who}: {', '.join(actions)} on {resource}")
            else:
                yield from self._wrapped("", who)
            yield from self._wrapped("because", reason)
        for fact, option in FACTS.items():
            if any(fact in unknown.reason for unknown in self._results.unknowns):
                yield from self._wrapped("", f"{option} may decide some of these.")
        yield ""

    def _diagnostics(self) -> Iterator[str]:
        for diagnostic in self._results.diagnostics:
            place = f"{printable(str(diagnostic.location))}  " if diagnostic.location else ""
            yield f"{place}{diagnostic.kind}  {printable(diagnostic.message)}"
        if self._results.diagnostics:
            yield ""

    def _fixed(self) -> Iterator[str]:
        """What a baseline holds and is not found any more."""
        baseline = self._results.baseline
        if baseline is None or not baseline.fixed:
            return
        for entry in baseline.fixed[:MOST_FIXED]:
            yield printable(f"{entry.path}  fixed  {entry.rule}  {fixed_words(entry)}".rstrip())
        more = len(baseline.fixed) - MOST_FIXED
        yield from [f"… and {more} more fixed"] if more > 0 else []
        yield from self._wrapped(
            "", f"--write-baseline takes what is fixed out of {baseline.file}."
        )
        yield ""

    def _summary(self) -> Iterator[str]:
        hint = "" if self._options.show_unknown else " (--show-unknown lists them)"
        yield numbers(self._results, hint)
        yield from self._nothing()
        if self._results.incomplete:
            yield "The analysis is incomplete: see the problems above."

    def _nothing(self) -> Iterator[str]:
        """Why there is nothing to say, where that may surprise."""
        results = self._results
        if results.findings or results.unknowns:
            return
        if not results.counts.files:
            yield "There is nothing here that passrole reads: no CloudFormation template, no"
            yield "Terraform, no IAM policy. A CDK app is read from what `cdk synth` writes."
        elif not results.counts.pipelines and all(
            each.kind != LIMITED for each in results.diagnostics
        ):
            yield "No pipeline is among them: what was found was checked on its own."

    def _passed_over(self) -> Iterator[str]:
        passed_over = self._results.passed_over
        if not passed_over:
            return
        reasons = Counter(reason for _, reason in passed_over)
        words = ", ".join(f"{reasons[key]} {REASONS.get(key, key)}" for key in sorted(reasons))
        more = ":" if self._options.show_unknown else " (--show-unknown lists them)."
        yield f"{counted(len(passed_over), 'path')} passed over, {words}{more}"
        if self._options.show_unknown:
            for path, reason in passed_over:
                yield f"  {printable(path)}  {REASONS.get(reason, reason)}"

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._options.colour else text
