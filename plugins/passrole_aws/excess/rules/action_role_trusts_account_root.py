from collections.abc import Iterator
from functools import partial

from passrole import (
    Category,
    Graph,
    Pipeline,
    PrincipalEntry,
    Repair,
    ReplaceValue,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    arn_in,
    known,
    rule,
)


@rule(
    "action-role-trusts-account-root",
    autofix="unsafe",
    checks=Role,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    symptoms=(Symptom(("trust principal is the whole account",)),),
)
def action_role_trusts_account_root(role: Role, graph: Graph) -> Iterator[Report]:
    """The role of an action trusts the whole account of its pipeline.

    A trust policy that names `arn:aws:iam::<account>:root` leaves it to the account's own policies
    who may assume the role: everybody with `sts:AssumeRole` on it, or on `*`. Only the pipeline's
    role has to. Reported are roles in the pipeline's own account, where nothing else is gained by
    naming the account, without a condition that narrows it down.

    Name the pipeline's role as the principal.

    ```yaml
    Resources:
      Deploy:
        Type: AWS::IAM::Role
        Properties:
          RoleName: deploy
          AssumeRolePolicyDocument:
            Statement:
              - Effect: Allow  # finding
                Action: sts:AssumeRole
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  RoleArn: !GetAtt Deploy.Arn
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  Configuration: {BucketName: site, Extract: "true"}
    ```

    ```yaml
    Resources:
      Deploy:
        Type: AWS::IAM::Role
        Properties:
          RoleName: deploy
          AssumeRolePolicyDocument:
            Statement:
              - Effect: Allow
                Action: sts:AssumeRole
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:role/pipeline"}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  RoleArn: !GetAtt Deploy.Arn
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
                  Configuration: {BucketName: site, Extract: "true"}
    ```

    ```hcl
    data "aws_caller_identity" "current" {}
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Statement = [{  # finding
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
        }]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {
          name          = "Deploy"
          category      = "Deploy"
          owner         = "AWS"
          provider      = "S3"
          version       = "1"
          role_arn      = aws_iam_role.deploy.arn
          configuration = { BucketName = "site", Extract = "true" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Principal = { AWS = "arn:aws:iam::111122223333:role/pipeline" }
        }]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {
          name          = "Deploy"
          category      = "Deploy"
          owner         = "AWS"
          provider      = "S3"
          version       = "1"
          role_arn      = aws_iam_role.deploy.arn
          configuration = { BucketName = "site", Extract = "true" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    uses = [use for use in graph.uses.of(role) if use.why == "the role of the action"]
    if not uses or role.resource.target.id != uses[0].pipeline.resource.target.id:
        return
    account = role.resource.target.account
    for statement in role.trust.statements:
        if statement.effect != "Allow" or statement.conditions:
            continue
        for entry in statement.principals:
            arn = arn_in(entry.value if isinstance(entry, PrincipalEntry) else entry)
            if arn is not None and known(arn.resource) == "root" and arn.account == account:
                yield Report(
                    origin=statement.origin or role.resource.origin,
                    message=f"Role {role.label}, {uses[0].why} of pipeline"
                    f" {uses[0].pipeline.label}, trusts its whole account.",
                    symptom="Everybody in the account with sts:AssumeRole on * can be this role.",
                    remedy=f"Name the role of pipeline {uses[0].pipeline.label} as the principal.",
                    subject=Subject(
                        pipeline=uses[0].pipeline.label,
                        principal=role.label,
                        iam_action="sts:AssumeRole",
                    ),
                    world=statement.world,
                    defaults=statement.defaults,
                    repair=partial(_trusting, entry, uses[0].pipeline, graph),
                )


def _trusting(entry: PrincipalEntry | Value, pipeline: Pipeline, graph: Graph) -> Repair | None:
    """The role of the pipeline in place of its account; somebody else may rely on the account."""
    value = entry.value if isinstance(entry, PrincipalEntry) else entry
    origin = getattr(value, "origin", None)
    role = graph.find(pipeline.role, Role, near=pipeline)
    arn = role.resource.arn if role is not None else pipeline.role
    if origin is None or arn_in(arn) is None or not isinstance(arn, Text):
        return None
    return Repair((ReplaceValue(origin, arn),), safe=False)
