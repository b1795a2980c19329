from collections.abc import Callable
from typing import Any

import pytest

from passrole import Graph
from passrole_aws.eks.rules import RULES

Build = Callable[..., Graph]
(ACCESS,) = RULES


def _resources(mode: str, entry: dict[str, Any] | None) -> dict[str, Any]:
    action = {
        "Name": "Deploy",
        "ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "EKS", "Version": "1"},
        "Configuration": {"ClusterName": {"Ref": "Cluster"}},
    }
    entries = {"Entry": {"Type": "AWS::EKS::AccessEntry", "Properties": entry}} if entry else {}
    return {
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
                "Stages": [{"Name": "Deploy", "Actions": [action]}],
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Statement": []},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
            },
        },
        "Cluster": {
            "Type": "AWS::EKS::Cluster",
            "Properties": {"AccessConfig": {"AuthenticationMode": mode}},
        },
        **entries,
    }


def _reported(graph: Graph) -> list[str]:
    (pipeline,) = graph.pipelines
    (action,) = pipeline.actions
    return [str(report.confidence) for report in ACCESS.check(action, graph)]


@pytest.mark.parametrize(
    ("mode", "confidences"),
    [("API", ["medium"]), ("API_AND_CONFIG_MAP", ["low"]), ("CONFIG_MAP", [])],
)
def test_a_role_without_an_entry_is_reported_where_entries_decide(
    graph_of: Build, mode: str, confidences: list[str]
) -> None:
    assert _reported(graph_of(_resources(mode, None))) == confidences


@pytest.mark.parametrize(
    ("principal", "count"),
    [
        ({"Fn::GetAtt": ["Role", "Arn"]}, 0),
        ({"Fn::ImportValue": "somebody"}, 0),
        ("arn:aws:iam::111122223333:role/somebody", 0),
    ],
    ids=str,
)
def test_an_entry_that_may_be_the_roles_is_enough(
    graph_of: Build, principal: Any, count: int
) -> None:
    entry = {"ClusterName": {"Ref": "Cluster"}, "PrincipalArn": principal}

    assert len(_reported(graph_of(_resources("API", entry)))) == count


def test_an_entry_of_another_role_does_not_help(graph_of: Build) -> None:
    entry = {"ClusterName": {"Ref": "Cluster"}, "PrincipalArn": {"Fn::GetAtt": ["Other", "Arn"]}}
    resources = _resources("API", entry)
    resources["Other"] = resources["Role"]

    assert _reported(graph_of(resources)) == ["medium"]
