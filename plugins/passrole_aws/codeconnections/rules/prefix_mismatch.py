from collections.abc import Iterator
from functools import partial

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Truth,
    Verdict,
    rule,
    split_arn,
)


@rule(
    "connection-prefix-mismatch",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="unsafe",
    confidence=Confidence.LOW,
    symptoms=(
        Symptom(
            ("does not have sufficient permissions", "although UseConnection"),
            "A connection has one of two names of its service in its ARN, and permissions "
            "for the one do not count for the other.",
        ),
        Symptom(
            ("Unable to use Connection", "codeconnections"),
            "A connection has one of two names of its service in its ARN, "
            "codestar-connections or codeconnections, and the policy may have the other.",
        ),
    ),
)
def prefix_mismatch(action: Action, graph: Graph) -> Iterator[Report]:
    """A connection has one name of its service, and the permission to use it the other.

    CodeStar Connections became CodeConnections. Connections, policies and condition keys exist with
    both prefixes, `codestar-connections` and `codeconnections`. The action reference asks for
    `UseConnection` under both, whatever the connection's ARN begins with; AWS's Landing Zone
    Accelerator broke on a policy with one of them and now grants both. The AWS CDK grants the older
    one, on ARNs of either kind. What is reported here is a role that may use a connection under
    that name only which its ARN does not have: "Unable to use Connection. The provided role does
    not have sufficient permissions". As the sources disagree, the confidence is low.

    Allow both actions. A statement whose *resource* has the other prefix than the connection is
    another matter: it allows nothing, and `connection-use-missing` says so.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: codestar-connections:UseConnection
                    Resource: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [codeconnections:UseConnection, codestar-connections:UseConnection]
                    Resource: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["Source"]
          configuration = {
            ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codestar-connections:UseConnection"
          Resource = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["Source"]
          configuration = {
            ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codeconnections:UseConnection", "codestar-connections:UseConnection"]
          Resource = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    Source: https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/828
    Source: https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/1083
    """
    for requirement in graph.requirements_of(action):
        role, arn = requirement.principal.role, split_arn(requirement.resource)
        if requirement.need.rule != "connection-use-missing" or role is None or arn is None:
            continue
        prefix = arn.service.known()
        verdicts = {decision.verdict for decision in graph.decide(requirement)}
        certain = requirement.condition is Truth.TRUE and verdicts == {Verdict.ALLOWED}
        if prefix not in OTHER or not certain:
            continue
        same = f"{prefix}:UseConnection"
        decisions = graph.may(
            role, same, requirement.resource, context=requirement.context, world=requirement.world
        )
        if any(decision.verdict is not Verdict.MISSING for decision in decisions):
            continue
        yield Report(
            origin=requirement.origin,
            message=f"{action.label} uses role {role.label} ({requirement.principal.why}), which is"
            f" allowed {OTHER[prefix]}:UseConnection on {requirement.resource}, but not {same}, though"
            " that is the name in the ARN. Disputed: the action reference asks for both, the AWS CDK"
            " grants the older one alone.",
            symptom="The source action may fail: Unable to use Connection. The provided role does not"
            " have sufficient permissions.",
            remedy=f"Allow {same} as well.",
            subject=Subject(
                pipeline=requirement.pipeline.label,
                stage=action.stage,
                action=action.name,
                principal=role.label,
                iam_action=same,
                resource=str(requirement.resource),
            ),
            related=(Related(f"role {role.label} is defined here", role.location),),
            confidence=Confidence.LOW,
            world=requirement.world,
            repair=partial(graph.repairs.granting, role, (same,), requirement.resource),
        )


OTHER = {
    "codeconnections": "codestar-connections",
    "codestar-connections": "codeconnections",
}
