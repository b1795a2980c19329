"""Who may write to artifact buckets and source buckets, and use the key, without a part in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import Confidence
from passrole.asking import check
from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.rulesets.choosing import ActiveRule
from passrole.stamping import stamp

Found = Callable[..., tuple[Finding, ...]]
BUCKET, SOURCE, KEY = (
    "artifact-bucket-writable-by-others", "source-bucket-writable", "kms-key-policy-broad",
)  # fmt: skip
OBJECTS = {"Fn::Sub": "${Bucket.Arn}/*"}
MINE, THEIRS = "arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"


def role(*statements: Mapping[str, Any], service: str = "lambda.amazonaws.com") -> Any:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    written = [{"Effect": "Allow", "Resource": "*", **each} for each in statements]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Statement": [trust]},
            "Policies": [{"PolicyName": "own", "PolicyDocument": {"Statement": written}}],
        },
    }


def pipeline(role_arn: Any = None) -> Any:
    source = {
        "Name": "Get",
        "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "S3", "Version": "1"},
        "OutputArtifacts": [{"Name": "Src"}],
        "Configuration": {"S3Bucket": {"Ref": "Bucket"}, "S3ObjectKey": "shop.zip"},
    }
    deploy = {
        "Name": "Put",
        "ActionTypeId": {"Category": "Deploy", "Owner": "AWS", "Provider": "S3", "Version": "1"},
        "Configuration": {"BucketName": "site", "Extract": "true"},
        **({"RoleArn": role_arn} if role_arn else {}),
    }
    return {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {
            "RoleArn": "arn:aws:iam::111122223333:role/pipeline",
            "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Bucket"},
                              "EncryptionKey": {"Type": "KMS", "Id": {"Fn::GetAtt": ["Key", "Arn"]}}},
            "Stages": [{"Name": "Source", "Actions": [source]}, {"Name": "Out", "Actions": [deploy]}],
        },
    }  # fmt: skip


def allowed(principal: str, action: str = "s3:*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, **more}


@pytest.fixture
def found(graph_of: Callable[[Mapping[str, Any]], Graph], contributions: Contributions) -> Found:
    def findings(
        rule_id: str, *statements: Any, key: Any = (), shop: Any = None, **resources: Any
    ) -> tuple[Finding, ...]:
        everything = {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [
                allowed(MINE, "kms:*", Resource="*"), *key]}}},
            "Pipeline": shop or pipeline(),
            **resources,
        }  # fmt: skip
        if statements:
            everything["Policy"] = {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {
                    "Bucket": {"Ref": "Bucket"},
                    "PolicyDocument": {
                        "Statement": [{"Resource": OBJECTS, **each} for each in statements]
                    },
                },
            }
        rules = [ActiveRule.alone(r) for r in contributions.rules if r.id == rule_id]
        reported, crashes = check([graph_of(everything)], rules, contributions.owners)
        assert not crashes and rules
        return stamp(reported)

    return findings


@pytest.mark.parametrize("rule", [BUCKET, SOURCE])
def test_whom_the_policy_of_the_bucket_lets_in(rule: str, found: Found) -> None:
    assert [each.confidence for each in found(rule, allowed("*"))] == [Confidence.HIGH]
    assert len(found(rule, allowed(THEIRS))) == 1
    assert not found(rule, allowed(MINE))
    assert not found(rule, allowed("arn:aws:iam::444455556666:role/one"))
    assert not found(rule, allowed("*", "s3:GetObject"))


def test_a_role_that_names_the_bucket_is_there_on_purpose(found: Found) -> None:
    every = role({"Action": "s3:PutObject"})
    assert [each.confidence for each in found(BUCKET, Role=every)] == [Confidence.MEDIUM]
    named = role({"Action": "s3:PutObject", "Resource": OBJECTS})
    assert [each.confidence for each in found(BUCKET, Role=named)] == [Confidence.LOW]
    both = role({"Action": "s3:*", "Resource": ["arn:aws:s3:::*", OBJECTS]})
    assert [each.confidence for each in found(BUCKET, Role=both)] == [Confidence.LOW]


def test_an_account_in_which_an_action_runs_has_a_part_in_it(found: Found) -> None:
    there = pipeline("arn:aws:iam::444455556666:role/deploy")
    assert not found(BUCKET, allowed(THEIRS), shop=there)
    assert not found(KEY, key=[allowed(THEIRS, "kms:Decrypt", Resource="*")], shop=there)
    assert found(KEY, key=[allowed(THEIRS, "kms:*", Resource="*")], shop=there)
    # Where it runs is not known.
    anywhere = pipeline({"Fn::ImportValue": "role"})
    assert not found(BUCKET, allowed(THEIRS), shop=anywhere)


def test_whom_the_policy_of_the_key_lets_in(found: Found) -> None:
    assert not found(KEY)
    assert found(KEY, key=[allowed("*", "kms:Decrypt", Resource="*")])
    assert found(KEY, key=[allowed(THEIRS, "kms:Decrypt", Resource="*")])
    assert not found(KEY, key=[allowed("*", "kms:Encrypt", Resource="*")])
    org = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
    assert not found(KEY, key=[allowed("*", "kms:*", Resource="*", **org)])


def test_roles_that_work_for_no_pipeline(found: Found) -> None:
    put = role({"Action": "s3:PutObject"})
    (finding,) = found(BUCKET, Other=put)
    assert finding.confidence is Confidence.MEDIUM
    assert "Role Other" in finding.message
    assert found(SOURCE, Other=put)
    # By name it is who releases; everything is for another rule; a worker may be the pipeline's.
    assert not found(SOURCE, Other=role({"Action": "s3:PutObject", "Resource": OBJECTS}))
    for other in (
        role({"Action": "*"}),
        role({"Action": "s3:GetObject"}),
        role({"Action": "s3:*"}, {"Action": "s3:PutObject", "Effect": "Deny"}),
    ):
        assert not found(BUCKET, Other=other)
    assert not found(
        BUCKET, Other=role({"Action": "s3:PutObject"}, service="codebuild.amazonaws.com")
    )
