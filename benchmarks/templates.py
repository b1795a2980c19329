"""Templates of any size, as the AWS CDK writes them: pipelines whose actions have their own roles.

What is written has no flaw by intent, so that what is measured is the work and not the report.
"""

from __future__ import annotations

import json
from typing import Any

Resources = dict[str, Any]


def template(parts: list[Resources]) -> str:
    """One template of the resources of ``parts``, as JSON."""
    resources = {name: each for part in parts for name, each in part.items()}
    return json.dumps({"Resources": resources}, indent=1)


def cdk_template(size: int) -> str:
    """A template of at least ``size`` characters: pipelines with what they use, and queues."""
    parts: list[Resources] = []
    length = 0
    while length < size:
        # A pipeline among what an application is made of.
        part = pipeline_part(len(parts)) if len(parts) % 32 == 0 else queues_part(len(parts), 10)
        parts.append(part)
        length += len(json.dumps(part, indent=1))
    return template(parts)


def large_template(resources: int, pipelines: int) -> str:
    """A template of so many resources and pipelines, each pipeline with four roles."""
    parts = [pipeline_part(each) for each in range(pipelines)]
    rest = resources - sum(map(len, parts))
    return template([*parts, queues_part(pipelines, max(rest, 0))])


def queues_part(serial: int, count: int) -> Resources:
    """Resources that no pipeline uses."""
    return {
        f"Queue{serial}N{each}": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"VisibilityTimeout": 30, "QueueName": f"queue-{serial}-{each}"},
            "Metadata": {"aws:cdk:path": f"Stack/Queues{serial}/Queue{each}/Resource"},
        }
        for each in range(count)
    }


def pipeline_part(serial: int) -> Resources:
    """A pipeline from CodeCommit over CodeBuild, with its bucket, its key, and four roles."""
    n = f"P{serial}"
    source = _codecommit(f"repository-{serial}")
    project = {"Fn::GetAtt": [f"{n}Project", "Arn"]}
    return {
        f"{n}Key": _key(),
        f"{n}Bucket": _bucket(n),
        f"{n}Project": _project(n),
        **_role(f"{n}Role", "codepipeline.amazonaws.com", [
            *_artifacts(n),
            _allow(["sts:AssumeRole"], _arns(f"{n}SourceRole", f"{n}BuildRole")),
        ]),
        **_role(f"{n}SourceRole", {"Fn::GetAtt": [f"{n}Role", "Arn"]}, [
            *_artifacts(n),
            _allow(
                ["codecommit:GetBranch", "codecommit:GetCommit", "codecommit:UploadArchive",
                 "codecommit:GetUploadArchiveStatus", "codecommit:CancelUploadArchive",
                 "codecommit:GetRepository"],
                source,
            ),
        ]),
        **_role(f"{n}BuildRole", {"Fn::GetAtt": [f"{n}Role", "Arn"]}, [
            _allow(
                ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
                project,
            ),
        ]),
        **_role(f"{n}ProjectRole", "codebuild.amazonaws.com", [*_artifacts(n), _logs(n)]),
        f"{n}Pipeline": _pipeline(n, serial),
    }  # fmt: skip


def _allow(actions: list[str], resource: object) -> dict[str, Any]:
    return {"Action": actions, "Effect": "Allow", "Resource": resource}


def _arns(*names: str) -> list[Any]:
    return [{"Fn::GetAtt": [name, "Arn"]} for name in names]


def _codecommit(name: str) -> dict[str, Any]:
    scope = [{"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
    beginning = ["arn:", {"Ref": "AWS::Partition"}, ":codecommit:"]
    return {"Fn::Join": ["", [*beginning, *scope, f":{name}"]]}


def _logs(n: str) -> dict[str, Any]:
    group = ":log-group:/aws/codebuild/"
    beginning = ["arn:", {"Ref": "AWS::Partition"}, ":logs:", {"Ref": "AWS::Region"}, ":"]
    arn = [*beginning, {"Ref": "AWS::AccountId"}, group, {"Ref": f"{n}Project"}]
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    return _allow(actions, [{"Fn::Join": ["", arn]}, {"Fn::Join": ["", [*arn, ":*"]]}])


def _artifacts(n: str) -> list[dict[str, Any]]:
    bucket = {"Fn::GetAtt": [f"{n}Bucket", "Arn"]}
    objects = {"Fn::Join": ["", [bucket, "/*"]]}
    return [
        _allow(
            ["s3:GetObject*", "s3:GetBucket*", "s3:List*", "s3:PutObject*", "s3:DeleteObject*",
             "s3:Abort*"],
            [bucket, objects],
        ),
        _allow(
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ReEncrypt*",
             "kms:GenerateDataKey*"],
            {"Fn::GetAtt": [f"{n}Key", "Arn"]},
        ),
    ]  # fmt: skip


def _role(name: str, trusted: object, statements: list[dict[str, Any]]) -> Resources:
    kind = "Service" if isinstance(trusted, str) else "AWS"
    return {
        name: {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {
                "Statement": [{
                    "Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {kind: trusted},
                }],
                "Version": "2012-10-17",
            }},
            "Metadata": {"aws:cdk:path": f"Stack/{name}/Resource"},
        },
        f"{name}DefaultPolicy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyDocument": {"Statement": statements, "Version": "2012-10-17"},
                "PolicyName": f"{name}DefaultPolicy",
                "Roles": [{"Ref": name}],
            },
            "Metadata": {"aws:cdk:path": f"Stack/{name}/DefaultPolicy/Resource"},
        },
    }  # fmt: skip


def _key() -> dict[str, Any]:
    root = ["arn:", {"Ref": "AWS::Partition"}, ":iam::", {"Ref": "AWS::AccountId"}, ":root"]
    principal = {"AWS": {"Fn::Join": ["", root]}}
    statement = {"Action": "kms:*", "Effect": "Allow", "Principal": principal, "Resource": "*"}
    document = {"Statement": [statement], "Version": "2012-10-17"}
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": document}}


def _bucket(n: str) -> dict[str, Any]:
    rule = {"ServerSideEncryptionByDefault": {
        "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": [f"{n}Key", "Arn"]},
    }}  # fmt: skip
    encryption = {"ServerSideEncryptionConfiguration": [rule]}
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketEncryption": encryption}}


def _project(n: str) -> dict[str, Any]:
    return {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Source": {"Type": "CODEPIPELINE", "BuildSpec": "version: 0.2"},
            "Environment": {
                "ComputeType": "BUILD_GENERAL1_SMALL",
                "Image": "aws/codebuild/standard:7.0",
                "Type": "LINUX_CONTAINER",
            },
            "ServiceRole": {"Fn::GetAtt": [f"{n}ProjectRole", "Arn"]},
            "EncryptionKey": {"Fn::GetAtt": [f"{n}Key", "Arn"]},
        },
    }


def _pipeline(n: str, serial: int) -> dict[str, Any]:
    return {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": [f"{n}Role", "Arn"]},
            "ArtifactStore": {
                "Type": "S3",
                "Location": {"Ref": f"{n}Bucket"},
                "EncryptionKey": {"Type": "KMS", "Id": {"Fn::GetAtt": [f"{n}Key", "Arn"]}},
            },
            "Stages": [
                {"Name": "Source", "Actions": [_action(
                    "Source", "Source", "CodeCommit", f"{n}SourceRole",
                    {"RepositoryName": f"repository-{serial}", "BranchName": "main",
                     "PollForSourceChanges": True},
                    OutputArtifacts=[{"Name": "Source"}],
                )]},
                {"Name": "Build", "Actions": [_action(
                    "Build", "Build", "CodeBuild", f"{n}BuildRole",
                    {"ProjectName": {"Ref": f"{n}Project"}},
                    InputArtifacts=[{"Name": "Source"}], OutputArtifacts=[{"Name": "Built"}],
                )]},
            ],
        },
        "DependsOn": [f"{n}RoleDefaultPolicy", f"{n}Role"],
    }  # fmt: skip


def _action(
    name: str, category: str, provider: str, role: str, configuration: Resources, **artifacts: Any
) -> dict[str, Any]:
    return {
        "Name": name,
        "ActionTypeId": {
            "Category": category, "Owner": "AWS", "Provider": provider, "Version": "1",
        },
        "RoleArn": {"Fn::GetAtt": [role, "Arn"]},
        "Configuration": configuration,
        **artifacts,
    }  # fmt: skip
