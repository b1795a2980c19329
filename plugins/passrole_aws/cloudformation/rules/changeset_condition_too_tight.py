from collections.abc import Iterator

from passrole import (
    ABSENT,
    Action,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Truth,
    Verdict,
    rule,
)


@rule(
    "cfn-changeset-condition-too-tight",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    symptoms=(
        Symptom(
            ("cloudformation:DescribeChangeSet",),
            "A condition on the name of the change set, or an ARN without what follows the "
            "stack's name, shuts the role out.",
        ),
    ),
)
def changeset_condition_too_tight(action: Action, graph: Graph) -> Iterator[Report]:
    """A condition on the name of a change set shuts the pipeline out.

    A statement that allows the operations on change sets may ask for a name with
    `cloudformation:ChangeSetName`. Where that is not the name in the action's configuration, the
    action is denied. And a call that carries no name fails each condition that insists on one:
    users were "not authorized to perform: cloudformation:DescribeChangeSet" at the first run, when
    there was no stack yet. The AWS CDK has asked with `StringEqualsIfExists` ever since; the latter
    case is of low confidence.

    Write the name of the change set and the operator with `IfExists`.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CHANGE_SET_REPLACE
                    StackName: shop
                    ChangeSetName: release
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
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
                  - {Effect: Allow, Action: cloudformation:DescribeStacks, Resource: "*"}
                  - {Effect: Allow, Action: iam:PassRole, Resource: arn:aws:iam::111122223333:role/stack}
                  - Effect: Allow
                    Action:
                      - cloudformation:CreateChangeSet
                      - cloudformation:DeleteChangeSet
                      - cloudformation:DescribeChangeSet
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/shop/*
                    Condition: {StringEqualsIfExists: {cloudformation:ChangeSetName: deploy}}
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CHANGE_SET_REPLACE
                    StackName: shop
                    ChangeSetName: release
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
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
                  - {Effect: Allow, Action: cloudformation:DescribeStacks, Resource: "*"}
                  - {Effect: Allow, Action: iam:PassRole, Resource: arn:aws:iam::111122223333:role/stack}
                  - Effect: Allow
                    Action:
                      - cloudformation:CreateChangeSet
                      - cloudformation:DeleteChangeSet
                      - cloudformation:DescribeChangeSet
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/shop/*
                    Condition: {StringEquals: {cloudformation:ChangeSetName: release}}
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CHANGE_SET_REPLACE
                    StackName: shop
                    ChangeSetName: release
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
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
                  - {Effect: Allow, Action: cloudformation:DescribeStacks, Resource: "*"}
                  - {Effect: Allow, Action: iam:PassRole, Resource: arn:aws:iam::111122223333:role/stack}
                  - Effect: Allow
                    Action:
                      - cloudformation:CreateChangeSet
                      - cloudformation:DeleteChangeSet
                      - cloudformation:DescribeChangeSet
                    Resource: !Sub arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/shop/*
                    Condition: {StringEqualsIfExists: {cloudformation:ChangeSetName: release}}
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
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode    = "CHANGE_SET_REPLACE"
            StackName     = "shop"
            ChangeSetName = "release"
            TemplatePath  = "Source::shop.yaml"
            RoleArn       = "arn:aws:iam::111122223333:role/stack"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["cloudformation:DescribeStacks"]
        resources = ["*"]
      }
      statement {
        actions   = ["iam:PassRole"]
        resources = ["arn:aws:iam::111122223333:role/stack"]
      }
      statement {
        actions = [
          "cloudformation:CreateChangeSet",
          "cloudformation:DeleteChangeSet",
          "cloudformation:DescribeChangeSet",
        ]
        resources = [
          "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stack/shop/*",
        ]
        condition {
          test     = "StringEqualsIfExists"
          variable = "cloudformation:ChangeSetName"
          values   = ["deploy"]
        }
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
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
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode    = "CHANGE_SET_REPLACE"
            StackName     = "shop"
            ChangeSetName = "release"
            TemplatePath  = "Source::shop.yaml"
            RoleArn       = "arn:aws:iam::111122223333:role/stack"
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
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["cloudformation:DescribeStacks"]
        resources = ["*"]
      }
      statement {
        actions   = ["iam:PassRole"]
        resources = ["arn:aws:iam::111122223333:role/stack"]
      }
      statement {
        actions = [
          "cloudformation:CreateChangeSet",
          "cloudformation:DeleteChangeSet",
          "cloudformation:DescribeChangeSet",
        ]
        resources = [
          "arn:aws:cloudformation:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:stack/shop/*",
        ]
        condition {
          test     = "StringEqualsIfExists"
          variable = "cloudformation:ChangeSetName"
          values   = ["release"]
        }
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    Source: https://github.com/aws/aws-cdk/issues/1034
    """
    yield from graph.unmet(action, "cfn-changeset-condition-too-tight")
    for requirement in graph.requirements_of(action):
        role = requirement.principal.role
        if requirement.need.iam_action != DESCRIBE or role is None:
            continue
        verdicts = {decision.verdict for decision in graph.decide(requirement)}
        if verdicts != {Verdict.ALLOWED} or requirement.condition is not Truth.TRUE:
            continue
        nameless = {"cloudformation:changesetname": ABSENT}
        for decision in graph.may(
            role, DESCRIBE, requirement.resource, context=nameless, world=requirement.world
        ):
            if decision.verdict is not Verdict.MISSING:
                continue
            yield Report(
                origin=requirement.origin,
                message=f"{action.label} uses role {role.label} ({requirement.principal.why}), which is"
                f" allowed {DESCRIBE} on {requirement.resource} only where the call names the change"
                " set, which not every call does.",
                symptom="The first run fails: not authorized to perform: " + DESCRIBE + ".",
                remedy="Write StringEqualsIfExists in place of StringEquals in that condition.",
                subject=Subject(
                    pipeline=requirement.pipeline.label,
                    stage=action.stage,
                    action=action.name,
                    principal=role.label,
                    iam_action=DESCRIBE,
                    resource=str(requirement.resource),
                ),
                related=(Related(f"role {role.label} is defined here", role.location),),
                confidence=Confidence.LOW,
                world=decision.world,
            )


DESCRIBE = "cloudformation:DescribeChangeSet"
