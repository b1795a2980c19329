"""The examples of the checks that a ruleset declares, run."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.contributions import Contributions, with_checks_of
from passrole.records import NamedTuple
from passrole.rulesets.conditions import Check, Sample
from passrole.rulesets.settings import Ruleset
from passrole.testing.templates import check_text

_MARK = "# finding"


class Tried(NamedTuple):
    """A check, and what is wrong with its examples, in words; empty where all is well."""

    check: str
    examples: int
    problems: tuple[str, ...]


def try_checks(ruleset: Ruleset, contributions: Contributions) -> tuple[Tried, ...]:
    """Run the examples of each check of a ruleset, each check alone.

    A flagged example makes a finding, on the lines that end in ``# finding`` where there are any;
    an accepted one makes none. A check without an example of either kind has a problem.
    """
    more = with_checks_of(ruleset, contributions)
    return tuple(_tried(check, more) for _, check in sorted(ruleset.checks.items()))


def _tried(check: Check, contributions: Contributions) -> Tried:
    problems: list[str] = []
    for word, samples in (("flagged", check.flagged), ("accepted", check.accepted)):
        if not samples:
            problems.append(f"it has no {word} example")
        for number, sample in enumerate(samples, 1):
            told = f"{word} example {number}"
            problems += [
                f"{told}: {words}"
                for words in _problems(check, sample, contributions, wanted=word == "flagged")
            ]
    return Tried(check.id, len(check.flagged) + len(check.accepted), tuple(problems))


def _problems(
    check: Check, sample: Sample, contributions: Contributions, *, wanted: bool
) -> Iterator[str]:
    try:
        found = check_text(sample.text, contributions, language=sample.language, rules=(check.id,))
    except AssertionError as error:
        yield f"it cannot be read: {error}"
        return
    lines = tuple(sorted({finding.location.line for finding in found}))
    marked = tuple(
        number
        for number, line in enumerate(sample.text.splitlines(), 1)
        if line.rstrip().endswith(_MARK)
    )
    if wanted and not found:
        yield "nothing is found in it"
    elif wanted and marked and marked != lines:
        yield f"found in lines {_listed(lines)}, marked are {_listed(marked)}"
    elif not wanted and found:
        yield f"line {lines[0]} is flagged: {found[0].message}"


def _listed(lines: tuple[int, ...]) -> str:
    return ", ".join(map(str, lines))
