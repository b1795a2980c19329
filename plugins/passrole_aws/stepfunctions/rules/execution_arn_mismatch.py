from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "stepfunctions-execution-arn-mismatch",
    checks=Action,
    of_needs=True,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("StepFunctions.describeExecution",),
            "The execution runs; the pipeline may not look at it. DescribeExecution needs "
            "the ARN of executions, which is another than that of the state machine.",
        ),
        Symptom(
            ("states:DescribeExecution",),
            "DescribeExecution needs the ARN of executions, which is another than that of "
            "the state machine.",
        ),
    ),
)
def execution_arn_mismatch(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not look at the execution that it starts.

    An action that starts a standard state machine asks for the state of the execution until it
    ends. `states:DescribeExecution` works on the execution, and its ARN is another one than that of
    the state machine: `execution:` and the name of the state machine, in the account and Region of
    the state machine. A grant on the state machine itself does not cover it. The execution runs,
    and the action fails: "Insufficient permissions: An API call to StepFunctions.describeExecution
    returned a AccessDeniedException".

    Allow it on the executions of the state machine. With `ExecutionNamePrefix` their names begin
    with the prefix.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Migrate
              Actions:
                - Name: Migrate  # finding
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: StepFunctions, Version: "1"}
                  Configuration: {StateMachineArn: !Ref Migration}
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
                    Action: [states:StartExecution, states:DescribeStateMachine, states:DescribeExecution]
                    Resource: !Ref Migration
      Migration:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/migration
          DefinitionString: "{}"
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Migrate
              Actions:
                - Name: Migrate
                  ActionTypeId: {Category: Invoke, Owner: AWS, Provider: StepFunctions, Version: "1"}
                  Configuration: {StateMachineArn: !Ref Migration}
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
                    Action: [states:StartExecution, states:DescribeStateMachine]
                    Resource: !Ref Migration
                  - Effect: Allow
                    Action: states:DescribeExecution
                    Resource: !Sub arn:aws:states:${AWS::Region}:${AWS::AccountId}:execution:${Migration.Name}:*
      Migration:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/migration
          DefinitionString: "{}"
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
        name = "Migrate"
        action {  # finding
          name          = "Migrate"
          category      = "Invoke"
          owner         = "AWS"
          provider      = "StepFunctions"
          version       = "1"
          configuration = { StateMachineArn = aws_sfn_state_machine.migration.arn }
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
          Effect = "Allow"
          Action = [
            "states:StartExecution",
            "states:DescribeStateMachine",
            "states:DescribeExecution",
          ]
          Resource = aws_sfn_state_machine.migration.arn
        }]
      })
    }
    resource "aws_sfn_state_machine" "migration" {
      name       = "migration"
      role_arn   = "arn:aws:iam::111122223333:role/migration"
      definition = jsonencode({})
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
        location = "artifacts"
      }
      stage {
        name = "Migrate"
        action {
          name          = "Migrate"
          category      = "Invoke"
          owner         = "AWS"
          provider      = "StepFunctions"
          version       = "1"
          configuration = { StateMachineArn = aws_sfn_state_machine.migration.arn }
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
            Effect   = "Allow"
            Action   = ["states:StartExecution", "states:DescribeStateMachine"]
            Resource = aws_sfn_state_machine.migration.arn
          },
          {
            Effect   = "Allow"
            Action   = "states:DescribeExecution"
            Resource = "arn:aws:states:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:execution:${aws_sfn_state_machine.migration.name}:*"
          },
        ]
      })
    }
    resource "aws_sfn_state_machine" "migration" {
      name       = "migration"
      role_arn   = "arn:aws:iam::111122223333:role/migration"
      definition = jsonencode({})
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html
    """
    yield from graph.unmet(action, "stepfunctions-execution-arn-mismatch")
