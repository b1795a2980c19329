"""The smallest policy of each role that a pipeline uses."""

from collections.abc import Callable
from typing import Any

import pytest

from passrole.analysis import Analysis
from passrole.policies.least import RolePolicy, role_policies
from passrole.policies.permissions import Kind
from passrole.policies.plain import PlainTexts, document, trust_document
from passrole.stacks.deployments import Deployment

Scan = Callable[..., Analysis]

TRUST = """
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {%s}}
"""
ROLES = (
    "  PipelineRole:\n    Type: AWS::IAM::Role\n    Properties:"
    + TRUST % "Service: codepipeline.amazonaws.com"
    + "  BuildRole:\n    Type: AWS::IAM::Role\n    Properties:"
    + TRUST % "Service: codebuild.amazonaws.com"
)
PIPELINE = """
Resources:
  Store: {Type: AWS::S3::Bucket}
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: shop-build
      ServiceRole: !GetAtt BuildRole.Arn
      Source: {Type: CODEPIPELINE}
      Artifacts: {Type: CODEPIPELINE}
%s
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      RoleArn: !GetAtt PipelineRole.Arn
      ArtifactStore: {Type: S3, Location: !Ref Store}
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
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Project%s}
              InputArtifacts: [{Name: Code}]
%s
"""


def template(roles: str = ROLES, configuration: str = "", rest: str = "") -> str:
    return PIPELINE % (roles, configuration, rest)


def by_role(analysis: Analysis, **options: Any) -> dict[str, RolePolicy]:
    return {each.role.label: each for each in role_policies(analysis.graphs, **options)}


def granted(policy: RolePolicy) -> dict[str, Any]:
    """What the statements allow, by their Sids, as they are written in plain JSON."""
    write = PlainTexts(policy.role.resource.target)
    return {
        each["Sid"]: (each["Action"], each["Resource"])
        for each in document(policy.statements, write)["Statement"]
    }


def test_each_role_gets_what_its_actions_need_and_no_more(scan: Scan) -> None:
    found = by_role(scan(a_yaml=template()))
    assert granted(found["PipelineRole"]) == {
        # What it reads nothing of is an option: the build reads as the role of its project.
        "ArtifactsS3": ("s3:PutObject", "arn:aws:s3:::<name of Store>/*"),
        "SourceCode": (
            [
                "codecommit:GetBranch", "codecommit:GetCommit",
                "codecommit:GetUploadArchiveStatus", "codecommit:UploadArchive",
            ],
            "arn:aws:codecommit:${Region}:${Account}:shop",
        ),
        "BuildProject": (
            ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
            "arn:aws:codebuild:${Region}:${Account}:project/shop-build",
        ),
    }  # fmt: skip
    assert granted(found["BuildRole"]) == {
        "BuildProject": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            "arn:aws:logs:${Region}:${Account}:log-group:/aws/codebuild/shop-build:log-stream:*",
        ),
        "ArtifactsS3": ("s3:GetObject", "arn:aws:s3:::<name of Store>/*"),
    }


def test_a_statement_says_which_action_key_and_source_it_is_for(scan: Scan) -> None:
    policy = by_role(scan(a_yaml=template()))["PipelineRole"]
    (build,) = [each for each in policy.statements if each.sid == "BuildProject"]
    (reason,) = build.reasons
    assert (reason.pipeline, reason.action, reason.keys) == (
        "shop", "Build/Project", ("ProjectName",),
    )  # fmt: skip
    assert reason.source.startswith("https://docs.aws.amazon.com/codepipeline/")


def test_what_the_sources_dispute_is_an_option_until_it_is_asked_for(scan: Scan) -> None:
    analysis = scan(a_yaml=template())
    policy = by_role(analysis)["PipelineRole"]
    (stop,) = [each for each in policy.options if each.name == "codebuild-stop-build"]
    assert stop.kind is Kind.DISPUTED
    assert "AWS CDK" in stop.why
    listed = {action for each in policy.statements for action in each.grant.actions}
    assert "codebuild:StopBuild" not in listed

    with_all = by_role(analysis, include_disputed=True)["PipelineRole"]
    listed = {action for each in with_all.statements for action in each.grant.actions}
    assert "codebuild:StopBuild" in listed
    assert not with_all.options


def test_what_a_value_decides_that_is_not_known_is_an_option_that_says_so(scan: Scan) -> None:
    text = "Parameters: {Batch: {Type: String}}" + template(
        configuration=", BatchEnabled: !Ref Batch"
    )
    policy = by_role(scan(a_yaml=text))["PipelineRole"]
    conditional = {
        action: each.why
        for each in policy.options
        if each.kind is Kind.CONDITIONAL
        for statement in each.statements
        for action in statement.grant.actions
    }
    assert "BatchEnabled is true, which is not known" in conditional["codebuild:StartBuildBatch"]
    assert "codebuild:StartBuild" in conditional


def test_what_the_policy_of_a_bucket_grants_already_is_not_written_again(scan: Scan) -> None:
    bucket_policy = """
  StorePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Store
      PolicyDocument:
        Statement:
          - Sid: Pipeline
            Effect: Allow
            Principal: {AWS: !GetAtt PipelineRole.Arn}
            Action: s3:PutObject
            Resource: !Sub "${Store.Arn}/*"
"""
    policy = by_role(scan(a_yaml=template(rest=bucket_policy)))["PipelineRole"]
    assert "ArtifactsS3" not in granted(policy)
    (option,) = [each for each in policy.options if each.kind is Kind.GRANTED]
    assert option.why == "granted already by statement Pipeline of policy StorePolicy"


def test_a_role_is_passed_to_one_service_only(scan: Scan) -> None:
    deploy = """
        - Name: Deploy
          Actions:
            - Name: Stack
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
              Configuration:
                ActionMode: CREATE_UPDATE
                StackName: shop
                TemplatePath: Code::t.yaml
                RoleArn: !GetAtt StackRole.Arn
              InputArtifacts: [{Name: Code}]
"""
    stack_role = "  StackRole:\n    Type: AWS::IAM::Role\n    Properties:" + (
        TRUST % "Service: cloudformation.amazonaws.com"
    )
    found = by_role(scan(a_yaml=template(rest=deploy, roles=ROLES + stack_role)))
    pipeline = found["PipelineRole"]
    (passing,) = [each for each in pipeline.statements if "PassRole" in each.sid]
    (condition,) = passing.grant.conditions
    assert (condition.operator, condition.key, *map(str, condition.values)) == (
        "StringEquals", "iam:PassedToService", "cloudformation.amazonaws.com",
    )  # fmt: skip
    assert [str(each) for each in passing.grant.resources] == [
        str(found["StackRole"].role.resource.arn)
    ]
    # What a stack's role needs is in the template that it deploys, which is nowhere here.
    assert not found["StackRole"].statements
    assert found["StackRole"].open_because
    assert [str(each.principal) for each in found["StackRole"].trust] == [
        "cloudformation.amazonaws.com"
    ]


def test_a_star_for_a_resource_is_never_silent(scan: Scan) -> None:
    deploy = """
        - Name: Deploy
          Actions:
            - Name: Fleet
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration: {ClusterName: c, ServiceName: s}
              InputArtifacts: [{Name: Code}]
"""
    policy = by_role(scan(a_yaml=template(rest=deploy)))["PipelineRole"]
    stars = [
        each
        for each in policy.statements
        if any(resource.known() == "*" for resource in each.grant.resources)
    ]
    assert [each.grant.actions for each in stars] == [("ecs:DescribeTaskDefinition",)]
    assert stars[0].remark == (
        "ecs:DescribeTaskDefinition has no resource-level permissions: * is the only resource"
    )


def test_documented_wildcards_are_never_written(scan: Scan) -> None:
    deploy = """
        - Name: Deploy
          Actions:
            - Name: Beans
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ElasticBeanstalk, Version: "1"}
              Configuration: {ApplicationName: a, EnvironmentName: e}
              InputArtifacts: [{Name: Code}]
"""
    policy = by_role(scan(a_yaml=template(rest=deploy)), include_disputed=True)["PipelineRole"]
    assert not [a for each in policy.statements for a in each.grant.actions if "*" in a]
    (block,) = policy.blocks
    assert "ec2:*" in block.wildcards
    assert block.managed_policy == "AdministratorAccess-AWSElasticBeanstalk"
    assert "elasticbeanstalk:DescribeEvents" in block.holds
    assert any("not documented in full" in each for each in policy.open_because)


def test_trust_asks_for_the_account_where_the_service_is_known_to_send_it(scan: Scan) -> None:
    found = by_role(scan(Deployment(account="111122223333"), a_yaml=template()))
    build, pipeline = found["BuildRole"], found["PipelineRole"]
    assert trust_document(build, str)["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "codebuild.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        }
    ]
    assert "Condition" not in trust_document(pipeline, str)["Statement"][0]


def test_the_role_of_an_event_rule_may_start_the_pipeline(scan: Scan) -> None:
    events = """
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: pipeline
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop"
          RoleArn: !GetAtt EventsRole.Arn
  EventsRole:
    Type: AWS::IAM::Role
    Properties:""" + (TRUST % "Service: events.amazonaws.com")
    policy = by_role(scan(a_yaml=template(rest=events)))["EventsRole"]
    assert granted(policy) == {
        "StartPipelineExecution": (
            "codepipeline:StartPipelineExecution",
            "arn:aws:codepipeline:${Region}:${Account}:shop",
        )
    }
    assert [str(each.principal) for each in policy.trust] == ["events.amazonaws.com"]
    assert policy.used == (("shop", "the events role"),)


def test_a_policy_over_the_quota_is_split_into_managed_ones(scan: Scan) -> None:
    actions = "".join(
        f"""
            - Name: Invoke{number}
              ActionTypeId: {{Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}}
              Configuration: {{FunctionName: {"f" * 50}{number:04}}}"""
        for number in range(120)
    )
    rest = f"        - Name: Invoke\n          Actions:{actions}\n"
    policy = by_role(scan(a_yaml=template(rest=rest)))["PipelineRole"]
    assert not policy.is_inline
    for statements in policy.policies:
        assert sum(each.grant.size for each in statements) < 6144
    sids = [each.sid for each in policy.statements]
    assert len(sids) == len(set(sids))


@pytest.mark.parametrize("include", [False, True])
def test_sids_are_letters_and_digits_and_each_is_there_once(scan: Scan, include: bool) -> None:
    found = by_role(scan(a_yaml=template()), include_disputed=include)
    for policy in found.values():
        sids = [each.sid for each in policy.statements]
        assert len(sids) == len(set(sids))
        assert all(sid.isalnum() and sid.isascii() for sid in sids)


CONNECTION = """
        - Name: More
          Actions:
            - Name: Git
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
              Configuration: {ConnectionArn: %s, FullRepositoryId: a/b, BranchName: main}
              OutputArtifacts: [{Name: Git}]
"""


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (
            "arn:aws:codestar-connections:eu-west-1:111122223333:connection/x",
            "codestar-connections",
        ),
        ("arn:aws:codeconnections:eu-west-1:111122223333:connection/x", "codeconnections"),
    ],
)
def test_of_two_names_of_an_action_that_of_the_resource_is_written(
    scan: Scan, arn: str, expected: str
) -> None:
    policy = by_role(scan(a_yaml=template(rest=CONNECTION % arn)))["PipelineRole"]
    assert granted(policy)["MoreGit"][0] == f"{expected}:UseConnection"


def test_both_names_of_an_action_are_written_where_the_resource_does_not_tell(scan: Scan) -> None:
    text = "Parameters: {Connection: {Type: String}}" + template(
        rest=CONNECTION % "!Ref Connection"
    )
    policy = by_role(scan(a_yaml=text))["PipelineRole"]
    assert granted(policy)["MoreGit"][0] == [
        "codeconnections:UseConnection", "codestar-connections:UseConnection",
    ]  # fmt: skip


def test_the_made_up_end_of_a_secret_is_one_mark_for_each_character(scan: Scan) -> None:
    text = template().replace(
        "      Source: {Type: CODEPIPELINE}",
        "      Source: {Type: CODEPIPELINE}\n      Environment:\n        EnvironmentVariables:\n"
        "          - {Name: KEY, Type: SECRETS_MANAGER, Value: shop/key}",
    )
    policy = by_role(scan(a_yaml=text))["BuildRole"]
    assert [r for a, r in granted(policy).values() if a == "secretsmanager:GetSecretValue"] == [
        "arn:aws:secretsmanager:${Region}:${Account}:secret:shop/key-??????"
    ]


def test_a_role_that_no_pipeline_uses_gets_no_policy(scan: Scan) -> None:
    other = "  Other:\n    Type: AWS::IAM::Role\n    Properties:" + (
        TRUST % "Service: ec2.amazonaws.com"
    )
    assert "Other" not in by_role(scan(a_yaml=template(roles=ROLES + other)))


def calling(*commands: str) -> str:
    """The template with a buildspec of these commands in its project."""
    lines = "".join(f"\n                - {command}" for command in commands)
    spec = f"""Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:{lines}
"""
    return template().replace("Source: {Type: CODEPIPELINE}", f"Source:\n        {spec}")


def test_what_commands_call_on_no_resource_is_written(scan: Scan) -> None:
    text = calling("aws ecr get-login-password | docker login -u AWS --password-stdin x")
    policy = by_role(scan(a_yaml=text))["BuildRole"]
    assert granted(policy)["GetAuthorizationToken"] == ("ecr:GetAuthorizationToken", "*")
    (statement,) = [each for each in policy.statements if each.sid == "GetAuthorizationToken"]
    (reason,) = statement.reasons
    assert reason.subject == "project shop-build calling aws ecr get-login-password"
    assert (reason.pipeline, reason.action) == ("shop", "")
    assert "no resource-level permissions" in statement.remark
    assert policy.open_because == ("the build's own commands may need more",)


def test_on_what_other_commands_work_is_left_to_their_author(scan: Scan) -> None:
    text = calling("aws ecs update-service --cluster c --service s", "aws codeartifact login x")
    policy = by_role(scan(a_yaml=text))["BuildRole"]
    named = {name for each in policy.statements for name in each.grant.actions}
    assert not {name for name in named if not name.startswith(("logs:", "s3:"))}
    assert policy.open_because == (
        "the build's own commands may need more",
        (
            "project shop-build calls aws ecs update-service, which needs ecs:UpdateService on what it"
            " works on"
        ),
        (
            "project shop-build calls aws codeartifact login, which needs"
            " codeartifact:GetAuthorizationToken and sts:GetServiceBearerToken on what it works on"
        ),
    )


def test_what_nobody_knows_to_be_called_is_not_written(scan: Scan) -> None:
    for command in ("aws ecr get-login-password || true", "aws sts assume-role; aws ecr get-login"):
        policy = by_role(scan(a_yaml=calling(command)))["BuildRole"]
        assert "GetAuthorizationToken" not in granted(policy)
        assert policy.open_because == ("the build's own commands may need more",)


def test_what_is_written_for_something_else_is_not_asked_for_again(scan: Scan) -> None:
    text = calling("aws ssm get-parameters --names x").replace(
        "Source:\n", "Environment: {EnvironmentVariables: [{Name: A, Value: /a, Type:"
        " PARAMETER_STORE}]}\n      Source:\n", 1,
    )  # fmt: skip
    policy = by_role(scan(a_yaml=text))["BuildRole"]
    assert "ssm:GetParameters" in {a for each in policy.statements for a in each.grant.actions}
    assert policy.open_because == ("the build's own commands may need more",)


def test_the_commands_of_an_action_are_those_of_its_role(scan: Scan) -> None:
    publish = """
        - Name: Publish
          Actions:
            - Name: Site
              ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
              Commands:
                - aws ecr get-login-password | docker login -u AWS --password-stdin x
                - aws cloudfront create-invalidation --distribution-id E1 --paths '/*'
              InputArtifacts: [{Name: Code}]
"""
    found = by_role(scan(a_yaml=template(rest=publish)))
    policy = found["PipelineRole"]
    assert [
        each.reasons[0].subject
        for each in policy.statements
        if each.grant.actions == ("ecr:GetAuthorizationToken",)
    ] == ["Publish/Site calling aws ecr get-login-password"]
    assert policy.open_because[-1] == (
        "Publish/Site calls aws cloudfront create-invalidation, which needs"
        " cloudfront:CreateInvalidation on what it works on"
    )
    assert not any("calls" in each for each in found["BuildRole"].open_because)
