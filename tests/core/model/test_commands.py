"""What shell commands surely call through the AWS CLI, and as whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import Hole, Text, command_calls, literal
from passrole.iam.reference.catalogue import action
from passrole.iam.reference.commands import CALLS

LOGIN = "aws ecr get-login-password"
LOGGING_IN = "ecr:GetAuthorizationToken"
ACTIONS = sorted({each for of in CALLS.values() for listed in of.values() for each in listed})


def called(*commands: str, variables: tuple[str, ...] = ()) -> list[str]:
    found = command_calls(map(literal, commands), map(literal, variables))
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
    assert command_calls([literal(LOGIN)], [Text((Hole("a name"),))]) == ()


def test_a_hole_is_a_word_like_another() -> None:
    region = Text((f"{LOGIN} --region ", Hole("region"), " | docker login"))
    assert [call.command for call in command_calls([region], ())] == [LOGIN]


def test_each_call_is_told_once() -> None:
    assert called(LOGIN, LOGIN, "aws ecs update-service") == [LOGGING_IN, "ecs:UpdateService"]


PIECES = st.sampled_from(
    ["aws", "ecr", "get-login-password", " ", "\n", ";", "&&", "|", "||", "$(", ")", "`", "'", '"',
     "\\", "#", "--region", "=", "A=b ", "if ", "do ", "sudo ", "[ ", "<<", "x"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_called_stands_in_the_commands(written: str) -> None:
    for call in command_calls([literal(written)], ()):
        assert "aws" in written
        assert call.command.rpartition(" ")[2] in written
        assert call.iam_actions == CALLS["ecr"]["get-login-password"]
