"""Results as JUnit XML, which every build server shows as tests: a suite for each file.

There is no standard. What is written here is valid by Jenkins' schema
(https://github.com/jenkinsci/xunit-plugin, ``junit-10.xsd``). Times, the host and the date, which
stricter schemas ask for, are left out, so that equal results are equal files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from passrole.findings import Diagnostic, Finding, ReportOptions, Results, UnknownDecision
from passrole.records import NamedTuple
from passrole.reporters.escaping import xml_text
from passrole.reporters.wording import totals, unknown_words, who

LONGEST_NAME = 300
_OWN = "passrole"
_OUTCOMES = {"failures": "failure", "errors": "error", "skipped": "skipped"}


class _Case(NamedTuple):
    """A test: ``outcome`` is empty where it passes."""

    suite: str
    kind: str
    name: str
    outcome: str = ""
    type: str = ""
    message: str = ""
    text: str = ""


def render(results: Results, options: ReportOptions) -> str:
    """One XML document, in which what fails the run is a failure and what is lower is skipped."""
    suites: dict[str, list[_Case]] = {_OWN: []}
    for case in _cases(results, options):
        suites.setdefault(case.suite, []).append(case)
    root = ET.Element("testsuites", name=_OWN)
    for number, cases in enumerate(suites.values()):
        _add_suite(root, cases, totals(results) if not number else "")
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    # As ASCII: no reader is in doubt about the encoding, whatever carries the file.
    text = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    text = text.replace("##", "#&#35;")  # a build server reads orders in the log of a page as well
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cases(results: Results, options: ReportOptions) -> Iterator[_Case]:
    clean = dict.fromkeys(results.sources)
    # Always there: some readers take a file without tests for a run that broke.
    if results.incomplete:
        message = "The analysis is incomplete: a finding may be missing."
        yield _Case(_OWN, "analysis", _OWN, "error", "incomplete", message, message)
    else:
        yield _Case(_OWN, "analysis", _OWN)
    for diagnostic in results.diagnostics:
        yield _of_diagnostic(diagnostic)
        clean.pop(diagnostic.location.path if diagnostic.location else "", None)
    for finding in results.findings:
        yield _of_finding(finding, options)
        clean.pop(finding.location.path, None)
    if options.show_unknown or options.fail_on_unknown:
        for unknown in results.unknowns:
            yield _of_unknown(unknown, options)
            clean.pop(unknown.location.path, None)
    for path in clean:
        yield _Case(path, "clean", path)


def _of_finding(finding: Finding, options: ReportOptions) -> _Case:
    fails = options.fail_on is not None and finding.severity.rank <= options.fail_on.rank
    lines = [
        f"{finding.location}  {finding.severity}  {finding.rule}",
        finding.message,
        finding.symptom,
        finding.remedy,
        finding.snippet,
        *(f"see {each.location}  {each.message}" for each in finding.related),
    ]
    path, subject = finding.location.path, finding.subject
    what = (path, who(subject), subject.principal, subject.iam_action)
    return _Case(
        path,
        finding.rule,
        " ".join(filter(None, what)),
        "failure" if fails else "skipped",
        finding.severity.value,
        finding.message,
        _block(lines),
    )


def _of_diagnostic(told: Diagnostic) -> _Case:
    outcome = "error" if told.incomplete else "skipped"
    place = f"{told.location}  " if told.location else ""
    text = f"{place}{told.kind}  {told.message}"
    path = _OWN if told.location is None else told.location.path
    return _Case(path, told.kind, path, outcome, told.kind, told.message, _block([text]))


def _of_unknown(unknown: UnknownDecision, options: ReportOptions) -> _Case:
    subject, words = unknown.subject, unknown_words(unknown)
    path = unknown.location.path
    name = " ".join(filter(None, (path, who(subject), subject.iam_action)))
    outcome = "failure" if options.fail_on_unknown else "skipped"
    text = _block([f"{unknown.location}  {words}"])
    return _Case(path, "unknown", name, outcome, "unknown", words, text)


def _block(lines: list[str]) -> str:
    """Lines of a text, each on one line whatever is in it."""
    return "\n".join(xml_text(line) for line in lines if line)


def _add_suite(root: ET.Element, cases: list[_Case], told: str) -> None:
    path = xml_text(cases[0].suite)
    suite = ET.SubElement(root, "testsuite", name=path, tests=str(len(cases)))
    for key, outcome in _OUTCOMES.items():
        suite.set(key, str(sum(case.outcome == outcome for case in cases)))
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        # Jenkins shows what stands before the last point as a package.
        kind, name = (
            f"passrole.{case.kind}",
            xml_text(case.name.strip() or case.kind)[:LONGEST_NAME],
        )
        seen[kind, name] += 1
        # Readers know a test again by its name: no two of a suite share one.
        own = name if seen[kind, name] == 1 else f"{name} #{seen[kind, name]}"
        element = ET.SubElement(suite, "testcase", name=own, classname=kind)
        if case.outcome:
            told_as = ET.SubElement(element, case.outcome, message=xml_text(case.message))
            told_as.text = case.text
            if case.outcome != "skipped":
                told_as.set("type", case.type)
    if told:
        ET.SubElement(suite, "system-out").text = told
