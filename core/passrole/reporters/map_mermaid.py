"""The dependency map as a Mermaid flowchart, for Markdown pages that draw it."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.findings import Results
from passrole.reporters.map_data import MappedPipeline
from passrole.reporters.map_drawing import (
    DrawnPipeline,
    Principal,
    drawing_of,
    label,
    place_words,
)

_PLAIN = frozenset(" _-./:,()?")
_STYLES = {
    "missing": "stroke:#b3261e,stroke-width:3px",
    "denied": "stroke:#8e24aa,stroke-width:3px",
    "unknown": "stroke:#8a6100,stroke-dasharray:2 4",
    "disputed": "stroke:#6b6b6b,stroke-dasharray:6 4",
    "allowed": "stroke:#1b7a3d",
}


def render_mermaid(pipelines: tuple[MappedPipeline, ...], results: Results) -> str:
    """The text of a flowchart from left to right."""
    return "".join(f"{line}\n" for line in _chart(pipelines, results))


def _chart(pipelines: tuple[MappedPipeline, ...], results: Results) -> Iterator[str]:
    drawing = drawing_of(pipelines)
    yield "flowchart LR"
    arrows = 0
    for pipeline in drawing.pipelines:
        yield from _pipeline(pipeline)
        arrows += max(0, len(pipeline.stages) - 1)
    for principal, node in drawing.principals.items():
        yield f'  {node}(["{_principal(principal)}"])'
    for line in drawing.lines:
        # A pipeline is a frame around its stages; what it needs as a whole starts at a node in it.
        source = line.source if "a" in line.source else f"{line.source}w"
        yield f'  {source} -->|"{_text(line.words)}"| {line.target}'
    for number, line in enumerate(drawing.lines, arrows):
        yield f"  linkStyle {number} {_STYLES[line.standing]}"
    if results.incomplete:
        yield '  incomplete["The map is incomplete."]'


def _pipeline(pipeline: DrawnPipeline) -> Iterator[str]:
    yield f'  subgraph {pipeline.node}["{_text(pipeline.mapped.name)}"]'
    if pipeline.mapped.needs:
        yield f'    {pipeline.node}w["the pipeline as a whole"]'
    for stage in pipeline.stages:
        yield f'    subgraph {stage.node}["{_text(stage.name)}"]'
        for node, action in stage.actions:
            when = f"<br/>when {_text(action.world)}" if action.world else ""
            yield f'      {node}["{_text(action.name)}<br/>{_text(action.provider)}{when}"]'
        yield "    end"
    for number, reason in enumerate(pipeline.mapped.unresolved):
        yield f'    {pipeline.node}u{number}["? {_text(reason)}"]'
    yield "  end"
    for one, next_one in zip(pipeline.stages, pipeline.stages[1:], strict=False):
        yield f"  {one.node} --> {next_one.node}"


def _principal(principal: Principal) -> str:
    place = place_words(principal.place)
    return _text(principal.name) + (f"<br/>{_text(place)}" if place else "")


def _text(text: str) -> str:
    """Text in which every sign that may mean something to Mermaid is written as its number."""
    plain = (
        c if c.isalnum() or c in _PLAIN or not c.isascii() else f"#{ord(c)};" for c in label(text)
    )
    return "".join(plain) or "#32;"
