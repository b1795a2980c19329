"""A table for each pipeline: permissions against principals."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.reporters.html.anchors import Anchors
from passrole.reporters.html.markup import Markup, element, link
from passrole.reporters.html.pipelines import tag
from passrole.reporters.map_data import MappedNeed, MappedPipeline
from passrole.reporters.map_drawing import SIGNS, Principal, principal_of, standing


def matrix(mapped: tuple[MappedPipeline, ...], anchors: Anchors) -> Markup:
    """How each permission that a pipeline needs stands for each of its principals."""
    tables = [_table(each, anchors) for each in mapped if any(_needs(each))]
    if not tables:
        return Markup()
    about = element("p", "Where a principal has several needs of one permission, the worst counts.")
    return element(
        "section",
        element("h2", "Permissions"),
        about,
        *tables,
        id="permissions",
        aria_label="Permissions",
    )


def _table(pipeline: MappedPipeline, anchors: Anchors) -> Markup:
    rows: dict[str, dict[Principal, MappedNeed]] = {}
    worst = list(SIGNS)
    principals: dict[Principal, None] = {}
    for need in _needs(pipeline):
        principal = principal_of(need)
        principals[principal] = None
        row = rows.setdefault(need.iam_action, {})
        known = row.setdefault(principal, need)
        if worst.index(standing(need)) < worst.index(standing(known)):
            row[principal] = need
    head = [element("th", "IAM action", scope="col")]
    head += [
        element("th", link(anchors.principals[each], each.name, class_="name"), scope="col")
        for each in principals
    ]
    body = [
        element(
            "tr",
            element("th", element("span", action, class_="name"), scope="row"),
            *(_cell(row.get(each), anchors) for each in principals),
        )
        for action, row in sorted(rows.items())
    ]
    table = element(
        "table",
        element("caption", f"Permissions of {pipeline.name}"),
        element("thead", element("tr", *head)),
        element("tbody", *body),
    )
    words = f"Permissions of {pipeline.name}"
    return element("div", table, class_="wide", role="region", tabindex="0", aria_label=words)


def _cell(need: MappedNeed | None, anchors: Anchors) -> Markup:
    if need is None:
        return element("td")
    return element("td", link(anchors.needs[need], tag(standing(need))))


def _needs(pipeline: MappedPipeline) -> Iterator[MappedNeed]:
    yield from pipeline.needs
    for stage in pipeline.stages:
        for action in stage.actions:
            yield from action.needs
