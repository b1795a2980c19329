"""The dependency map in DOT, the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.findings import Results
from passrole.reporters.map_data import MappedPipeline
from passrole.reporters.map_drawing import (
    DrawnPipeline,
    DrawnStage,
    drawing_of,
    label,
    place_words,
)

_STYLES = {
    "missing": 'color="#b3261e", fontcolor="#b3261e", penwidth=2',
    "denied": 'color="#8e24aa", fontcolor="#8e24aa", penwidth=2',
    "unknown": 'color="#8a6100", fontcolor="#8a6100", style=dotted',
    "disputed": 'color="#6b6b6b", fontcolor="#6b6b6b", style=dashed',
    "allowed": 'color="#1b7a3d", fontcolor="#1b7a3d"',
}


def render_dot(pipelines: tuple[MappedPipeline, ...], results: Results) -> str:
    """The text of a directed graph."""
    return "".join(f"{line}\n" for line in _graph(pipelines, results))


def _graph(pipelines: tuple[MappedPipeline, ...], results: Results) -> Iterator[str]:
    drawing = drawing_of(pipelines)
    yield "digraph passrole {"
    yield '  graph [rankdir=LR, compound=true, fontname="sans-serif"];'
    yield '  node [shape=box, style=rounded, fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize=10];'
    for pipeline in drawing.pipelines:
        yield from _pipeline(pipeline)
    for principal, node in drawing.principals.items():
        words = _quoted(principal.name, place_words(principal.place))
        yield f"  {node} [shape=ellipse, style=solid, label={words}];"
    for line in drawing.lines:
        yield (
            f"  {line.source} -> {line.target} "
            f"[label={_quoted(line.words)}, {_STYLES[line.standing]}];"
        )
    if results.incomplete:
        yield '  incomplete [shape=plaintext, label="The map is incomplete."];'
    yield "}"


def _pipeline(pipeline: DrawnPipeline) -> Iterator[str]:
    node, mapped = pipeline.node, pipeline.mapped
    yield f"  subgraph cluster_{node} {{"
    yield f"    label={_quoted(mapped.name, place_words(mapped.location))};"
    if mapped.needs:
        yield f'    {node} [label="the pipeline as a whole", style=dashed];'
    for stage in pipeline.stages:
        yield from _stage(stage)
    for number, reason in enumerate(mapped.unresolved):
        yield f"    {node}u{number} [shape=plaintext, label={_quoted(f'? {reason}')}];"
    yield "  }"
    for one, next_one in zip(pipeline.stages, pipeline.stages[1:], strict=False):
        yield (
            f"  {_anchor(one)} -> {_anchor(next_one)} "
            f"[ltail=cluster_{one.node}, lhead=cluster_{next_one.node}, weight=10];"
        )


def _stage(stage: DrawnStage) -> Iterator[str]:
    yield f"    subgraph cluster_{stage.node} {{"
    yield f"      label={_quoted(stage.name)};"
    if not stage.actions:
        yield f"      {stage.node} [shape=point, style=invis];"
    for node, action in stage.actions:
        when = f"when {action.world}" if action.world else ""
        words = _quoted(action.name, action.provider, place_words(action.location), when)
        yield f"      {node} [label={words}];"
    yield "    }"


def _anchor(stage: DrawnStage) -> str:
    """The node of a stage that the arrow between stages starts from or leads to."""
    return stage.actions[0][0] if stage.actions else stage.node


def _quoted(*lines: str) -> str:
    """A quoted string of some lines. Graphviz reads backslashes, and entities as HTML has them."""
    shown = (label(line).replace("&", "&amp;").replace("\\", "\\\\") for line in lines if line)
    text = "\\n".join(line.replace('"', '\\"') for line in shown)
    return f'"{text}"'
