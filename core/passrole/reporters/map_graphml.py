"""The dependency map as GraphML, for tools that work on graphs: an edge for each need."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from passrole.findings import Results
from passrole.reporters.escaping import xml_text
from passrole.reporters.map_data import MappedNeed, MappedPipeline
from passrole.reporters.map_drawing import Drawing, drawing_of, place_words

_SCHEMA = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = ("kind", "name", "place", "provider", "when")
_EDGE_KEYS = (
    "relation", "verdict", "standing", "iam_action", "alternatives", "resource", "condition",
    "certainty", "source", "decided_by", "blockers",
)  # fmt: skip


def render_graphml(pipelines: tuple[MappedPipeline, ...], results: Results) -> str:
    """One GraphML document. Edges say what they are by ``relation``: contains, next, needs."""
    root = ET.Element("graphml", xmlns=_SCHEMA)
    graph = _graph(root, results)
    drawing = drawing_of(pipelines)
    for pipeline in drawing.pipelines:
        mapped = pipeline.mapped
        place = place_words(mapped.location)
        _node(graph, pipeline.node, kind="pipeline", name=mapped.name, place=place)
        for stage in pipeline.stages:
            _node(graph, stage.node, kind="stage", name=stage.name)
            for node, action in stage.actions:
                _node(
                    graph, node, kind="action", name=action.name, provider=action.provider,
                    place=place_words(action.location), when=action.world,
                )  # fmt: skip
    for principal, node in drawing.principals.items():
        kind = "role" if principal.place else "principal"
        _node(graph, node, kind=kind, name=principal.name, place=place_words(principal.place))
    _structure(graph, drawing)
    for line in drawing.lines:
        for need in line.needs:
            said = {"relation": "needs", "standing": line.standing, **dict(_said(need))}
            _edge(graph, line.source, line.target, said)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _graph(root: ET.Element, results: Results) -> ET.Element:
    """The graph in a document whose keys are declared."""
    for kind, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for key in keys:
            given = {"id": f"{kind}-{key}", "for": kind, "attr.name": key, "attr.type": "string"}
            ET.SubElement(root, "key", given)
    incomplete = {"id": "incomplete", "for": "graph", "attr.name": "incomplete"}
    ET.SubElement(root, "key", {**incomplete, "attr.type": "boolean"})
    graph = ET.SubElement(root, "graph", id="passrole", edgedefault="directed")
    ET.SubElement(graph, "data", key="incomplete").text = str(results.incomplete).lower()
    return graph


def _structure(graph: ET.Element, drawing: Drawing) -> None:
    """What is inside what, and in which order."""
    for pipeline in drawing.pipelines:
        for stage in pipeline.stages:
            _edge(graph, pipeline.node, stage.node, {"relation": "contains"})
            for node, _ in stage.actions:
                _edge(graph, stage.node, node, {"relation": "contains"})
        for one, next_one in zip(pipeline.stages, pipeline.stages[1:], strict=False):
            _edge(graph, one.node, next_one.node, {"relation": "next"})


def _said(need: MappedNeed) -> Iterator[tuple[str, str]]:
    yield "verdict", need.verdict
    yield "iam_action", need.iam_action
    yield "alternatives", " ".join(need.alternatives)
    yield "resource", need.resource
    yield "condition", "; ".join(filter(None, (need.when, need.world)))
    yield "certainty", need.certainty
    yield "source", need.source
    yield "decided_by", "; ".join(f"{place_words(at)} {label}" for label, at in need.decided_by)
    yield "blockers", "; ".join(need.blockers)


def _node(graph: ET.Element, node: str, **data: str) -> None:
    _data(ET.SubElement(graph, "node", id=node), "node", data)


def _edge(graph: ET.Element, source: str, target: str, data: dict[str, str]) -> None:
    _data(ET.SubElement(graph, "edge", source=source, target=target), "edge", data)


def _data(element: ET.Element, kind: str, data: dict[str, str]) -> None:
    for key, value in data.items():
        if value:
            ET.SubElement(element, "data", key=f"{kind}-{key}").text = xml_text(value)
