from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]


def test_an_image_source_asks_for_the_image(ask: Ask) -> None:
    (asked,) = ask("Source/AWS/ECR", {"RepositoryName": "shop"})

    assert asked.iam_action == "ecr:DescribeImages"
    assert asked.resource == "arn:aws:ecr:${region}:${account}:repository/shop"
    assert asked.verdict == "missing"


def test_a_grant_on_the_repository_of_the_template_covers_a_source_that_refers_to_it(
    ask: Ask,
) -> None:
    grant = {
        "Effect": "Allow",
        "Action": "ecr:DescribeImages",
        "Resource": {"Fn::GetAtt": ["Images", "Arn"]},
    }
    (asked,) = ask(
        "Source/AWS/ECR",
        {"RepositoryName": {"Ref": "Images"}},
        [grant],
        {"Images": {"Type": "AWS::ECR::Repository"}},
    )

    assert asked.verdict == "allowed"


@pytest.mark.parametrize(
    ("registry", "service", "arn"),
    [
        ({}, "ecr", "arn:aws:ecr:${region}:${account}:repository/shop"),
        ({"RegistryType": "private"}, "ecr", "arn:aws:ecr:${region}:${account}:repository/shop"),
        (
            {"RegistryType": "public"},
            "ecr-public",
            "arn:aws:ecr-public::${account}:repository/shop",
        ),
    ],
)
def test_a_build_publishes_to_one_registry_only(
    ask: Ask, registry: dict[str, str], service: str, arn: str
) -> None:
    asked = ask("Build/AWS/ECRBuildAndPublish", {"ECRRepositoryName": "shop", **registry})

    pushed = [each for each in asked if each.iam_action.partition(":")[2] == "PutImage"]
    assert [(each.iam_action, each.resource) for each in pushed] == [(f"{service}:PutImage", arn)]
    services = {each.iam_action.partition(":")[0] for each in asked}
    assert services == {service, "logs", *(("sts",) if service == "ecr-public" else ())}


def test_the_logs_of_a_build_are_those_of_the_pipeline(ask: Ask) -> None:
    asked = ask("Build/AWS/ECRBuildAndPublish", {"ECRRepositoryName": "shop"})

    assert {each.resource for each in asked if each.iam_action == "logs:PutLogEvents"} == {
        (
            "arn:aws:logs:${region}:${account}:log-group:/aws/codepipeline/${Pipeline.name}"
            ":log-stream:*"
        )
    }
