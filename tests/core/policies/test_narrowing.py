"""Present policies without what nothing needs."""

from collections.abc import Callable
from typing import Any

from passrole.analysis import Analysis
from passrole.policies.as_narrowed import document
from passrole.policies.narrowing import NarrowedPolicy, narrowed_roles
from passrole.policies.plain import PlainTexts

Scan = Callable[..., Analysis]

TEMPLATE = """
Parameters: {Shared: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      ManagedPolicyArns: [%s]
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
%s
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: store}
      Stages:
        - Name: Source
          Actions:
            - Name: Code
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: shop, BranchName: main}
              OutputArtifacts: [{Name: Code}]
        - Name: Build
          Actions:
            - Name: Project
              ActionTypeId: {Category: Build, Owner: AWS, Provider: %s, Version: "1"}
              Configuration: {ProjectName: shop-build}
              InputArtifacts: [{Name: Code}]
"""
PROJECT = "arn:aws:codebuild:*:*:project/shop-build"


def narrowed(
    scan: Scan, *statements: str, managed: str = "", provider: str = "CodeBuild"
) -> list[NarrowedPolicy]:
    listed = "\n".join(f"              - {each}" for each in statements)
    analysis = scan(a_yaml=TEMPLATE % (managed, listed, provider))
    (role,) = narrowed_roles(analysis.graphs)
    return list(role.policies)


def written(policy: NarrowedPolicy) -> list[dict[str, Any]]:
    assert policy.policy is not None
    found: list[dict[str, Any]] = document(policy.statements, str)["Statement"]
    return found


def test_actions_and_resources_that_nothing_needs_go(scan: Scan) -> None:
    (policy,) = narrowed(
        scan,
        "{Sid: Build, Effect: Allow, Action: [codebuild:StartBuild, codebuild:DeleteProject],"
        f' Resource: ["{PROJECT}", "arn:aws:codebuild:*:*:project/other"]}}',
        '{Sid: Queue, Effect: Allow, Action: "sqs:*", Resource: "*"}',
    )
    assert written(policy) == [
        {
            "Sid": "Build",
            "Effect": "Allow",
            "Action": "codebuild:StartBuild",
            "Resource": PROJECT,
        }
    ]
    assert {str(each.action) for each in policy.removed} >= {"codebuild:DeleteProject", "sqs:*"}


def test_a_wildcard_becomes_the_actions_that_are_needed(scan: Scan) -> None:
    (policy,) = narrowed(
        scan, f'{{Sid: Build, Effect: Allow, Action: "codebuild:*", Resource: "{PROJECT}"}}'
    )
    (statement,) = written(policy)
    assert statement["Action"] == [
        "codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild",
    ]  # fmt: skip
    (narrower,) = policy.narrower
    assert narrower.wildcard == "codebuild:*"


def test_denials_and_conditions_stay(scan: Scan) -> None:
    (policy,) = narrowed(
        scan,
        "{Sid: Secure, Effect: Deny, Action: 's3:*', Resource: '*',"
        " Condition: {Bool: {aws:SecureTransport: false}}}",
        f"{{Effect: Allow, Action: codebuild:StartBuild, Resource: '{PROJECT}',"
        " Condition: {StringEquals: {aws:RequestedRegion: eu-west-1}}}",
    )
    denial, grant = written(policy)
    assert denial == {
        "Sid": "Secure",
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert grant["Condition"] == {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}


def test_actions_that_need_different_resources_are_told_apart(scan: Scan) -> None:
    (policy,) = narrowed(
        scan,
        "{Sid: Store, Effect: Allow, Action: [s3:GetObject, s3:GetBucketVersioning],"
        " Resource: ['arn:aws:s3:::store', 'arn:aws:s3:::store/*']}",
    )
    assert [(e["Sid"], e["Action"], e["Resource"]) for e in written(policy)] == [
        ("Store", "s3:GetObject", "arn:aws:s3:::store/*"),
        ("Store2", "s3:GetBucketVersioning", "arn:aws:s3:::store"),
    ]


def test_where_more_may_be_needed_nothing_goes_and_it_says_why(scan: Scan) -> None:
    (policy,) = narrowed(
        scan, '{Effect: Allow, Action: "sqs:*", Resource: "*"}', provider="Homemade"
    )
    assert policy.kept_because == "no plugin knows the provider of action Build/Project"
    assert len(policy.statements) == 1
    assert [str(each.action) for each in policy.removed] == ["sqs:*"]


def test_what_cannot_be_edited_or_read_stays(scan: Scan) -> None:
    own, aws, elsewhere = narrowed(
        scan,
        f"{{Effect: Allow, Action: codebuild:StartBuild, Resource: '{PROJECT}'}}",
        managed='"arn:aws:iam::aws:policy/AmazonSQSFullAccess", !Ref Shared',
    )
    assert not own.kept_because
    assert "AWS's own" in aws.kept_because
    assert "not in the scanned tree" in elsewhere.kept_because
    assert elsewhere.policy is None


def test_a_policy_of_which_nothing_is_needed_is_empty(scan: Scan) -> None:
    (policy,) = narrowed(scan, '{Effect: Allow, Action: "sqs:*", Resource: "*"}')
    assert not policy.statements
    assert not policy.kept_because


def test_what_is_written_is_written_with_placeholders(scan: Scan) -> None:
    (policy,) = narrowed(scan, "{Effect: Allow, Action: codebuild:StartBuild, Resource: '*'}")
    assert policy.policy is not None
    (role,) = narrowed_roles(scan().graphs)
    write = PlainTexts(role.role.resource.target)
    assert document(policy.statements, write)["Statement"][0]["Resource"] == "*"
