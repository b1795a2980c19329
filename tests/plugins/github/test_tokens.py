"""Tokens in the code are found in every place where they stand, and never printed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from passrole.contributions import Contributions
from passrole.findings import Confidence, Finding
from passrole.stacks.deployments import Deployment
from passrole.testing import findings_in

Find = Callable[..., list[Finding]]

RULE = "oauth-token-literal"
SECRET = "4c0ffee4c0ffee4c0ffee"  # noqa: S105 - a canary

TEMPLATE = """\
Parameters:
  Token: {parameter}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/pipeline
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: {{Category: Source, Owner: ThirdParty, Provider: GitHub, Version: "1"}}
              Configuration:
                Owner: example
                Repo: shop
                Branch: main
                OAuthToken: {token}
"""
WEBHOOK = f"""\
Resources:
  Webhook:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken:
          {SECRET}
      TargetPipeline: shop
"""
HIDDEN = "{Type: String, NoEcho: true}"


@pytest.fixture
def find(contributions: Contributions) -> Find:
    rules = {rule.id: rule for rule in contributions.rules}

    def run(
        token: str, parameter: str = HIDDEN, deployment: Deployment | None = None
    ) -> list[Finding]:
        text = TEMPLATE.format(parameter=parameter, token=token)
        return list(findings_in(text, rules[RULE], contributions, deployment=deployment))

    return run


@pytest.mark.parametrize(
    "token",
    [
        "!Ref Token",
        '!Sub "${Token}"',
        "'{{resolve:secretsmanager:github:SecretString:token}}'",
        "!Sub '{{resolve:secretsmanager:${AWS::StackName}-github:SecretString:token}}'",
        "!ImportValue github-token",
        "'{{resolve:ssm-secure:github:1}}'",
        "''",
        "<your token here>",
        "CHANGE_ME",
        "xxxx",
        "REPLACE_WITH_GITHUB_TOKEN",
    ],
)
def test_what_is_kept_elsewhere_or_not_there_yet_is_fine(find: Find, token: str) -> None:
    assert find(token) == []


@pytest.mark.parametrize(
    "token", [SECRET, f"'{SECRET}'", f"!Sub {SECRET}", f"\n                  {SECRET}"]
)
def test_a_token_that_is_written_out_is_found_at_its_key(find: Find, token: str) -> None:
    (finding,) = find(token)
    assert finding.location.line == 17
    assert finding.confidence is Confidence.HIGH


@pytest.mark.parametrize("no_echo", ["true", "false"])
def test_the_default_of_a_parameter_stands_in_the_code_too(find: Find, no_echo: str) -> None:
    parameter = f"{{Type: String, NoEcho: {no_echo}, Default: {SECRET}}}"
    (finding,) = find("!Ref Token", parameter)
    assert "the default of Token" in finding.message
    assert SECRET not in repr(finding)


def test_a_parameter_without_noecho_is_shown_to_whoever_sees_the_stack(find: Find) -> None:
    (finding,) = find("!Ref Token", "{Type: String}")
    assert "parameter Token, which has no NoEcho" in finding.message
    assert finding.confidence is Confidence.MEDIUM
    assert find("!Ref Token", "{Type: AWS::SSM::Parameter::Value<String>, Default: /token}") == []


def test_a_token_that_is_given_when_the_stack_is_made_is_not_in_the_code(find: Find) -> None:
    given = Deployment(parameters={"Token": SECRET})
    assert find("!Ref Token", HIDDEN, given) == []


@pytest.mark.parametrize("format_", ["text", "json", "sarif"])
@pytest.mark.parametrize("ruleset", ["default", "strict"])
def test_no_report_has_the_token(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    format_: str,
    ruleset: str,
) -> None:
    from passrole.cli import main  # noqa: PLC0415 - the only test that runs a command

    monkeypatch.chdir(tmp_path)
    plain = "{Type: String, Default: " + SECRET + "}"
    places = {
        "literal.yaml": TEMPLATE.format(parameter=HIDDEN, token=SECRET),
        "blanks.yaml": TEMPLATE.format(parameter=HIDDEN, token=f'"{SECRET},{SECRET}"'),
        "next-line.yaml": TEMPLATE.format(parameter=HIDDEN, token=f"\n                  {SECRET}"),
        "webhook.yaml": WEBHOOK,
        "default.yaml": TEMPLATE.format(parameter=plain, token="!Ref Token"),  # noqa: S106
        "pipeline.tf": f"""\
variable "oauth_token" {{
  default = "{SECRET}"
}}
resource "aws_codepipeline" "shop" {{
  name     = "shop"
  role_arn = "arn:aws:iam::111122223333:role/pipeline"
  stage {{
    name = "Source"
    action {{
      name          = "Source"
      category      = "Source"
      owner         = "ThirdParty"
      provider      = "GitHub"
      version       = "1"
      configuration = {{ Owner = "e", Repo = "s", Branch = "main", OAuthToken = var.oauth_token }}
    }}
    action {{
      name          = "Other"
      category      = "Source"
      owner         = "ThirdParty"
      provider      = "GitHub"
      version       = "1"
      configuration = {{ Owner = "e", Repo = "s", Branch = "main", OAuthToken = "{SECRET}" }}
    }}
  }}
}}
""",
    }
    for name, text in places.items():
        (tmp_path / name).write_text(text, "utf-8")

    main(["check", ".", "--format", format_, "--ruleset", ruleset, "--show-unknown"])

    out = capsys.readouterr().out
    assert out.count(RULE) >= len(places)
    assert SECRET[:12] not in out
