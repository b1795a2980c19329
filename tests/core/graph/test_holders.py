"""Whose policy a finding is about: the same words for both formats, and nothing that is not sure."""

from __future__ import annotations

import pytest

from passrole.findings import Finding, Holding
from passrole.testing.templates import check_text, contributions_of

CONTRIBUTIONS = contributions_of()

YAML = """
Resources:
  Works:
    Type: AWS::IAM::Role
    Properties:
      RoleName: works
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}%(own)s
  Other:
    Type: AWS::IAM::Role
    Properties:
      RoleName: other
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}%(other)s
  Shop:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      RoleArn: !GetAtt Works.Arn
      ArtifactStore: {Type: S3, Location: store}
      Stages: []
  Wrong:
    Type: %(type)s
    Properties:
      %(named)s
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: s3:PutObjectVersion, Resource: "*"}]%(more)s
"""
INLINE = {
    "type": "AWS::IAM::Policy",
    "named": "PolicyName: wrong",
    "own": "",
    "other": "",
    "more": "",
}
MANAGED = {**INLINE, "type": "AWS::IAM::ManagedPolicy", "named": "ManagedPolicyName: wrong"}

HCL = """
resource "aws_iam_role" "works" {
  name = "works"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.works.arn
}

data "aws_iam_policy_document" "wrong" {
  statement {
    actions   = ["s3:PutObjectVersion"]
    resources = ["*"]
  }
}
"""


def one(text: str, language: str = "yaml") -> Finding:
    (finding,) = check_text(text, CONTRIBUTIONS, language=language, rules=["action-unknown"])
    return finding


def said(finding: Finding) -> str:
    """What a message says behind the flaw itself."""
    return finding.message.partition("?). ")[2]


def test_the_role_of_a_pipeline_is_named_with_the_pipeline_and_its_place() -> None:
    finding = one(YAML % {**INLINE, "more": "\n      Roles: [!Ref Works]"})
    assert finding.message.startswith(
        "Statement 1 of wrong: there is no action s3:PutObjectVersion"
    )
    assert said(finding) == "The policy is attached to role works, the role of pipeline shop."
    (place,) = finding.related
    assert (place.message, place.location.line) == ("role works is defined here", 3)


ATTACHED = """
resource "aws_iam_role_policy" "wrong" {
  name   = "wrong"
  role   = aws_iam_role.works.id
  policy = data.aws_iam_policy_document.wrong.json
}
"""
APART = """
resource "aws_iam_policy" "wrong" {
  name   = "wrong"
  policy = data.aws_iam_policy_document.wrong.json
}

resource "aws_iam_role_policy_attachment" "wrong" {
  role       = aws_iam_role.works.name
  policy_arn = aws_iam_policy.wrong.arn
}
"""


@pytest.mark.parametrize("attached", [ATTACHED, APART])
def test_terraform_says_it_in_the_same_words(attached: str) -> None:
    finding = one(f"{HCL}\n{attached}\n", "hcl")
    assert said(finding) == "The policy is attached to role works, the role of pipeline shop."


def test_what_is_written_in_a_role_says_as_what_the_role_works() -> None:
    own = """
      Policies:
        - PolicyName: mine
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: s3:PutObjectVersion, Resource: "*"}]"""
    text = YAML % {**INLINE, "own": own, "more": ""}
    rest = text[: text.index("  Wrong:")]
    finding = one(rest)
    assert said(finding) == "Role works is the role of pipeline shop."
    assert finding.related == ()
    of_nobody = one(rest.replace("RoleArn: !GetAtt Works.Arn", "RoleArn: !GetAtt Other.Arn"))
    assert "of mine of works: there is" in of_nobody.message  # the role is named, and that is all
    assert said(of_nobody) == ""


def test_a_role_is_named_where_the_message_of_a_rule_has_only_the_policy() -> None:
    own = """
      Policies:
        - PolicyName: mine
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: iam:PassRole, Resource: "arn:aws:iam::111122223333:role/deploy"}]"""
    text = YAML % {**INLINE, "own": "", "other": own, "more": ""}
    (finding,) = check_text(text, CONTRIBUTIONS, rules=["pass-role-no-service-condition"])
    assert finding.message.endswith("to which service. The policy is that of role other.")


def test_of_several_those_come_first_that_work_for_a_pipeline() -> None:
    finding = one(YAML % {**INLINE, "more": "\n      Roles: [!Ref Other, !Ref Works]"})
    assert said(finding) == (
        "The policy is attached to role works (the role of pipeline shop) and role other."
    )


def test_three_are_named_and_the_others_counted() -> None:
    finding = one(YAML % {**INLINE, "more": "\n      Users: [a, b, c]\n      Groups: [d, e]"})
    assert said(finding) == "The policy is attached to user a, user b, user c and 2 more."
    assert finding.held_by is not None
    assert [(each.kind, each.name, each.location) for each in finding.held_by][3:] == [
        ("group", "d", None),
        ("group", "e", None),
    ]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("ManagedPolicyArns: [!Ref Wrong]", "The policy is attached to role works, the role of"),
        ("PermissionsBoundary: !Ref Wrong", "It is the permissions boundary of role works, the"),
    ],
)
def test_a_role_that_names_a_managed_policy_has_it(own: str, words: str) -> None:
    finding = one(YAML % {**MANAGED, "own": f"\n      {own}"})
    assert said(finding) == f"{words}{' role of' if words.endswith('the') else ''} pipeline shop."


def test_that_nobody_has_a_policy_is_said_only_where_all_policies_are_known() -> None:
    nobody = one(YAML % MANAGED)
    assert said(nobody) == "Nothing that was read attaches the policy to anybody."
    assert nobody.held_by == ()
    of_aws = "\n      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]"
    assert one(YAML % {**MANAGED, "other": of_aws}).held_by == ()
    # Any of these may be it.
    for open_ in ("!ImportValue policy", "arn:aws:iam::111122223333:policy/some"):
        finding = one(YAML % {**MANAGED, "other": f"\n      ManagedPolicyArns: [{open_}]"})
        assert (said(finding), finding.held_by) == ("", None)


def test_nothing_is_said_where_it_is_not_known_to_whom_a_policy_belongs() -> None:
    finding = one(YAML % {**INLINE, "more": "\n      Roles: !Split [',', !ImportValue roles]"})
    assert (said(finding), finding.held_by) == ("", None)


def test_a_policy_that_somebody_unknown_has_is_not_nobodys() -> None:
    finding = one(YAML % {**MANAGED, "more": "\n      Roles: !Split [',', !ImportValue roles]"})
    assert (said(finding), finding.held_by) == ("", None)
    # Whose another policy is says nothing of this one.
    other = """
  Apart:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: apart
      Roles: !Split [',', !ImportValue roles]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: "s3:PutObject", Resource: "*"}]
"""
    assert one(YAML % MANAGED + other).held_by == ()


def test_a_role_that_was_not_read_is_named_as_the_policy_names_it() -> None:
    finding = one(YAML % {**INLINE, "more": "\n      Roles: [of-elsewhere]"})
    assert said(finding) == "The policy is attached to role of-elsewhere."
    assert finding.related == ()


def test_the_policy_of_a_bucket_has_no_holder() -> None:
    text = """
Resources:
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: shop
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: "*", Action: s3:PutObjectVersion, Resource: "*"}]
"""
    assert (said(one(text)), one(text).held_by) == ("", None)


PROJECT = """
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: build-%(number)s
      ServiceRole: !GetAtt Works.Arn
      Artifacts: {Type: NO_ARTIFACTS}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: a}
      Source: {Type: NO_SOURCE, BuildSpec: ""}
"""


def test_all_as_what_a_role_works_is_said() -> None:
    projects = "".join(
        (PROJECT % {"number": number}).replace("Build:", f"Build{number}:", 1)
        for number in range(1, 6)
    )
    finding = one(YAML % {**INLINE, "more": "\n      Roles: [!Ref Works]"} + projects)
    assert said(finding) == (
        "The policy is attached to role works, the role of pipeline shop and of build projects"
        " build-1, build-2, build-3 and 2 more."
    )
    assert finding.held_by is not None
    assert finding.held_by[0].how is Holding.ATTACHED
