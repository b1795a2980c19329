from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, rule


@rule(
    "build-env-secret-read-missing",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
)
def env_secret_read_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A build role may not read what its environment variables are fetched from.

    Environment variables of type `PARAMETER_STORE` and `SECRETS_MANAGER` hold a name, and CodeBuild
    fetches their values before the first command runs, as the service role of the build project: those
    of the project, and those that the pipeline's action adds. Without the permission the build fails:
    "is not authorized to perform: secretsmanager:GetSecretValue" or "ssm:GetParameters".

    Allow the service role `secretsmanager:GetSecretValue` on the secret, whose ARN ends in six
    characters that are made up (`secret:shop/token-*`), and `ssm:GetParameters`, in the plural, on the
    parameter. Where a customer managed key encrypts them, `kms:Decrypt` on that key is needed as well.

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
                  Configuration: {ProjectName: !Ref Project}
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
            EnvironmentVariables:
              - {Name: TOKEN, Type: SECRETS_MANAGER, Value: "shop/token:value"}
              - {Name: STAGE, Type: PARAMETER_STORE, Value: /shop/stage}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
                  - Effect: Allow
                    Action: secretsmanager:GetSecretValue
                    Resource: !Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/token-*"
                  - Effect: Allow
                    Action: ssm:GetParameter
                    Resource: !Sub "arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop/stage"
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
                  Configuration: {ProjectName: !Ref Project}
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
            EnvironmentVariables:
              - {Name: TOKEN, Type: SECRETS_MANAGER, Value: "shop/token:value"}
              - {Name: STAGE, Type: PARAMETER_STORE, Value: /shop/stage}
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
                  - Effect: Allow
                    Action: secretsmanager:GetSecretValue
                    Resource: !Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/token-*"
                  - Effect: Allow
                    Action: ssm:GetParameters
                    Resource: !Sub "arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop/stage"
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
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration:
                    ProjectName: !Ref Project
                    EnvironmentVariables: '[{"name": "TOKEN", "type": "SECRETS_MANAGER", "value": "shop/token:value"}]'
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source: {Type: CODEPIPELINE}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
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
                - Name: Build  # finding
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: !Ref Project}
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
                  - {Effect: Allow, Action: [codebuild:StartBuild, codebuild:BatchGetBuilds], Resource: !GetAtt Project.Arn}
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: CODEPIPELINE}
          Source:
            Type: CODEPIPELINE
            BuildSpec: |
              version: 0.2
              env:
                parameter-store: {STAGE: /shop/stage}
              phases: {build: {commands: [make]}}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: "*"}
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html
    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html
    """
    yield from graph.unmet(action, "build-env-secret-read-missing")
