"""The dependency map as a tree for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from passrole.findings import Results
from passrole.reporters.escaping import page, printable
from passrole.reporters.map_data import MappedAction, MappedNeed, MappedPipeline

_MARKS = {"allowed": "+", "missing": "-", "denied": "!", "unknown": "?"}
LEGEND = "+ allowed   - missing   ! denied   ? not known   ~ disputed, or a documented block"


def render_tree(pipelines: tuple[MappedPipeline, ...], results: Results) -> str:
    """The assumptions, the legend, then one tree a pipeline."""
    lines = ["Assumed:", *(f"  {printable(each)}" for each in results.assumptions), "", LEGEND, ""]
    for pipeline in pipelines:
        lines.extend(_pipeline(pipeline))
        lines.append("")
    if not pipelines:
        lines.append("No pipelines found.")
    for diagnostic in results.diagnostics:
        place = f"{diagnostic.location}  " if diagnostic.location else ""
        lines.append(printable(f"{place}{diagnostic.kind}  {diagnostic.message}"))
    if results.incomplete:
        lines.append("The map is incomplete: see the problems above.")
    return page(lines)


def _pipeline(pipeline: MappedPipeline) -> Iterator[str]:
    sets = f"  with {', '.join(pipeline.sets)}" if pipeline.sets else ""
    yield printable(f"{pipeline.name}  {pipeline.location}{sets}")
    children: list[tuple[str, Sequence[str]]] = []
    if pipeline.needs:
        children.append(("the pipeline as a whole", list(_needs(pipeline.needs))))
    for stage in pipeline.stages:
        actions = [(_heading(action), list(_action(action))) for action in stage.actions]
        children.append((printable(stage.name), list(_branches(actions))))
    children.extend((f"? {printable(reason)}", ()) for reason in pipeline.unresolved)
    yield from _branches(children)


def _heading(action: MappedAction) -> str:
    when = f"  when {action.world}" if action.world else ""
    place = f"{action.location.path}:{action.location.line}"
    return printable(f"{action.name}  {action.provider}  {place}{when}")


def _action(action: MappedAction) -> Iterator[str]:
    if not action.known:
        yield "? no plugin knows this action provider"
    yield from _needs(action.needs)


def _needs(needs: tuple[MappedNeed, ...]) -> Iterator[str]:
    """The needs under the principal whose permission each is."""
    groups: dict[tuple[str, str], list[MappedNeed]] = {}
    for need in needs:
        place = f", {need.role.path}:{need.role.line}" if need.role else ""
        groups.setdefault((need.principal, f"{need.why}{place}"), []).append(need)
    children = [
        (printable(f"{principal} ({why})"), [line for need in group for line in _need(need)])
        for (principal, why), group in groups.items()
    ]
    return _branches(children)


def _need(need: MappedNeed) -> Iterator[str]:
    disputed = "~" if need.certainty == "low" or need.documented_block else " "
    actions = " or ".join((need.iam_action, *need.alternatives))
    when = f"  [{need.when}]" if need.when else ""
    world = f"  when {need.world}" if need.world else ""
    text = f"{_MARKS[need.verdict]}{disputed} {actions}  {need.resource}{when}{world}"
    yield printable(text)
    for label, place in need.decided_by[:2]:
        yield printable(f"     by {label}, {place.path}:{place.line}")
    for blocker in need.blockers[:3]:
        yield printable(f"     because {blocker}")


def _branches(children: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for index, (heading, lines) in enumerate(children):
        last = index == len(children) - 1
        yield f"{'└─' if last else '├─'} {heading}"
        for line in lines:
            yield f"{'   ' if last else '│  '}{line}"
