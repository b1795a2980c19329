"""Findings grouped by role, each with its line, its remedy, and its way through the map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.documents.locations import Location
from passrole.findings import Category, Finding, Related, Results
from passrole.reporters.grouping import by_role, stands_alone, to_add
from passrole.reporters.html.anchors import Anchors
from passrole.reporters.html.frames import Frames, place_of
from passrole.reporters.html.markup import Markup, element, joined, link


class FindingList:
    """The findings of a run as parts of a page."""

    def __init__(self, results: Results, anchors: Anchors, frames: Frames) -> None:
        self._results = results
        self._anchors = anchors
        self._frames = frames

    def all(self) -> Markup:
        """Every finding, those about one role together, then what would mend them."""
        groups = [self._group(each) for each in by_role(self._results.findings)]
        return element(
            "section",
            element("h2", "Findings"),
            *(groups or [element("p", "No findings.")]),
            id="findings",
            aria_label="Findings",
        )

    def risks(self) -> Markup:
        """What the pipelines expose, where the findings lead through the map; nothing else."""
        found = [
            each
            for each in self._results.findings
            if each.category is Category.RISK and any(map(self._anchors.at, _places(each)))
        ]
        if not found:
            return Markup()
        return element(
            "section",
            element("h2", "Risks and attack paths"),
            *(self._finding(each, "h3") for each in found),
            id="risks",
            aria_label="Risks and attack paths",
        )

    def _group(self, findings: list[Finding]) -> Markup:
        role = findings[0].subject.principal
        title = element("span", role, class_="name") if role else "No single role"
        return element(
            "section",
            element("h3", title),
            *(self._finding(each, "h4") for each in findings),
            *self._to_add(findings),
            class_="of-role",
        )

    def _finding(self, finding: Finding, level: str) -> Markup:
        name = self._anchors.finding_names[id(finding)]
        confidence = "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"
        severity = element("span", finding.severity, class_=f"severity {finding.severity}")
        return element(
            "article",
            element(
                level, severity, " ", link(name, finding.rule, class_="rule"), confidence,
            ),
            element("p", place_of(finding.location)),
            element("p", finding.message, class_="message"),
            self._frames.marked(finding.location),
            element("dl", *self._facts(finding)),
            *self._steps(finding),
            class_="finding card", id=name, data_severity=finding.severity,
        )  # fmt: skip

    def _facts(self, finding: Finding) -> Iterator[Markup]:
        facts: list[tuple[str, str]] = []
        if finding.symptom:
            facts.append(("At run time", finding.symptom))
        if finding.remedy:
            facts.append(("To mend", finding.remedy))
        if stands_alone(finding.snippet):
            facts.append(("To add", element("pre", element("code", finding.snippet))))
        if finding.parameter_sets:
            facts.append(("With", ", ".join(finding.parameter_sets)))
        at = self._anchors.at(finding.location)
        links = [link(at, "in the map")] if at else []
        links += [
            link(self._anchors.needs[each], "how it is decided")
            for each in self._anchors.needs_of(finding)
        ]
        if links:
            facts.append(("See", joined(links, ", ")))
        for term, words in facts:
            yield element("dt", term)
            yield element("dd", words)

    def _steps(self, finding: Finding) -> Iterator[Markup]:
        """The places that belong to a finding, in their order: an attack path's are its steps."""
        if not finding.related:
            return
        steps = (self._step(number, each) for number, each in enumerate(finding.related, 1))
        yield element("ol", *steps, class_="steps")
        if any(map(self._anchors.at, _places(finding))):
            yield element(
                "button", "Show in the map", type="button", class_="show-path",
                aria_pressed="false", data_start=self._anchors.at(finding.location),
            )  # fmt: skip

    def _step(self, number: int, related: Related) -> Markup:
        at = self._anchors.at(related.location)
        place = place_of(related.location)
        shown = link(at, place) if at else place
        message = related.message.removeprefix(f"step {number}: ")  # the list numbers them
        return element("li", message, " ", shown, data_at=at)

    def _to_add(self, findings: Iterable[Finding]) -> Iterator[Markup]:
        role, statements = to_add(findings)
        if not statements:
            return
        title = joined(("To add to a policy of role ", element("span", role, class_="name")))
        note = "${…} stands for what is known only when it is deployed."
        yield element(
            "div",
            element("h4", title),
            *(element("pre", element("code", each)) for each in statements),
            *(
                [element("p", note, class_="why")]
                if any("${" in each for each in statements)
                else []
            ),
            class_="card to-add",
        )


def _places(finding: Finding) -> list[Location]:
    return [finding.location, *(each.location for each in finding.related)]
