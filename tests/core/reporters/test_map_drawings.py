"""Mermaid, DOT and GraphML: whatever names hold, the drawing is one that the formats allow."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import Location, Results
from passrole.reporters.map_data import MappedAction, MappedNeed, MappedPipeline, MappedStage
from passrole.reporters.map_dot import render_dot
from passrole.reporters.map_drawing import drawing_of, standing
from passrole.reporters.map_graphml import render_graphml
from passrole.reporters.map_mermaid import render_mermaid

Render = Callable[[tuple[MappedPipeline, ...], Results], str]

HOSTILE = 'a"b]c|d\\e`f\ng;h<script>i&lt;\u202ej\x1b[31mk#quot;l\ufffe{m}%%n'
PLACE = Location("pipeline.yaml", 3, 5, 3, 9, "Resources.Pipeline")
ROLE = Location("roles.yaml", 7, 3, 7, 7, "Resources.Role")

NEED = MappedNeed(
    principal="Role",
    why="the role of the pipeline",
    role=ROLE,
    iam_action="codebuild:StartBuild",
    alternatives=(),
    resource="*",
    when="",
    certainty="high",
    basis="current documentation",
    note="",
    source="https://docs.aws.amazon.com/",
    documented_block=False,
    verdict="missing",
    world="",
    decided_by=(),
    blockers=(),
)


def pipeline(name: str = "shop", *needs: MappedNeed) -> MappedPipeline:
    action = MappedAction(name, "Build/AWS/CodeBuild/1", True, False, PLACE, "", needs or (NEED,))
    empty = MappedStage(name, ())
    return MappedPipeline(name, PLACE, name, (NEED,), (MappedStage("Build", (action,)), empty), ())


# What the drawing says


def test_needs_of_one_role_that_stand_alike_are_one_line() -> None:
    other = NEED._replace(iam_action="codebuild:BatchGetBuilds")
    allowed = NEED._replace(iam_action="codebuild:StopBuild", verdict="allowed")
    drawing = drawing_of([pipeline("shop", NEED, other, allowed)])
    assert [(line.source, line.target, line.words) for line in drawing.lines] == [
        ("p1", "r1", "✗ missing: codebuild:StartBuild"),
        ("p1s1a1", "r1", "✗ missing: codebuild:StartBuild, codebuild:BatchGetBuilds"),
        ("p1s1a1", "r1", "✓ 1 allowed"),
    ]


def test_roles_of_one_name_in_two_files_are_two_nodes() -> None:
    elsewhere = NEED._replace(role=ROLE._replace(path="other.yaml"))
    assert len(drawing_of([pipeline("shop", NEED, elsewhere)]).principals) == 2


def test_what_may_not_be_needed_is_not_called_missing() -> None:
    assert standing(NEED._replace(certainty="low")) == "disputed"
    assert standing(NEED._replace(documented_block=True, verdict="denied")) == "disputed"
    assert standing(NEED._replace(certainty="low", verdict="unknown")) == "unknown"
    assert standing(NEED) == "missing"


@pytest.mark.parametrize("render", [render_mermaid, render_dot])
def test_an_incomplete_map_says_so(render: Render) -> None:
    words = "The map is incomplete."
    assert words in render((pipeline(),), Results(incomplete=True))
    assert words not in render((pipeline(),), Results())


# Mermaid

MERMAID_LINE = re.compile(
    r"""flowchart\ LR
      | \ *(?:
          subgraph\ \w+\["(?P<frame>[^"]*)"\] | end
        | \w+(?:\["(?P<box>[^"]*)"\]|\(\["(?P<round>[^"]*)"\]\))
        | \w+\ -->(?:\|"(?P<arrow>[^"]*)"\|)?\ \w+
        | linkStyle\ \d+\ [-a-z:#0-9,\ ]+
      )""",
    re.VERBOSE,
)


@given(st.text())
def test_mermaid_is_made_of_the_lines_it_should_be_made_of(name: str) -> None:
    for line in render_mermaid((pipeline(name), pipeline(HOSTILE)), Results()).splitlines():
        match = MERMAID_LINE.fullmatch(line)
        assert match, line
        for text in match.groupdict().values():
            plain = re.sub(r"#\d+;|<br/>", "", text or "")
            assert not re.search(r'[<>"`#;&|{}\[\]\\\n]', plain)


def test_each_line_of_mermaid_has_the_style_of_its_verdict() -> None:
    denied = NEED._replace(verdict="denied")
    chart = render_mermaid((pipeline("shop", denied),), Results()).splitlines()
    arrows = [line for line in chart if "-->" in line]
    styles = {int(line.split()[1]): line.split()[2] for line in chart if "linkStyle" in line}
    assert [number for number, line in enumerate(arrows) if "|" in line] == list(styles)
    assert "denied" in arrows[2] and "#8e24aa" in styles[2]
    assert "missing" in arrows[1] and "#b3261e" in styles[1]


# DOT

DOT_STRING = r'"(?:[^"\\\n]|\\.)*"'
DOT_LINE = re.compile(
    rf"""digraph\ passrole\ \{{ | \ *(?:
          \}} | subgraph\ cluster_\w+\ \{{ | label={DOT_STRING};
        | \w+(?:\ ->\ \w+)?\ \[\w+=(?:{DOT_STRING}|\w+)(?:,\ \w+=(?:{DOT_STRING}|\w+))*\];
      )""",
    re.VERBOSE,
)


@given(st.text())
def test_dot_is_made_of_the_lines_it_should_be_made_of(name: str) -> None:
    for line in render_dot((pipeline(name), pipeline(HOSTILE)), Results()).splitlines():
        assert DOT_LINE.fullmatch(line), line


def test_graphviz_draws_it() -> None:
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("needs Graphviz: no program dot")
    text = render_dot((pipeline(HOSTILE), pipeline("b\\N")), Results())
    done = subprocess.run([dot, "-Tsvg"], input=text.encode(), capture_output=True, check=True)
    drawn = done.stdout.decode()
    assert "b\\N" in drawn
    assert "&lt;script&gt;" in drawn and "<script" not in drawn
    assert not done.stderr


# GraphML


def read(text: str) -> Any:
    return nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)


def test_graphml_has_an_edge_for_each_need() -> None:
    other = NEED._replace(iam_action="codebuild:BatchGetBuilds", verdict="unknown", blockers=("x",))
    graph = read(render_graphml((pipeline("shop", NEED, other),), Results()))
    needs = graph.get_edge_data("p1s1a1", "r1")
    assert [(each["iam_action"], each["verdict"]) for each in needs.values()] == [
        ("codebuild:StartBuild", "missing"),
        ("codebuild:BatchGetBuilds", "unknown"),
    ]
    assert needs[1]["blockers"] == "x"
    assert graph.nodes["r1"] == {"kind": "role", "name": "Role", "place": "roles.yaml:7"}
    assert nx.has_path(graph, "p1", "p1s1a1")


@given(st.text())
def test_graphml_can_be_read_back(name: str) -> None:
    graph = read(render_graphml((pipeline(name), pipeline(HOSTILE)), Results()))
    assert {data["kind"] for _, data in graph.nodes(data=True)} == {
        "pipeline", "stage", "action", "role",
    }  # fmt: skip
    assert "\u202e" not in str(graph.nodes(data=True)).replace("\\u202e", "")
