from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, rule


@rule(
    "codedeploy-ecs-register-taskdef-missing",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
)
def ecs_register_taskdef_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not register the task definition that it deploys.

    A blue/green deployment to ECS has two steps. First the action itself registers the task
    definition from the artifact, with `ecs:RegisterTaskDefinition`; only then it asks CodeDeploy
    for a deployment. A role that was made for CodeDeploy alone fails in the first step, and the
    message blames the second: "PermissionError: The provided role does not have sufficient
    permissions to access CodeDeploy". Nothing is wrong with what the role may do in CodeDeploy.

    Allow `ecs:RegisterTaskDefinition` on `*` in the role that runs the action, beside
    `iam:PassRole` on the roles that the task definition names. The policies that AWS manages for
    the role of CodeDeploy do not hold it: that is another role.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ApplicationName: shop
                    DeploymentGroupName: production
                    TaskDefinitionTemplateArtifact: Source
                    AppSpecTemplateArtifact: Source
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
                      - codedeploy:CreateDeployment
                      - codedeploy:GetDeployment
                      - codedeploy:GetDeploymentConfig
                      - codedeploy:GetApplication
                      - codedeploy:GetApplicationRevision
                      - codedeploy:RegisterApplicationRevision
                    Resource: "*"
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::*:role/shop-*
                    Condition: {StringEquals: {"iam:PassedToService": ecs-tasks.amazonaws.com}}
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ApplicationName: shop
                    DeploymentGroupName: production
                    TaskDefinitionTemplateArtifact: Source
                    AppSpecTemplateArtifact: Source
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
                      - codedeploy:CreateDeployment
                      - codedeploy:GetDeployment
                      - codedeploy:GetDeploymentConfig
                      - codedeploy:GetApplication
                      - codedeploy:GetApplicationRevision
                      - codedeploy:RegisterApplicationRevision
                    Resource: "*"
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::*:role/shop-*
                    Condition: {StringEquals: {"iam:PassedToService": ecs-tasks.amazonaws.com}}
                  - {Effect: Allow, Action: ecs:RegisterTaskDefinition, Resource: "*"}
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
    """
    yield from graph.unmet(action, "codedeploy-ecs-register-taskdef-missing")
