from collections.abc import Iterator
from functools import partial

from passrole import (
    Action,
    BuildProject,
    Category,
    CommandCall,
    Confidence,
    Decision,
    Graph,
    Hole,
    PolicyKind,
    Related,
    Report,
    Role,
    Severity,
    Symptom,
    Text,
    Verdict,
    command_calls,
    literal,
    rule,
    takes_resources,
)
from passrole_aws.codebuild.entities import Runner, may_allow, role_of, told

SOMETHING = Text((Hole("codebuild:command", reason="which resource the command names"),))
"""Any resource: what no policy allows on anything fails whatever the command names."""


@rule(
    "build-role-command-permission-missing",
    checks=(Action, BuildProject),
    severity=Severity.HIGH,
    category=Category.BREAKS,
    confidence=Confidence.MEDIUM,
    autofix="safe",
    symptoms=(
        Symptom(("ecr:GetAuthorizationToken",), "A build that logs in to ECR runs as its role."),
        Symptom(("Cannot perform an interactive login from a non TTY device",)),
        Symptom(("no basic auth credentials",)),
    ),
)
def command_permission_missing(subject: Runner, graph: Graph) -> Iterator[Report]:
    """A build calls the AWS CLI, and its role is not allowed on any resource what that takes.

    The commands of a build run as the service role of its project, and those of a `Commands` action
    as the role of the action. `aws ecr get-login-password` then needs `ecr:GetAuthorizationToken`,
    `aws ecs update-service` needs `ecs:UpdateService`, and so on. Where no policy of the role has a
    word about it the call is refused, whatever it is about: "An error occurred
    (AccessDeniedException) when calling the GetAuthorizationToken operation", and after it, as an
    empty password went through the pipe, "Cannot perform an interactive login from a non TTY device".

    Allow the action in the policies of the role: `ecr:GetAuthorizationToken` on `*`, as it names no
    resource, all others on what the command works on.

    Only commands that stand in the scanned files are seen, and of these only calls that surely are
    made, and made as that role. So nothing is said of a command with a condition or an alternative
    (`if`, `||`), nor of a build that assumes a role, uses a profile or sets credentials. A permission
    that is there on some resource, however wrong that may be, is taken for enough.

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
            BuildSpec: !Sub |
              version: 0.2
              phases:
                pre_build:
                  commands:
                    - aws ecr get-login-password | docker login -u AWS --password-stdin ${Images.RepositoryUri}
                build:
                  commands:
                    - docker build -t ${Images.RepositoryUri}:latest .
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      Images:
        Type: AWS::ECR::Repository
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
                  - {Effect: Allow, Action: ecr:PutImage, Resource: !GetAtt Images.Arn}
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
            BuildSpec: !Sub |
              version: 0.2
              phases:
                pre_build:
                  commands:
                    - aws ecr get-login-password | docker login -u AWS --password-stdin ${Images.RepositoryUri}
                build:
                  commands:
                    - docker build -t ${Images.RepositoryUri}:latest .
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      Images:
        Type: AWS::ECR::Repository
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
                  - {Effect: Allow, Action: ecr:PutImage, Resource: !GetAtt Images.Arn}
                  - {Effect: Allow, Action: ecr:GetAuthorizationToken, Resource: "*"}
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
            - Name: Publish
              Actions:
                - Name: Publish  # finding
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: ["aws cloudfront create-invalidation --distribution-id E1 --paths '/*'"]
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
            - Name: Publish
              Actions:
                - Name: Publish
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: ["aws cloudfront create-invalidation --distribution-id E1 --paths '/*'"]
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
                  - {Effect: Allow, Action: cloudfront:CreateInvalidation, Resource: !Sub "arn:aws:cloudfront::${AWS::AccountId}:distribution/E1"}
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
                - aws ecs update-service --cluster shop --service web --force-new-deployment
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
                - aws ecs update-service --cluster shop --service web --force-new-deployment
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
            Action   = "ecs:UpdateService"
            Resource = "arn:aws:ecs:eu-west-1:111122223333:service/shop/web"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
    """
    found = command_calls(subject.commands, subject.variables)
    role = role_of(subject, graph) if found else None
    if role is None:
        return
    first = {each: call for call in reversed(found) for each in call.iam_actions}
    for iam_action, call in reversed(first.items()):
        refusal = _refusal(role, iam_action, subject, graph)
        if refusal is not None:
            yield _report(subject, role, call, iam_action, refusal, graph)


def _refusal(role: Role, iam_action: str, subject: Runner, graph: Graph) -> Decision | None:
    """A decision against the action, where no policy at all may allow it on anything."""
    decisions = graph.may(role, iam_action, SOMETHING, world=subject.world)
    if any(each.verdict not in (Verdict.MISSING, Verdict.DENIED) for each in decisions):
        return None
    return None if _may_be_allowed_elsewhere(iam_action, graph) else next(iter(decisions), None)


def _may_be_allowed_elsewhere(iam_action: str, graph: Graph) -> bool:
    """Whether the policy of some resource has a word about it: that alone may be enough."""
    return any(
        document.policy.kind is PolicyKind.RESOURCE and may_allow(document.policy, (iam_action,))
        for document in graph.documents
    )


def _report(
    subject: Runner,
    role: Role,
    call: CommandCall,
    iam_action: str,
    refusal: Decision,
    graph: Graph,
) -> Report:
    at = told(subject, role, graph)
    denied = refusal.verdict is Verdict.DENIED
    refused = "is explicitly denied" if denied else "is not allowed"
    on = "what the command works on" if takes_resources(iam_action) else "*"
    mends = partial(graph.repairs.granting, role, (iam_action,), literal("*"))
    return Report(
        origin=at.origin,
        message=f"{at.who} runs {call.command} as role {role.label}, {at.why}, which {refused}"
        f" {iam_action} on any resource.",
        symptom=f"The command fails: not authorized to perform: {iam_action}.",
        remedy=f"Take the Deny of {iam_action} away, or the command."
        if denied
        else f"Allow {iam_action} on {on} in the policies of role {role.label}.",
        subject=at.subject._replace(iam_action=iam_action, resource="*"),
        related=(Related(f"role {role.label} is defined here", role.location),),
        confidence=Confidence.MEDIUM,
        world=subject.world,
        defaults=refusal.defaults,
        repair=mends if on == "*" and not denied else None,
    )
