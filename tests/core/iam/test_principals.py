"""Who asks, whom a policy names, and how certainly the two are one."""

from __future__ import annotations

import pytest

from passrole.iam.principals import (
    Principal,
    PrincipalKind,
    Reach,
    entry_names,
    principal_of,
    service_principal,
)
from passrole.iam.statements import PrincipalEntry
from passrole.values import ACCOUNT, ANYTHING, LITERAL, NAME, Hole, Part, Text, Truth, Unknown

YES, NO, MAYBE = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

ACCOUNT_ID = Hole("AWS::AccountId", ACCOUNT)
NAMED = Hole("Role", NAME)
PARAMETER = Hole("RoleArn", ANYTHING)
ROLE = "arn:aws:iam::111122223333:role/ci/deploy"
SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/build-7"
OWN_ROLE = ("arn:aws:iam::", ACCOUNT_ID, ":role/", NAMED)
OWN_SESSION = ("arn:aws:sts::", ACCOUNT_ID, ":assumed-role/", NAMED, "/s")

Written = str | tuple[Part, ...]


def text(written: Written) -> Text:
    return Text((written,) if isinstance(written, str) else written)


def principal(written: Written) -> Principal:
    return principal_of(text(written))


def names(entry: Written, asking: Written, kind: str = "AWS", *, closed: bool = True) -> Truth:
    return entry_names(PrincipalEntry(kind, text(entry)), principal(asking), closed)[1]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("*", PrincipalKind.ANONYMOUS),
        (ROLE, PrincipalKind.ROLE),
        (OWN_ROLE, PrincipalKind.ROLE),
        ("arn:aws:iam::111122223333:user/ana", PrincipalKind.USER),
        (SESSION, PrincipalKind.SESSION),
        (OWN_SESSION, PrincipalKind.SESSION),
        ("arn:aws:sts::111122223333:federated-user/ana", PrincipalKind.FEDERATED),
        ("arn:aws:iam::111122223333:root", PrincipalKind.ACCOUNT),
        (("arn:aws:iam::", ACCOUNT_ID, ":root"), PrincipalKind.ACCOUNT),
        ("111122223333", PrincipalKind.ACCOUNT),
        ((ACCOUNT_ID,), PrincipalKind.ACCOUNT),
        ("codebuild.amazonaws.com", PrincipalKind.SERVICE),
        ("AROAEXAMPLEID", PrincipalKind.OTHER),
        ("arn:aws:iam::111122223333:group/g", PrincipalKind.OTHER),
        ((PARAMETER,), PrincipalKind.UNKNOWN),
        (("arn:aws:iam::111122223333:", PARAMETER), PrincipalKind.UNKNOWN),
    ],
)
def test_the_kind_of_a_principal(written: Written, kind: PrincipalKind) -> None:
    assert principal(written).kind is kind


def test_a_service_principal() -> None:
    assert service_principal("ec2.amazonaws.com") == principal("ec2.amazonaws.com")
    assert str(service_principal("ec2.amazonaws.com")) == "ec2.amazonaws.com"


@pytest.mark.parametrize(
    ("entry", "asking", "expected"),
    [
        (ROLE, ROLE, YES),
        (ROLE, "arn:aws:iam::111122223333:role/deploy", NO),
        (ROLE, "arn:aws:iam::111122223333:user/deploy", NO),
        (ROLE, SESSION, YES),
        ("arn:aws:iam::444455556666:role/deploy", SESSION, NO),
        ("arn:aws-cn:iam::111122223333:role/deploy", SESSION, NO),
        (SESSION, ROLE, NO),
        (SESSION, SESSION, YES),
        (OWN_ROLE, OWN_ROLE, YES),
        (OWN_ROLE, OWN_SESSION, YES),
        (OWN_ROLE, "arn:aws:iam::111122223333:role/deploy", MAYBE),
        (OWN_ROLE, ROLE, NO),
        ((ACCOUNT_ID,), OWN_ROLE, YES),
        (("arn:aws:iam::", ACCOUNT_ID, ":root"), OWN_ROLE, YES),
        ((ACCOUNT_ID,), ROLE, MAYBE),
        ((PARAMETER,), ROLE, MAYBE),
        ((PARAMETER,), (PARAMETER,), YES),
        (ROLE, (PARAMETER,), MAYBE),
        ("111122223333", (PARAMETER,), MAYBE),
        ("*", (PARAMETER,), YES),
        ("*", "codebuild.amazonaws.com", YES),
        ("*", "*", YES),
        ("111122223333", "codebuild.amazonaws.com", NO),
        (ROLE, "*", NO),
        ("arn:aws:iam::111122223333:role/ci/*", ROLE, MAYBE),
        ("arn:aws:iam::111122223333:role/x/*", ROLE, NO),
        ("AIDAEXAMPLEID", ROLE, MAYBE),
        ("AROAEXAMPLEID", "*", NO),
        ("no principal", ROLE, NO),
    ],
)
def test_an_entry_under_aws(entry: Written, asking: Written, expected: Truth) -> None:
    assert names(entry, asking) is expected


@pytest.mark.parametrize(
    ("kind", "entry", "asking", "expected"),
    [
        ("Service", "ec2.amazonaws.com", "ec2.amazonaws.com", YES),
        ("Service", "ec2.amazonaws.com", "ecs.amazonaws.com", NO),
        ("Service", "ec2.amazonaws.com", ROLE, NO),
        ("Service", ("ec2.", Hole("AWS::URLSuffix", LITERAL)), "ec2.amazonaws.com", MAYBE),
        ("Federated", "cognito-identity.amazonaws.com", ROLE, NO),
        ("Federated", "accounts.google.com", "accounts.google.com", NO),
        (
            "Federated",
            "arn:aws:iam::111122223333:saml-provider/x",
            "arn:aws:iam::111122223333:saml-provider/x",
            YES,
        ),
        ("CanonicalUser", "79a5", ROLE, MAYBE),
        ("CanonicalUser", "79a5", "ec2.amazonaws.com", NO),
        ("*", "*", ROLE, YES),
    ],
)
def test_an_entry_under_another_kind(
    kind: str, entry: Written, asking: Written, expected: Truth
) -> None:
    assert names(entry, asking, kind) is expected


def test_an_unknown_entry_may_name_anyone() -> None:
    entry = PrincipalEntry("AWS", Unknown("imported"))
    assert entry_names(entry, principal(ROLE), closed=True) == (Reach.DIRECT, MAYBE)


def test_a_role_that_may_act_as_any_session() -> None:
    assert names(SESSION, ROLE, closed=False) is MAYBE
    assert names(OWN_SESSION, OWN_ROLE, closed=False) is MAYBE
    assert names("arn:aws:sts::111122223333:assumed-role/x/s", ROLE, closed=False) is NO
    assert names("arn:aws:sts::444455556666:assumed-role/deploy/s", ROLE, closed=False) is NO


@pytest.mark.parametrize(
    ("written", "linked"),
    [
        ("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X", True),
        (ROLE, False),
        ((PARAMETER,), False),
        ("arn:aws:iam::111122223333:user/aws-service-role/x", False),
    ],
)
def test_service_linked_roles(written: Written, linked: bool) -> None:
    assert principal(written).is_service_linked is linked
