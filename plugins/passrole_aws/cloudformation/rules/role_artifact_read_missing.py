from collections.abc import Iterator

from passrole import Action, Category, Confidence, Graph, Report, Severity, Symptom, rule

BECAUSE = (
    "CloudFormation fetches the code from the artifact bucket with the role of the "
    "stack, which needs the bucket and its key."
)


@rule(
    "cfn-role-artifact-read-missing",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="unsafe",
    confidence=Confidence.LOW,
    symptoms=(
        Symptom(("S3", "access denied", "Lambda", "stack"), BECAUSE),
        Symptom(("Your access has been denied by S3",), BECAUSE),
    ),
)
def role_artifact_read_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A stack takes code from the pipeline's artifacts, which its role may not read.

    The template of a deployment reaches CloudFormation by a signed address, so the role of the
    stack needs no access to it. Code is another matter: where `Fn::GetArtifactAtt` in
    `ParameterOverrides` hands the bucket and the key of an artifact to the template, a function or
    a nested stack is made from that object with the role of the stack. Without `s3:GetObject` on
    it, and `kms:Decrypt` on the key of the artifacts, the creation of that resource fails with an
    access denied of S3 or KMS.

    The documentation says that this role needs no access to the bucket, the AWS CDK grants it; what
    the template does with the parameter is not looked at. So this is of low confidence.

    Allow both to the role that the configuration names.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: !GetAtt StackRole.Arn
                    ParameterOverrides: |
                      {"Bucket": {"Fn::GetArtifactAtt": ["Source", "BucketName"]},
                       "Key": {"Fn::GetArtifactAtt": ["Source", "ObjectKey"]}}
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
                  - {Effect: Allow, Action: lambda:*, Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: !GetAtt StackRole.Arn
                    ParameterOverrides: |
                      {"Bucket": {"Fn::GetArtifactAtt": ["Source", "BucketName"]},
                       "Key": {"Fn::GetArtifactAtt": ["Source", "ObjectKey"]}}
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
                  - {Effect: Allow, Action: lambda:*, Resource: "*"}
                  - {Effect: Allow, Action: s3:GetObject, Resource: arn:aws:s3:::artifacts/*}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
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
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = aws_iam_role.stack.arn
            ParameterOverrides = jsonencode({
              Bucket = { "Fn::GetArtifactAtt" = ["Source", "BucketName"] }
              Key    = { "Fn::GetArtifactAtt" = ["Source", "ObjectKey"] }
            })
          }
        }
      }
    }
    resource "aws_iam_role" "stack" {
      name = "stack"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "stack" {
      name = "stack"
      role = aws_iam_role.stack.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "lambda:*", Resource = "*" }]
      })
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = aws_iam_role.stack.arn
            ParameterOverrides = jsonencode({
              Bucket = { "Fn::GetArtifactAtt" = ["Source", "BucketName"] }
              Key    = { "Fn::GetArtifactAtt" = ["Source", "ObjectKey"] }
            })
          }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
    }
    resource "aws_iam_role" "stack" {
      name = "stack"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "stack" {
      name = "stack"
      role = aws_iam_role.stack.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "lambda:*", Resource = "*" },
          {
            Effect   = "Allow"
            Action   = "s3:GetObject"
            Resource = "${aws_s3_bucket.artifacts.arn}/*"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    Source: https://github.com/aws/aws-cdk/pull/3855
    Source: https://github.com/aws/aws-cdk/issues/5207
    """
    yield from graph.unmet(action, "cfn-role-artifact-read-missing")
