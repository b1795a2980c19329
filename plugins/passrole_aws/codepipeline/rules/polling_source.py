from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    Category,
    EventTarget,
    Graph,
    Pipeline,
    Record,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Webhook,
    cases,
    get,
    known,
    rule,
)

KEY = "PollForSourceChanges"
CAN_POLL = frozenset({("AWS", "CodeCommit"), ("AWS", "S3"), ("ThirdParty", "GitHub")})


@rule(
    "polling-source",
    checks=Pipeline,
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    symptoms=(
        Symptom(("Maximum number of pipelines", "periodic source checks")),
        Symptom(("disables polling",)),
    ),
)
def polling_source(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A source action polls for changes.

    A source action of CodeCommit, S3 or GitHub's first version asks again and again whether something
    changed unless `PollForSourceChanges` is `false`; outside of the console, a missing key means
    `true`. Polling starts pipelines minutes late, AWS turns it off for pipelines that have not
    run for a while, and an account has only so many pipelines that poll: "Maximum number of
    pipelines using periodic source checks in account exceeded".

    Set the key to `false`, and let an event rule with a role of its own, or a webhook, start the
    pipeline.

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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {S3Bucket: sources, S3ObjectKey: shop.zip}
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
                  ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
                  OutputArtifacts: [{Name: Source}]
                  Configuration: {S3Bucket: sources, S3ObjectKey: shop.zip, PollForSourceChanges: "false"}
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
          configuration    = { RepositoryName = "shop", BranchName = "main", PollForSourceChanges = true }
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
          provider         = "CodeCommit"
          version          = "1"
          output_artifacts = ["source"]
          configuration    = { RepositoryName = "shop", BranchName = "main", PollForSourceChanges = false }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/update-change-detection.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
    Source: https://github.com/aws-solutions/aws-control-tower-customizations/issues/158
    """
    polling = [action for action in pipeline.actions if _polls(action)]
    # What both polls and is told has a rule of its own.
    if not polling or _is_told(pipeline, graph):
        return
    for action in polling:
        value = get(action.configuration, KEY)
        yield Report(
            origin=action.origin,
            message=f"{action.label} polls for changes"
            f"{'' if isinstance(value, Text) else f', since it does not set {KEY}'}.",
            symptom="The pipeline starts minutes after a change, and no more at all once AWS turns"
            " polling off for it.",
            remedy=f'Set {KEY} to "false" and start the pipeline by an event rule or a webhook.',
            subject=Subject(action.pipeline, action.stage, action.name),
            world=action.world,
            defaults=value.defaults if isinstance(value, Text) else frozenset(),
        )


def _polls(action: Action) -> bool:
    """Whether a source says that it polls, or says nothing; a key without a value yet is open."""
    written = action.configuration
    provider = known(action.owner), known(action.provider)
    if known(action.category) != "Source" or provider not in CAN_POLL:
        return False
    if not isinstance(written, Record):
        return False
    value = get(written, KEY)
    if isinstance(value, Absent):
        return KEY not in written.keys
    return (known(value) or "").lower() == "true"


def _is_told(pipeline: Pipeline, graph: Graph) -> bool:
    """Whether something in the tree starts the pipeline."""
    named = [
        *((each, each.arn) for each in graph.entities_of(EventTarget)),
        *((each, each.pipeline) for each in graph.entities_of(Webhook)),
    ]
    return any(
        graph.find(reference, Pipeline, near=entity) is pipeline
        for entity, value in named
        for _, reference in cases(value, entity.world)
    )
