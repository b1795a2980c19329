"""Templates for pages: one with many actions, one with names that strangers chose."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

HOSTILE = "<script>alert(1)</script>\"'</style><img src=x onerror=alert(2)>\u202eevil"


def many() -> str:
    """A pipeline of 60 actions in 8 stages."""
    sources = [_action(f"Repository{n}", "Source", "CodeCommit", RepositoryName=f"repo{n}",
                       BranchName="main", output=f"Source{n}") for n in range(4)]  # fmt: skip
    stages = [("Source", sources)]
    for stage in range(1, 8):
        actions = []
        for n in range(8):
            name = f"{stage}x{n}"
            if n % 2:
                actions.append(_action(f"Invoke-{name}", "Invoke", "Lambda", FunctionName=name))
            else:
                actions.append(
                    _action(
                        f"Deploy-{name}-with-a-rather-long-name", "Deploy", "ElasticBeanstalk",
                        ApplicationName="shop", EnvironmentName=name, source="Source0",
                    )
                )  # fmt: skip
        stages.append((f"Stage{stage}", actions))
    return _template("sixty", stages)


def hostile() -> str:
    """A pipeline all of whose names are code."""
    actions = [_action(HOSTILE, "Invoke", "Lambda", FunctionName=HOSTILE)]
    return _template(HOSTILE, [(HOSTILE, actions)])


def gated() -> str:
    """A pipeline whose source decides what an administrator deploys, once somebody approves."""
    deploy = _action(
        "Deploy", "Deploy", "CloudFormation", source="Source",
        ActionMode="CREATE_UPDATE", StackName="shop", TemplatePath="Source::shop.yaml",
        Capabilities="CAPABILITY_NAMED_IAM", RoleArn={"Fn::GetAtt": ["Stack", "Arn"]},
    )  # fmt: skip
    source = _action(
        "Source", "Source", "CodeCommit", RepositoryName="shop", BranchName="main", output="Source"
    )
    approve = _action("Approve", "Approval", "Manual")
    stages = [("Source", [source]), ("Review", [approve]), ("Deploy", [deploy])]
    template = json.loads(_template("gated", stages))
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"},
             "Action": "sts:AssumeRole"}  # fmt: skip
    template["Resources"]["Stack"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
        },
    }
    return json.dumps(template, indent=1)


def _action(
    name: str,
    category: str,
    provider: str,
    output: str = "",
    source: str = "",
    **configuration: Any,
) -> dict[str, Any]:
    return {
        "Name": name,
        "ActionTypeId": {
            "Category": category,
            "Owner": "AWS",
            "Provider": provider,
            "Version": "1",
        },
        "Configuration": configuration,
        "InputArtifacts": [{"Name": source}] if source else [],
        "OutputArtifacts": [{"Name": output}] if output else [],
    }


def _template(name: str, stages: Iterable[tuple[str, list[dict[str, Any]]]]) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"},
             "Action": "sts:AssumeRole"}  # fmt: skip
    grants = [
        {"Sid": "Code", "Effect": "Allow", "Action": "codecommit:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "lambda:InvokeFunction", "Resource": "*"},
    ]
    role = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [
            {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": grants}}
        ],
    }
    pipeline = {
        "Name": name,
        "RoleArn": {"Fn::GetAtt": [name, "Arn"]},
        "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Artifacts"}},
        "Stages": [{"Name": stage, "Actions": actions} for stage, actions in stages],
    }
    resources = {
        "Artifacts": {"Type": "AWS::S3::Bucket"},
        name: {"Type": "AWS::IAM::Role", "Properties": role},
        "Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": pipeline},
    }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=1)
