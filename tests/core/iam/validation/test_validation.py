"""Each check with a policy that it flags and one that it accepts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from passrole.iam.policies import read_policy, value_from_json
from passrole.iam.statements import PolicyKind
from passrole.iam.validation import ROOMS, Validation
from passrole.values import Text

ROW = "Every check that passrole makes of a policy has a row here."


class Case(NamedTuple):
    """A policy with a flaw and the same without; ``attached`` is the service that carries it."""

    check: str
    flagged: Any
    accepted: Any
    kind: PolicyKind = PolicyKind.IDENTITY
    attached: str = ""

    def __str__(self) -> str:
        return f"{self.check}-{self.kind}"


def allow(**elements: Any) -> dict[str, Any]:
    """A policy of one statement that is as it should be, but for ``elements``."""
    own: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    own |= elements
    statement = {name: value for name, value in own.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [statement]}


def several(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A policy of several such statements."""
    return {
        "Version": "2012-10-17",
        "Statement": [allow(**dict(each))["Statement"][0] for each in statements],
    }


def when(operator: str, key: str, value: Any, **elements: Any) -> dict[str, Any]:
    """Such a policy with one condition."""
    return allow(Condition={operator: {key: value}}, **elements)


def trust(**elements: Any) -> dict[str, Any]:
    """A trust policy."""
    own = {"Resource": None, "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    return allow(**(own | elements))


def of_bucket(**elements: Any) -> dict[str, Any]:
    """A bucket policy."""
    own = {"Resource": "arn:aws:s3:::artifacts/*", "Principal": {"AWS": "111122223333"}}
    return allow(**(own | elements))


KIND = PolicyKind
CASES: Sequence[Case] = (
    Case("JSON_SYNTAX_ERROR", '{"Version": ', json.dumps(allow())),
    Case("DATA_TYPE_MISMATCH", [allow()], allow()),
    Case("DATA_TYPE_MISMATCH", allow(Effect=["Allow"]), allow()),
    Case("DATA_TYPE_MISMATCH", allow(Action={"s3": "GetObject"}), allow(Action=["s3:GetObject"])),
    Case("DATA_TYPE_MISMATCH", allow(Condition="aws:SourceIp"), allow()),
    Case("DATA_TYPE_MISMATCH", allow(Sid=["A"]), allow(Sid="A")),
    Case("INVALID_POLICY_ELEMENT", allow() | {"Comment": "x"}, allow() | {"Id": "x"}),
    Case("INVALID_POLICY_ELEMENT", allow(Actions="s3:*"), allow()),
    Case("INVALID_VERSION", allow() | {"Version": "2020-01-01"}, allow() | {"Version": "2008-10-17"}),
    Case("MISSING_VERSION", {"Statement": allow()["Statement"]}, allow()),
    Case("MISSING_STATEMENT", {"Version": "2012-10-17"}, allow()),
    Case("MISSING_STATEMENT", {"Version": "2012-10-17", "Statement": []}, allow()),
    Case("INVALID_EFFECT", allow(Effect="allow"), allow(Effect="Deny")),
    Case("MISSING_EFFECT", allow(Effect=None), allow()),
    Case("MISSING_ACTION", allow(Action=None), allow(Action=None, NotAction="iam:*")),
    Case("UNSUPPORTED_ELEMENT_COMBINATION", allow(NotAction="iam:*"), allow()),
    Case("MISSING_RESOURCE", allow(Resource=None), allow(Resource=None, NotResource="*")),
    Case("MISSING_RESOURCE", of_bucket(Resource=None), of_bucket(), KIND.RESOURCE, "s3"),
    Case("MISSING_PRINCIPAL", allow(), of_bucket(), KIND.RESOURCE),
    Case("MISSING_PRINCIPAL", trust(Principal=None), trust(), KIND.TRUST),
    Case("UNSUPPORTED_PRINCIPAL", allow(Principal="*"), allow()),
    Case("SCP_SYNTAX_ERROR_PRINCIPAL", allow(Principal="*"), allow(), KIND.SCP),
    Case(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        trust(Principal=None, NotPrincipal={"AWS": "111122223333"}), trust(), KIND.TRUST,
    ),
    Case("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", trust(Resource="*"), trust(), KIND.TRUST),
    Case(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        allow(Condition={"StringEquals": {"aws:username": "a", "aws:UserName": "b"}}),
        allow(Condition={"StringEquals": {"aws:username": "a", "aws:userid": "b"}}),
    ),
    Case("UNIQUE_SIDS_REQUIRED", several({"Sid": "A"}, {"Sid": "A"}), several({"Sid": "A"}, {"Sid": "B"})),
    Case(
        "UNIQUE_SIDS_RECOMMENDED",
        several({"Sid": "A", "Principal": "*"}, {"Sid": "A", "Principal": "*"}),
        several({"Sid": "A", "Principal": "*"}, {"Principal": "*"}),
        KIND.RESOURCE,
    ),
    Case("UNSUPPORTED_SID", allow(Sid="read it"), allow(Sid="ReadIt")),
    Case("INVALID_ACTION", allow(Action="s3:GetObjects"), allow(Action="S3:getobject")),
    Case("INVALID_ACTION", allow(Action="s3:Gett*"), allow(Action="s3:Get*")),
    Case("INVALID_ACTION", allow(Action="GetObject"), allow(Action="*")),
    Case("INVALID_SERVICE_IN_ACTION", allow(Action="dyanmodb:PutItem"), allow(Action="dynamodb:PutItem")),
    Case("WILDCARD_IN_SERVICE_NAME", allow(Action="s*:GetObject"), allow()),
)  # fmt: skip


def found(policy: Any, kind: PolicyKind, attached: str, checks: Sequence[str]) -> list[str]:
    """The checks of those wanted that find something."""
    value = Text((policy,)) if isinstance(policy, str) else value_from_json(policy)
    validation = Validation(read_policy(value, kind), attached)
    return [flaw.check for flaw in validation.flaws(checks)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_flaw_is_found(case: Case) -> None:
    assert case.check in found(case.flagged, case.kind, case.attached, (case.check,))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_right_is_accepted(case: Case) -> None:
    assert not found(case.accepted, case.kind, case.attached, (case.check,))


@pytest.mark.parametrize("room", ROOMS)
def test_every_check_has_a_row(room: str) -> None:
    assert set(ROOMS[room]) <= {case.check for case in CASES}, ROW


def test_what_is_not_known_is_not_judged() -> None:
    everything = [check for checks in ROOMS.values() for check in checks]
    hole = {"unknown": "x"}
    policy = {
        "Version": hole,
        "Statement": [
            hole,
            {"Sid": hole, "Effect": hole, "Action": hole, "Resource": [hole], "Condition": hole},
            {"Effect": hole, "NotAction": [hole], "NotResource": hole,
             "Condition": {"StringEquals": {"aws:PrincipalOrgID": hole}}},
        ],
    }  # fmt: skip
    assert not found(policy, PolicyKind.IDENTITY, "", everything)
