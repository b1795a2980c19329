from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule

BECAUSE = (
    "The organization denies it: no policy of the account grants it. Who manages "
    "the organization has to change the service control policy."
)


@rule(
    "scp-blocks-pipeline",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    symptoms=(
        Symptom(
            ("AssumeRole on role", "with an explicit deny in a service control policy"),
            "The organization denies it: no policy of the account grants it.",
            where="a service control policy of the organization",
        ),
        Symptom(
            ("is not authorized to perform", "with an explicit deny in a service control policy"),
            BECAUSE,
            where="a service control policy of the organization",
        ),
        Symptom(
            ("with an explicit deny in a service control policy",),
            BECAUSE,
            where="a service control policy of the organization",
        ),
        Symptom(
            ("is not authorized to perform", "because no service control policy allows"),
            "The organization does not allow it: no policy of the account grants it. Who "
            "manages the organization has to change the service control policy.",
            where="a service control policy of the organization",
        ),
    ),
)
def scp_blocks_pipeline(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """A service control policy does not let the role do what its own policies allow.

    The policies of an organization limit every role of its accounts: each level, from the root down
    to the account, must allow a call, and none may deny it. No policy of the role can mend that. What
    the user sees is AccessDenied "with an explicit deny in a service control policy", or "because no
    service control policy allows" the action.

    passrole knows these policies only where they are given: `--scp root.json --scp account.json`, one
    level each. Without them it assumes that there are none, and says so.

    ```json scp
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "codebuild:*", "Resource": "*"}
      ]
    }
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
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
                  - {Effect: Allow, Action: "*", Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  Configuration: {BucketName: site, Extract: "true"}
                  InputArtifacts: [{Name: Site}]
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
                  - {Effect: Allow, Action: "*", Resource: "*"}
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
        name = "Build"
        action {  # finding
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = "shop" }
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["*"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "S3"
          version         = "1"
          input_artifacts = ["Site"]
          configuration   = { BucketName = "site", Extract = "true" }
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["*"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
    """
    yield from graph.unmet(subject, "scp-blocks-pipeline")
