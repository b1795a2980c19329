from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, rule


@rule(
    "commands-action-logs-missing",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
)
def logs_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not write the logs of commands that CodePipeline runs itself.

    Commands, image builds and scans run on machines that CodePipeline manages, without a build
    project. They write their logs as the role of the action, which is the pipeline's role unless the
    action names one of its own, to the log group `/aws/codepipeline/` and the name of the pipeline. A
    role that has what a build action needs, and logs of `/aws/codebuild/` only, does not do. The action
    then fails to start, or runs and leaves no logs. The same holds for a rule of a stage's condition
    that runs commands.

    Allow `logs:CreateLogGroup`, `logs:CreateLogStream` and `logs:PutLogEvents` on that log group, with
    `:*` at the end of its ARN.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          Name: shop
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Check
              Actions:
                - Name: Lint  # finding
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [make lint]
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/*"
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          Name: shop
          PipelineType: V2
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Check
              Actions:
                - Name: Lint
                  ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
                  Commands: [make lint]
                  InputArtifacts: [{Name: App}]
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
                  - {Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codepipeline/shop:*"
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-Commands.html
    """
    yield from graph.unmet(action, "commands-action-logs-missing")
