from collections.abc import Iterator

from passrole import Action, Category, Confidence, Graph, Report, Severity, Symptom, rule


@rule(
    "ecs-tag-resource-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    confidence=Confidence.MEDIUM,
    symptoms=(Symptom(("ecs:TagResource",)),),
)
def tag_resource_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not tag the task definition that it registers.

    A deployment registers a new revision of the task definition, with the tags of the old one. ECS
    asks whoever registers something with tags for `ecs:TagResource` as well, and pipelines that
    were made before it did fail since: "is not authorized to perform: ecs:TagResource on resource"
    and the ARN of the task definition.

    Allow `ecs:TagResource` on the task definition in the role that runs the action. A condition may
    narrow it to what is being registered: `ecs:CreateAction` is `RegisterTaskDefinition`.

    Where the task definition of the service is in the same repository and has tags, the finding is
    of medium confidence; otherwise whether it has any is not known, and the finding is of low
    confidence.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ClusterName: !Ref Cluster, ServiceName: !GetAtt Service.Name}
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
                    Action: [ecs:DescribeServices, ecs:UpdateService, ecs:DescribeTaskDefinition, ecs:DescribeTasks, ecs:ListTasks]
                    Resource: "*"
                  - {Effect: Allow, Action: ecs:RegisterTaskDefinition, Resource: "*"}
      Cluster:
        Type: AWS::ECS::Cluster
      Service:
        Type: AWS::ECS::Service
        Properties:
          Cluster: !Ref Cluster
          TaskDefinition: !Ref Task
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          Family: shop
          ContainerDefinitions: [{Name: shop, Image: shop}]
          Tags: [{Key: team, Value: shop}]
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ClusterName: !Ref Cluster, ServiceName: !GetAtt Service.Name}
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
                    Action: [ecs:DescribeServices, ecs:UpdateService, ecs:DescribeTaskDefinition, ecs:DescribeTasks, ecs:ListTasks]
                    Resource: "*"
                  - {Effect: Allow, Action: [ecs:RegisterTaskDefinition, ecs:TagResource], Resource: "*"}
      Cluster:
        Type: AWS::ECS::Cluster
      Service:
        Type: AWS::ECS::Service
        Properties:
          Cluster: !Ref Cluster
          TaskDefinition: !Ref Task
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          Family: shop
          ContainerDefinitions: [{Name: shop, Image: shop}]
          Tags: [{Key: team, Value: shop}]
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
          provider        = "ECS"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ClusterName = aws_ecs_cluster.shop.name
            ServiceName = aws_ecs_service.shop.name
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
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "ecs:DescribeServices",
              "ecs:UpdateService",
              "ecs:DescribeTaskDefinition",
              "ecs:DescribeTasks",
              "ecs:ListTasks",
            ]
            Resource = "*"
          },
          { Effect = "Allow", Action = "ecs:RegisterTaskDefinition", Resource = "*" },
        ]
      })
    }
    resource "aws_ecs_cluster" "shop" {
      name = "shop"
    }
    resource "aws_ecs_service" "shop" {
      name            = "shop"
      cluster         = aws_ecs_cluster.shop.name
      task_definition = aws_ecs_task_definition.shop.arn
    }
    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "shop", image = "shop" }])
      tags                  = { team = "shop" }
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
          provider        = "ECS"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ClusterName = aws_ecs_cluster.shop.name
            ServiceName = aws_ecs_service.shop.name
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
        Statement = [
          {
            Effect = "Allow"
            Action = [
              "ecs:DescribeServices",
              "ecs:UpdateService",
              "ecs:DescribeTaskDefinition",
              "ecs:DescribeTasks",
              "ecs:ListTasks",
            ]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = ["ecs:RegisterTaskDefinition", "ecs:TagResource"]
            Resource = "*"
          },
        ]
      })
    }
    resource "aws_ecs_cluster" "shop" {
      name = "shop"
    }
    resource "aws_ecs_service" "shop" {
      name            = "shop"
      cluster         = aws_ecs_cluster.shop.name
      task_definition = aws_ecs_task_definition.shop.arn
    }
    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "shop", image = "shop" }])
      tags                  = { team = "shop" }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
    """
    yield from graph.unmet(action, "ecs-tag-resource-missing")
