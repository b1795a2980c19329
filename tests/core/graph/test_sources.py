"""Which actions the artifacts of an action come from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passrole.asking import read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.sources import MAKERS, Sources
from passrole.model.pipelines import Pipeline
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def pipeline(contributions: Contributions, *actions: dict[str, Any]) -> Pipeline:
    stages = [{"Name": "Stage", "Actions": list(actions)}]
    resources = {"P": {"Type": "AWS::CodePipeline::Pipeline", "Properties": {"Stages": stages}}}
    text = json.dumps({"Parameters": {"Name": {"Type": "String"}}, "Resources": resources})
    document = parse("t.json", text.encode(), Limits())
    types = ResourceTypes.of(contributions.resource_types)
    stacks = read_stacks([document], types, Deployment())
    entities, crashes = read_entities(stacks)
    assert not crashes
    (found,) = (each for each in entities if isinstance(each, Pipeline))
    return found


def action(
    name: str, inputs: tuple[Any, ...] = (), outputs: tuple[Any, ...] = ()
) -> dict[str, Any]:
    return {
        "Name": name,
        "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
        "InputArtifacts": [{"Name": each} for each in inputs],
        "OutputArtifacts": [{"Name": each} for each in outputs],
    }  # fmt: skip


def names(pipeline: Pipeline, place: int) -> list[str]:
    return [each.name for each in Sources(pipeline).of(pipeline.actions[place])]


def test_sources_come_in_the_order_of_the_pipeline_and_once(contributions: Contributions) -> None:
    made = pipeline(
        contributions,
        action("Second", ("c", "a", "b")),
        action("First", (), ("b",)),
        action("Both", (), ("a", "c")),
        action("Other", (), ("d",)),
    )
    assert names(made, 0) == ["First", "Both"]
    assert names(made, 1) == []


def test_a_name_that_a_parameter_gives_is_the_name_of_the_same_parameter(
    contributions: Contributions,
) -> None:
    given = {"Ref": "Name"}
    made = pipeline(contributions, action("Uses", (given,)), action("Makes", (), (given,)))
    assert names(made, 0) == ["Makes"]


def test_of_one_artifact_that_many_make_some_are_told(contributions: Contributions) -> None:
    many = [action(f"A{n}", ("a",), ("a",)) for n in range(3 * MAKERS)]
    made = pipeline(contributions, *many)
    assert names(made, 0) == [f"A{n}" for n in range(MAKERS)]
