from collections.abc import Callable
from typing import Any

import pytest

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
