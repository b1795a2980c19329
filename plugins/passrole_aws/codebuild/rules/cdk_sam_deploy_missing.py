import re
from collections.abc import Iterable, Iterator

from passrole import (
    Action,
    BuildProject,
    Category,
    Confidence,
    Graph,
    Listing,
    Policy,
    Record,
    Related,
    Report,
    Role,
    Severity,
    Symptom,
    Text,
    Value,
    rule,
)
from passrole_aws.codebuild.entities import Runner, may_allow, role_of, told

DEPLOYMENT = re.compile(r"\b(cdk|sam)(?:[ \t]+(?!deploy\b)[^\s;&|]+){0,6}[ \t]+deploy\b")
ENOUGH = ("sts:AssumeRole", "cloudformation:CreateChangeSet", "cloudformation:UpdateStack")
"""Any of these, on whatever resource, may be all that the deployment calls."""


BECAUSE = (
    "A build that deploys runs as the service role of its project, which has to "
    "assume the roles of the bootstrap stack."
)


@rule(
    "build-role-cdk-sam-deploy-missing",
    checks=(Action, BuildProject),
    severity=Severity.HIGH,
    category=Category.BREAKS,
    confidence=Confidence.LOW,
    symptoms=(
        Symptom(("cdk-bootstrap",), BECAUSE),
        Symptom(
            ("sts:AssumeRole", "PipelineExecutionRole"),
            "A build that deploys runs as the service role of its project, which has to "
            "assume the execution role that SAM made.",
        ),
        Symptom(("could not be used to assume", "cdk-"), BECAUSE),
        Symptom(("current credentials could not be used to assume",), BECAUSE),
    ),
)
def cdk_sam_deploy_missing(subject: Runner, graph: Graph) -> Iterator[Report]:
    """A build that deploys with the AWS CDK or with SAM runs as a role that may not deploy.

    `cdk deploy` assumes the roles that the bootstrap stack made, whose names begin with `cdk-`, and
    `sam deploy` changes a stack, itself or by a role that it assumes. A build role that may neither
    assume any role nor change any stack can do neither. The build fails: an AccessDeniedException of
    `ssm:GetParameter` on `/cdk-bootstrap/hnb659fds/version`, or "is not authorized to perform:
    sts:AssumeRole". Many then give the role AdministratorAccess, though one statement is enough.

    Allow `sts:AssumeRole` on `role/cdk-*` of the account, or on the role that the SAM pipeline deploys
    with. Only commands that stand in the template are seen, and what they are meant to do is guessed:
    hence the low confidence. A role with some managed policy that is not in the scanned files is left
    alone.

    ```yaml
    Resources:
      Project:  # finding
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: NO_ARTIFACTS}
          Source:
            Type: GITHUB
            Location: "https://github.com/acme/shop.git"
            BuildSpec: |
              version: 0.2
              phases:
                build:
                  commands:
                    - npm ci
                    - npx cdk deploy --require-approval never
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
    ```

    ```yaml
    Resources:
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: NO_ARTIFACTS}
          Source:
            Type: GITHUB
            Location: "https://github.com/acme/shop.git"
            BuildSpec: |
              version: 0.2
              phases:
                build:
                  commands:
                    - npm ci
                    - npx cdk deploy --require-approval never
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !Sub "arn:aws:iam::${AWS::AccountId}:role/cdk-*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [sam build, sam deploy --no-confirm-changeset]
                  InputArtifacts: [{Name: App}]
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [sam build, sam deploy --no-confirm-changeset]
                  InputArtifacts: [{Name: App}]
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
                  - {Effect: Allow, Action: "cloudformation:*", Resource: "*"}
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {  # finding
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "NO_ARTIFACTS"
      }
      source {
        type     = "GITHUB"
        location = "https://github.com/acme/shop.git"
        buildspec = <<-EOT
          version: 0.2
          phases:
            build:
              commands:
                - npm ci
                - npx cdk deploy --require-approval never
        EOT
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "own"
      role = aws_iam_role.build.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "*"
        }]
      })
    }
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "NO_ARTIFACTS"
      }
      source {
        type     = "GITHUB"
        location = "https://github.com/acme/shop.git"
        buildspec = <<-EOT
          version: 0.2
          phases:
            build:
              commands:
                - npm ci
                - npx cdk deploy --require-approval never
        EOT
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "own"
      role = aws_iam_role.build.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = "sts:AssumeRole"
            Resource = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/cdk-*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
    Source: https://github.com/aws/aws-cdk/issues/28522
    Source: https://github.com/aws/aws-sam-cli/issues/4358
    """
    command = _deployment(subject)
    role = role_of(subject, graph) if command else None
    if role is None or _may_deploy(role, graph):
        return
    yield _report(subject, role, command, graph)


def _deployment(subject: Runner) -> str:
    """``cdk deploy`` or ``sam deploy``, where one is among the commands; else empty."""
    written = subject.commands if isinstance(subject, Action) else (subject.buildspec,)
    found = DEPLOYMENT.search("\n".join(_literals(written)))
    return f"{found.group(1)} deploy" if found else ""


def _literals(values: Iterable[Value]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Text):
            yield " ".join(part if isinstance(part, str) else "?" for part in value.parts)
        elif isinstance(value, Record):  # a buildspec that Terraform encodes as JSON or YAML
            yield from _literals(value.fields.values())
        elif isinstance(value, Listing):
            yield from _literals(value.values)


def _may_deploy(role: Role, graph: Graph) -> bool:
    """Whether some statement may let the role deploy; so too where a policy is not known."""
    policies = graph.policies.identity(role)
    return any(not isinstance(policy, Policy) or may_allow(policy, ENOUGH) for policy in policies)


def _report(subject: Runner, role: Role, command: str, graph: Graph) -> Report:
    at = told(subject, role, graph)
    return Report(
        origin=at.origin,
        message=f"{at.who} runs {command} as role {role.label}, {at.why}, which may assume no role and"
        " change no stack.",
        symptom="The command fails: AccessDeniedException of ssm:GetParameter on the bootstrap"
        " version, or not authorized to perform: sts:AssumeRole.",
        remedy=f"Allow sts:AssumeRole on the roles that {command} uses in the policies of role"
        f" {role.label}.",
        subject=at.subject._replace(iam_action="sts:AssumeRole"),
        related=(Related(f"role {role.label} is defined here", role.location),),
        confidence=Confidence.LOW,
        world=subject.world,
    )
