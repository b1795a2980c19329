from collections.abc import Callable
from typing import Any

import pytest

from passrole_aws.codeconnections.entities import Connection

Ask = Callable[..., list[Any]]
CONNECTIONS = {
    "Old": {
        "Type": "AWS::CodeStarConnections::Connection",
        "Properties": {"ConnectionName": "github", "ProviderType": "GitHub"},
    },
    "New": {
        "Type": "AWS::CodeConnections::Connection",
        "Properties": {"ConnectionName": "gitlab", "ProviderType": "GitLab"},
    },
}


def _use(ask: Ask, connection: str, iam_action: str) -> Any:
    arn = {"Fn::GetAtt": [connection, "ConnectionArn"]}
    granted = {"Effect": "Allow", "Action": iam_action, "Resource": {"Ref": connection}}
    asked = ask(
        "Source/AWS/CodeStarSourceConnection", {"ConnectionArn": arn}, [granted], CONNECTIONS
    )
    (found,) = (each for each in asked if each.rule == "connection-use-missing")
    return found


@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("service", ["codestar-connections", "codeconnections"])
def test_either_name_of_the_action_is_enough(ask: Ask, connection: str, service: str) -> None:
    assert _use(ask, connection, f"{service}:UseConnection").verdict == "allowed"


def test_passing_a_connection_is_not_using_it(ask: Ask) -> None:
    found = _use(ask, "New", "codeconnections:PassConnection")

    assert found.verdict == "missing"
    assert found.resource.startswith("arn:aws:codeconnections:")


@pytest.mark.parametrize(
    ("repository", "verdict"),
    [("example/shop", "allowed"), ("example/*", "missing"), ("Example/Shop", "missing")],
)
def test_a_condition_on_the_repository_is_held_against_the_configuration(
    ask: Ask, repository: str, verdict: str
) -> None:
    arn = "arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b"
    granted = {
        "Effect": "Allow",
        "Action": "codestar-connections:UseConnection",
        "Resource": arn,
        "Condition": {"StringEquals": {"codestar-connections:FullRepositoryId": repository}},
    }
    configuration = {"ConnectionArn": arn, "FullRepositoryId": "example/shop"}
    asked = ask("Source/AWS/CodeStarSourceConnection", configuration, [granted])

    (found,) = (each for each in asked if each.rule == "connection-use-missing")
    assert found.verdict == verdict


def test_a_connection_is_read_from_either_type(graph_of: Callable[..., Any]) -> None:
    found = [each.label for each in graph_of(CONNECTIONS).entities if isinstance(each, Connection)]

    assert found == ["github", "gitlab"]


def test_a_statement_on_the_arn_with_the_other_prefix_allows_nothing(ask: Ask) -> None:
    arn = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
    granted = {
        "Effect": "Allow",
        "Action": ["codeconnections:UseConnection", "codestar-connections:UseConnection"],
        "Resource": arn.replace("codeconnections", "codestar-connections"),
    }
    asked = ask("Source/AWS/CodeStarSourceConnection", {"ConnectionArn": arn}, [granted])

    (found,) = (each for each in asked if each.rule == "connection-use-missing")
    assert found.verdict == "missing"
