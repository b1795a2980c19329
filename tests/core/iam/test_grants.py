"""How widely a statement grants an action."""

from __future__ import annotations

from typing import Any

import pytest

from passrole.iam.grants import Breadth, Grant, grants_in
from passrole.iam.policies import PolicyKind, policy_from_json
from passrole.values import Truth

APPROVE = "codepipeline:PutApprovalResult"
HOLE = {"unknown": "x"}


def granted(**statement: Any) -> list[Grant]:
    data = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Resource": "*"} | statement],
    }
    return list(grants_in([policy_from_json(data, PolicyKind.IDENTITY)], APPROVE))


@pytest.mark.parametrize(
    ("action", "breadth"),
    [
        (APPROVE, Breadth.NAMED),
        ("CodePipeline:putapprovalresult", Breadth.NAMED),
        ("codepipeline:Put*", Breadth.WILDCARD),
        ("codepipeline:*", Breadth.SERVICE),
        ("*", Breadth.EVERYTHING),
        (["*", "codepipeline:Put*", APPROVE], Breadth.NAMED),
    ],
)
def test_the_narrowest_entry_tells_how_an_action_is_written(action: Any, breadth: Breadth) -> None:
    (grant,) = granted(Action=action)
    assert grant.breadth is breadth


def test_what_is_not_sure_to_be_granted_is_no_grant() -> None:
    assert not granted(Action="codepipeline:Get*")
    assert not granted(Action=HOLE)
    assert not granted(Action=APPROVE, Effect="Deny")


def test_what_a_not_action_leaves_over_is_everything() -> None:
    data = {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}
    (grant,) = grants_in([policy_from_json(data, PolicyKind.IDENTITY)], APPROVE)
    assert grant.written is None and grant.breadth is Breadth.EVERYTHING


@pytest.mark.parametrize(
    ("resource", "all_of_them", "any_of_them"),
    [
        ("*", Truth.TRUE, Truth.TRUE),
        ("arn:aws:codepipeline:*:*:*", Truth.TRUE, Truth.TRUE),
        ("arn:aws:codepipeline:eu-west-1:111122223333:*", Truth.TRUE, Truth.TRUE),
        ("arn:aws:codepipeline:eu-west-1:111122223333:*/*/*", Truth.TRUE, Truth.TRUE),
        ("arn:aws:codepipeline:eu-west-1:111122223333:shop/*", Truth.FALSE, Truth.TRUE),
        ("arn:aws:codepipeline:eu-west-1:111122223333:shop", Truth.FALSE, Truth.FALSE),
        ("arn:aws:sns:*:*:*", Truth.FALSE, Truth.FALSE),
        (HOLE, Truth.UNKNOWN, Truth.UNKNOWN),
        (["arn:aws:sns:*:*:*", "*"], Truth.TRUE, Truth.TRUE),
    ],
)
def test_how_far_the_resources_reach(resource: Any, all_of_them: Truth, any_of_them: Truth) -> None:
    (grant,) = granted(Action=APPROVE, Resource=resource)
    assert grant.holds_all("codepipeline", "*/*/*") is all_of_them
    assert grant.reaches("arn:*:codepipeline:*:*:*/*/*") is any_of_them
