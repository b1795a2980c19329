import re
from collections.abc import Iterator
from dataclasses import replace

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Origin,
    Record,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    Webhook,
    World,
    cases,
    get,
    rule,
)

PLACEHOLDER = r"""(?ix)
        [<>\[\]\s]                              # no token holds these
      | ^(?:\*+|x+|-+|\.+|0+|none|null|n/?a|unset|undefined|empty)$
      | change.?me|replace.?(?:me|this|with)|place.?holder|fill.?(?:me|in)|to.?do
      | your|dummy|example|sample|insert|enter|redacted|not.?used|github.?token|oauth.?token"""
"""What stands where a token goes before there is one."""

SHORTEST = 4
"""No secret is shorter."""


@rule(
    "oauth-token-literal",
    checks=(Action, Webhook),
    severity=Severity.CRITICAL,
    category=Category.LIFECYCLE,
    symptoms=(Symptom(("OAuthToken",)),),
)
def oauth_token_literal(subject: Action | Webhook, graph: Graph) -> Iterator[Report]:
    """A token or a webhook's secret stands in the code, or is shown to whoever sees the stack.

    The `OAuthToken` of a GitHub source action, the secrets of an Alexa skill and the `SecretToken` of a
    webhook let whoever reads them act as somebody else. Written in a template or a module, or as the
    default of a parameter or variable, they are in every clone of the repository; `NoEcho` and
    `sensitive` hide what is given, not what is written in the file. A parameter without `NoEcho` is shown in
    the console and by `DescribeStacks` to whoever may look at the stack; since its value is not
    known, that finding is of medium confidence.

    Withdraw the token and make another. Keep it in Secrets Manager and name it by a dynamic
    reference (`{{resolve:secretsmanager:github:SecretString:token}}`), or give it with a parameter that has
    `NoEcho` and no default; in Terraform, by a variable without a default or a data source. In
    Terraform the token is in the state all the same. Better, read the repository through a
    connection, which needs no token.

    passrole never prints what it found.

    ```yaml
    Parameters:
      Token: {Type: String, NoEcho: true, Default: 0123456789abcdef0123456789abcdef01234567}
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
                  Configuration:
                    Owner: example
                    Repo: shop
                    Branch: main
                    OAuthToken: !Ref Token  # finding
      Webhook:
        Type: AWS::CodePipeline::Webhook
        Properties:
          Authentication: GITHUB_HMAC
          AuthenticationConfiguration:
            SecretToken: 89abcdef01234567  # finding
          Filters: [{JsonPath: $.ref, MatchEquals: "refs/heads/{Branch}"}]
          TargetPipeline: !Ref Pipeline
          TargetAction: Source
          TargetPipelineVersion: 1
    ```

    ```yaml
    Parameters:
      Secret: {Type: String, NoEcho: true}
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
                  Configuration:
                    Owner: example
                    Repo: shop
                    Branch: main
                    OAuthToken: "{{resolve:secretsmanager:github:SecretString:token}}"
      Webhook:
        Type: AWS::CodePipeline::Webhook
        Properties:
          Authentication: GITHUB_HMAC
          AuthenticationConfiguration:
            SecretToken: !Ref Secret
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
          configuration = {
            Owner      = "example"
            Repo       = "shop"
            Branch     = "main"
            OAuthToken = var.token  # finding
          }
        }
      }
    }

    variable "token" {
      type      = string
      sensitive = true
      default   = "0123456789abcdef0123456789abcdef01234567"
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
      type      = string
      sensitive = true
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/15200
    """
    if isinstance(subject, Webhook):
        place = subject.resource.key_place("secret")
        for world, value in cases(subject.secret, subject.world):
            who = Subject(resource=subject.label)
            label = f"SecretToken of webhook {subject.label}"
            report = _report(label, value, place, who)
            if report is not None:
                yield _in(report, world)
        return
    provider = graph.provider_of(subject)
    written = subject.configuration
    keys = provider.configuration if provider else None
    for key in (each for each in keys or () if each.secret):
        value = get(written, key.name)
        keyed = written.keys.get(key.name) if isinstance(written, Record) else None
        who = Subject(subject.pipeline, subject.stage, subject.name, resource=key.name)
        report = _report(f"{key.name} of {subject.label}", value, keyed or subject.origin, who)
        if report is not None:
            yield _in(report, subject.world)


def _report(label: str, value: Value, place: Origin, who: Subject) -> Report | None:
    """What to say of a secret; None where it is kept well, or nobody knows."""
    if not isinstance(value, Text) or not value.parts:
        return None
    confidence = Confidence.HIGH
    text = value.known()
    if text is None:
        shown = next((hole for hole in value.holes if hole.shown), None)
        if shown is None:
            return None
        confidence = Confidence.MEDIUM
        why = f"is given by parameter {shown.reference.removeprefix('!Ref ')}, which has no NoEcho"
        symptom = "Whoever may look at the stack reads the secret."
        remedy = "Set NoEcho on the parameter, or name a secret of Secrets Manager."
    else:
        if len(text) < SHORTEST or re.search(PLACEHOLDER, text):
            return None
        names = sorted(each.partition("=")[0] for each in value.defaults if each)
        if names:
            why = f"is the default of {' and '.join(names)}, which stands in the code"
        elif text in (value.origin or place).code:
            why = "is written in the code"
        else:
            # It is given when the stack is made: where that is kept, nobody knows.
            return None
        symptom = "Whoever reads the repository, now or in its history, has the secret."
        remedy = "Withdraw it, make another, and name a secret of Secrets Manager."
    return Report(
        origin=place,
        message=f"{label} {why}.",
        symptom=symptom,
        remedy=remedy,
        subject=who,
        confidence=confidence,
    )


def _in(report: Report, world: World) -> Report:
    return replace(report, world=world)
