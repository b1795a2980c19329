"""Why a permission is there, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from passrole.documents.locations import Location
from passrole.findings import Results
from passrole.reporters.escaping import page, printable
from passrole.reporters.map_data import MappedNeed
from passrole.reporters.why_data import Holder, Standing, Why

WIDTH = 100
SHOWN = 4  # entries of a list in a statement
_MARKS = {"allowed": "granted", "missing": "MISSING", "denied": "DENIED", "unknown": "not known"}


def render_text(why: Why, results: Results, reference: list[str]) -> str:
    """What needs it, who holds it, then the ``reference`` row where one is given."""
    lines = [*_needs(why), "", *_holders(why)]
    if reference:
        lines.extend(["", *map(printable, reference)])
    grave = [each for each in results.diagnostics if each.incomplete]
    if grave:
        lines.append("")
    for each in grave:
        place = f"{each.location}  " if each.location else ""
        lines.append(printable(f"{place}{each.kind}  {each.message}"))
    if results.incomplete:
        lines.append("The answer is incomplete: see the problems above.")
    return page(lines)


def _needs(why: Why) -> Iterator[str]:
    name = printable(why.asked)
    if not why.pipelines:
        yield f"No pipeline here, so nothing that needs {name}."
        return
    if not why.needs:
        yield f"No pipeline action here needs {name}, as far as is known."
        return
    yield f"Needed: {name}"
    told = None
    for each in why.needs:
        if each[:-1] != told:
            told = each[:-1]
            where = f"{each.stage}/{each.action}" if each.stage else "as a whole"
            provider = f"  {each.provider}" if each.provider else ""
            yield ""
            yield printable(f"  {each.pipeline}: {where}{provider}  {_place(each.location)}")
        yield from _need(each.need)


def _need(need: MappedNeed) -> Iterator[str]:
    yield from _row("needs", " or ".join((need.iam_action, *need.alternatives)))
    yield from _row("on", need.resource)
    yield from _row("when", "; ".join(filter(None, (need.when, need.world))))
    role = f", {_place(need.role)}" if need.role else ""
    yield from _row("of", f"{need.principal} ({need.why}){role}")
    yield from _row("which is", _MARKS[need.verdict])
    for label, place in need.decided_by:
        yield from _row("by", f"{label}, {_place(place)}")
    for blocker in need.blockers:
        yield from _row("because", blocker)
    block = "; a block of the documentation, no single permission" if need.documented_block else ""
    yield from _row("certainty", f"{need.certainty}, from {need.basis}{block}")
    yield from _row("note", need.note)
    yield from _row("source", need.source)


def _holders(why: Why) -> Iterator[str]:
    name = printable(why.asked)
    if not any(holder.statements for holder in why.holders):
        yield f"No statement here grants or denies {name}."
    else:
        yield f"Statements about {name}:"
    for holder in why.holders:
        if holder.statements:
            yield ""
            yield from _holder(holder, told=bool(why.pipelines))
    unread = [(holder, reason) for holder in why.holders for reason in holder.unknown]
    if unread:
        yield ""
        yield "Not known, so perhaps held as well:"
        for holder, reason in unread:
            place = f"  {_place(holder.location)}" if holder.location else ""
            yield from _row("", f"{holder.kind} {holder.label}{place}: {reason}")


def _holder(holder: Holder, *, told: bool) -> Iterator[str]:
    place = f"  {_place(holder.location)}" if holder.location else ""
    yield printable(f"  {holder.kind} {holder.label}{place}")
    for each in holder.statements:
        yield from _statement(each)
    held = any(each.effect == "Allow" and each.kind == "identity" for each in holder.statements)
    if told and held and holder.kind == "role" and not holder.needed:
        yield from _row("", "no pipeline action here needs it of this role")


def _statement(each: Standing) -> Iterator[str]:
    effect = each.effect or "Allow or Deny"
    perhaps = "" if each.certain else " (perhaps)"
    boundary = " of the permissions boundary" if each.kind == "boundary" else ""
    place = f", {_place(each.location)}" if each.location else ""
    yield from _row(effect, f"{each.statement}{boundary}{place}{perhaps}")
    resources = f" on {_some(each.resources)}" if each.resources else ""
    yield from _row("", f"{_some(each.actions)}{resources}")
    yield from _row("if", "; ".join(each.conditions))
    yield from _row("when", each.world)


def _some(items: tuple[str, ...]) -> str:
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return f"{', '.join(items[:SHOWN])}{more}"


def _row(label: str, text: str) -> Iterator[str]:
    """A labelled paragraph, nothing where there is no text; no word is broken."""
    column = f"    {label:<10} "
    width = WIDTH - len(column)
    lines = wrap(printable(text), width, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield f"{' ' * len(column) if number else column}{line}"


def _place(location: Location) -> str:
    return f"{location.path}:{location.line}"
