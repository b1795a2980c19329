"""What is read out of AWS's messages of denial, however they are wrapped."""

import html
import json
from urllib.parse import quote

import pytest

from passrole.iam.denials import MOST, Denial, denials_in, is_encoded, plain

WHO = "arn:aws:sts::111122223333:assumed-role/PipelineRole/16"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:shop"
TEXT = (
    f"User: {WHO} is not authorized to perform: sqs:PurgeQueue on resource: {QUEUE} "
    "because no identity-based policy allows the sqs:PurgeQueue action"
)
READ = Denial("sqs:PurgeQueue", QUEUE, WHO, "identity-based policy")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"Error: {TEXT} (Service: AmazonSQS; Status Code: 403; Request ID: 1)",
        TEXT.replace(" ", "\n"),
        json.dumps({"error": {"message": TEXT}}),
        json.dumps(json.dumps({"message": TEXT.replace("resource: ", "resource:\n")})),
        html.escape(f'"{TEXT}"'),
        quote(TEXT, safe=" "),
        TEXT.replace(QUEUE, f'"{QUEUE}"'),
        TEXT + "\n" + TEXT,
    ],
)
def test_the_standard_message_in_its_wrappings(text: str) -> None:
    assert denials_in(text) == (READ,)


@pytest.mark.parametrize(
    ("reason", "policy", "explicit"),
    [
        ("because no resource-based policy allows the action", "resource-based policy", False),
        ("because no permissions boundary allows it", "permissions boundary", False),
        ("because no session policy allows it", "session policy", False),
        ("because no service control policy allows it", "service control policy", False),
        ("with an explicit deny in a service control policy", "service control policy", True),
        ("with an explicit deny in a resource control policy", "resource control policy", True),
        ("with an explicit deny in a VPC endpoint policy", "VPC endpoint policy", True),
        ("with an explicit deny in an identity-based policy", "identity-based policy", True),
        ("with an explicit deny", "", True),
        ("", "", False),
    ],
)
def test_the_policy_that_decided(reason: str, policy: str, explicit: bool) -> None:
    text = f"User: {WHO} is not authorized to perform: s3:GetObject on resource: x {reason}"
    (denial,) = denials_in(text)
    assert (denial.policy, denial.explicit) == (policy, explicit)


def test_role_account_and_session() -> None:
    (denial,) = denials_in(TEXT)
    assert (denial.role, denial.account, denial.session) == ("PipelineRole", "111122223333", "16")
    role = "arn:aws:iam::111122223333:role/service-role/shop"
    (other,) = denials_in(f"{role} is not authorized to perform AssumeRole on role {QUEUE} (x)")
    assert other == Denial("sts:AssumeRole", QUEUE, role)
    assert (other.role, other.session) == ("shop", "")
    (user,) = denials_in("User: arn:aws:iam::1:user/jo is not authorized to perform: a:B")
    assert (user.role, user.principal) == ("", "arn:aws:iam::1:user/jo")


def test_a_decoded_authorization_message() -> None:
    message = {
        "allowed": False,
        "explicitDeny": True,
        "matchedStatements": {"items": []},
        "context": {
            "principal": {"id": "AROA:16", "arn": WHO},
            "action": "ec2:CreateNetworkInterface",
            "resource": "arn:aws:ec2:eu-west-1:111122223333:subnet/1",
        },
    }
    for text in (json.dumps(message), json.dumps({"DecodedMessage": json.dumps(message)})):
        (denial,) = denials_in(text)
        assert denial.action == "ec2:CreateNetworkInterface"
        assert denial.resource.endswith("subnet/1")
        assert (denial.role, denial.explicit) == ("PipelineRole", True)


def test_an_event_of_cloudtrail() -> None:
    event = {
        "userIdentity": {"arn": WHO},
        "eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt",
        "errorCode": "AccessDenied",
        "errorMessage": "The ciphertext refers to a key that you may not use.",
    }
    assert denials_in(json.dumps(event)) == (Denial("kms:Decrypt", "", WHO),)


def test_several_denials_and_no_more_than_a_few() -> None:
    many = " ".join(TEXT.replace("PurgeQueue", f"Do{n}") for n in range(50))
    found = denials_in(many)
    assert len(found) == MOST
    assert found[1].action == "sqs:Do1"


def test_an_encoded_message_is_told_and_not_guessed() -> None:
    text = "UnauthorizedOperation: Encoded  authorization\nfailure message: abc"
    assert is_encoded(text)
    assert denials_in(text) == ()
    assert plain("a \n b") == "a b"
