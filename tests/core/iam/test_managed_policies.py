"""The documents of the AWS managed policies."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable

import pytest

from passrole.iam import managed_policies

OLDEST_TOLERATED = dt.timedelta(days=400)


@pytest.mark.parametrize(
    "name",
    [
        "AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaBasicExecutionRole",
        "/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws-us-gov:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ],
)
def test_a_policy_is_found_by_name_path_or_arn(name: str) -> None:
    found = managed_policies.look_up(name)
    assert found is not None
    assert found.arn == "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    assert found.version.startswith("v")
    assert found.updated <= managed_policies.date()
    document = managed_policies.managed_policy(name)
    assert document is not None
    assert "logs:PutLogEvents" in document["Statement"][0]["Action"]


@pytest.mark.parametrize(
    "name",
    [
        "NoSuchPolicy",
        "",
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "AWSLambdaFullAccess",
    ],
)
def test_what_is_not_there_or_stands_elsewhere_is_none(name: str) -> None:
    assert managed_policies.managed_policy(name) is None


def test_an_arn_is_one_of_aws_or_not() -> None:
    assert managed_policies.is_managed_arn("arn:aws-cn:iam::aws:policy/service-role/Anything")
    assert not managed_policies.is_managed_arn("arn:aws:iam::111122223333:policy/Mine")


@pytest.mark.parametrize(
    "name",
    [
        "AdministratorAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
        "AWSCodePipeline_FullAccess",
        "AWSCodeBuildAdminAccess",
        "AWSCodeBuildDeveloperAccess",
        "AWSCodeCommitFullAccess",
        "AWSCodeCommitPowerUser",
        "AWSCodeDeployRole",
        "AWSCodeDeployRoleForECS",
        "AWSCodeDeployRoleForLambda",
        "AWSCodeStarFullAccess",
        "AWSCloudFormationFullAccess",
        "AdministratorAccess-AWSElasticBeanstalk",
        "AWSElasticBeanstalkWebTier",
        "AWSElasticBeanstalkEnhancedHealth",
        "AmazonECS_FullAccess",
        "AmazonECSTaskExecutionRolePolicy",
        "AmazonEC2ContainerRegistryPowerUser",
        "AWSLambda_FullAccess",
        "AmazonS3FullAccess",
        "AmazonSNSFullAccess",
        "AWSKeyManagementServicePowerUser",
        "IAMFullAccess",
        "AWSServiceCatalogAdminFullAccess",
        "AWSStepFunctionsFullAccess",
        "AmazonSSMManagedInstanceCore",
        "CloudWatchFullAccess",
        "AmazonEventBridgeFullAccess",
    ],
)
def test_the_policies_that_pipelines_meet_are_there(name: str) -> None:
    assert managed_policies.managed_policy(name)


def test_every_document_has_statements() -> None:
    assert managed_policies.count() > 1_000
    for name in managed_policies.names():
        document = managed_policies.managed_policy(name)
        assert document is not None
        assert document["Statement"]


def test_the_age_of_the_data(record_property: Callable[[str, object], None]) -> None:
    age = dt.datetime.now(dt.UTC).date() - managed_policies.date()
    sys.stdout.write(f"\nAWS managed policies: {managed_policies.version()}, {age.days} days old\n")
    record_property("days", age.days)
    assert age < OLDEST_TOLERATED, "run tools/generate_managed_policies.py with a new moto"
