"""What commands of a build surely call through the AWS CLI, and as whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import Hole, Text, literal
from passrole.asking import check
from passrole.contributions import Contributions
from passrole.graph.questions import Graph
from passrole.iam.reference.catalogue import action
from passrole.rulesets.choosing import ActiveRule
from passrole_aws.codebuild.operations import CALLS
from passrole_aws.codebuild.patterns import calls

LOGIN = "aws ecr get-login-password"
LOGGING_IN = "ecr:GetAuthorizationToken"
RULE = "build-role-command-permission-missing"
ACTIONS = sorted({each for of in CALLS.values() for listed in of.values() for each in listed})


def called(*commands: str, variables: tuple[str, ...] = ()) -> list[str]:
    found = calls(map(literal, commands), map(literal, variables))
    return [each for call in found for each in call.iam_actions]


@pytest.mark.parametrize("iam_action", ACTIONS)
def test_every_action_of_the_table_is_one_that_aws_documents(iam_action: str) -> None:
    found = action(iam_action)
    assert found is not None
    assert str(found) == iam_action


@pytest.mark.parametrize(
    "command",
    [
        LOGIN,
        f"{LOGIN} --region eu-west-1 | docker login -u AWS --password-stdin x",
        "aws --region eu-west-1 --no-cli-pager ecr get-login-password",
        "aws --region=eu-west-1 ecr get-login-password",
        "$(aws ecr get-login --no-include-email)",
        "eval $(aws ecr get-login --no-include-email)",
        'eval "$(aws ecr get-login --no-include-email)"',
        f'PASSWORD="$({LOGIN})"',
        f"export PASSWORD=`{LOGIN}`",
        f"AWS_REGION=eu-west-1 {LOGIN}",
        f"cd app && {LOGIN} > password",
        f"cd app; sudo {LOGIN}",
        "aws ecr \\\n  get-login-password",
        f"echo 'it is on' # really\n{LOGIN}",
        f"for each in a b; do {LOGIN}; done",
    ],
)
def test_a_call_that_is_surely_made(command: str) -> None:
    assert called(command) == [LOGGING_IN]


@pytest.mark.parametrize(
    "command",
    [
        "",
        "aws",
        "aws ecr",
        "aws ecr help",
        "aws ecr get-login-password help",
        "aws sts get-caller-identity",
        "aws s3 sync . s3://site",
        f"echo {LOGIN}",
        f'echo "Run {LOGIN}"',
        f"echo '; {LOGIN}'",
        f"# {LOGIN}",
        f"true # ; {LOGIN}",
        f"{LOGIN} || true",
        f'if [ "$PUSH" = yes ]; then {LOGIN}; fi',
        f'[ "$PUSH" = yes ] && {LOGIN}',
        f'test "$PUSH" = yes && {LOGIN}',
        f"set +e\n{LOGIN}",
        f"login() {{ {LOGIN}; }}",
        f"cat > login.sh <<EOF\n{LOGIN}\nEOF",
        "myaws ecr get-login-password",
        "./aws ecr get-login-password",
    ],
)
def test_nobody_knows_whether_it_is_called(command: str) -> None:
    assert called(command) == []


@pytest.mark.parametrize(
    "other",
    [
        "aws sts assume-role --role-arn x --role-session-name y",
        "export AWS_ACCESS_KEY_ID=$KEY",
        "export AWS_PROFILE=shop",
        "aws configure set region eu-west-1",
        "source ./login.sh",
        ". ./login.sh",
        "eval $(./login.sh)",
        "aws ssm get-parameter --name x --profile shop",
        "printf '%s' x > ~/.aws/credentials",
    ],
)
def test_with_other_credentials_nothing_is_sure(other: str) -> None:
    assert called(LOGIN) == [LOGGING_IN]
    assert called(other, LOGIN) == []
    assert called(LOGIN, other) == []


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN"])
def test_a_variable_may_bring_other_credentials(name: str) -> None:
    assert called(LOGIN, variables=("AWS_REGION",)) == [LOGGING_IN]
    assert called(LOGIN, variables=("STAGE", name)) == []
    assert calls([literal(LOGIN)], [Text((Hole("a name"),))]) == ()


def test_a_hole_is_a_word_like_another() -> None:
    region = Text((f"{LOGIN} --region ", Hole("region"), " | docker login"))
    assert [call.command for call in calls([region], ())] == [LOGIN]


def test_each_call_is_told_once() -> None:
    assert called(LOGIN, LOGIN, "aws ecs update-service") == [LOGGING_IN, "ecs:UpdateService"]


PIECES = st.sampled_from(
    ["aws", "ecr", "get-login-password", " ", "\n", ";", "&&", "|", "||", "$(", ")", "`", "'", '"',
     "\\", "#", "--region", "=", "A=b ", "if ", "do ", "sudo ", "[ ", "<<", "x"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_called_stands_in_the_commands(written: str) -> None:
    for call in calls([literal(written)], ()):
        assert "aws" in written
        assert call.command.rpartition(" ")[2] in written
        assert call.iam_actions == CALLS["ecr"]["get-login-password"]


# The rule


def build(*statements: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    spec = f"version: 0.2\nphases:\n  build:\n    commands:\n      - {LOGIN}\n"
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "codebuild.amazonaws.com"},
    }
    policy = {"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}
    return {
        "Build": {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {
                "ServiceRole": {"Fn::GetAtt": ["Role", "Arn"]},
                "Source": {"Type": "CODEPIPELINE", "BuildSpec": spec},
                **properties,
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Statement": trust},
                "Policies": [policy] if statements else [],
            },
        },
    }


@pytest.fixture
def found(
    graph_of: Callable[[Mapping[str, Any]], Graph], contributions: Contributions
) -> Callable[[Mapping[str, Any]], list[str]]:
    def messages(resources: Mapping[str, Any]) -> list[str]:
        rules = [ActiveRule.alone(each) for each in contributions.rules if each.id == RULE]
        reported, crashes = check([graph_of(resources)], rules, contributions.owners)
        assert not crashes
        assert rules
        return [each.report.message for each in reported]

    return messages


def test_a_role_without_a_word_about_it(found: Callable[[Any], list[str]]) -> None:
    (message,) = found(build())
    assert message == (
        f"Project Build runs {LOGIN} as role Role, its service role, which is not allowed"
        f" {LOGGING_IN} on any resource."
    )


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"},
        # Wrong, and another rule's: the action takes no resource.
        {"Effect": "Allow", "Action": LOGGING_IN, "Resource": "arn:aws:ecr:*:*:repository/x"},
        {"Effect": "Allow", "Action": {"Ref": "Actions"}, "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
    ],
)
def test_whatever_may_be_enough_is(
    statement: Mapping[str, Any], found: Callable[[Any], list[str]]
) -> None:
    assert found(build(statement)) == []


def test_a_deny_is_told_as_one(found: Callable[[Any], list[str]]) -> None:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert found(build(allow)) == []
    (message,) = found(build(allow, {"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}))
    assert f"is explicitly denied {LOGGING_IN}" in message


def test_a_variable_of_the_project_may_bring_other_credentials(
    found: Callable[[Any], list[str]],
) -> None:
    variable = {"Name": "AWS_PROFILE", "Value": "shop"}
    assert found(build(Environment={"EnvironmentVariables": [variable]})) == []
    other = {**variable, "Name": "AWS_DEFAULT_REGION"}
    assert len(found(build(Environment={"EnvironmentVariables": [other]}))) == 1


def test_the_policy_of_a_resource_may_be_enough(found: Callable[[Any], list[str]]) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}},
        "Action": "ecr:*",
    }
    repository = {
        "Type": "AWS::ECR::Repository",
        "Properties": {"RepositoryPolicyText": {"Statement": statement}},
    }
    assert found({**build(), "Repository": repository}) == []
