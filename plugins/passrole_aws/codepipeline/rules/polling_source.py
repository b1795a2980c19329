from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    AddKey,
    AddToTemplate,
    Category,
    Data,
    EventTarget,
    Graph,
    Pipeline,
    Record,
    Repair,
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
    autofix="unsafe",
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
                  Configuration: {RepositoryName: shop, BranchName: main}
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
            repair=_told_by_an_event(pipeline, action),
        )


def _told_by_an_event(pipeline: Pipeline, action: Action) -> Repair | None:
    """No more polling, and an event rule with a role of its own, in a CloudFormation template.

    S3 tells of changes only where CloudTrail or the bucket's notifications are set up, and GitHub
    by a webhook with a secret: those are not made here.
    """
    resource = pipeline.resource
    place = getattr(action.configuration, "origin", None)
    named = {key: get(action.configuration, key) for key in ("RepositoryName", "BranchName")}
    repository, branch = named.values()
    if place is None or known(action.provider) != "CodeCommit":
        return None
    if not isinstance(repository, Text) or not isinstance(branch, Text):
        return None
    template = "arn:{partition}:codecommit:{region}:{account}:{name}"
    arn = resource.target.filled(template, name=repository)
    rule_id, role_id = f"{resource.id}SourceRule", f"{resource.id}SourceRuleRole"
    return Repair(
        (
            AddKey(place, KEY, "false"),
            AddToTemplate(
                resource.origin,
                "Resources",
                rule_id,
                _event_rule(resource.arn, arn, branch, role_id),
            ),
            AddToTemplate(resource.origin, "Resources", role_id, _events_role(resource.arn)),
        ),
        safe=False,
    )


def _event_rule(pipeline: Text, repository: Text, branch: Text, role_id: str) -> Data:
    """Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html."""
    detail: dict[str, Data] = {
        "event": ("referenceCreated", "referenceUpdated"),
        "referenceType": ("branch",),
        "referenceName": (branch,),
    }
    pattern: dict[str, Data] = {
        "source": ("aws.codecommit",),
        "detail-type": ("CodeCommit Repository State Change",),
        "resources": (repository,),
        "detail": detail,
    }
    role: Data = {"Fn::GetAtt": (role_id, "Arn")}
    starts: Data = {"Id": "pipeline", "Arn": pipeline, "RoleArn": role}
    properties: Data = {"EventPattern": pattern, "Targets": (starts,)}
    return {"Type": "AWS::Events::Rule", "Properties": properties}


def _events_role(pipeline: Text) -> Data:
    trust: Data = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    start: Data = {
        "Effect": "Allow",
        "Action": "codepipeline:StartPipelineExecution",
        "Resource": pipeline,
    }
    policy: Data = {
        "PolicyName": "start-pipeline",
        "PolicyDocument": {"Version": "2012-10-17", "Statement": (start,)},
    }
    properties: Data = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": (trust,)},
        "Policies": (policy,),
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


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
