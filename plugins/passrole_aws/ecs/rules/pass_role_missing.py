from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule

BECAUSE = (
    "Registering a task definition passes the roles of its task, with the role of "
    "the action, else the pipeline role."
)


@rule(
    "ecs-pass-role-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("The provided role does not have sufficient permissions to access ECS",),
            "Registering a task definition passes the roles of its task: the role needs "
            "iam:PassRole on the task role and on the execution role. The text does not say"
            " so.",
        ),
        Symptom(
            ("sufficient permissions", "CodeDeploy", "iam:PassRole"),
            "Registering a task definition passes the roles of its task: iam:PassRole on "
            "both is what is missing.",
        ),
        Symptom(("iam:PassRole", "task"), BECAUSE),
        Symptom(("iam:PassRole", "ecsTaskExecutionRole"), BECAUSE),
        Symptom(("iam:PassRole", "ecs"), BECAUSE),
    ),
)
def pass_role_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not pass the roles of the task it deploys.

    A deployment to ECS registers a new revision of the service's task definition, and with it
    passes the task role and the task execution role to `ecs-tasks.amazonaws.com`. The role that
    runs the action needs `iam:PassRole` on both. What the user sees does not say so: "The provided
    role does not have sufficient permissions to access ECS"; only CloudTrail names iam:PassRole.

    Allow `iam:PassRole` on both roles. Where the service is not in the scanned files, passrole
    cannot tell which roles they are; it then reports only a role that may pass none at all.

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
                  Configuration: {ClusterName: shop, ServiceName: !GetAtt Service.Name}
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
                      - ecs:DescribeServices
                      - ecs:DescribeTaskDefinition
                      - ecs:RegisterTaskDefinition
                      - ecs:UpdateService
                    Resource: "*"
                  - {Effect: Allow, Action: iam:PassRole, Resource: !GetAtt TaskRole.Arn}
      Service:
        Type: AWS::ECS::Service
        Properties: {Cluster: shop, TaskDefinition: !Ref Task}
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          Family: shop
          TaskRoleArn: !GetAtt TaskRole.Arn
          ExecutionRoleArn: !GetAtt ExecutionRole.Arn
      TaskRole:
        Type: AWS::IAM::Role
        Properties:
          RoleName: shop-task
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ecs-tasks.amazonaws.com}}
      ExecutionRole:
        Type: AWS::IAM::Role
        Properties:
          RoleName: shop-execution
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ecs-tasks.amazonaws.com}}
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
                  Configuration: {ClusterName: shop, ServiceName: !GetAtt Service.Name}
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
                      - ecs:DescribeServices
                      - ecs:DescribeTaskDefinition
                      - ecs:RegisterTaskDefinition
                      - ecs:UpdateService
                    Resource: "*"
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: [!GetAtt TaskRole.Arn, !GetAtt ExecutionRole.Arn]
                    Condition:
                      StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}
      Service:
        Type: AWS::ECS::Service
        Properties: {Cluster: shop, TaskDefinition: !Ref Task}
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          Family: shop
          TaskRoleArn: !GetAtt TaskRole.Arn
          ExecutionRoleArn: !GetAtt ExecutionRole.Arn
      TaskRole:
        Type: AWS::IAM::Role
        Properties:
          RoleName: shop-task
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ecs-tasks.amazonaws.com}}
      ExecutionRole:
        Type: AWS::IAM::Role
        Properties:
          RoleName: shop-execution
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ecs-tasks.amazonaws.com}}
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
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ClusterName: shop, ServiceName: elsewhere}
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
                      - ecs:DescribeServices
                      - ecs:DescribeTaskDefinition
                      - ecs:RegisterTaskDefinition
                      - ecs:UpdateService
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ClusterName: shop, ServiceName: elsewhere}
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
                      - ecs:DescribeServices
                      - ecs:DescribeTaskDefinition
                      - ecs:RegisterTaskDefinition
                      - ecs:UpdateService
                    Resource: "*"
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: "*"
                    Condition:
                      StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}
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
            ClusterName = "shop"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "ecs:DescribeServices",
          "ecs:DescribeTaskDefinition",
          "ecs:RegisterTaskDefinition",
          "ecs:UpdateService",
        ]
        resources = ["*"]
      }
      statement {
        actions   = ["iam:PassRole"]
        resources = [aws_iam_role.task.arn]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_ecs_service" "shop" {
      name            = "shop"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.shop.arn
    }
    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      task_role_arn         = aws_iam_role.task.arn
      execution_role_arn    = aws_iam_role.execution.arn
      container_definitions = jsonencode([{ name = "shop", image = "shop" }])
    }
    resource "aws_iam_role" "task" {
      name = "shop-task"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role" "execution" {
      name = "shop-execution"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
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
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "ECS"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ClusterName = "shop"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "ecs:DescribeServices",
          "ecs:DescribeTaskDefinition",
          "ecs:RegisterTaskDefinition",
          "ecs:UpdateService",
        ]
        resources = ["*"]
      }
      statement {
        actions   = ["iam:PassRole"]
        resources = [aws_iam_role.task.arn, aws_iam_role.execution.arn]
        condition {
          test     = "StringEquals"
          variable = "iam:PassedToService"
          values   = ["ecs-tasks.amazonaws.com"]
        }
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    resource "aws_ecs_service" "shop" {
      name            = "shop"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.shop.arn
    }
    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      task_role_arn         = aws_iam_role.task.arn
      execution_role_arn    = aws_iam_role.execution.arn
      container_definitions = jsonencode([{ name = "shop", image = "shop" }])
    }
    resource "aws_iam_role" "task" {
      name = "shop-task"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role" "execution" {
      name = "shop-execution"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
    """
    yield from graph.unmet(action, "ecs-pass-role-missing")
