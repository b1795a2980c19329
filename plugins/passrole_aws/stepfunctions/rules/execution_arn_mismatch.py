from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, rule


@rule(
    "stepfunctions-execution-arn-mismatch",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
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

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html
    """
    yield from graph.unmet(action, "stepfunctions-execution-arn-mismatch")
