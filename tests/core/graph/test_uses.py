"""Which role works for which pipeline, whether its needs are known in full, what it holds beyond."""

from __future__ import annotations

from typing import Any

import pytest

from passrole.asking import read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes

TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: %(trusted)s}}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement: [%(statements)s]
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: store}
      Stages:
        - Name: Build
          Actions:
            - Name: Act
              ActionTypeId: {Category: %(category)s, Owner: AWS, Provider: %(provider)s, Version: "1"}
              Configuration: {ProjectName: shop}
"""


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


@pytest.fixture
def graph_of(contributions: Contributions) -> Any:
    def build(
        statements: str = "",
        trusted: str = "codepipeline.amazonaws.com",
        category: str = "Build",
        provider: str = "CodeBuild",
    ) -> Graph:
        text = TEMPLATE % {
            "statements": statements, "trusted": trusted, "category": category, "provider": provider,
        }  # fmt: skip
        document = parse("t.yaml", text.encode(), Limits())
        assert not document.problems, document.problems
        types = ResourceTypes.of(contributions.resource_types)
        entities, _ = read_entities(read_stacks([document], types, Deployment()))
        return Graph(entities, contributions.providers)

    return build


def test_a_role_is_used_by_the_pipeline_and_its_actions(graph_of: Any) -> None:
    graph = graph_of()
    (role,) = graph.roles
    uses = graph.uses.of(role)
    assert {(use.action.label if use.action else None) for use in uses} == {None, "Build/Act"}
    assert {use.why for use in uses} == {"the role of the pipeline"}
    assert graph.uses.open_because(role) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"trusted": "[codepipeline.amazonaws.com, lambda.amazonaws.com]"}, "lambda.amazonaws.com may assume it as well"),
        ({"provider": "Elsewhere"}, "no plugin knows the provider of action Build/Act"),
        ({"category": "Compute", "provider": "Commands"}, "what action Build/Act needs is not documented in full"),
    ],
)  # fmt: skip
def test_what_else_a_role_may_need_is_left_open_with_the_reason(
    changes: dict[str, str], reason: str, graph_of: Any
) -> None:
    graph = graph_of(**changes)
    (role,) = graph.roles
    assert graph.uses.open_because(role) == reason


def excess(graph: Graph) -> list[tuple[str, str]]:
    (role,) = graph.roles
    return [
        (str(each.action), str(each.resource))
        for found in graph.uses.excess(role)
        for each in found.unused
    ]


def test_excess_is_what_no_need_asks_for(graph_of: Any) -> None:
    needed = '{Effect: Allow, Action: ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource: "*"}'
    assert excess(graph_of(needed)) == []
    assert excess(graph_of(f'{needed}, {{Effect: Allow, Action: "rds:*", Resource: "*"}}')) == [
        ("rds:*", "*")
    ]


def test_a_denial_is_never_excess(graph_of: Any) -> None:
    assert excess(graph_of('{Effect: Deny, Action: "rds:*", Resource: "*"}')) == []
