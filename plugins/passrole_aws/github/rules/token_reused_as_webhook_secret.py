from collections.abc import Iterator

from passrole import (
    Action,
    AddToTemplate,
    Category,
    Data,
    Graph,
    Pipeline,
    Related,
    Repair,
    ReplaceValue,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Webhook,
    World,
    cases,
    get,
    known,
    rule,
)

PARAMETER = "WebhookSecret"


@rule(
    "oauth-token-reused-as-webhook-secret",
    autofix="unsafe",
    checks=Pipeline,
    severity=Severity.HIGH,
    category=Category.LIFECYCLE,
    symptoms=(Symptom(("SecretToken", "OAuth")),),
)
def token_reused_as_webhook_secret(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A webhook is signed with the token that reads the repository.

    The secret of a webhook only lets CodePipeline see that a call is GitHub's. The OAuth or personal access
    token opens repositories. Used for both, the token is known to whoever configures the webhook on
    either side, and it cannot be withdrawn or rotated without the other. AWS's guide says not to; the
    AWS CDK did so for long.

    Give the webhook a random secret of its own.

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
      Webhook:
        Type: AWS::CodePipeline::Webhook
        Properties:
          Authentication: GITHUB_HMAC
          AuthenticationConfiguration:
            SecretToken: "{{resolve:secretsmanager:github}}"  # finding
          Filters: [{JsonPath: $.ref, MatchEquals: "refs/heads/{Branch}"}]
          TargetPipeline: !Ref Pipeline
          TargetAction: Source
          TargetPipelineVersion: 1
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
      Webhook:
        Type: AWS::CodePipeline::Webhook
        Properties:
          Authentication: GITHUB_HMAC
          AuthenticationConfiguration:
            SecretToken: "{{resolve:secretsmanager:webhook}}"
          Filters: [{JsonPath: $.ref, MatchEquals: "refs/heads/{Branch}"}]
          TargetPipeline: !Ref Pipeline
          TargetAction: Source
          TargetPipelineVersion: 1
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "ThirdParty"
          provider         = "GitHub"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { Owner = "example", Repo = "shop", Branch = "main", OAuthToken = var.token }
        }
      }
    }

    resource "aws_codepipeline_webhook" "shop" {
      name            = "shop"
      authentication  = "GITHUB_HMAC"
      target_action   = "Source"
      target_pipeline = aws_codepipeline.shop.name
      authentication_configuration {
        secret_token = var.token  # finding
      }
      filter {
        json_path    = "$.ref"
        match_equals = "refs/heads/{Branch}"
      }
    }

    variable "token" {
      type = string
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {
          name             = "Source"
          category         = "Source"
          owner            = "ThirdParty"
          provider         = "GitHub"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { Owner = "example", Repo = "shop", Branch = "main", OAuthToken = var.token }
        }
      }
    }

    resource "aws_codepipeline_webhook" "shop" {
      name            = "shop"
      authentication  = "GITHUB_HMAC"
      target_action   = "Source"
      target_pipeline = aws_codepipeline.shop.name
      authentication_configuration {
        secret_token = var.secret
      }
      filter {
        json_path    = "$.ref"
        match_equals = "refs/heads/{Branch}"
      }
    }

    variable "token" {
      type = string
    }

    variable "secret" {
      type = string
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html
    Source: https://github.com/aws/aws-cdk/issues/8732
    """
    tokens = _tokens(pipeline)
    webhooks = graph.entities_of(Webhook) if tokens else ()
    for webhook in webhooks:
        for world, secret in cases(webhook.secret, webhook.world):
            action = tokens.get(secret) if isinstance(secret, Text) else None
            both = world.joined(action.world) if action else None
            if action is None or both is None or not isinstance(secret, Text):
                continue
            for reached, named in cases(webhook.pipeline, both):
                if graph.find(named, Pipeline, near=webhook) is pipeline:
                    yield _report(webhook, action, reached, secret)


def _tokens(pipeline: Pipeline) -> dict[Text, Action]:
    """The tokens of a pipeline's GitHub sources, each with an action that has it."""
    found: dict[Text, Action] = {}
    for action in pipeline.actions:
        token = get(action.configuration, "OAuthToken")
        if known(action.provider) == "GitHub" and isinstance(token, Text) and token.parts:
            found.setdefault(token, action)
    return found


def _report(webhook: Webhook, action: Action, world: World, secret: Text) -> Report:
    return Report(
        origin=webhook.resource.key_place("secret"),
        message=f"Webhook {webhook.label} has the same secret as the OAuthToken of {action.label}.",
        symptom="Whoever configures the webhook has the token that opens the repositories.",
        remedy="Give the webhook a random secret of its own.",
        subject=Subject(action.pipeline, action.stage, action.name, resource=webhook.label),
        related=(Related("the action that has the token", action.location),),
        world=world,
        repair=_secret_of_its_own(webhook, secret),
    )


def _secret_of_its_own(webhook: Webhook, secret: Text) -> Repair | None:
    """A parameter for the secret, in a CloudFormation template: its value is for the deployment."""
    if secret.origin is None:
        return None
    parameter: Data = {"Type": "String", "NoEcho": "true", "MinLength": 20}
    added = AddToTemplate(webhook.resource.origin, "Parameters", PARAMETER, parameter)
    return Repair((added, ReplaceValue(secret.origin, {"Ref": PARAMETER})), safe=False)
