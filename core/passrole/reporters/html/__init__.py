"""The report of ``check`` as one HTML page with the map in it; also what ``map`` makes pages of."""

from __future__ import annotations

from passrole.findings import ReportOptions, Results
from passrole.reporters.html import details
from passrole.reporters.html.anchors import Anchors
from passrole.reporters.html.findings import FindingList
from passrole.reporters.html.frames import Frames
from passrole.reporters.html.matrix import matrix
from passrole.reporters.html.page import Title, page, remarks, summary, unknowns
from passrole.reporters.html.pipelines import pipelines


def render(results: Results, options: ReportOptions) -> str:  # noqa: ARG001 - a reporter
    """The whole report: summary, findings, map, permissions, what is not known, problems."""
    mapped = results.pipelines
    anchors, frames = Anchors(mapped, results.findings), Frames(results.sources)
    sections = [
        summary(results),
        FindingList(results, anchors, frames).all(),
        pipelines(mapped, anchors),
        matrix(mapped, anchors),
        details.roles(anchors),
        unknowns(results, anchors),
        *remarks(results),
        details.needs(anchors),
        details.statements(anchors, frames),
    ]
    return page(Title("passrole: report", with_findings=True), results, anchors, sections)
