"""Whom a resource policy lets in, whoever they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from passrole.iam.admissions import Circle, admissions
from passrole.iam.policies import PolicyKind, policy_from_json
from passrole.values import literal

PUT = "s3:PutObject"
OBJECTS = literal("arn:aws:s3:::artifacts/*")
ALL = "*"
ROLE = "arn:aws:iam::111122223333:role/one"


def statement(principal: Any, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow", "Principal": principal, "Action": "s3:*", "Resource": str(OBJECTS), **more,
    }  # fmt: skip


def admitted(*statements: Mapping[str, Any]) -> list[tuple[Circle, str]]:
    data = {"Version": "2012-10-17", "Statement": list(statements)}
    policy = policy_from_json(data, PolicyKind.RESOURCE)
    return [(each.circle, str(each.principal)) for each in admissions(policy, PUT, OBJECTS)]


@pytest.mark.parametrize(
    ("principal", "circles"),
    [
        (ALL, [Circle.EVERYBODY]),
        ({"AWS": ALL}, [Circle.EVERYBODY]),
        ({"AWS": "111122223333"}, [Circle.ACCOUNT]),
        ({"AWS": ["arn:aws:iam::111122223333:root", ROLE]}, [Circle.ACCOUNT, Circle.ONE]),
        ({"AWS": {"unknown": "who"}}, [Circle.ONE]),
        ({"Service": "codepipeline.amazonaws.com"}, []),
    ],
)
def test_how_many_a_principal_stands_for(principal: Any, circles: list[Circle]) -> None:
    assert [circle for circle, _ in admitted(statement(principal))] == circles


@pytest.mark.parametrize(
    "more",
    [
        {"Action": "s3:GetObject"},
        {"Resource": "arn:aws:s3:::artifacts"},
        {"Resource": "arn:aws:s3:::artifacts/public/*"},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Effect": "Deny"},
    ],
)
def test_whom_it_does_not_let_in(more: dict[str, Any]) -> None:
    assert not admitted(statement(ALL, **more))


def test_a_denial_that_may_take_it_back_leaves_nobody() -> None:
    inside = {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}
    assert not admitted(statement(ALL), statement(ALL, Effect="Deny", Condition=inside))
    assert not admitted(statement(ALL), statement(ALL, Effect="Deny"))
    # A denial that says how it is asked for keeps nobody out.
    secure = {"Bool": {"aws:SecureTransport": "false"}}
    assert admitted(statement(ALL), statement(ALL, Effect="Deny", Condition=secure))
    assert admitted(statement(ALL), statement(ALL, Effect="Deny", Action="s3:DeleteBucket"))
