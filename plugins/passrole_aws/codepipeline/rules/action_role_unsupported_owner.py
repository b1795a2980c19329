from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    Category,
    Graph,
    Remove,
    Repair,
    Report,
    Severity,
    Subject,
    Symptom,
    Unknown,
    known,
    rule,
)


@rule(
    "action-role-unsupported-owner",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(Symptom(("Role ARN is not supported for actions with owner other than",)),),
)
def action_role_unsupported_owner(action: Action, graph: Graph) -> Iterator[Report]:
    """An action that is not run by AWS names a role.

    Only actions whose owner is `AWS` run as a role. One of a third party (GitHub by its older
    action, Jenkins, a partner) or of your own brings its own credentials, and a pipeline that gives
    it a role is refused: "Action … with owner ThirdParty contains roleArn. Role ARN is not
    supported for actions with owner other than 'AWS'".

    Take the role away. A custom action's job worker has permissions of its own.

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
                - Name: Source  # finding
                  ActionTypeId: {Category: Source, Owner: ThirdParty, Provider: GitHub, Version: "1"}
                  RoleArn: arn:aws:iam::111122223333:role/source
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {Owner: example, Repo: shop, Branch: main, OAuthToken: "{{resolve:secretsmanager:github}}"}
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
                  ActionTypeId: {Category: Source, Owner: ThirdParty, Provider: GitHub, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {Owner: example, Repo: shop, Branch: main, OAuthToken: "{{resolve:secretsmanager:github}}"}
    ```

    ```hcl
    variable "github_token" {
      sensitive = true
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "ThirdParty"
          provider         = "GitHub"
          version          = "1"
          role_arn         = "arn:aws:iam::111122223333:role/source"
          output_artifacts = ["Source"]
          configuration = {
            Owner      = "example"
            Repo       = "shop"
            Branch     = "main"
            OAuthToken = var.github_token
          }
        }
      }
    }
    ```

    ```hcl
    variable "github_token" {
      sensitive = true
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "ThirdParty"
          provider         = "GitHub"
          version          = "1"
          output_artifacts = ["Source"]
          configuration = {
            Owner      = "example"
            Repo       = "shop"
            Branch     = "main"
            OAuthToken = var.github_token
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
    Source: https://github.com/awslabs/aws-refarch-cross-account-pipeline/issues/7
    """
    pipeline = graph.pipeline_of(action)
    owner = known(action.owner)
    if owner not in ("ThirdParty", "Custom") or isinstance(action.role, (Absent, Unknown)):
        return
    yield Report(
        origin=action.origin,
        message=f"{action.label} names role {action.role}, but its owner is {owner}: only actions of"
        " owner AWS run as a role.",
        symptom="The pipeline is refused: Role ARN is not supported for actions with owner other than"
        " 'AWS'.",
        remedy="Take the role away from the action.",
        subject=Subject(
            pipeline=pipeline.label,
            stage=action.stage,
            action=action.name,
            principal=str(action.role),
        ),
        world=action.world,
        repair=Repair((Remove(action.role.origin),)) if action.role.origin else None,
    )
