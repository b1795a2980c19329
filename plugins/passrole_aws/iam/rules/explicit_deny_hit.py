from collections.abc import Iterator

from passrole import Action, Category, Graph, Pipeline, Report, Severity, Symptom, rule

BECAUSE = (
    "No Allow helps against a Deny: the statement that denies has to give way, or "
    "the request must not match it."
)


@rule(
    "explicit-deny-hit",
    checks=(Action, Pipeline),
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    symptoms=(
        Symptom(("is not authorized to perform", "with an explicit deny"), BECAUSE),
        Symptom(("with an explicit deny",), BECAUSE),
        Symptom(
            ("is not authorized to perform", "with an explicit deny in an identity-based policy"),
            BECAUSE,
        ),
        Symptom(
            ("is not authorized to perform", "with an explicit deny in a resource-based policy"),
            "No Allow helps against a Deny: the statement stands in the policy of the "
            "bucket, the key or whatever the resource is.",
        ),
        Symptom(("because an explicit deny",), BECAUSE),
    ),
)
def explicit_deny_hit(subject: Action | Pipeline, graph: Graph) -> Iterator[Report]:
    """A Deny forbids what the pipeline needs.

    One Deny that matches a call is stronger than every Allow: in the policies of the role, in its
    permissions boundary, or in the policy of the bucket or key. The action fails with an AccessDenied
    that ends in "with an explicit deny". To add another Allow does not help.

    Narrow the Deny, by its actions, its resources or a condition, so that it spares the call; or run
    the action with another role.

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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
                  - {Effect: Deny, Action: codebuild:Start*, Resource: "*"}
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
                - Name: Build
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
                  - {Effect: Deny, Action: codebuild:Delete*, Resource: "*"}
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
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = ["*"]
      }
      statement {
        effect    = "Deny"
        actions   = ["codebuild:Start*"]
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
        name = "Build"
        action {
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
        actions   = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"]
        resources = ["*"]
      }
      statement {
        effect    = "Deny"
        actions   = ["codebuild:Delete*"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    """
    yield from graph.unmet(subject, "explicit-deny-hit")
