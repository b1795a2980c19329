import re
from collections.abc import Iterator

from passrole import (
    Action,
    BuildProject,
    Category,
    Confidence,
    Graph,
    Origin,
    Report,
    Severity,
    Subject,
    Text,
    Value,
    World,
    cases,
    elements,
    get,
    known,
    names_secret,
    rule,
    value_from_json_text,
)

# Values whose form says what they are, whatever the variable is called. Sources: AWS's page on
# unique identifiers of IAM, GitHub's on token formats, Slack's on token types.
FORMS = (
    r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{60,}\b"
    r"|\bglpat-[\w-]{20,}|\bxox[abprs]-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
# What stands where a secret goes before there is one, or says where it is kept.
PLACEHOLDER = r"""(?ix)
        ^(?:\*+|x+|-+|\.+|none|null|n/?a|unset|undefined|empty|true|false|yes|no|\d{1,3})$
      | ^(?:arn:|/|\{\{resolve:|\$|https?:|s3:|alias/|ssm:|secretsmanager:)
      | change.?me|replace.?(?:me|this|with)|place.?holder|to.?do|your|dummy|example|sample|redacted
      | [<>\[\]\s]"""
SHORTEST = 6


@rule(
    "plaintext-secret-in-build-env",
    checks=(BuildProject, Action),
    severity=Severity.HIGH,
    category=Category.RISK,
)
def plaintext_secret_in_build_env(subject: BuildProject | Action, graph: Graph) -> Iterator[Report]:
    """A secret is an environment variable of a build, in the clear.

    A variable of type `PLAINTEXT`, which is the default, stands in the template, in the project's
    settings for everybody who may read them, and in every log that prints the environment. So does
    one that a pipeline's action gives to the build.

    Put the value into Secrets Manager or Parameter Store and name it there: `Type:
    SECRETS_MANAGER`, `PARAMETER_STORE`, or `env` in the buildspec. Then make another secret: this
    one is in the history of the repository.

    Variables are known by their names, such as `DB_PASSWORD`, and by the form of their values, such
    as an access key. A name alone, with a value that may be anything, makes the finding one of
    medium confidence; so does a parameter without `NoEcho`. passrole never prints what it found.

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Environment:
            EnvironmentVariables:
              - {Name: DB_PASSWORD, Value: correct7horse}  # finding
    ```

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Environment:
            EnvironmentVariables:
              - {Name: DB_PASSWORD, Type: SECRETS_MANAGER, Value: shop/db}
              - {Name: TOKEN_SECRET_NAME, Value: shop-token1}
              - {Name: API_TOKEN, Value: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:token"}
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      environment {
        compute_type = "BUILD_GENERAL1_SMALL"
        environment_variable {
          name  = "NPM_TOKEN"
          value = "0d1f8a7c9b2e4d6f"  # finding
        }
      }
    }
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      environment {
        compute_type = "BUILD_GENERAL1_SMALL"
        environment_variable {
          name  = "NPM_TOKEN"
          type  = "PARAMETER_STORE"
          value = "/shop/npm-token1"
        }
        environment_variable {
          name  = "STAGE"
          value = "production1"
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html
    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
    """
    del graph
    if isinstance(subject, BuildProject):
        variables = subject.resource["variables"]
        who = Subject(resource=subject.label)
        yield from _secrets(variables, subject.resource.place("variables"), who, subject.world)
        return
    written = get(subject.configuration, "EnvironmentVariables")
    if known(subject.provider) == "CodeBuild" and isinstance(written, Text):
        who = Subject(subject.pipeline, subject.stage, subject.name)
        place = written.origin or subject.origin
        yield from _secrets(value_from_json_text(written), place, who, subject.world)


def _secrets(variables: Value, place: Origin, who: Subject, within: World) -> Iterator[Report]:
    for item in elements(variables):
        for world, variable in cases(item, within):
            name = known(_key(variable, "Name"))
            kind = known(_key(variable, "Type") or Text(("PLAINTEXT",)))
            value = _key(variable, "Value")
            if name is None or kind != "PLAINTEXT" or not isinstance(value, Text):
                continue
            found = _what(name, value)
            if found is not None:
                what, confidence = found
                yield Report(
                    origin=value.origin or place,
                    message=f"Variable {name} of {who.resource or f'{who.stage}/{who.action}'} is"
                    f" in the clear and {what}.",
                    symptom="Whoever sees the code, the project or a build's log has the secret.",
                    remedy="Withdraw it, keep the new one in Secrets Manager, and name it with Type:"
                    " SECRETS_MANAGER.",
                    subject=who,
                    confidence=confidence,
                    world=world,
                )


def _what(name: str, value: Text) -> tuple[str, Confidence] | None:
    """What a value is, and how sure that is; None where it is no secret, or nobody knows."""
    text = value.known()
    if text is None:
        shown = next((hole for hole in value.holes if hole.shown), None)
        if shown is None or len(value.parts) != 1 or not names_secret(name):
            return None
        parameter = shown.reference.removeprefix("!Ref ")
        return f"is given by parameter {parameter}", Confidence.MEDIUM
    if re.search(FORMS, text):
        return "has the form of a credential", Confidence.HIGH
    if not names_secret(name) or len(text) < SHORTEST or re.search(PLACEHOLDER, text):
        return None
    mixed = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    return "has the name of a secret", Confidence.HIGH if mixed else Confidence.MEDIUM


def _key(variable: Value, name: str) -> Value:
    return get(variable, name) or get(variable, name.lower())
