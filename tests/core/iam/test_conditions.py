"""Condition operators: one line for each thing the documentation says of them."""

from __future__ import annotations

from typing import Any

import pytest

from passrole.iam.conditions import condition_holds
from passrole.iam.operators import operator_named
from passrole.iam.principals import principal_of
from passrole.iam.requests import ContextValue, Request
from passrole.iam.statements import Condition
from passrole.values import ABSENT, ACCOUNT, ANYTHING, NAME, Alphabet, Hole, Text, Truth, Unknown

YES, NO, MAYBE = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
KEY = "aws:PrincipalTag/team"
ROLE = principal_of(Text(("arn:aws:iam::111122223333:role/deploy",)))
ARN = "arn:aws:sns:eu-west-1:111122223333:alarm"


def holds(
    operator: str,
    values: list[Any],
    given: Any = ABSENT,
    *,
    key: str = KEY,
    closed: bool = True,
    more: dict[str, ContextValue] | None = None,
) -> Truth:
    """The answer for a key that holds ``given``, or that is not there."""
    context = dict(more or {})
    if given is not ABSENT:
        context[key.lower()] = _value(given)
    request = Request("s3:GetObject", Text(("arn:aws:s3:::b/k",)), ROLE, context, closed=closed)
    items = tuple(_text(value) for value in values)
    return condition_holds(Condition(operator, key, items), request, variables=True)


def _text(value: Any) -> Any:
    return Text((value,)) if isinstance(value, str) else value


def _value(given: Any) -> Any:
    return tuple(map(_text, given)) if isinstance(given, list) else _text(given)


STRINGS: list[tuple[Any, ...]] = [
    ("StringEquals", ["red"], "red", YES),
    ("StringEquals", ["red"], "Red", NO),
    ("StringEquals", ["r*"], "red", NO),
    ("StringEquals", ["r*"], "r*", YES),
    ("StringEquals", ["blue", "red"], "red", YES),
    ("StringEquals", [], "red", NO),
    ("STRINGEQUALS", ["red"], "red", YES),
    ("StringNotEquals", ["red"], "blue", YES),
    ("StringNotEquals", ["red", "blue"], "blue", NO),
    ("StringNotEquals", [], "red", YES),
    ("StringEqualsIgnoreCase", ["RED"], "red", YES),
    ("StringNotEqualsIgnoreCase", ["RED"], "red", NO),
    ("StringLike", ["r*"], "red", YES),
    ("StringLike", ["r?"], "red", NO),
    ("StringLike", ["R*"], "red", NO),
    ("StringLike", ["*"], "", YES),
    ("StringLike", ["a*c"], "a:b/c", YES),
    ("StringNotLike", ["r*", "b*"], "blue", NO),
    ("StringNotLike", ["r*", "b*"], "green", YES),
]

NUMBERS_AND_DATES: list[tuple[Any, ...]] = [
    ("NumericEquals", ["3600"], "3600.0", YES),
    ("NumericNotEquals", ["3600"], "3600.0", NO),
    ("NumericLessThan", ["10"], "9", YES),
    ("NumericLessThan", ["10"], "10", NO),
    ("NumericLessThanEquals", ["10"], "10", YES),
    ("NumericGreaterThan", ["10"], "9", NO),
    ("NumericGreaterThanEquals", ["-5"], "-5", YES),
    ("NumericLessThan", ["10"], "many", MAYBE),
    ("NumericLessThan", ["9"], "10", NO),
    ("DateLessThan", ["2026-06-15T12:00:00Z"], "2026-06-15T13:00:00+02:00", YES),
    ("DateEquals", ["2026-06-15"], "2026-06-15T00:00:00Z", YES),
    ("DateNotEquals", ["2026-06-15"], "2026-06-15T00:00:00Z", NO),
    ("DateLessThan", ["1893456000"], "2026-01-01T00:00:00Z", YES),
    ("DateGreaterThanEquals", ["2026"], "2026-01-01T00:00:00Z", YES),
    ("DateGreaterThan", ["2026-01-01T00:00:00Z"], "2026-01-01T00:00:00Z", NO),
    ("DateLessThanEquals", ["2026-01-01T00:00:00Z"], "2026-01-01T00:00:00Z", YES),
    ("DateEquals", ["soon"], "2026-01-01T00:00:00Z", MAYBE),
]

OTHERS: list[tuple[Any, ...]] = [
    ("Bool", ["true"], "True", YES),
    ("Bool", ["false"], "true", NO),
    ("Bool", ["yes"], "true", MAYBE),
    ("BinaryEquals", ["QmluYXJ5"], "QmluYXJ5", YES),
    ("BinaryEquals", ["QmluYXJ5"], "T3RoZXI=", NO),
    ("IpAddress", ["203.0.113.0/24"], "203.0.113.9", YES),
    ("IpAddress", ["203.0.113.77/24"], "203.0.113.9", YES),
    ("IpAddress", ["203.0.113.0/24"], "203.0.114.9", NO),
    ("IpAddress", ["203.0.113.9"], "203.0.113.9", YES),
    ("IpAddress", ["0.0.0.0/0"], "203.0.113.9", YES),
    ("IpAddress", ["::/0"], "203.0.113.9", NO),
    ("IpAddress", ["2001:0db8:0:0::1"], "2001:db8::1", YES),
    ("NotIpAddress", ["203.0.113.0/24"], "203.0.113.9", NO),
    ("NotIpAddress", ["203.0.113.0/24"], "198.51.100.1", YES),
    ("ArnEquals", ["arn:aws:sns:*:111122223333:*"], ARN, YES),
    ("ArnLike", ["arn:aws:sns:eu-*:111122223333:al?rm"], ARN, YES),
    ("ArnLike", ["arn:aws:*:alarm"], ARN, NO),
    ("ArnLike", ["arn:aws:sns:*:alarm"], ARN, NO),
    ("ArnLike", ["arn:aws:SNS:*:*:alarm"], ARN, NO),
    ("ArnLike", ["arn:aws:lambda:*:function:app"], "arn:aws:lambda:eu:1:function:app", NO),
    ("ArnLike", ["*"], ARN, MAYBE),
    ("ArnNotLike", ["arn:aws:sns:*:*:alarm"], ARN, NO),
    ("ArnNotEquals", ["arn:aws:sns:*:*:other"], ARN, YES),
    ("ArnNotLike", ["no arn"], ARN, MAYBE),
    ("ArnNotLike", ["arn:aws:sns:*:*:alarm"], "no arn", MAYBE),
]

ABSENT_KEYS = [
    ("StringEquals", ["red"], NO),
    ("StringNotEquals", ["red"], YES),
    ("StringEqualsIfExists", ["red"], YES),
    ("StringLike", ["*"], NO),
    ("StringNotLike", ["*"], YES),
    ("NumericLessThan", ["1"], NO),
    ("NumericNotEquals", ["1"], YES),
    ("DateGreaterThanIfExists", ["2026-01-01"], YES),
    ("Bool", ["false"], NO),
    ("BoolIfExists", ["true"], YES),
    ("IpAddress", ["0.0.0.0/0"], NO),
    ("NotIpAddress", ["0.0.0.0/0"], YES),
    ("ArnLike", [ARN], NO),
    ("ArnNotLikeIfExists", [ARN], YES),
    ("Null", ["true"], YES),
    ("Null", ["false"], NO),
    ("ForAllValues:StringEquals", ["red"], YES),
    ("ForAnyValue:StringEquals", ["red"], NO),
    ("ForAnyValue:StringNotEquals", ["red"], NO),
    ("ForAnyValue:StringEqualsIfExists", ["red"], MAYBE),
]

MANY_VALUES: list[tuple[Any, ...]] = [
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], YES),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], NO),
    ("ForAllValues:StringEquals", ["a"], [], YES),
    ("ForAllValues:StringEquals", ["a"], [""], YES),
    ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], YES),
    ("ForAllValues:StringNotEquals", ["a"], ["b", "a"], NO),
    ("forallvalues:StringLike", ["a*"], ["ab", "ac"], YES),
    ("ForAnyValue:StringEquals", ["a"], ["b", "a"], YES),
    ("ForAnyValue:StringEquals", ["a"], ["b"], NO),
    ("ForAnyValue:StringEquals", ["a"], [], NO),
    ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], YES),
    ("ForAnyValue:StringNotEquals", ["a"], ["a"], NO),
    ("ForAnyValue:StringLike", ["a*"], "abc", YES),
    ("StringEquals", ["a"], ["a"], MAYBE),
    ("Null", ["true"], [], YES),
    ("Null", ["false"], ["a"], YES),
    ("ForAllValues:Null", ["true"], ["a"], MAYBE),
]


@pytest.mark.parametrize(
    ("operator", "values", "given", "expected"), STRINGS + NUMBERS_AND_DATES + OTHERS + MANY_VALUES
)
def test_a_key_that_is_there(operator: str, values: list[str], given: Any, expected: Truth) -> None:
    assert holds(operator, values, given) is expected


@pytest.mark.parametrize(("operator", "values", "expected"), ABSENT_KEYS)
def test_a_key_that_is_not_there(operator: str, values: list[str], expected: Truth) -> None:
    assert holds(operator, values) is expected


def test_keys_are_not_case_sensitive() -> None:
    more: dict[str, ContextValue] = {"aws:principaltag/team": Text(("red",))}
    assert holds("StringEquals", ["red"], key="AWS:PrincipalTag/Team", more=more) is YES


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringEquals", ["red"], MAYBE),
        ("StringNotEquals", ["red"], MAYBE),
        ("StringLike", ["*"], MAYBE),
        ("StringLikeIfExists", ["*"], YES),
        ("StringEquals", [], NO),
        ("ForAllValues:StringEquals", ["red"], MAYBE),
        ("Null", ["true"], MAYBE),
    ],
)
def test_a_key_nobody_knows(operator: str, values: list[str], expected: Truth) -> None:
    assert holds(operator, values, closed=False) is expected
    assert holds(operator, values, Unknown("imported")) is expected


def test_what_the_kind_of_principal_says_of_a_key() -> None:
    def asked(operator: str, key: str, value: str) -> Truth:
        return holds(operator, [value], key=key, closed=False)

    assert asked("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/dep*") is YES
    assert asked("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x*") is NO
    assert asked("StringEquals", "aws:PrincipalAccount", "111122223333") is YES
    assert asked("Null", "aws:username", "true") is YES
    assert asked("Null", "aws:SecureTransport", "false") is YES
    assert asked("Bool", "aws:SecureTransport", "true") is MAYBE


def test_holes_are_equal_to_themselves_only() -> None:
    team = Text((Hole("Team", NAME),))
    other = Text((Hole("Other", NAME),))
    for operator in ("StringEquals", "StringLike", "NumericEquals", "DateLessThanEquals"):
        assert holds(operator, [team], team) is YES, operator
        assert holds(operator, [team], other) is MAYBE, operator
    assert holds("NumericLessThan", [team], team) is MAYBE
    assert holds("StringNotEquals", [team], team) is NO
    assert holds("StringEquals", [team], "a/b") is NO


def test_a_hole_may_bring_a_wildcard() -> None:
    parameter = Text((Hole("Pattern", ANYTHING),))
    assert holds("StringLike", [parameter], "red") is MAYBE
    assert holds("StringNotLike", [parameter], "red") is MAYBE


def test_an_unknown_value_is_any_value() -> None:
    assert holds("StringEquals", [Unknown("imported")], "red") is MAYBE
    assert holds("StringEquals", [Unknown("imported"), "red"], "red") is YES


@pytest.mark.parametrize(
    ("operator", "value"), [("Bool", "${aws:ViaAWSService}"), ("StringEquals", "${aws:CalledVia}")]
)
def test_variables_where_the_documentation_gives_no_answer(operator: str, value: str) -> None:
    more: dict[str, ContextValue] = {
        "aws:viaawsservice": Text(("true",)),
        "aws:calledvia": (Text(("true",)),),
    }
    answer = holds(operator, [value], "true", more=more)
    assert answer is (MAYBE if operator == "Bool" else NO)
    negated = holds("StringNotEquals", ["${aws:CalledVia}"], "true", more=more)
    assert negated is MAYBE


@pytest.mark.parametrize(
    ("alphabet", "answer"), [(ANYTHING, MAYBE), (NAME, YES), (ACCOUNT, YES)], ids=str
)
def test_a_variable_whose_value_may_be_empty_is_no_sure_match(
    alphabet: Alphabet, answer: Truth
) -> None:
    team = Text((Hole("team", alphabet),))
    more: dict[str, ContextValue] = {"aws:principaltag/team": team}
    assert holds("StringEquals", ["${aws:PrincipalTag/team}"], team, more=more) is answer


@pytest.mark.parametrize(
    "name",
    ["StringContains", "NullIfExists", "ForSomeValues:StringEquals", "", "ForAnyValue:", "Equals"],
)
def test_there_is_no_such_operator(name: str) -> None:
    assert operator_named(name) is None
