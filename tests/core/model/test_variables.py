"""What environment variables are fetched from, as the ARNs that a policy has to name."""

import pytest

from passrole.iam.arns import resource_matches
from passrole.model.variables import fetched, parameter_arn, secret_arn
from passrole.stacks.deployments import Deployment
from passrole.values import (
    ABSENT,
    NAME,
    PATH,
    Choice,
    Fact,
    Hole,
    Listing,
    Record,
    Text,
    Truth,
    Unknown,
    Value,
    literal,
)

TARGET = Deployment().target("target")
ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:"


def grants(pattern: str, arn: Text) -> Truth:
    return resource_matches(literal(pattern), arn, subject_is_pattern=True)


def variable(kind: str, value: Value) -> Record:
    return Record({"Name": literal("X"), "Type": literal(kind), "Value": value})


@pytest.mark.parametrize("reference", ["db", "db:user", "db:user::", f"{ARN}db:user::"])
def test_a_secret_named_without_its_suffix(reference: str) -> None:
    arn = secret_arn(literal(reference), TARGET)

    anywhere = "arn:aws:secretsmanager:*:*:secret:"
    assert grants(f"{anywhere}db-*", arn) is Truth.TRUE
    assert grants(f"{anywhere}db-??????", arn) is Truth.TRUE
    assert grants(f"{anywhere}db-AbC123", arn) is Truth.UNKNOWN
    assert grants(f"{anywhere}db", arn) is Truth.FALSE
    assert grants(f"{anywhere}other-*", arn) is Truth.FALSE


@pytest.mark.parametrize("tail", ["", ":user::"])
def test_a_secret_given_by_its_whole_arn(tail: str) -> None:
    assert secret_arn(literal(f"{ARN}db-AbC123{tail}"), TARGET) == literal(f"{ARN}db-AbC123")


def test_a_word_of_six_letters_is_no_suffix() -> None:
    assert grants(f"{ARN}db-secret-*", secret_arn(literal(f"{ARN}db-secret"), TARGET)) is Truth.TRUE


def test_a_secret_that_only_a_reference_names_keeps_its_identity() -> None:
    hole = Hole("stack#Secret")

    assert secret_arn(Text((hole, ":user::")), TARGET) == Text((hole,))


@pytest.mark.parametrize("name", ["shop/stage", "/shop/stage"])
def test_a_parameter_has_one_slash_before_its_name(name: str) -> None:
    arn = parameter_arn(literal(name), TARGET)

    assert grants("arn:aws:ssm:*:*:parameter/shop/stage", arn) is Truth.TRUE
    assert grants("arn:aws:ssm:*:*:parameter//shop/stage", arn) is Truth.FALSE


def test_whether_an_unknown_name_begins_with_a_slash_is_not_known() -> None:
    path, name = Hole("stack#param:Path", PATH), Hole("stack#Parameter.name", NAME)

    assert grants("arn:aws:ssm:*:*:parameter/*", parameter_arn(Text((path,)), TARGET)) is Truth.TRUE
    with_path = resource_matches(
        Text(("arn:aws:ssm:*:*:parameter", path)), parameter_arn(Text((path,)), TARGET)
    )
    assert with_path is Truth.UNKNOWN
    with_name = resource_matches(
        Text(("arn:aws:ssm:*:*:parameter/", name)), parameter_arn(Text((name,)), TARGET)
    )
    assert with_name is Truth.TRUE


def test_variables_of_both_kinds_are_told_apart() -> None:
    found = fetched(
        Listing(
            (
                variable("PLAINTEXT", literal("db")),
                variable("SECRETS_MANAGER", literal(f"{ARN}db-AbC123")),
                variable("PARAMETER_STORE", literal("arn:aws:ssm:eu-west-1:1:parameter/p")),
                Record({"name": literal("Y"), "type": literal("PARAMETER_STORE"),
                        "value": literal("arn:aws:ssm:eu-west-1:1:parameter/q")}),
                Unknown("a loop"),
            )
        ),
        TARGET,
    )  # fmt: skip

    assert found.secrets == Listing((literal(f"{ARN}db-AbC123"),))
    assert [str(each) for each in found.parameters.values] == [  # type: ignore[union-attr]
        "arn:aws:ssm:eu-west-1:1:parameter/p", "arn:aws:ssm:eu-west-1:1:parameter/q",
    ]  # fmt: skip


def test_a_variable_under_a_condition_is_fetched_under_it() -> None:
    prod = Fact("param:Env", "prod")
    secret = variable("SECRETS_MANAGER", literal(f"{ARN}db-AbC123"))

    (only,) = fetched(Choice(prod, secret, ABSENT), TARGET).secrets.values  # type: ignore[union-attr]
    assert only == Choice(prod, literal(f"{ARN}db-AbC123"), ABSENT)


def test_without_variables_nothing_is_fetched() -> None:
    assert fetched(ABSENT, TARGET) == (Listing(()), Listing(()))
