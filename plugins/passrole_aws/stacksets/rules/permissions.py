from collections.abc import Iterator
from functools import partial

from passrole import (
    Absent,
    Action,
    Category,
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

EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"


@rule(
    "stackset-permissions",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("SERVICE_MANAGED", "stack set")),
        Symptom(("PassRole", "AWSCloudFormationStackSetAdministrationRole")),
        Symptom(("PassRole", "administration role")),
        Symptom(("master or delegated admin account",)),
    ),
)
def permissions(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not deploy the stack set, or its administration role may not reach the accounts.

    An action that deploys a stack set makes or changes it, adds stack instances and follows the
    operation: `cloudformation:CreateStackSet`, `UpdateStackSet`, `CreateStackInstances`,
    `DescribeStackSet`, `DescribeStackSetOperation` and `ListStackInstances`, in the role that runs
    the action. What a role may do with stacks does not cover stack sets: their ARNs differ.

    With the permission model `SELF_MANAGED`, the default, CloudFormation works with the
    administration role. It must trust `cloudformation.amazonaws.com` and may assume the execution
    role in every target account; and the role that runs the action passes it, for which the AWS CDK
    grants `iam:PassRole`. With `SERVICE_MANAGED` there is no such role, but the pipeline has to be
    in the management account, or in that of a delegated administrator with `CallAs` set to
    `DELEGATED_ADMIN`: that is nothing a policy can mend.

    The action fails with AccessDenied, or with an error that names the administration role.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormationStackSet, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    StackSetName: baseline
                    TemplatePath: "Source::baseline.yaml"
                    PermissionModel: SERVICE_MANAGED
                    OrganizationsAutoDeployment: Enabled
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
                      - cloudformation:CreateStackSet
                      - cloudformation:UpdateStackSet
                      - cloudformation:DescribeStackSet
                      - cloudformation:DescribeStackSetOperation
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stackset/baseline:*
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
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormationStackSet, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    StackSetName: baseline
                    TemplatePath: "Source::baseline.yaml"
                    AdministrationRoleArn: !GetAtt Administrator.Arn
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
                      - cloudformation:CreateStackSet
                      - cloudformation:UpdateStackSet
                      - cloudformation:DescribeStackSet
                      - cloudformation:DescribeStackSetOperation
                      - cloudformation:CreateStackInstances
                      - cloudformation:ListStackInstances
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stackset/baseline:*
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: !GetAtt Administrator.Arn
      Administrator:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: administrator
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: "arn:aws:iam::*:role/other"}
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormationStackSet, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    StackSetName: baseline
                    TemplatePath: "Source::baseline.yaml"
                    PermissionModel: SERVICE_MANAGED
                    OrganizationsAutoDeployment: Enabled
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
                      - cloudformation:CreateStackSet
                      - cloudformation:UpdateStackSet
                      - cloudformation:DescribeStackSet
                      - cloudformation:DescribeStackSetOperation
                      - cloudformation:CreateStackInstances
                      - cloudformation:ListStackInstances
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stackset/baseline:*
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormationStackSet, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    StackSetName: baseline
                    TemplatePath: "Source::baseline.yaml"
                    AdministrationRoleArn: !GetAtt Administrator.Arn
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
                      - cloudformation:CreateStackSet
                      - cloudformation:UpdateStackSet
                      - cloudformation:DescribeStackSet
                      - cloudformation:DescribeStackSetOperation
                      - cloudformation:CreateStackInstances
                      - cloudformation:ListStackInstances
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stackset/baseline:*
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: !GetAtt Administrator.Arn
      Administrator:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: administrator
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: "arn:aws:iam::*:role/AWSCloudFormationStackSetExecutionRole"}
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
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormationStackSet"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            StackSetName                = "baseline"
            TemplatePath                = "Source::baseline.yaml"
            PermissionModel             = "SERVICE_MANAGED"
            OrganizationsAutoDeployment = "Enabled"
          }
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
            "cloudformation:CreateStackSet",
            "cloudformation:UpdateStackSet",
            "cloudformation:DescribeStackSet",
            "cloudformation:DescribeStackSetOperation",
          ]
          Resource = "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stackset/baseline:*"
        }]
      })
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
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CloudFormationStackSet"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            StackSetName                = "baseline"
            TemplatePath                = "Source::baseline.yaml"
            PermissionModel             = "SERVICE_MANAGED"
            OrganizationsAutoDeployment = "Enabled"
          }
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
            "cloudformation:CreateStackSet",
            "cloudformation:UpdateStackSet",
            "cloudformation:DescribeStackSet",
            "cloudformation:DescribeStackSetOperation",
            "cloudformation:CreateStackInstances",
            "cloudformation:ListStackInstances",
          ]
          Resource = "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stackset/baseline:*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    """
    yield from graph.unmet(action, "stackset-permissions")
    configuration = action.configuration
    model = get(configuration, "PermissionModel")
    self_managed = isinstance(model, Absent) or known(model) == "SELF_MANAGED"
    if known(action.provider) != "CloudFormationStackSet" or not self_managed:
        return
    named = get(configuration, "AdministrationRoleArn")
    administrator = graph.find(named, Role, graph.pipeline_of(action))
    execution = get(configuration, "ExecutionRoleName")
    name = EXECUTION_ROLE if isinstance(execution, Absent) else known(execution)
    if administrator is None or name is None:
        return
    wanted = literal(f"arn:aws:iam::*:role/{name}")
    for decision in graph.may(administrator, "sts:AssumeRole", wanted, world=action.world):
        # The trust policies of the execution roles are in other accounts: nobody asks for them here.
        if decision.layer != "resource" and decision.verdict in (Verdict.MISSING, Verdict.DENIED):
            yield _report(action, administrator, wanted, graph)


def _report(action: Action, administrator: Role, wanted: Text, graph: Graph) -> Report:
    return Report(
        origin=action.origin,
        message=f"{action.label} relies on role {administrator.label} (the administration role of"
        f" the stack set), which is not allowed sts:AssumeRole on {wanted} in any account.",
        symptom="The operation fails in the target accounts: the administration role may not assume"
        " the execution role.",
        remedy=f"Allow sts:AssumeRole on {wanted} in the policies of role {administrator.label}.",
        subject=Subject(
            action.pipeline,
            action.stage,
            action.name,
            administrator.label,
            "sts:AssumeRole",
            str(wanted),
        ),
        related=(Related(f"role {administrator.label} is defined here", administrator.location),),
        world=action.world,
        repair=partial(graph.repairs.granting, administrator, ("sts:AssumeRole",), wanted),
    )
