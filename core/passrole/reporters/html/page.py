"""A whole page in one file: it loads nothing, and works where scripts do not run."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from importlib.resources import files

from passrole._version import __version__
from passrole.findings import Results, Severity
from passrole.records import NamedTuple
from passrole.reporters.grouping import FACTS, REASONS, accepted, by_reason, counted
from passrole.reporters.html.anchors import Anchors
from passrole.reporters.html.frames import place_of
from passrole.reporters.html.markup import Markup, element, items, joined, link
from passrole.reporters.map_drawing import SIGNS, standing


class Title(NamedTuple):
    """The name of a page, and which of its parts have filters."""

    words: str
    with_findings: bool


def page(title: Title, results: Results, anchors: Anchors, sections: list[Markup]) -> str:
    """An HTML document of some sections, with filters for what is in it."""
    style, script = _file("style.css"), _file("script.js")
    # Only this style and this script run, whatever else might get into the page.
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=f"passrole {__version__}"),
        element("title", title.words),
        element("style", style),
    )
    body = element(
        "body",
        link("content", "Skip to the content", class_="skip"),
        _bar(title),
        _filters(title, results, anchors),
        element("main", _contents(sections), *sections, id="content", tabindex="-1"),
        _panel(),
        element("script", script),
        id="page",
    )
    whole = f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"
    # In ASCII a page is the same in whatever encoding the screen or a server has.
    return whole.encode("ascii", "xmlcharrefreplace").decode("ascii")


def summary(results: Results) -> Markup:
    """What was looked at and how much was found."""
    counts = results.counts
    severities = Counter(finding.severity for finding in results.findings)
    found = [
        element("span", f"{severities[each]} {each}", class_=f"severity {each}")
        for each in Severity
        if severities[each]
    ]
    looked_at = ", ".join(
        counted(number, noun)
        for number, noun in (
            (counts.files, "file"), (counts.pipelines, "pipeline"), (counts.roles, "role"),
        )
    )  # fmt: skip
    decided = f"{counted(counts.decided, 'need')} decided, {counts.unknown} unknown"
    incomplete = element(
        "p", "The analysis is incomplete: see the problems below.", class_="incomplete"
    )
    return element(
        "section",
        element("h2", "Summary"),
        incomplete if results.incomplete else Markup(),
        element("p", counted(len(results.findings), "finding"), " ", joined(found, " ")),
        *(element("p", f"{words}.") for words in accepted(results)),
        element("p", f"{looked_at}; {decided}."),
        id="summary",
        aria_label="Summary",
    )


def remarks(results: Results) -> list[Markup]:
    """What was assumed, what went wrong, what was left out."""
    problems = [
        joined((place_of(each.location) if each.location else "", f" {each.kind}: {each.message}"))
        for each in results.diagnostics
    ]
    passed_over = [
        joined((element("code", path), f" {REASONS.get(reason, reason)}"))
        for path, reason in results.passed_over
    ]
    return [
        _section("diagnostics", "Problems", problems),
        _section("assumptions", "Assumed", [joined((each,)) for each in results.assumptions]),
        _section("passed-over", "Passed over", passed_over),
    ]


def unknowns(results: Results, anchors: Anchors) -> Markup:
    """What could not be decided, by the reason that blocks it."""
    rows = []
    for (place, who, reason), subjects in by_reason(results.unknowns).items():
        at = anchors.at(place)
        name = element("span", who, class_="name")
        needs = [
            joined((element("code", each.iam_action or ""), " on ",
                    element("code", each.resource or "")))
            for each in subjects
        ]  # fmt: skip
        rows.append(
            joined((link(at, name) if at else name, " ", place_of(place), f" {reason}",
                    items(needs)))
        )  # fmt: skip
    hints = [
        f"{option} may decide some of these."
        for fact, option in FACTS.items()
        if any(fact in each.reason for each in results.unknowns)
    ]
    return _section("unknowns", "Not known", rows, " ".join(hints))


def _section(name: str, title: str, rows: list[Markup], hint: str = "") -> Markup:
    if not rows:
        return Markup()
    hints = [element("p", hint)] if hint else []
    return element(
        "section", element("h2", title), *hints, items(rows, class_="rows"), id=name,
        aria_label=title,
    )  # fmt: skip


_TITLES = {
    "summary": "Summary", "findings": "Findings", "risks": "Risks", "map": "Map",
    "permissions": "Permissions", "roles": "Roles", "unknowns": "Not known",
    "diagnostics": "Problems", "assumptions": "Assumed",
}  # fmt: skip


def _contents(sections: list[Markup]) -> Markup:
    there = [name for name in _TITLES if any(f' id="{name}"' in each[:200] for each in sections)]
    links = [link(name, _TITLES[name]) for name in there]
    return element("nav", items(links), aria_label="On this page", class_="contents")


def _bar(title: Title) -> Markup:
    what = "findings and needs" if title.with_findings else "needs"
    search = element(
        "div",
        element("label", f"Search {what}", for_="search", class_="unseen"),
        element(
            "input", type="search", id="search", autocomplete="off", spellcheck="false",
            placeholder="Search: action, role, permission",
        ),
        class_="search", role="search",
    )  # fmt: skip
    theme = element("button", "Dark", type="button", id="theme", aria_pressed="false")
    controls = element("div", search, theme, class_="controls")
    return element("header", element("h1", title.words), controls, class_="bar")


def _filters(title: Title, results: Results, anchors: Anchors) -> Markup:
    """A button for each severity and each verdict that there is."""
    groups = []
    if title.with_findings:
        severities = Counter(each.severity.value for each in results.findings)
        names = [each.value for each in Severity if severities[each.value]]
        buttons = [
            _toggle("severity", each, f"{severities[each]} {each}", f"severity {each}")
            for each in names
        ]
        groups.append(element("div", *buttons, role="group", aria_label="Findings of severity"))
    found: Counter[str] = Counter()
    for need, users in anchors.users.items():
        found[standing(need)] += len(users)
    buttons = [
        _toggle("standing", each, f"{SIGNS[each]} {each} {found[each]}", f"tag {each}")
        for each in SIGNS
        if found[each]
    ]
    groups.append(element("div", *buttons, role="group", aria_label="Needs that are"))
    folding = [
        element("button", "Open all", type="button", id="open-all"),
        element("button", "Close all", type="button", id="close-all"),
    ]
    groups.append(element("div", *folding, role="group", aria_label="Roles in the map"))
    return element(
        "div", *groups, element("p", role="status", id="shown"), class_="filters controls",
        role="region", aria_label="Filters",
    )  # fmt: skip


def _toggle(kind: str, value: str, words: str, style: str) -> Markup:
    return element(
        "button", words, type="button", class_=f"toggle {style}", aria_pressed="true",
        data_filter=kind, data_value=value,
    )  # fmt: skip


def _panel() -> Markup:
    close = element("button", "Close", type="button", id="close-panel")
    return element(
        "aside", close, element("div", id="panel-content"), id="panel", hidden=True,
        aria_label="Details", tabindex="-1",
    )  # fmt: skip


def _file(name: str) -> Markup:
    return Markup(files("passrole.reporters.html").joinpath(name).read_text("utf-8"))


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
