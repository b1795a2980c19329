from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Subject, Symptom, known, rule


@rule(
    "github-v1-source",
    checks=Action,
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    symptoms=(
        Symptom(("token breaks",)),
        Symptom(
            ("Could not fetch the contents of the repository from GitHub",),
            "The token that the source reads GitHub with is no longer valid.",
        ),
    ),
)
def v1_source(action: Action, _: Graph) -> Iterator[Report]:
    """A source action reads GitHub with somebody's token.

    The first version of the GitHub action works with an OAuth or personal access token: a secret of a
    person, for all repositories that the person sees, which ends when it expires or the person
    leaves. With older versions of Terraform's provider every update of the pipeline broke it, since a hash was
    sent in place of the token. AWS recommends connections instead.

    To move: create a connection and let somebody complete it in the console; make the action one of
    owner `AWS` and provider `CodeStarSourceConnection`, with `ConnectionArn`, `FullRepositoryId` (owner and
    name) and `BranchName`; allow the role of the action `codeconnections:UseConnection` on the
    connection (`codestar-connections:UseConnection` for an ARN with the old name); remove the
    webhook, since a connection looks for changes itself; at last withdraw the token.

    Nothing is broken today, so the rule is on in the ruleset `strict` only.

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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration:
                    ConnectionArn: arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b
                    FullRepositoryId: example/shop
                    BranchName: main
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Source"
        action {  # finding
          name             = "Source"
          category         = "Source"
          owner            = "ThirdParty"
          provider         = "GitHub"
          version          = "1"
          output_artifacts = ["source"]
          configuration = {
            Owner      = "example"
            Repo       = "shop"
            Branch     = "main"
            OAuthToken = var.token
          }
        }
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
          owner            = "AWS"
          provider         = "CodeStarSourceConnection"
          version          = "1"
          output_artifacts = ["source"]
          configuration = {
            ConnectionArn    = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b"
            FullRepositoryId = "example/shop"
            BranchName       = "main"
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/update-github-action-connections.html
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/15200
    """
    if (known(action.owner), known(action.provider)) != ("ThirdParty", "GitHub"):
        return
    if known(action.category) != "Source":
        return
    yield Report(
        origin=action.origin,
        message=f"{action.label} reads GitHub with a token of a person, by the first version of the"
        " action.",
        symptom="The action fails once the token expires or its owner leaves.",
        remedy="Read the repository through a connection (CodeStarSourceConnection).",
        subject=Subject(action.pipeline, action.stage, action.name),
        world=action.world,
    )
