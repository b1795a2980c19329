from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "ecr-source-describe-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(Symptom(("ecr:DescribeImages",)),),
)
def source_describe_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not read the images of the source repository.

    A source action of provider ECR asks for the image that carries its tag, as the role that runs the
    action. Without `ecr:DescribeImages` on the repository the action fails: the role is not authorized
    to perform: ecr:DescribeImages. Roles made before CodePipeline knew ECR lack it, and roles that were
    made for another repository.

    Allow `ecr:DescribeImages` on the ARN of the repository that `RepositoryName` names.

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
                - Name: Image  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: ECR, Version: "1"}
                  Configuration: {RepositoryName: shop, ImageTag: latest}
                  OutputArtifacts: [{Name: Image}]
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
                  - {Effect: Allow, Action: ecr:DescribeImages, Resource: !Sub "arn:aws:ecr:${AWS::Region}:${AWS::AccountId}:repository/cellar"}
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
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
                - Name: Image
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: ECR, Version: "1"}
                  Configuration: {RepositoryName: shop, ImageTag: latest}
                  OutputArtifacts: [{Name: Image}]
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
                  - {Effect: Allow, Action: ecr:DescribeImages, Resource: !Sub "arn:aws:ecr:${AWS::Region}:${AWS::AccountId}:repository/shop"}
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
    ```

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Source"
        action {  # finding
          name             = "Image"
          category         = "Source"
          owner            = "AWS"
          provider         = "ECR"
          version          = "1"
          output_artifacts = ["Image"]
          configuration    = { RepositoryName = "shop", ImageTag = "latest" }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
        actions = ["ecr:DescribeImages"]
        resources = [
          "arn:aws:ecr:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:repository/cellar",
        ]
      }
      statement {
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Source"
        action {
          name             = "Image"
          category         = "Source"
          owner            = "AWS"
          provider         = "ECR"
          version          = "1"
          output_artifacts = ["Image"]
          configuration    = { RepositoryName = "shop", ImageTag = "latest" }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
        actions = ["ecr:DescribeImages"]
        resources = [
          "arn:aws:ecr:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:repository/shop",
        ]
      }
      statement {
        actions   = ["s3:*"]
        resources = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "own"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECR.html
    """
    yield from graph.unmet(action, "ecr-source-describe-missing")
