"""What ``passrole explain`` prints of an error text, without templates and with some."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from textwrap import wrap

from passrole.analysis import Analysis, analyse
from passrole.cli import CLEAN, INCOMPLETE
from passrole.cli.causes import Cause, Explained
from passrole.cli.error_places import defined, fitting
from passrole.cli.options import settings_from
from passrole.contributions import Contributions
from passrole.errors import UsageError
from passrole.findings import Finding
from passrole.iam.denials import Denial, is_encoded
from passrole.reporters.escaping import page, printable

WIDTH = 100
CAUSES = 3
PLACES = 5
HOLDERS = 3


def explain_error(
    text: str, paths: tuple[str, ...], options: argparse.Namespace, contributions: Contributions
) -> int:
    """Print the causes, and with paths the places. Raises UsageError where nothing fits."""
    explained = Explained(text, contributions)
    causes = explained.causes[:CAUSES]
    if not (causes or explained.pages or explained.denials or is_encoded(text)):
        raise UsageError(
            "explain knows rules by id, IAM actions by name and error texts; this is none that it "
            "knows, and `passrole rules` lists the rules"
        )
    lines = [*_said(explained.denials), *_encoded(text), *_causes(explained, causes)]
    incomplete = False
    if paths:
        options.paths = list(paths)
        settings = settings_from(options)
        with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the answer
            analysis = analyse(settings, contributions)
        lines.extend(_places(explained, analysis))
        incomplete = analysis.results.incomplete and not settings.allow_incomplete
    sys.stdout.write(page(lines))
    return INCOMPLETE if incomplete else CLEAN


def _said(denials: Iterable[Denial]) -> Iterator[str]:
    for denial in denials:
        yield "What was denied:"
        who = f"role {denial.role} of account {denial.account}" if denial.role else denial.principal
        yield from _row("who", who)
        yield from _row("action", denial.action)
        yield from _row("resource", denial.resource)
        yield from _row("by", _reason(denial))
        yield ""


def _reason(denial: Denial) -> str:
    policy = denial.policy or "policy that the text does not name"
    if denial.explicit:
        return f"a Deny in a {policy}"
    return f"no {denial.policy} allows it" if denial.policy else ""


def _encoded(text: str) -> Iterator[str]:
    if is_encoded(text):
        told = (
            "A part of this text is encoded. `aws sts decode-authorization-message "
            "--encoded-message …` tells the action, the resource and the policy; paste its answer "
            "here."
        )
        yield from (*wrap(told, WIDTH), "")


def _causes(explained: Explained, causes: tuple[Cause, ...]) -> Iterator[str]:
    if not causes:
        if explained.pages:
            yield "No error text that passrole knows. The pages that have the most in common:"
            for near in explained.pages[:CAUSES]:
                yield from _row("", f"{near.rule.id}: {near.rule.title}")
        return
    yield "Likely causes, the likeliest first:"
    told: set[str] = set()
    for number, cause in enumerate(causes, 1):
        yield ""
        yield printable(f"{number}. {cause.rule.id}")
        yield from _row("", cause.rule.title)
        if cause.symptom is not None:
            yield from _row("because", cause.symptom.because)
        statements = explained.statements(cause)
        for statement in statements:
            shown = "the same statement" if statement in told else statement
            yield printable(f"    {'to add':<9} {shown}")
        told.update(statements)
        if statements or number == 1:
            for holder in explained.holders(cause)[:HOLDERS]:
                yield from _row("where", holder)
    yield ""
    yield f"`passrole explain {causes[0].rule.id}` prints the whole page."


def _places(explained: Explained, analysis: Analysis) -> Iterator[str]:
    yield ""
    found = fitting(explained, analysis)
    if found:
        yield "In the templates, what fits:"
        for finding in found[:PLACES]:
            yield from _place(finding)
        if len(found) > PLACES:
            yield f"  and {len(found) - PLACES} more: see `passrole check`"
    else:
        yield "In the templates, no finding fits this text."
    for line in defined(explained, analysis.graphs):
        yield from wrap(printable(line), WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    if analysis.results.incomplete:
        yield "Not everything could be read: `passrole check` says what."


def _place(finding: Finding) -> Iterator[str]:
    yield ""
    yield printable(f"  {finding.location}  {finding.rule}")
    yield from _row("", finding.message)
    for related in finding.related[:2]:
        yield from _row(
            "see", f"{related.location.path}:{related.location.line}  {related.message}"
        )
    yield from _row("to mend", finding.remedy)
    if finding.snippet:
        yield printable(f"    {'to add':<9} {finding.snippet}")


def _row(label: str, text: str) -> Iterator[str]:
    """A labelled paragraph, nothing where there is no text; no word is broken."""
    column = f"    {label:<9} " if label else "    "
    width = WIDTH - len(column)
    lines = wrap(printable(text), width, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield f"{' ' * len(column) if number else column}{line}"
