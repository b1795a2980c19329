"""Checks that a ruleset declares: what they find, what they leave alone, what is refused."""

import json
import re
from pathlib import Path
from textwrap import dedent, indent

import pytest

from passrole.cli import CLEAN, FOUND, INCOMPLETE, USAGE, main
from passrole.rulesets.declared.subjects import KINDS

ROLE = """\
Parameters:
  Given: {Type: String}
  Flag: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Flag, "yes"]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: %(name)s
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
      Policies: [{PolicyName: p, PolicyDocument: {Statement: %(statement)s}}]
"""
PROJECT = "Parameters: {Given: {Type: String}}\nResources: {Build: {Type: 'AWS::CodeBuild::Project', Properties: %s}}"


def ruleset(folder: Path, *checks: str) -> Path:
    file = folder / "team.yaml"
    declared = "\n".join(indent(dedent(check), "  ") for check in checks)
    file.write_text(f"confidence: low\nchecks:\n{declared}\n", "utf-8")
    return file


def found(
    folder: Path, capsys: pytest.CaptureFixture[str], template: str, *checks: str
) -> list[tuple[str, str]]:
    """Ids and messages of what the declared checks find in a template."""
    source = folder / "template.yaml"
    source.write_text(template, "utf-8")
    command = ["check", str(source), "--format", "json", "--no-third-party"]
    main([*command, "--ruleset", str(ruleset(folder, *checks))])
    report = json.loads(capsys.readouterr().out)
    assert not report["summary"]["incomplete"], report["diagnostics"]
    return [(f["rule"], f["message"]) for f in report["findings"] if f["rule"].startswith("my-")]


def role(name: str = "prod-x", statement: str = "{Effect: Allow, Action: 's3:*', Resource: '*'}") -> str:  # fmt: skip
    return ROLE % {"name": name, "statement": statement}


NAMED = "my-check:\n  of: role\n  title: T.\n  flag: {name: %s}\n"


@pytest.mark.parametrize(
    ("name", "test", "flagged"),
    [
        ("prod-x", "prod-*", True),
        ("prod-x", "[test-*, prod-?]", True),
        ("prod-x", "test-*", False),
        ("prod-x", "{is: prod-x}", True),
        ("prod-x", "{is: prod-*}", False),
        ("prod-x", "{not: test-*}", True),
        ("prod-x", "{not: prod-*}", False),
        ("prod-x", "{set: true}", True),
        ("prod-x", "{set: false}", False),
        # A part that is known decides what it can.
        ("!Sub 'prod-${Given}'", "prod-*", True),
        ("!Sub 'prod-${Given}'", "{not: test-*}", True),
        ("!Sub 'prod-${Given}'", "prod-x", False),
        ("!Sub 'prod-${Given}'", "{not: prod-x}", False),
        # What nobody knows is neither so nor otherwise.
        ("!Ref Given", "prod-*", False),
        ("!Ref Given", "{not: prod-*}", False),
        ("!Ref Given", "{not: {not: prod-*}}", False),
        ("!Ref Given", "{set: false}", False),
        # What a condition decides, where it makes a difference.
        ("!If [IsProd, prod-a, prod-b]", "prod-*", True),
        ("!If [IsProd, prod-a, test-b]", "prod-*", False),
        ("!If [IsProd, prod-a, test-b]", "{not: prod-*}", False),
        ("!If [IsProd, prod-a, test-b]", "{not: dev-*}", True),
    ],
)
def test_a_text(
    name: str, test: str, flagged: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bool(found(tmp_path, capsys, role(name), NAMED % test)) is flagged


VPC = "my-check:\n  of: build_project\n  title: T.\n  %s\n"


@pytest.mark.parametrize(
    ("properties", "asked", "flagged"),
    [
        ("{Name: x}", "require: {vpc: {set: true}}", True),
        ("{VpcConfig: {VpcId: vpc-1}}", "require: {vpc: {set: true}}", False),
        ("{VpcConfig: {VpcId: !Ref Given}}", "require: {vpc: {set: true}}", False),
        ("{VpcConfig: {VpcId: !Ref Given}}", "require: {vpc: vpc-1}", False),
        ("{VpcConfig: {VpcId: vpc-2}}", "require: {vpc: vpc-1}", True),
        ("{VpcConfig: !Ref Given}", "require: {properties.VpcConfig.VpcId: {set: true}}", False),
        ("{Environment: {PrivilegedMode: true}}", "flag: {properties.Environment.PrivilegedMode: 'true'}", True),
        ("{Environment: {PrivilegedMode: !Ref Given}}", "flag: {properties.Environment.PrivilegedMode: {not: 'true'}}", False),
        ("{Name: x}", "flag: {not: {vpc: {set: true}}}", True),
        ("{Name: x}", "flag: {any: [{name: y}, {all: [{name: x}, {vpc: {set: false}}]}]}", True),
        ("{Name: x}", "flag: {any: [{name: y}, {name: z}]}", False),
        ("{SecondarySources: [a, b]}", "flag: {properties.SecondarySources.1: b}", True),
    ],
)  # fmt: skip
def test_a_property(
    properties: str, asked: str, flagged: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bool(found(tmp_path, capsys, PROJECT % properties, VPC % asked)) is flagged


GRANTS = "my-check:\n  of: role\n  title: T.\n  %s\n"
SOME_IAM = 'flag: {grants: {some: {iam_action: "iam:*"}}}'
NO_IAM = 'require: {grants: {none: {iam_action: "iam:*"}}}'


@pytest.mark.parametrize("asked", [SOME_IAM, NO_IAM])
@pytest.mark.parametrize(
    ("statement", "flagged"),
    [
        ("{Effect: Allow, Action: 'iam:PassRole', Resource: '*'}", True),
        ("{Effect: Allow, Action: 'IAM:passrole', Resource: '*'}", True),
        ("{Effect: Allow, Action: '*', Resource: '*'}", True),
        ("{Effect: Allow, Action: [!Ref Given, 'iam:Get*'], Resource: '*'}", True),
        ("{Effect: Allow, NotAction: 's3:*', Resource: '*'}", True),
        ("{Effect: Allow, NotAction: 'iam:*', Resource: '*'}", False),
        ("{Effect: Allow, NotAction: 'iam:Get*', Resource: '*'}", False),  # some are left: unknown
        ("{Effect: Deny, Action: 'iam:*', Resource: '*'}", False),
        ("{Effect: Allow, Action: 's3:*', Resource: '*'}", False),
        ("{Effect: Allow, Action: !Ref Given, Resource: '*'}", False),
        ("{Effect: !Ref Given, Action: 'iam:*', Resource: '*'}", False),
        ("!If [IsProd, {Effect: Allow, Action: 'iam:*', Resource: '*'}, !Ref AWS::NoValue]", False),
    ],
)
def test_grants(
    statement: str, flagged: bool, asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = role(statement=statement)
    assert bool(found(tmp_path, capsys, template, GRANTS % asked)) is flagged


@pytest.mark.parametrize(
    ("asked", "flagged"),
    [
        ('flag: {grants: {some: {resource: "arn:aws:s3:::a*"}}}', True),
        ('flag: {grants: {some: {resource: "arn:aws:s3:::z*"}}}', False),
        ('flag: {grants: {some: {all_resources: "true"}}}', False),
        ('flag: {grants: {every: {all_resources: "false", conditional: "false"}}}', True),
        ("flag: {trusts: codebuild.*}", True),
        ("flag: {trusts: codepipeline.*}", False),
        ("flag: {boundary: {set: false}}", True),
    ],
)
def test_what_else_a_role_has(
    asked: str, flagged: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = role(statement="{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::abc'}")
    assert bool(found(tmp_path, capsys, template, GRANTS % asked)) is flagged


def test_the_statement_that_decides_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statements = "[{Effect: Allow, Action: 's3:*', Resource: '*'},\n        {Sid: Roles, Effect: Allow, Action: 'iam:*', Resource: '*'}]"
    source = tmp_path / "template.yaml"
    source.write_text(role(statement=statements), "utf-8")
    file = ruleset(tmp_path, GRANTS % SOME_IAM)
    main(["check", str(source), "--ruleset", str(file), "--select", "my-check", "--format", "json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    (related,) = finding["related"]
    assert related["message"] == "because of statement Roles of policy p"
    assert related["location"]["line"] == finding["location"]["line"] + 6


def test_a_policy_that_is_not_there_to_read_is_an_item_that_is_not_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = role().replace(
        "      Policies:", "      ManagedPolicyArns: [!Ref Given]\n      Policies:"
    )
    asked = ('flag: {grants: {none: {iam_action: "iam:*"}}}', NO_IAM, SOME_IAM)
    assert not [each for each in asked if found(tmp_path, capsys, template, GRANTS % each)]


PIPELINE = """\
Parameters: {{Given: {{Type: String}}}}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {{Type: S3, Location: artifacts}}
      Stages: [{stages}]
  Role:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {{Statement: []}}}}
"""


def stage(name: str, kind: str = "{Category: Deploy, Owner: AWS, Provider: S3, Version: '1'}") -> str:  # fmt: skip
    return f"{{Name: {name}, Actions: [{{Name: A, ActionTypeId: {kind}, Configuration: {{BucketName: b, Token: hunter2}}}}]}}"


ASK = "{Category: Approval, Owner: AWS, Provider: Manual, Version: '1'}"
APPROVED = """\
my-approval:
  of: stage
  title: T.
  where: {name: Prod*}
  require: {earlier: {some: {provider: Approval/*}}}
  message: "{pipeline}: nobody approves {name}"
"""


@pytest.mark.parametrize(
    ("stages", "flagged"),
    [
        ([stage("Source"), stage("Production")], True),
        ([stage("Source"), stage("Ask", ASK), stage("Production")], False),
        ([stage("Source"), stage("Production"), stage("Ask", ASK)], True),
        ([stage("Source"), stage("!Ref Given")], False),
        # A stage that nobody can read may hold the approval.
        ([stage("Source"), "!Ref Given", stage("Production")], False),
        ([stage("Ask", ASK.replace("Approval", "!Ref Given")), stage("Production")], False),
    ],
)
def test_an_approval_before_production(
    stages: list[str], flagged: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = PIPELINE.format(stages=", ".join(stages))
    said = found(tmp_path, capsys, template, APPROVED)
    assert said == ([("my-approval", "shop: nobody approves Production")] if flagged else [])


@pytest.mark.parametrize(
    ("of", "asked", "flagged"),
    [
        ("action", "flag: {provider: Deploy/AWS/S3/1, stage: Source, pipeline: shop}", True),
        ("action", "flag: {configuration.BucketName: b}", True),
        ("action", "flag: {run_order: '1'}", True),
        ("action", "flag: {needs: {some: {iam_action: s3:PutObject, verdict: missing}}}", True),
        ("action", "flag: {needs: {some: {verdict: allowed}}}", False),
        ("pipeline", "flag: {stages: {every: {actions: {some: {name: A}}}}}", True),
        ("pipeline", "flag: {actions: {none: {provider: Approval/*}}}", True),
        ("pipeline", "flag: {version: V2}", False),
    ],
)
def test_pipelines_and_actions(
    of: str, asked: str, flagged: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check = f"my-check:\n  of: {of}\n  title: T.\n  {asked}\n"
    template = PIPELINE.format(stages=stage("Source"))
    assert bool(found(tmp_path, capsys, template, check)) is flagged


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("my-check: {of: rolle, title: T., flag: {name: x}}", r":3:\d+\): check my-check: of is 'rolle'; did you mean 'role'\?"),
        ("my-check: {of: role, title: T., flag: {nmae: x}}", r"a role has no field 'nmae'; did you mean 'name'\?"),
        ("my-check: {of: role, title: T., flag: {name: {iz: x}}}", r"'iz' is none of not, is, set here"),
        ("my-check: {of: role, title: T., flag: {grants: {iam_action: x}}}", r"'iam_action' is none of not, some, every, none here"),
        ("my-check: {of: role, title: T., flag: {grants: x}}", r"a list of grants needs one of some, every, none"),
        ("my-check: {of: role, title: T., flag: {name.x: x}}", r"name of a role: it has no parts"),
        ("my-check: {of: role, title: T., flag: {properties: x}}", r"say which of it: properties.Name"),
        ("my-check: {of: role, title: T., flag: {name: x}, require: {name: x}}", r"either flag or require"),
        ("my-check: {of: role, title: T.}", r"either flag or require"),
        ("my-check: {of: role, flag: {name: x}}", r"a check has a title"),
        ("my-check: {of: role, title: T., flag: {name: x}, sevrity: high}", r"unknown key 'sevrity'; did you mean 'severity'\?"),
        ("my-check: {of: role, title: T., flag: {name: x}, severity: bad}", r"severity is 'bad'"),
        ("my-check: {of: role, title: T., flag: {name: x}, message: '{grants}'}", r"message: there is no {grants}"),
        ("my-check: {of: action, title: T., flag: {name: x}, message: '{configuration}'}", r"message: there is no {configuration}"),
        ("my-check: {of: role, title: T., flag: {name: x}, message: '{name.__class__}'}", r"message: there is no {name.__class__}"),
        ("my-check: {of: role, title: T., flag: {name: []}}", r"an empty list matches nothing"),
        ("My_Check: {of: role, title: T., flag: {name: x}}", r"an id is two words or more"),
        ("mine: {of: role, title: T., flag: {name: x}}", r"an id is two words or more"),
        ("my-check: {of: role, title: T., flag: {name: x}, examples: {flagged: [{yml: x}]}}", r"an example is a template"),
        ("missing-action-permission: {of: role, title: T., flag: {name: x}}", r"plugin iam has a rule 'missing-action-permission' already"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_its_place(
    check: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ruleset(tmp_path, check)
    assert main(["check", str(tmp_path), "--ruleset", str(file), "--no-third-party"]) == USAGE
    assert re.search(words, capsys.readouterr().err)


@pytest.mark.parametrize(
    "flag",
    [
        "{not: " * 13 + "{name: x}" + "}" * 13,
        f"{{name: [{', '.join('a' for _ in range(201))}]}}",
        "{any: [" + ", ".join("{name: x}" for _ in range(150)) + "]}",
        f"{{name: '{'*a' * 151}'}}",
    ],
    ids=["deep", "many", "wide", "long"],
)
def test_a_check_is_bounded_in_size(
    flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ruleset(tmp_path, f"my-check: {{of: role, title: T., flag: {flag}}}")
    assert main(["check", str(tmp_path), "--ruleset", str(file), "--no-third-party"]) == USAGE
    assert re.search(r"more than \d+", capsys.readouterr().err)


def test_a_check_that_asks_too_much_is_told_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = ", ".join(stage(f"S{number}") for number in range(900))
    (tmp_path / "template.yaml").write_text(PIPELINE.format(stages=many), "utf-8")
    tests = ", ".join(f"{{name: x{number}*}}" for number in range(60))
    inner = f"{{actions: {{every: {{not: {{any: [{tests}]}}}}}}}}"
    greedy = f"my-greedy: {{of: pipeline, title: T., flag: {inner}}}"
    modest = "my-modest: {of: pipeline, title: T., flag: {name: shop}}"
    file = ruleset(tmp_path, f"{greedy}\n{modest}")
    command = ["check", str(tmp_path / "template.yaml"), "--format", "json", "--no-third-party"]
    assert main([*command, "--ruleset", str(file), "--select", "my-greedy,my-modest"]) == INCOMPLETE
    report = json.loads(capsys.readouterr().out)
    assert [f["rule"] for f in report["findings"]] == ["my-modest"]
    (told,) = report["diagnostics"]
    assert "my-greedy of plugin ruleset" in told["message"]
    assert "asks more than 100000 questions" in told["message"]


def test_what_a_message_fills_in_is_text_and_no_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check = "my-check: {of: role, title: T., flag: {name: '*'}, message: 'Role {name} of {id}'}"
    template = role("'{id}%s{0}'")
    assert found(tmp_path, capsys, template, check) == [("my-check", "Role {id}%s{0} of Role")]


def test_settings_speak_of_declared_checks_as_of_any_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "template.yaml").write_text(role(), "utf-8")
    file = ruleset(tmp_path, NAMED % "prod-*")
    command = ["check", str(tmp_path / "template.yaml"), "--no-third-party", "--ruleset"]
    other = tmp_path / "other.yaml"
    other.write_text("extends: team.yaml\nrules: {my-check: critical}\n", "utf-8")
    assert main([*command, str(file), "--select", "my-check"]) == CLEAN
    assert "medium  my-check" in capsys.readouterr().out
    assert main([*command, str(other)]) == FOUND
    assert "critical  my-check" in capsys.readouterr().out
    assert main([*command, str(other), "--ignore", "my-check"]) == CLEAN


def test_a_project_speaks_of_declared_checks_as_of_any_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "template.yaml").write_text(role(), "utf-8")
    ruleset(tmp_path, NAMED % "prod-*")
    project = "ruleset = 'team.yaml'\nrules.my-check = 'critical'\n"
    (tmp_path / "passrole.toml").write_text(project, "utf-8")
    assert main(["config", "--no-third-party"]) == CLEAN
    assert re.search(r"^my-check +critical +passrole.toml:2", capsys.readouterr().out, re.MULTILINE)
    assert main(["check", ".", "--no-third-party"]) == FOUND
    accepted = "[[suppressions]]\nrule = 'my-check'\nrole = 'prod-x'\nreason = 'known'\n"
    (tmp_path / "passrole.toml").write_text(f"{project}{accepted}", "utf-8")
    assert main(["check", ".", "--no-third-party"]) == CLEAN
    assert "1 suppressed" in capsys.readouterr().out


def test_checks_of_a_ruleset_for_some_files_look_at_those_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "passrole.toml").write_text(
        "[[paths]]\nmatch = 'prod/'\nruleset = 'team.yaml'\n", "utf-8"
    )
    ruleset(tmp_path, NAMED % "prod-*")
    for folder in ("prod", "test"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "template.yaml").write_text(role(), "utf-8")
    main(["check", ".", "--format", "json", "--no-third-party"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    found = [f["location"]["path"] for f in findings if f["rule"] == "my-check"]
    assert found == ["prod/template.yaml"]


def test_the_examples_of_checks_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = PROJECT % "{Name: x}"
    check = {
        "of": "build_project", "title": "T.", "require": {"vpc": {"set": True}},
        "examples": {"flagged": [good], "accepted": [PROJECT % "{VpcConfig: {VpcId: v}}"]},
    }  # fmt: skip
    file = tmp_path / "team.yaml"

    def tested(changed: dict[str, object]) -> tuple[int, str]:
        file.write_text(json.dumps({"checks": {"my-check": {**check, **changed}}}), "utf-8")
        code = main(["rulesets", "--test", str(file), "--no-third-party"])
        return code, capsys.readouterr().out

    assert tested({}) == (CLEAN, "my-check: 2 examples hold\n")
    for changed, words in (
        ({"require": {"name": {"set": True}}}, "flagged example 1: nothing is found in it"),
        ({"require": {"id": "nobody"}}, "accepted example 1: line 2 is flagged: T."),
        ({"examples": {}}, "it has no flagged example"),
        ({"examples": {"flagged": ["{"], "accepted": [good]}}, "flagged example 1: it cannot be read"),
        ({"examples": {"flagged": [f"# finding\n{good}"], "accepted": [good]}}, "found in lines 3, marked are 1"),
    ):  # fmt: skip
        code, out = tested(changed)
        assert code == FOUND
        assert words in out


def test_the_page_names_every_field_and_its_ruleset_holds(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (repository / "docs" / "declarative.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+)(?:\.…)?`", page))
    for kind, shape in KINDS.items():
        if shape.is_subject:
            assert kind in named
        assert set(shape.fields) <= named, kind
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "team.yaml"
    file.write_text(text, "utf-8")
    assert main(["rulesets", "--test", str(file), "--no-third-party"]) == CLEAN, capsys.readouterr()
