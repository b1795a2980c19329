"""Policies that are files of their own."""

import json

import pytest

from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.iam.statements import PolicyKind
from passrole.model.policy_files import policy_documents

ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("policies/build.json", PolicyKind.IDENTITY),
        ("describe.json", PolicyKind.IDENTITY),
        ("scp.json", PolicyKind.SCP),
        ("org/example-scp.json", PolicyKind.SCP),
        ("SCPs/deny-root.json", PolicyKind.SCP),
        ("service_control_policies/base.json", PolicyKind.SCP),
    ],
)
def test_the_kind_of_a_policy_that_is_a_file(path: str, kind: PolicyKind) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW]})
    document = parse(path, text.encode(), Limits())
    (found,) = policy_documents(document)
    assert found.policy.kind is kind


def test_a_policy_with_principals_is_told_by_them_whatever_its_file_is_called() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [{**ALLOW, "Principal": "*"}]})
    (found,) = policy_documents(parse("scp.json", text.encode(), Limits()))
    assert found.policy.kind is PolicyKind.RESOURCE
