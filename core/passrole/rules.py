"""A rule: a pure generator of reports about one kind of subject, with its page as docstring."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from passrole.findings import Category, Confidence, Report, Severity
from passrole.records import NamedTuple, frozen
from passrole.symptoms import Symptom

if TYPE_CHECKING:
    from passrole.graph.questions import Graph

_FENCE_MARK = re.compile(r"^(```json) finding=[0-9,]+$", re.MULTILINE)
_SOURCE = re.compile(r"^Source: (https://\S+)$", re.MULTILINE)

Check = Callable[..., Iterator[Report]]
"""``(subject, graph)``, and the options by name where the rule declares any."""

Autofix = Literal["safe", "unsafe", "no"]
"""Whether findings of a rule can be mended in the files, where their place can be edited."""

OptionValue = bool | int | str | tuple[str, ...]


class Option(NamedTuple):
    """An option of a rule; a value that is given is of the same type as the default."""

    default: OptionValue
    description: str


@frozen(eq=True, kw_only=True)
class Rule:
    """A named check.

    ``text`` is its page as it stands in the docstring: title, why, remedy, and examples that are
    its tests. ``checks`` is the class, or the classes, of subjects that ``check`` is called with,
    once for each of them. ``yields_to`` are rules that say more of a cause: where one of them that
    is on tells of what a report of this rule comes from, the report is left out.

    A rule of ``flaws`` reports nothing but these flaws of a policy, one ``of_needs`` nothing but
    needs that are not met under its id: neither is asked of a subject that has none of them.
    """

    id: str
    checks: type[Any] | tuple[type[Any], ...]
    check: Check
    severity: Severity
    category: Category
    confidence: Confidence = Confidence.HIGH
    text: str = ""
    module: str = ""
    aws_checks: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    symptoms: tuple[Symptom, ...] = ()
    yields_to: tuple[str, ...] = ()
    autofix: Autofix = "no"
    flaws: frozenset[str] = frozenset()
    of_needs: bool = False

    @property
    def page(self) -> str:
        """The text as Markdown, without the indentation that it has in a docstring."""
        return inspect.cleandoc(self.text)

    @property
    def defaults(self) -> dict[str, OptionValue]:
        """Every option with its default."""
        return {name: option.default for name, option in self.options.items()}

    def run(
        self, subject: Any, graph: Graph, options: Mapping[str, OptionValue]
    ) -> Iterator[Report]:
        """What the rule reports of a subject."""
        if self.options:
            return self.check(subject, graph, options)
        return self.check(subject, graph)

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0].strip()

    @property
    def summary(self) -> str:
        """The first paragraph after the title, in one line."""
        _, _, rest = self.page.partition("\n")
        return " ".join(rest.strip().partition("\n\n")[0].split())

    @property
    def help(self) -> str:
        """The page as people read it: without the marks that make its examples tests."""
        return _FENCE_MARK.sub(r"\1", self.page.replace("  # finding", ""))

    @property
    def sources(self) -> tuple[str, ...]:
        """The links of the page's ``Source:`` lines."""
        return tuple(_SOURCE.findall(self.page))


def rule(  # noqa: PLR0913 - as many as there are things to say of a rule
    rule_id: str,
    *,
    checks: type[Any] | tuple[type[Any], ...],
    severity: Severity,
    category: Category,
    confidence: Confidence = Confidence.HIGH,
    aws_checks: tuple[str, ...] = (),
    options: Mapping[str, Option] | None = None,
    symptoms: tuple[Symptom, ...] = (),
    yields_to: tuple[str, ...] = (),
    autofix: Autofix = "no",
    flaws: Iterable[str] = (),
    of_needs: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule of a generator ``(subject, graph) -> Iterator[Report]``.

    ``confidence`` is the best that a finding of this rule can have; ``aws_checks`` are the ids of
    AWS's own policy validation that it answers to. A rule with ``options`` takes a third argument:
    a mapping with the value of each of them. ``symptoms`` are the error texts that it explains,
    ``yields_to`` the rules that say more of one cause.
    ``autofix`` says whether its reports have repairs, and whether those are safe as a rule.
    ``flaws`` are the checks of a rule that reports what ``Graph.flaws`` finds and nothing else;
    ``of_needs`` says of a rule that it reports what ``Graph.unmet`` gives and nothing else. Such a
    rule is called only where there is something to report.
    """

    def decorate(check: Check) -> Rule:
        return Rule(
            id=rule_id,
            checks=checks,
            check=check,
            severity=severity,
            category=category,
            confidence=confidence,
            text=check.__doc__ or "",
            module=check.__module__,
            aws_checks=aws_checks,
            options=options or {},
            symptoms=symptoms,
            yields_to=yields_to,
            autofix=autofix,
            flaws=frozenset(flaws),
            of_needs=of_needs,
        )

    return decorate
