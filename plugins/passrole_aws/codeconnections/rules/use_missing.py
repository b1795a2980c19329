from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, rule


@rule(
    "connection-use-missing",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
)
def use_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not use the connection to the repository.

    A source action for GitHub, GitLab or Bitbucket reads through a connection. The role that runs
    it needs `codeconnections:UseConnection`, or the same action by its older name,
    `codestar-connections:UseConnection`, on the connection's ARN. Without it the action fails:
    "Unable to use Connection. The provided role does not have sufficient permissions", which reads
    as if the connection were broken.

    AWS documents both names as needed; the AWS CDK grants the older one alone, and its pipelines
    run. So passrole asks for one of them. Allow it on the ARN that `ConnectionArn` names.

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
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
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
                  - {Effect: Allow, Action: codestar-connections:PassConnection, Resource: "*"}
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
                - Name: Source
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
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
                    Action: codestar-connections:UseConnection
                    Resource: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    """
    yield from graph.unmet(action, "connection-use-missing")
