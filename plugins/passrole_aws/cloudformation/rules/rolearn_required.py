from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    Category,
    Graph,
    Record,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    get,
    known,
    rule,
)


@rule(
    "cfn-rolearn-required",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    symptoms=(
        Symptom(
            ("RoleArn should not be empty",),
            "The configuration of the action has to name the role of the stack; that the "
            "action has a role of its own is another thing.",
        ),
    ),
)
def rolearn_required(action: Action, graph: Graph) -> Iterator[Report]:
    """A deployment names no role for CloudFormation.

    Every action mode of a CloudFormation deployment but `CHANGE_SET_EXECUTE` needs `RoleArn` in its
    configuration: the role that CloudFormation assumes to create and change what is in the stack.
    The `RoleArn` beside the configuration is another one, the role that runs the action; to set
    that one alone is how this mostly happens. The action fails: "Configuration Property RoleArn
    should not be empty in current ActionMode".

    Name a role that trusts `cloudformation.amazonaws.com` in the configuration.

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
                  RoleArn: arn:aws:iam::111122223333:role/stack
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
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
                    RoleArn: arn:aws:iam::111122223333:role/stack
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
          role_arn        = "arn:aws:iam::111122223333:role/stack"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
          }
        }
      }
    }
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
            RoleArn      = "arn:aws:iam::111122223333:role/stack"
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/13121
    """
    mode = known(get(action.configuration, "ActionMode"))
    if known(action.provider) != "CloudFormation" or mode not in MODES:
        return
    stack_role = get(action.configuration, "RoleArn")
    empty = isinstance(stack_role, Text) and not stack_role.parts
    if not isinstance(action.configuration, Record) or not (
        isinstance(stack_role, Absent) or empty
    ):
        return
    beside = not isinstance(action.role, Absent)
    yield Report(
        origin=action.origin,
        message=f"{action.label} deploys with {mode}, but its configuration names no role for"
        f" CloudFormation{BESIDE if beside else ''}.",
        symptom="The action fails: Configuration Property RoleArn should not be empty in current"
        " ActionMode.",
        remedy="Name a role that trusts cloudformation.amazonaws.com as RoleArn in the configuration"
        " of the action.",
        subject=Subject(
            pipeline=graph.pipeline_of(action).label,
            stage=action.stage,
            action=action.name,
            resource=str(get(action.configuration, "StackName") or ""),
        ),
        world=action.world,
        defaults=getattr(get(action.configuration, "ActionMode"), "defaults", frozenset()),
    )


MODES = ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "DELETE_ONLY", "CHANGE_SET_REPLACE")
BESIDE = "; the role beside the configuration is the one that runs the action"
