from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = (
    "The deployment may have ended long ago: without "
    "elasticbeanstalk:DescribeEvents the action never learns of it, and shows no "
    "error."
)


@rule(
    "beanstalk-describe-events-hang",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("deploy action hangs",), BECAUSE),
        Symptom(("Beanstalk", "hangs"), BECAUSE),
        Symptom(("Beanstalk", "hanging"), BECAUSE),
        Symptom(("Beanstalk", "stuck"), BECAUSE),
        Symptom(("Beanstalk", "never finishes"), BECAUSE),
    ),
)
def describe_events_hang(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not read the events of the environment, and the deployment hangs.

    A deployment to Elastic Beanstalk follows the events of the environment to know when it is done.
    Without `elasticbeanstalk:DescribeEvents` the action does not fail: it hangs, with no error to
    look for, until somebody stops it or its time runs out.

    AWS documents `elasticbeanstalk:*`, which covers it. Whoever replaces the wildcard by a list
    must put `elasticbeanstalk:DescribeEvents` on it.

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
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ElasticBeanstalk, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ApplicationName: shop, EnvironmentName: shop-production}
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
                    Action:
                      - elasticbeanstalk:CreateApplicationVersion
                      - elasticbeanstalk:DescribeEnvironments
                      - elasticbeanstalk:UpdateEnvironment
                    Resource: "*"
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ElasticBeanstalk, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ApplicationName: shop, EnvironmentName: shop-production}
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
                    Action:
                      - elasticbeanstalk:CreateApplicationVersion
                      - elasticbeanstalk:DescribeEvents
                      - elasticbeanstalk:DescribeEnvironments
                      - elasticbeanstalk:UpdateEnvironment
                    Resource: "*"
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
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "ElasticBeanstalk"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName = "shop"
            EnvironmentName = "shop-production"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "elasticbeanstalk:CreateApplicationVersion",
          "elasticbeanstalk:DescribeEnvironments",
          "elasticbeanstalk:UpdateEnvironment",
        ]
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
          provider        = "ElasticBeanstalk"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName = "shop"
            EnvironmentName = "shop-production"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "elasticbeanstalk:CreateApplicationVersion",
          "elasticbeanstalk:DescribeEvents",
          "elasticbeanstalk:DescribeEnvironments",
          "elasticbeanstalk:UpdateEnvironment",
        ]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Beanstalk.html
    """
    yield from graph.unmet(action, "beanstalk-describe-events-hang")
