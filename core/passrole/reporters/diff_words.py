"""A comparison in words, as every report for people says them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from passrole.comparison.changes import (
    EXCESS,
    Comparison,
    How,
    IdentityChange,
    NeedChange,
    Needed,
    NeededBy,
    Permission,
    PipelineChange,
    State,
)
from passrole.comparison.findings import UNREAD
from passrole.configuration.layers import NOTICE
from passrole.findings import Severity
from passrole.records import NamedTuple
from passrole.reporters.grouping import counted

MOST = 8
"""How many entries of one list are named."""
_LEAD = {
    (How.ALLOW, True): "may now do",
    (How.ALLOW, False): "may no longer do",
    (How.DENY, True): "is no longer denied",
    (How.DENY, False): "is now denied",
    (How.BOUNDARY, True): "is no longer kept by its boundary from",
    (How.BOUNDARY, False): "is now kept by its boundary from",
    (How.SCP, True): "is no longer kept by a service control policy from",
    (How.SCP, False): "is now kept by a service control policy from",
    (How.TRUST, True): "may now be assumed by",
    (How.TRUST, False): "may no longer be assumed by",
}


_UNMET = ("denied", "missing", "unknown", "allowed")
_MOST_NEEDS = 10


class Entry(NamedTuple):
    """One line of a change and what is to be said of it.

    ``mark`` is ``+``, ``-``, ``!`` for what gives an administrator's rights, ``?`` for what is not
    known; ``weight`` 2 for what somebody should look at, 1 for what they may, 0 for the rest.
    """

    mark: str
    weight: int
    words: str
    details: tuple[str, ...] = ()
    statement: str = ""


def entries(change: IdentityChange) -> Iterator[Entry]:
    """What changed of an identity, the worst first."""
    for words in change.escalations_gained:
        yield Entry("!", 2, f"is an administrator now, or makes itself one: {words}")
    for words in change.escalations_lost:
        yield Entry("-", 0, f"is no administrator any more by this: {words}")
    if change.state in (State.GONE, State.MAYBE_GONE):
        number = counted(len(change.lost), "permission")
        yield Entry("-", 0, f"all that it was allowed is gone with it ({number})")
        return
    if change.boundary:
        yield Entry("?", 1, change.boundary)
    for words in change.unknown:
        yield Entry("?", 1, words)
    if why := needs_open(change):
        yield Entry("?", 0, f"what else it needs is not known: {why}")
    for permission in change.gained:
        weight = 2 if permission.needed in EXCESS and permission.certain else 1
        yield _entry("+", weight, permission, gained=True)
    for permission in change.lost:
        if permission.instead and permission.needed is not Needed.YES:
            continue  # told with what was gained
        weight = 2 if permission.needed is Needed.YES else 0
        yield _entry("-", weight, permission, gained=False)


def needs_open(change: IdentityChange) -> str:
    """Why it is not known what else a role needs, where that is so."""
    permissions = (*change.gained, *change.lost)
    why = dict.fromkeys(
        each.why for each in permissions if each.needed is Needed.UNKNOWN and each.how != How.TRUST
    )
    return "; ".join(why)


def _entry(mark: str, weight: int, permission: Permission, *, gained: bool) -> Entry:
    place = permission.location
    by = f"{permission.label}, {place.path}:{place.line}" if place else permission.label
    details = (
        needed_words(permission),
        beyond_words(permission, gained=gained),
        by,
        f"not sure: {permission.reason}" if permission.reason else "",
    )
    words = permission_words(permission, gained=gained)
    return Entry(mark, weight, words, tuple(filter(None, details)), permission.statement)


def listed(entries: Iterable[str], most: int = MOST) -> str:
    """Entries with commas, the first ``most`` of them."""
    entries = tuple(entries)
    more = f" and {len(entries) - most} more" if len(entries) > most else ""
    return f"{', '.join(entries[:most])}{more}"


def heading(change: IdentityChange) -> str:
    """Whom a change is about: ``role Deploy (changed)``, and with which deployments."""
    sets = f", with {listed(change.sets)}" if change.sets else ""
    moved = f", moved from {change.moved_from}" if change.moved_from else ""
    return f"{change.kind} {change.label} ({change.state}{moved}{sets})"


def permission_words(permission: Permission, *, gained: bool) -> str:
    """What is gained or lost, as the predicate of a sentence."""
    lead = _LEAD[permission.how, gained]
    if not permission.certain:
        lead = lead.replace("is ", "may be ", 1) if lead.startswith("is") else f"perhaps {lead}"
    if permission.how is How.TRUST:
        what = f"{listed(permission.principals) or 'anybody but some'}"
        if permission.actions not in ((), ("sts:AssumeRole",)):
            what += f" ({_actions(permission)})"
    else:
        what = f"{_actions(permission)} on {_resources(permission)}"
    if permission.instead and gained:
        what += f", instead of {listed(permission.instead)}"
    under = f" if {' and '.join(permission.conditions)}" if permission.conditions else ""
    when = f", when {permission.when}" if permission.when else ""
    return f"{lead} {what}{under}{when}"


def _actions(permission: Permission) -> str:
    if not permission.actions:
        return "anything"
    but = f" but {listed(permission.but_actions)}" if permission.but_actions else ""
    many = "*" in "".join(permission.actions) or len(permission.actions) > MOST
    number = f" ({permission.number:,} actions)" if many and permission.number > 1 else ""
    return f"{listed(permission.actions)}{but}{number}"


def _resources(permission: Permission) -> str:
    if permission.excluded:
        return f"all but {listed(permission.resources)}"
    if permission.resources == ("*",):
        return "everything"
    return listed(permission.resources) or "resources that are not known"


def beyond_words(permission: Permission, *, gained: bool) -> str:
    """What of it the other side allows too, empty where nothing, or where it is said already."""
    told = tuple(each for each in permission.beyond if each not in permission.instead)
    if not told:
        return ""
    start = "allowed before" if gained else "still allowed"
    return f"{start} {'for' if permission.how is How.TRUST else 'on'} {listed(told)}"


def needed_words(permission: Permission) -> str:
    """Whether a pipeline needs it, and which action does."""
    if permission.needed is Needed.YES:
        return f"needed by {_users(permission.needed_by)}"
    if permission.needed is Needed.WIDER:
        on = listed(dict.fromkeys(each.resource for each in permission.needed_by), 3)
        return f"wider than needed: needed by {_users(permission.needed_by)} on {on}"
    if permission.needed is Needed.NO:
        return f"not needed: {permission.why or 'no pipeline here needs it'}"
    if permission.how is How.TRUST:
        return f"unknown whether needed: {permission.why}"
    if permission.needed_by:
        on = listed(dict.fromkeys(each.resource for each in permission.needed_by), 3)
        return f"needed by {_users(permission.needed_by)} on {on}, and perhaps on more"
    return "unknown whether needed"


def _users(by: tuple[NeededBy, ...]) -> str:
    users: dict[str, list[str]] = {}
    for each in by:
        name = "/".join(filter(None, (each.stage, each.action))) or f"pipeline {each.pipeline}"
        users.setdefault(name, []).append(each.iam_action)
    several = len({each.iam_action for each in by}) > 1
    return listed(
        (f"{u} ({listed(dict.fromkeys(a), 4)})" if several else u for u, a in users.items()), 4
    )


def pipeline_heading(change: PipelineChange) -> str:
    """Which pipeline changed, and how."""
    moved = f", moved from {change.moved_from}" if change.moved_from else ""
    return f"pipeline {change.label} ({change.state}{moved})"


def needs_words(change: PipelineChange) -> Iterator[tuple[str, str]]:
    """The needs that are new and gone, each with ``+`` or ``-``: those of one action together.

    Those that ask the same of another resource are one line.
    """
    if change.state is not State.CHANGED:
        every = (*change.needs_new, *change.needs_gone)
        mark = "+" if change.needs_new else "-"
        unmet = [each for each in every if each.verdict != "allowed" and each.certainty == "high"]
        yield mark, f"{counted(len(every), 'need')}, {len(unmet) or 'none'} of them not surely met"
        yield from _brief(mark, unmet)
        return
    gone = {_kind(each): each for each in change.needs_gone}
    elsewhere: dict[tuple[str, str], list[str]] = {}
    new: list[NeedChange] = []
    for need in change.needs_new:
        old = gone.get(_kind(need))
        if old is not None and old.verdict == need.verdict:
            del gone[_kind(need)]
            elsewhere.setdefault((_who(need), need.principal), []).append(need.iam_action)
        else:
            new.append(need)
    left = {each.partition(" (")[0] for each in change.actions_gone}
    rest = [need for need in gone.values() if f"{need.stage}/{need.action}" not in left]
    yield from _brief("+", new)
    yield from _brief("-", rest)
    for (who, principal), actions in elsewhere.items():
        yield "~", f"{who} needs {listed(actions)} of {principal} on other resources"


def _brief(mark: str, needs: Iterable[NeedChange]) -> Iterator[tuple[str, str]]:
    """Needs in lines, those first that are not met, and no more than a reader takes in."""
    needs = sorted(needs, key=lambda each: _UNMET.index(each.verdict))
    lines = list(_grouped(needs))
    yield from ((mark, words) for words in lines[:_MOST_NEEDS])
    if len(lines) > _MOST_NEEDS:
        yield mark, f"and {len(lines) - _MOST_NEEDS} more like these; `passrole map` shows all"


def _kind(need: NeedChange) -> tuple[str, ...]:
    return need.stage, need.action, need.principal, need.iam_action


def _who(need: NeedChange) -> str:
    return f"{need.stage}/{need.action}" if need.action else "the pipeline"


def _grouped(needs: Iterable[NeedChange]) -> Iterator[str]:
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for need in needs:
        key = (_who(need), need.resource, need.principal, need.verdict)
        groups.setdefault(key, []).append(need.iam_action)
    for (who, resource, principal, verdict), actions in groups.items():
        yield f"{who} needs {listed(actions)} on {resource} of {principal}: {verdict}"


def summary(comparison: Comparison) -> str:
    """The numbers, in one line."""
    gained = [each for change in comparison.identities for each in change.gained]
    lost = [each for change in comparison.identities for each in change.lost]
    excess = sum(each.needed in EXCESS and each.certain for each in gained)
    new = (*comparison.findings.new, *comparison.paths.new)
    unsure = (*comparison.findings.unsure, *comparison.paths.unsure)
    gone = len(comparison.findings.gone) + len(comparison.paths.gone)
    by_severity = Counter(each.severity for each in new)
    worst = ", ".join(f"{by_severity[s]} {s}" for s in Severity if by_severity[s])
    parts = [
        f"{_whom(comparison)} changed",
        f"{counted(len(gained), 'permission')} gained"
        + (f" ({excess} not needed)" if excess else ""),
        f"{len(lost)} lost",
        counted(len(new), "new finding") + (f" ({worst})" if worst else ""),
    ]
    if unsure:
        parts.append(f"{len(unsure)} perhaps new")
    parts += [f"{gone} gone", f"{comparison.findings.unchanged} unchanged"]
    return f"{', '.join(parts)}."


def _whom(comparison: Comparison) -> str:
    roles = sum(each.kind == "role" for each in comparison.identities)
    others = len(comparison.identities) - roles
    also = f" and {counted(others, 'other')}" if others else ""
    return f"{counted(roles, 'role')}{also}"


def problems(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """What could not be read, with the side; what both sides have in common once."""
    told: dict[str, list[str]] = {}
    for side in (comparison.base, comparison.head):
        for each in side.results.diagnostics:
            if each.incomplete:
                place = f"{each.location} " if each.location else ""
                told.setdefault(f"{place}{each.kind}: {each.message}", []).append(str(side))
        for path, reason in side.results.passed_over:
            if reason in UNREAD:
                words = f"{path}: {reason}, whose content is not in the repository"
                told.setdefault(words, []).append(str(side))
    for words, sides in told.items():
        yield " and ".join(dict.fromkeys(sides)), words


def notices(comparison: Comparison) -> Iterator[str]:
    """The settings of the project that take something away from the verdict on the newer side."""
    for each in comparison.head.results.diagnostics:
        if each.kind == NOTICE:
            yield f"{each.location} {each.message}" if each.location else each.message


def incomplete_words(comparison: Comparison) -> str:
    """Which side could not be read whole, empty where both could."""
    sides = [str(s) for s in (comparison.base, comparison.head) if s.results.incomplete]
    if not sides:
        return ""
    return f"The analysis of {' and of '.join(sides)} is incomplete: see the problems."
