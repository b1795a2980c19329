from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Symptom, rule


@rule(
    "codedeploy-instance-profile-artifact-access",
    checks=Action,
    of_needs=True,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(
            ("DownloadBundle",),
            "The instance itself fetches the artifact, with the role of its instance "
            "profile, not with the pipeline role.",
        ),
    ),
)
def instance_profile_artifact_access(action: Action, graph: Graph) -> Iterator[Report]:
    """Instances may not fetch the artifact that is deployed to them.

    CodePipeline tells CodeDeploy where the artifact is, and the agent on each instance fetches it
    from the artifact bucket with the role of the instance profile. That is a third role, beside the
    pipeline's and the one of the deployment group, and what those may do does not help. The
    deployment fails in DownloadBundle: the log of the agent on the instance says "Access Denied",
    and the pipeline says only that the deployment failed.

    Allow `s3:GetObject` and `s3:GetObjectVersion` on the objects of the artifact bucket in the role
    of the instance profile; and `kms:Decrypt` on the key, where a customer managed key encrypts the
    artifacts.

    The rule looks at deployment groups whose Auto Scaling group, launch template or configuration,
    instance profile and role are all in the scanned tree.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ApplicationName: shop, DeploymentGroupName: !Ref Group}
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
                  - {Effect: Allow, Action: codedeploy:*, Resource: "*"}
                  - {Effect: Allow, Action: s3:*, Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
      Group:
        Type: AWS::CodeDeploy::DeploymentGroup
        Properties:
          ApplicationName: shop
          DeploymentGroupName: production
          ServiceRoleArn: arn:aws:iam::111122223333:role/codedeploy
          AutoScalingGroups: [!Ref Instances]
      Instances:
        Type: AWS::AutoScaling::AutoScalingGroup
        Properties:
          MinSize: "1"
          MaxSize: "2"
          LaunchTemplate: {LaunchTemplateId: !Ref Launch, Version: "1"}
      Launch:
        Type: AWS::EC2::LaunchTemplate
        Properties:
          LaunchTemplateData:
            IamInstanceProfile: {Arn: !GetAtt Profile.Arn}
      Profile:
        Type: AWS::IAM::InstanceProfile
        Properties: {Roles: [!Ref InstanceRole]}
      InstanceRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}
          Policies:
            - PolicyName: instance
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: logs:PutLogEvents, Resource: "*"}
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ApplicationName: shop, DeploymentGroupName: !Ref Group}
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
                  - {Effect: Allow, Action: codedeploy:*, Resource: "*"}
                  - {Effect: Allow, Action: s3:*, Resource: ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]}
      Group:
        Type: AWS::CodeDeploy::DeploymentGroup
        Properties:
          ApplicationName: shop
          DeploymentGroupName: production
          ServiceRoleArn: arn:aws:iam::111122223333:role/codedeploy
          AutoScalingGroups: [!Ref Instances]
      Instances:
        Type: AWS::AutoScaling::AutoScalingGroup
        Properties:
          MinSize: "1"
          MaxSize: "2"
          LaunchTemplate: {LaunchTemplateId: !Ref Launch, Version: "1"}
      Launch:
        Type: AWS::EC2::LaunchTemplate
        Properties:
          LaunchTemplateData:
            IamInstanceProfile: {Arn: !GetAtt Profile.Arn}
      Profile:
        Type: AWS::IAM::InstanceProfile
        Properties: {Roles: [!Ref InstanceRole]}
      InstanceRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}
          Policies:
            - PolicyName: instance
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [s3:GetObject, s3:GetObjectVersion], Resource: "arn:aws:s3:::artifacts/*"}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = aws_s3_bucket.artifacts.bucket
      }
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CodeDeploy"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName     = "shop"
            DeploymentGroupName = aws_codedeploy_deployment_group.shop.deployment_group_name
          }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
          { Effect = "Allow", Action = "codedeploy:*", Resource = "*" },
          {
            Effect   = "Allow"
            Action   = "s3:*"
            Resource = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
          },
        ]
      })
    }
    resource "aws_codedeploy_deployment_group" "shop" {
      app_name              = "shop"
      deployment_group_name = "production"
      service_role_arn      = "arn:aws:iam::111122223333:role/codedeploy"
      autoscaling_groups    = [aws_autoscaling_group.instances.name]
    }
    resource "aws_autoscaling_group" "instances" {
      min_size = 1
      max_size = 2
      launch_template {
        id      = aws_launch_template.instances.id
        version = "1"
      }
    }
    resource "aws_launch_template" "instances" {
      iam_instance_profile {
        arn = aws_iam_instance_profile.instance.arn
      }
    }
    resource "aws_iam_instance_profile" "instance" {
      name = "instance"
      role = aws_iam_role.instance.name
    }
    resource "aws_iam_role" "instance" {
      name = "instance"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "instance" {
      name = "instance"
      role = aws_iam_role.instance.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "logs:PutLogEvents", Resource = "*" }]
      })
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
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
          provider        = "CodeDeploy"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName     = "shop"
            DeploymentGroupName = aws_codedeploy_deployment_group.shop.deployment_group_name
          }
        }
      }
    }
    resource "aws_s3_bucket" "artifacts" {
      bucket = "artifacts"
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
          { Effect = "Allow", Action = "codedeploy:*", Resource = "*" },
          {
            Effect   = "Allow"
            Action   = "s3:*"
            Resource = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
          },
        ]
      })
    }
    resource "aws_codedeploy_deployment_group" "shop" {
      app_name              = "shop"
      deployment_group_name = "production"
      service_role_arn      = "arn:aws:iam::111122223333:role/codedeploy"
      autoscaling_groups    = [aws_autoscaling_group.instances.name]
    }
    resource "aws_autoscaling_group" "instances" {
      min_size = 1
      max_size = 2
      launch_template {
        id      = aws_launch_template.instances.id
        version = "1"
      }
    }
    resource "aws_launch_template" "instances" {
      iam_instance_profile {
        arn = aws_iam_instance_profile.instance.arn
      }
    }
    resource "aws_iam_instance_profile" "instance" {
      name = "instance"
      role = aws_iam_role.instance.name
    }
    resource "aws_iam_role" "instance" {
      name = "instance"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "instance" {
      name = "instance"
      role = aws_iam_role.instance.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:GetObjectVersion"]
          Resource = "${aws_s3_bucket.artifacts.arn}/*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-iam-instance-profile.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    yield from graph.unmet(action, "codedeploy-instance-profile-artifact-access")
