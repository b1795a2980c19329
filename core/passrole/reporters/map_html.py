"""The dependency map as one HTML page: risks, pipelines, permissions, roles, statements."""

from __future__ import annotations

from passrole.findings import Category, Results
from passrole.reporters.html import details
from passrole.reporters.html.anchors import Anchors
from passrole.reporters.html.findings import FindingList
from passrole.reporters.html.frames import Frames
from passrole.reporters.html.matrix import matrix
from passrole.reporters.html.page import Title, page, remarks
from passrole.reporters.html.pipelines import pipelines
from passrole.reporters.map_data import MappedPipeline


def render_html(mapped: tuple[MappedPipeline, ...], results: Results) -> str:
    """One page that needs nothing beside it."""
    risks = [each for each in results.findings if each.category is Category.RISK]
    anchors, frames = Anchors(mapped, risks), Frames(results.sources)
    sections = [
        FindingList(results, anchors, frames).risks(),
        pipelines(mapped, anchors),
        matrix(mapped, anchors),
        details.roles(anchors),
        *remarks(results),
        details.needs(anchors),
        details.statements(anchors, frames),
    ]
    return page(Title("passrole: map", with_findings=False), results, anchors, sections)
