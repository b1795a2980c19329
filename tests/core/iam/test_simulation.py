"""``passrole simulate``: cases in, decisions out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passrole.errors import PolicyError
from passrole.iam.simulation import simulate_case, simulate_lines

ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ALLOW = {"Version": "2012-10-17", "Statement": ALL}
HOLE = {"unknown": "id"}


def case(**more: Any) -> dict[str, Any]:
    """A case that is allowed."""
    request = {
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::shop/key",
        "principal": "arn:aws:iam::111122223333:role/x",
        "resource_account": "111122223333",
        "context": {},
    }
    request |= more.pop("request", {})
    return {"id": "one", "request": request, "identity_policies": [ALLOW], **more}


def test_one_line_in_and_one_out() -> None:
    lines = [json.dumps(case()) + "\n", "\n", json.dumps(case(id="two", identity_policies=[]))]
    assert [(each["id"], each["decision"]) for each in simulate_lines(lines)] == [
        ("one", "Allowed"),
        ("two", "ImplicitlyDenied"),
    ]


def test_lines_are_answered_one_by_one() -> None:
    answers = simulate_lines(iter([json.dumps(case()), "no json"]))
    assert next(answers)["decision"] == "Allowed"
    with pytest.raises(PolicyError, match="line 2: "):
        next(answers)


def test_an_absent_key_is_absent_and_not_unknown() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    policy = {"Version": "2012-10-17", "Statement": [ALL | {"Condition": condition}]}
    assert simulate_case(case(identity_policies=[policy]))["decision"] == "ImplicitlyDenied"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"request": {"action": 7}}, r"request\.action: an action is a text"),
        ({"request": {"resource": ["a"]}}, r"request\.resource: a text is needed"),
        ({"request": {"context": []}}, r"request\.context: an object is needed"),
        ({"identity_policies": {}}, r"identity_policies: a list of policies is needed"),
        ({"scps": {}}, r"scps: a list of levels is needed"),
        ({"scps": [{}]}, r"scps\[0\]: a list of policies is needed"),
        ({"identity_policies": [{}]}, r"identity_policies\[0\]: Statement: a policy needs a St"),
        (
            {"session_policy": {"Statement": {"Effect": "Allow", "Action": "*"}}},
            r"session_policy: Statement\[0\]: a statement needs Resource",
        ),
        (
            {"resource_policy": ALLOW},
            r"resource_policy: Statement\[0\]: a statement of a resource policy needs a Principal",
        ),
    ],
)
def test_a_malformed_case_is_refused_in_words(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        simulate_case(case(**wrong))


def test_a_case_without_a_request_is_refused() -> None:
    with pytest.raises(PolicyError, match="request: a case needs it"):
        simulate_case({"id": "x"})


@pytest.mark.parametrize(
    "open_part",
    [
        {"request": HOLE},
        {"request": {"action": HOLE}},
        {"identity_policies": HOLE},
        {"identity_policies": [HOLE]},
        {"identity_policies": [{"Statement": HOLE}]},
        {"identity_policies": [ALLOW | {"Statement": [HOLE]}]},
        {"identity_policies": [{"Statement": ALL | {"Effect": HOLE}}]},
        {"identity_policies": [{"Statement": ALL | {"Action": HOLE}}]},
        {"identity_policies": [{"Statement": ALL | {"Resource": HOLE}}]},
        {"identity_policies": [{"Statement": ALL | {"Resource": [HOLE]}}]},
        {"identity_policies": [{"Statement": ALL | {"Condition": HOLE}}]},
        {"identity_policies": [{"Statement": ALL | {"Condition": {"StringEquals": HOLE}}}]},
        {"permission_boundaries": HOLE},
        {"permission_boundaries": [HOLE]},
        {"session_policy": HOLE},
        {"scps": HOLE},
        {"scps": [[ALLOW], HOLE]},
        {"rcps": HOLE},
        {"resource_policy": HOLE},
        {"identity_policies": [], "resource_policy": HOLE},
        {"request": {"resource_account": HOLE}},
    ],
)
def test_an_open_part_leaves_the_answer_open(open_part: dict[str, Any]) -> None:
    asked = case(**open_part) if open_part != {"request": HOLE} else {**case(), **open_part}
    assert simulate_case(asked) == {"id": "one", "decision": "Unknown", "decided_by": []}


def test_an_open_context_is_open_for_every_key() -> None:
    condition = {"StringEqualsIfExists": {"aws:PrincipalTag/team": "red"}}
    policy = {"Version": "2012-10-17", "Statement": [ALL | {"Condition": condition}]}
    asked = case(identity_policies=[policy], request={"context": HOLE})
    assert simulate_case(asked)["decision"] == "Unknown"


def test_open_parts_that_decide_nothing_do_no_harm() -> None:
    assert simulate_case(case(request={"resource": HOLE}))["decision"] == "Allowed"
    assert simulate_case(case(request={"context": {"a:b": HOLE}}))["decision"] == "Allowed"
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    asked = case(identity_policies=[{"Statement": [deny, HOLE]}])
    assert simulate_case(asked)["decision"] == "ExplicitlyDenied"


def test_one_hole_in_two_places_is_one_value() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": {"unknown": "bucket"}}
    policy = {"Version": "2012-10-17", "Statement": statement}
    asked = case(identity_policies=[policy], request={"resource": {"unknown": "bucket"}})
    assert simulate_case(asked)["decision"] == "Allowed"
    asked = case(identity_policies=[policy], request={"resource": {"unknown": "other"}})
    assert simulate_case(asked)["decision"] == "Unknown"
