"""Statements that are partly known, against a request."""

from __future__ import annotations

from typing import Any

import pytest

from passrole.iam.actions import action_matches
from passrole.iam.arns import arn_matches
from passrole.iam.matching import action_truth, resource_truth
from passrole.iam.policies import PolicyKind, read_policy, value_from_json
from passrole.iam.principals import principal_of
from passrole.iam.requests import ContextValue, Request
from passrole.iam.statements import Statement
from passrole.values import (
    ACCOUNT,
    ANYTHING,
    LITERAL,
    NAME,
    Alphabet,
    Hole,
    Part,
    Text,
    Truth,
    Unknown,
)

YES, NO, MAYBE = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
ROLE = principal_of(Text(("arn:aws:iam::111122223333:role/x",)))
TEAM = "aws:principaltag/team"
PARAMETER, WORD = Hole("Parameter", ANYTHING), Hole("Word", NAME)

Written = str | tuple[Part, ...]


def text(written: Written) -> Text:
    return Text((written,) if isinstance(written, str) else written)


def statement(version: Any = "2012-10-17", **elements: Any) -> Statement:
    data = {"Version": version, "Statement": {"Effect": "Allow", **elements}}
    (found,) = read_policy(value_from_json(data), PolicyKind.IDENTITY).statements
    return found


def request(resource: Written, **context: ContextValue) -> Request:
    return Request("s3:GetObject", text(resource), ROLE, context)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ((PARAMETER,), MAYBE),
        (("s3:", PARAMETER), MAYBE),
        (("sqs:", PARAMETER), NO),
        (("s3:Get", PARAMETER), MAYBE),
        (("s3:Put", PARAMETER), NO),
        (("S3:GETOBJECT", WORD), NO),
        (("S3:g", Hole("Word", LITERAL), "bject"), MAYBE),
        (("s3:Get*", Hole("Word", LITERAL)), MAYBE),
        ((WORD, ":GetObject"), MAYBE),
        ((Hole("S", Alphabet("service", choices=frozenset({"sqs", "sns"}))), ":*"), NO),
    ],
)
def test_an_action_that_is_partly_known(pattern: tuple[Part, ...], expected: Truth) -> None:
    assert action_matches(Text(pattern), "s3:GetObject") is expected


def test_an_unknown_action_is_any_action() -> None:
    assert action_matches(Unknown("imported"), "s3:GetObject") is MAYBE
    assert action_matches(text("s3GetObject"), "s3:GetObject") is NO
    listed = statement(NotAction=[{"unknown": "x"}, "s3:*"], Resource="*")
    assert action_truth(listed, "s3:GetObject") is NO
    assert action_truth(listed, "sqs:SendMessage") is MAYBE


@pytest.mark.parametrize(
    ("pattern", "given", "expected"),
    [
        (("arn:aws:sns:*:", WORD, ":*"), "arn:aws:sns:eu:1:x", MAYBE),
        (("arn:aws:sns:*:*:", WORD), ("arn:aws:sns:eu:1:", WORD), YES),
        (("arn:aws:sns:*:*:", WORD), ("arn:aws:sqs:eu:1:", WORD), NO),
        ((PARAMETER,), (PARAMETER,), YES),
        ((PARAMETER,), "arn:aws:sns:eu:1:x", MAYBE),
        (("arn:aws:", WORD), "arn:aws:sns:eu:1:x", MAYBE),
    ],
)
def test_arn_like_with_holes(pattern: Written, given: Written, expected: Truth) -> None:
    assert arn_matches(text(pattern), text(given)) is expected


MINE = "arn:aws:s3:::shop/red"


@pytest.mark.parametrize(
    ("resource", "team", "expected"),
    [
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team}", text("red"), YES),
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team}", text((WORD,)), MAYBE),
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team}", None, MAYBE),
        ("arn:aws:s3:::other/${aws:PrincipalTag/team}", None, NO),
        ("arn:aws:s3:::shop/r*${aws:PrincipalTag/team, 'd'}", None, MAYBE),
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team", text("red"), MAYBE),
        ("arn:aws:s3:::other/${aws:PrincipalTag/team", text("red"), NO),
        ("arn:aws:s3:::shop/r${?}d", text("red"), NO),
        ("arn:aws:s3:::shop/${$}", text("red"), NO),
        ("arn:aws:s3:::shop/${aws:CalledVia}", (text("red"),), NO),
        ("arn:aws:${aws:PrincipalTag/team}:::shop/red", text("s3"), MAYBE),
        ("arn:aws:${aws:PrincipalTag/team}:::shop/red", text("sqs"), NO),
    ],
)
def test_a_variable(resource: str, team: Any, expected: Truth) -> None:
    context = {} if team is None else {TEAM: team, "aws:calledvia": team}
    found = resource_truth(statement(Action="*", Resource=resource), request(MINE, **context))
    assert found is expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("arn:aws:s3:::shop/${aws:PrincipalTag/", PARAMETER, "}"), MAYBE),
        (("arn:aws:s3:::shop/", PARAMETER, "s:PrincipalTag/team}"), MAYBE),
        (("arn:aws:s3:::other/", PARAMETER, "s:PrincipalTag/team}"), NO),
        (("arn:aws:s3:::shop/", Hole("Digits", ACCOUNT), "}"), NO),
        (("arn:aws:s3:::shop/", PARAMETER, "${aws:PrincipalTag/team}"), MAYBE),
    ],
)
def test_a_variable_that_a_hole_cuts_in_two(parts: tuple[Part, ...], expected: Truth) -> None:
    asked = request(MINE, **{TEAM: text("red")})
    assert resource_truth(statement(Action="*", Resource=Text(parts)), asked) is expected


@pytest.mark.parametrize(
    ("version", "asked", "expected"),
    [
        ("2012-10-17", MINE, YES),
        ("2008-10-17", MINE, NO),
        ({"unknown": "Version"}, MINE, MAYBE),
        ({"unknown": "Version"}, "arn:aws:s3:::shop/${aws:PrincipalTag/team}", MAYBE),
        ({"unknown": "Version"}, "arn:aws:s3:::shop/blue", NO),
    ],
)
def test_a_variable_in_a_version_that_may_have_none(
    version: Any, asked: str, expected: Truth
) -> None:
    found = statement(version, Action="*", Resource="arn:aws:s3:::shop/${aws:PrincipalTag/team}")
    assert resource_truth(found, request(asked, **{TEAM: text("red")})) is expected


def test_a_key_that_the_action_does_not_have_is_absent() -> None:
    # sqs keys are never sent to S3, so a variable over one has no value there.
    variable = statement(Action="*", Resource="arn:aws:s3:::shop/*${ec2:Region}")
    assert resource_truth(variable, request(MINE)) is NO
