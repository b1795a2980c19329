import re
from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    Repair,
    ReplaceValue,
    Report,
    Severity,
    Subject,
    Value,
    known,
    rule,
)
from passrole_aws.codebuild.entities import BuildWebhook, WebhookFilter

# What says who may start a build, or of which branch.
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html
WHO = ("ACTOR_ACCOUNT_ID", "GITHUB_ACTOR_ACCOUNT_ID")


@rule(
    "codebuild-webhook-unanchored-actor",
    autofix="safe",
    checks=BuildWebhook,
    severity=Severity.CRITICAL,
    category=Category.RISK,
)
def webhook_unanchored_actor(webhook: BuildWebhook, graph: Graph) -> Iterator[Report]:
    """A webhook lets in everybody whose account id contains the id that is meant.

    The pattern of an `ACTOR_ACCOUNT_ID` filter is a regular expression that may match anywhere in
    the id: `123456` matches `91234567` as well. Ids are given out in their order, so an account with
    a matching id is a matter of patience. Its owner opens a pull request, the build runs their
    commands, and has the project's role and whatever token it uses. In 2025 repositories of AWS
    itself could be taken over in this way.

    Write `^(123456|234567)$`: anchors around all alternatives. A branch's pattern that is not
    anchored lets in branches only, which takes the right to push, and is not reported. A filter
    that keeps people out is not reported either.

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Source: {Type: GITHUB, Location: "https://github.com/example/shop"}
          Triggers:
            Webhook: true
            FilterGroups:
              - - {Type: EVENT, Pattern: "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED"}
                - {Type: ACTOR_ACCOUNT_ID, Pattern: "123456|^234567$"}  # finding
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
            FilterGroups:
              - - {Type: EVENT, Pattern: "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED"}
                - {Type: ACTOR_ACCOUNT_ID, Pattern: "^(123456|234567)$"}
              - - {Type: EVENT, Pattern: PUSH}
                - {Type: HEAD_REF, Pattern: "refs/heads/main"}
    ```

    ```hcl
    resource "aws_codebuild_webhook" "shop" {
      project_name = "shop"
      filter_group {
        filter {
          type    = "EVENT"
          pattern = "PULL_REQUEST_CREATED"
        }
        filter {
          type    = "ACTOR_ACCOUNT_ID"
          pattern = "123456"  # finding
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
          pattern = "PULL_REQUEST_CREATED"
        }
        filter {
          type    = "ACTOR_ACCOUNT_ID"
          pattern = "^123456$"
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html
    Source: https://aws.amazon.com/security/security-bulletins/2026-002-AWS/
    """
    del graph
    for group in webhook.groups:
        for each in group:
            pattern = known(each.pattern)
            if pattern is None or not _lets_in(each) or is_anchored(pattern):
                continue
            yield Report(
                origin=getattr(each.pattern, "origin", None)
                or each.origin
                or webhook.resource.origin,
                message=f"The webhook of {webhook.label} lets in who matches {pattern}, and whoever"
                " has an id that contains it: the pattern has no ^ and $ around it.",
                symptom="A stranger with such an id has their commands run by the build.",
                remedy=f"Write ^({pattern.strip('^$')})$.",
                subject=Subject(resource=webhook.label),
                world=webhook.world,
                repair=_anchored(each.pattern, pattern),
            )


def _anchored(written: Value, pattern: str) -> Repair | None:
    origin = getattr(written, "origin", None)
    anchored = f"^({pattern.strip('^$')})$"
    return Repair((ReplaceValue(origin, anchored),)) if origin is not None else None


def _lets_in(filter_: WebhookFilter) -> bool:
    return known(filter_.kind) in WHO and known(filter_.excludes) in (None, "false")


def is_anchored(pattern: str) -> bool:
    """Whether every alternative of a pattern has to match the whole."""
    inner = re.fullmatch(r"\^\((?:\?:)?([^()]*)\)\$", pattern)
    if inner is not None:
        return True
    return all(
        each.startswith("^") and each.endswith("$") and not each.endswith("\\$")
        for each in pattern.split("|")
    )
