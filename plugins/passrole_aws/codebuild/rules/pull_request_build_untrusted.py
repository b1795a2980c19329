from collections.abc import Iterator

from passrole import Category, Confidence, Graph, Report, Severity, Subject, Symptom, known, rule
from passrole_aws.codebuild.entities import BuildWebhook, WebhookFilter

ACTOR = "ACTOR_ACCOUNT_ID"
# What a stranger can cause. The others follow from what somebody with rights does.
BY_STRANGERS = ("PULL_REQUEST_CREATED", "PULL_REQUEST_UPDATED", "PULL_REQUEST_REOPENED")


@rule(
    "codebuild-pr-build-untrusted",
    checks=BuildWebhook,
    severity=Severity.HIGH,
    category=Category.RISK,
    symptoms=(Symptom(("PULL_REQUEST", "actor filter")),),
)
def pull_request_build_untrusted(webhook: BuildWebhook, graph: Graph) -> Iterator[Report]:
    """A build runs for every pull request, whoever opened it.

    A pull request brings its own buildspec, makefiles and dependencies. Whoever may open one, with
    a public repository everybody, has their commands run by the project: with its role, its
    environment variables and the token it reads the repository with.

    Since August 2025 CodeBuild can wait for a comment of somebody who is trusted, and new projects
    do so unless the policy says otherwise. A policy of `DISABLED` is therefore reported as it is;
    where none is written the finding is of low confidence: a project that was made before has no
    such policy.

    Require approval by comment (`PullRequestBuildPolicy`), name the actors with
    `ACTOR_ACCOUNT_ID` and an anchored pattern, or build pull requests in a project whose role may do
    nothing.

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Source: {Type: GITHUB, Location: "https://github.com/example/shop"}
          Triggers:
            Webhook: true
            PullRequestBuildPolicy: {RequiresCommentApproval: DISABLED}
            FilterGroups:
              - - {Type: EVENT, Pattern: "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED"}  # finding
    ```

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Source: {Type: GITHUB, Location: "https://github.com/example/shop"}
          Triggers:
            Webhook: true
            PullRequestBuildPolicy: {RequiresCommentApproval: FORK_PULL_REQUESTS}
            FilterGroups:
              - - {Type: EVENT, Pattern: "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED"}
    ```

    ```hcl
    resource "aws_codebuild_webhook" "shop" {
      project_name = "shop"
      filter_group {
        filter {
          type    = "EVENT"
          pattern = "PULL_REQUEST_CREATED"  # finding
        }
      }
    }
    ```

    ```hcl
    resource "aws_codebuild_webhook" "shop" {
      project_name = "shop"
      filter_group {
        filter {
          type    = "EVENT"
          pattern = "PUSH, PULL_REQUEST_MERGED"
        }
      }
      filter_group {
        filter {
          type    = "EVENT"
          pattern = "PULL_REQUEST_CREATED"
        }
        filter {
          type    = "ACTOR_ACCOUNT_ID"
          pattern = "^123456$"
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html
    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html
    """
    del graph
    approval = known(webhook.approval)
    if webhook.approval and approval != "DISABLED":
        return
    for group in webhook.groups:
        event = next(filter(_is_of_strangers, group), None)
        if event is None or any(known(each.kind) in (None, ACTOR) for each in group):
            continue
        sure = approval == "DISABLED"
        yield Report(
            origin=getattr(event.pattern, "origin", None)
            or event.origin
            or webhook.resource.origin,
            message=f"The webhook of {webhook.label} builds every pull request, whoever opened it"
            + (
                ": approval by comment is disabled."
                if sure
                else ", unless the project is newer than approval by comment: no policy is written."
            ),
            symptom="A stranger's commands run with the project's role and its token.",
            remedy="Require approval by comment, or name the actors with ACTOR_ACCOUNT_ID.",
            subject=Subject(resource=webhook.label),
            confidence=Confidence.HIGH if sure else Confidence.LOW,
            world=webhook.world,
        )


def _is_of_strangers(filter_: WebhookFilter) -> bool:
    events = {each.strip() for each in (known(filter_.pattern) or "").split(",")}
    return known(filter_.kind) == "EVENT" and not events.isdisjoint(BY_STRANGERS)
