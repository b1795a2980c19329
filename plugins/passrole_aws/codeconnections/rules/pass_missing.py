from collections.abc import Iterator
from functools import partial

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Text,
    Verdict,
    get,
    known,
    literal,
    rule,
)


@rule(
    "connection-pass-missing",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    confidence=Confidence.MEDIUM,
    symptoms=(Symptom(("PassConnection",)),),
)
def pass_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A pipeline updates itself with a role that may not give it its connection.

    Whoever creates or changes a pipeline that reads through a connection passes the connection to
    CodePipeline, and needs `codeconnections:PassConnection` (or
    `codestar-connections:PassConnection`) on it. Where a CloudFormation action deploys the very
    stack that the pipeline is in, that is the role in the action's configuration. The deployment
    fails: "is not authorized to perform: codestar-connections:PassConnection".

    Allow it on the ARN of the connection, if you like with the condition that
    `codeconnections:PassedToService` is `codepipeline.amazonaws.com`.

    Of medium confidence, as CloudFormation asks for it only when the source of the pipeline
    changes. Deployments of other stacks with pipelines in them are not looked at. There is no
    counterpart in Terraform, whose pipelines are in no stack that an action could deploy.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
            - Name: Update
              Actions:
                - Name: Pipeline  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: !Ref AWS::StackName
                    TemplatePath: Source::pipeline.yaml
                    RoleArn: !GetAtt StackRole.Arn
      StackRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: stack
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: codepipeline:*, Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Source
              Actions:
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
            - Name: Update
              Actions:
                - Name: Pipeline
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: !Ref AWS::StackName
                    TemplatePath: Source::pipeline.yaml
                    RoleArn: !GetAtt StackRole.Arn
      StackRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: stack
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: codepipeline:*, Resource: "*"}
                  - {Effect: Allow, Action: codeconnections:PassConnection, Resource: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b}
    ```

    Source: https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html#permissions-reference-connections-passconnection
    Source: https://github.com/awslabs/aws-deployment-framework/pull/563
    """
    pipeline = graph.pipeline_of(action)
    configuration = action.configuration
    if known(action.provider) != "CloudFormation":
        return
    if get(configuration, "StackName") != pipeline.resource.stack_name:
        return
    role = graph.find(get(configuration, "RoleArn"), Role, near=pipeline)
    connections = {
        connection: source
        for source in pipeline.actions
        if known(source.provider) == "CodeStarSourceConnection"
        and isinstance(connection := get(source.configuration, "ConnectionArn"), Text)
    }
    for connection, source in connections.items() if role is not None else ():
        world = action.world.joined(source.world)
        if role is None or world is None:
            continue
        decisions = [
            decision
            for iam_action in PASS
            for decision in graph.may(role, iam_action, connection, context=PASSED, world=world)
        ]
        if any(each.verdict not in (Verdict.MISSING, Verdict.DENIED) for each in decisions):
            continue
        yield Report(
            origin=action.origin,
            message=f"{action.label} deploys the stack of its own pipeline with role {role.label} (the"
            f" role of the stack), which is not allowed {' or '.join(PASS)} on {connection}, the"
            f" connection of {source.label}.",
            symptom="The deployment fails: not authorized to perform:"
            " codestar-connections:PassConnection.",
            remedy=f"Allow {PASS[0]} on {connection} in the policies of role {role.label}.",
            subject=Subject(
                pipeline=pipeline.label,
                stage=action.stage,
                action=action.name,
                principal=role.label,
                iam_action=PASS[0],
                resource=str(connection),
            ),
            related=(
                Related(f"role {role.label} is defined here", role.location),
                Related(f"{source.label} uses the connection", source.location),
            ),
            confidence=Confidence.MEDIUM,
            world=world,
            repair=partial(graph.repairs.granting, role, PASS[:1], connection),
        )


PASS = ("codeconnections:PassConnection", "codestar-connections:PassConnection")
PASSED = {
    "codeconnections:passedtoservice": literal("codepipeline.amazonaws.com"),
    "codestar-connections:passedtoservice": literal("codepipeline.amazonaws.com"),
}
