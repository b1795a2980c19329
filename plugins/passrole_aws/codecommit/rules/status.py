from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Subject, Symptom, known, rule


@rule(
    "codecommit-status",
    checks=Action,
    severity=Severity.INFO,
    category=Category.LIFECYCLE,
    symptoms=(
        Symptom(("CodeCommit is deprecated",)),
        Symptom(
            ("CreateRepository request is not allowed because there is no existing repository",)
        ),
    ),
)
def status(action: Action, _: Graph) -> Iterator[Report]:
    """A source is in CodeCommit: what is said of its end is out of date.

    From July 2024 accounts without a repository could not make one, and many projects moved away or
    still say that CodeCommit is deprecated. AWS returned the service to general availability late in
    2025. A pipeline that reads from it needs no change.

    This is information, not a mistake, so the rule is on in the ruleset `strict` only.

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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop, BranchName: main, PollForSourceChanges: "false"}
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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: ECR, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {RepositoryName: shop}
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
          owner            = "AWS"
          provider         = "CodeCommit"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { RepositoryName = "shop", BranchName = "main", PollForSourceChanges = false }
        }
      }
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
          provider         = "ECR"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { RepositoryName = "shop" }
        }
      }
    }
    ```

    Source: https://aws.amazon.com/blogs/devops/aws-codecommit-returns-to-general-availability/
    Source: https://github.com/org-formation/org-formation-cli/issues/605
    """
    kind = (known(action.category), known(action.owner), known(action.provider))
    if kind != ("Source", "AWS", "CodeCommit"):
        return
    yield Report(
        origin=action.origin,
        message=f"{action.label} reads from CodeCommit, which is generally available again since late"
        " 2025.",
        symptom="Nothing: the service is supported.",
        remedy="No change is needed.",
        subject=Subject(action.pipeline, action.stage, action.name),
        world=action.world,
    )
