from collections.abc import Callable, Mapping
from typing import Any

from passrole import ActionProvider, Graph, Need
from passrole.contributions import Contributions
from passrole.reporters.map_data import map_of

Build = Callable[[Mapping[str, Any]], Graph]


def _pipeline(provider: str) -> dict[str, Any]:
    action = {
        "Name": "Build",
        "ActionTypeId": {
            "Category": "Build", "Owner": "Custom", "Provider": provider, "Version": "1",
        },
    }  # fmt: skip
    return {
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "RoleArn": "arn:aws:iam::111122223333:role/pipeline",
                "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
                "Stages": [{"Name": "Build", "Actions": [action]}],
            },
        }
    }


def _provider(graph: Graph) -> ActionProvider:
    (pipeline,) = graph.pipelines
    found = graph.provider_of(pipeline.actions[0])
    assert found is not None
    return found


def test_a_documented_custom_action_is_known_by_its_name(graph_of: Build) -> None:
    jenkins = _provider(graph_of(_pipeline("Jenkins")))

    assert str(jenkins) == "Build/Custom/Jenkins/1"
    assert not jenkins.stands_for_others


def test_any_other_custom_action_needs_nothing_of_the_role(graph_of: Build) -> None:
    other = _provider(graph_of(_pipeline("AcmeBuild")))

    assert other.stands_for_others
    assert other.needs == ()


def test_who_declares_a_custom_action_by_its_name_comes_first(
    graph_of: Build, contributions: Contributions
) -> None:
    acme = ActionProvider("Build", "Custom", "AcmeBuild", (Need("dynamodb:GetItem"),))
    graph = graph_of(_pipeline("AcmeBuild"))
    told = Graph(graph.entities, (*contributions.providers, acme))

    assert _provider(told) is acme


def test_a_custom_action_that_nobody_declares_is_shown_as_not_known(graph_of: Build) -> None:
    def known(provider: str) -> bool:
        (pipeline,) = map_of([graph_of(_pipeline(provider))])
        return pipeline.stages[0].actions[0].known

    assert known("Jenkins")
    assert not known("AcmeBuild")
