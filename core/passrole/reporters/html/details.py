"""What stands behind the map: each need, the statements that decide, the roles."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.reporters.grouping import counted
from passrole.reporters.html.anchors import Anchors
from passrole.reporters.html.frames import Frames, place_of
from passrole.reporters.html.markup import Markup, element, items, joined, link
from passrole.reporters.html.pipelines import counts, tag
from passrole.reporters.map_data import MappedNeed
from passrole.reporters.map_drawing import Principal, principal_of, standing

_FEW = 8
"""How many uses of a role are shown at once."""


def needs(anchors: Anchors) -> Markup:
    """Every need with what decides it."""
    entries = (_need(need, name, anchors) for need, name in anchors.needs.items())
    return _reference("needs", "Needs, one by one", list(entries))


def statements(anchors: Anchors, frames: Frames) -> Markup:
    """Every statement that decides a need, as it stands in its file."""
    entries = [
        element(
            "article",
            element("h3", label),
            element("p", place_of(place)),
            frames.whole(place),
            id=name,
            class_="entry statement",
        )
        for (label, place), name in anchors.statements.items()
    ]
    return _reference("statements", "Statements", entries)


def roles(anchors: Anchors) -> Markup:
    """Every role, where it is defined, and which actions use it as what."""
    groups: dict[Principal, list[MappedNeed]] = {each: [] for each in anchors.principals}
    for need in anchors.needs:
        groups[principal_of(need)].append(need)
    entries = [_role(principal, group, anchors) for principal, group in groups.items()]
    if not entries:
        return Markup()
    heading = element("h2", "Roles and other principals")
    return element("section", heading, *entries, id="roles", aria_label="Roles")


def _reference(name: str, title: str, entries: list[Markup]) -> Markup:
    if not entries:
        return Markup()
    return element(
        "section", element("h2", title), *entries, id=name, class_="reference", aria_label=title
    )


def _role(principal: Principal, group: list[MappedNeed], anchors: Anchors) -> Markup:
    users: dict[str, tuple[str, list[str]]] = {}
    for need in group:
        for user, words in anchors.users[need].items():
            whys = users.setdefault(user, (words, []))[1]
            if need.why not in whys:
                whys.append(need.why)
    uses = [
        joined((link(user, words, class_="name"), f": {', '.join(whys)}"))
        for user, (words, whys) in users.items()
    ]
    place = element("p", place_of(principal.place)) if principal.place else Markup()
    name, few = anchors.principals[principal], len(uses) <= _FEW
    return element(
        "article",
        element("h3", element("span", principal.name, class_="name")),
        place,
        element("p", counts(group)),
        element("details", element("summary", counted(len(uses), "use")), items(uses), open=few),
        id=name,
        class_="card entry",
        data_principal=name,
    )


def _need(need: MappedNeed, name: str, anchors: Anchors) -> Markup:
    actions = " or ".join((need.iam_action, *need.alternatives))
    rows = [element("dt", term) + element("dd", what) for term, what in _facts(need, anchors)]
    return element(
        "article",
        element("h3", tag(standing(need)), " ", element("span", actions, class_="name")),
        element("dl", *map(Markup, rows)),
        id=name,
        class_="entry",
    )


def _facts(need: MappedNeed, anchors: Anchors) -> Iterator[tuple[str, Markup]]:
    principal = principal_of(need)
    who = link(anchors.principals[principal], element("span", principal.name, class_="name"))
    place = joined((" ", place_of(principal.place))) if principal.place else Markup()
    yield "Who", joined((who, f" ({need.why})", place))
    yield "Resource", element("code", need.resource)
    used = (link(user, words, class_="name") for user, words in anchors.users[need].items())
    yield "Needed by", joined(used, ", ")
    if need.when:
        yield "Needed if", joined((need.when,))
    if need.world:
        yield "When", joined((need.world,))
    yield "Verdict", joined((tag(need.verdict), _why(need)))
    if need.decided_by:
        yield "Decided by", items(
            [
                joined((link(anchors.statements[each], each[0], class_="to-statement"), " ",
                        place_of(each[1])))
                for each in need.decided_by
            ]
        )  # fmt: skip
    if need in anchors.told_of:
        told = [link(name, finding.rule) for name, finding in anchors.told_of[need]]
        yield "Finding", joined(told, ", ")
    if need.blockers:
        yield "Because", items([joined((each,)) for each in need.blockers])
    yield (
        "Certainty",
        joined((f"{need.certainty}; {need.basis}", f": {need.note}" * bool(need.note))),
    )
    yield "Source", _source(need.source)


def _why(need: MappedNeed) -> str:
    alone = need.verdict == "missing" and not need.decided_by
    why = "; no statement allows it" if alone else ""
    if need.documented_block:
        return f"{why}; it is a part of a block that AWS documents as a whole"
    return f"{why}; not every source says that it is needed" if need.certainty == "low" else why


def _source(address: str) -> Markup:
    """Where the fact is written: a link that nothing follows but the reader."""
    if not address.startswith("https://"):
        return joined((address,))
    return element("a", address, href=address, rel="noreferrer noopener")
