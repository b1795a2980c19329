from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, rule


@rule(
    "assume-role-permission-missing",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
)
def assume_role_permission_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """The pipeline's role may not assume the role of an action.

    An action with a `RoleArn` of its own runs with that role, and it is the pipeline's role that assumes
    it: its policies must allow `sts:AssumeRole` on the action's role. The deployment of the pipeline
    fails with an InvalidStructureException, "is not authorized to perform AssumeRole on role", the same
    text as for a missing trust; here the trust is fine.

    Allow `sts:AssumeRole` on the action's role in a policy of the pipeline's role.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
                  RoleArn: !GetAtt BuildRole.Arn
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
                  - {Effect: Allow, Action: s3:*, Resource: "*"}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref AWS::AccountId}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
                  RoleArn: !GetAtt BuildRole.Arn
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
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt BuildRole.Arn}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref AWS::AccountId}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: "*"}
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    yield from graph.unmet(action, "assume-role-permission-missing")
