from collections.abc import Callable
from typing import Any

import pytest

from passrole import Certainty

Ask = Callable[..., list[Any]]


@pytest.mark.parametrize(
    ("runs", "certainty"),
    [("Compute/AWS/Commands", Certainty.HIGH), ("Rule/AWS/Commands", Certainty.LOW)],
)
def test_commands_write_logs(ask: Ask, runs: str, certainty: Certainty) -> None:
    asked = ask(runs, {})

    assert {each.iam_action for each in asked} == {
        "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents",
    }  # fmt: skip
    assert {(each.certainty, each.verdict) for each in asked} == {(certainty, "missing")}


@pytest.mark.parametrize("ending", ["*", ":*"])
def test_a_grant_on_the_log_groups_of_all_pipelines_is_enough(ask: Ask, ending: str) -> None:
    resource = f"arn:aws:logs:*:*:log-group:/aws/codepipeline/*{ending}"
    grant = {"Effect": "Allow", "Action": "logs:*", "Resource": resource}

    assert {each.verdict for each in ask("Compute/AWS/Commands", {}, [grant])} == {"allowed"}


def test_a_network_is_asked_for_in_a_vpc_only_and_with_doubt(ask: Ask) -> None:
    asked = ask("Compute/AWS/Commands", {"VpcId": "vpc-1"})

    network = [each for each in asked if each.iam_action.startswith("ec2:")]
    assert len(network) == 8
    assert {each.certainty for each in network} == {Certainty.LOW}
