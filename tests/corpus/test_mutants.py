"""The tool that makes mutants takes out one permission, all of it, and nothing else."""

import json
from typing import Any

import pytest
from tests.corpus.mutants.permissions import Permission
from tests.corpus.mutants.templates import Raw

from passrole.stacks.deployments import Deployment
from passrole.values import Truth

ARTIFACTS = {"Fn::GetAtt": ["Artifacts", "Arn"]}
ARTIFACT_OBJECTS = {"Fn::Join": ["", [ARTIFACTS, "/*"]]}
OTHER_OBJECTS = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::other/*"]]}
READ = Permission(frozenset(["s3:GetObject"]), "Role", ("arn:aws:s3:::${Artifacts.name}/*",))
SIBLINGS = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")


def allow(actions: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def template(*statements: Any, managed: tuple[str, ...] = (), **more: Any) -> Raw:
    resources = {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {}, "ManagedPolicyArns": list(managed)},
        },
        "Policy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": list(statements)},
            },
        },
        "Artifacts": {"Type": "AWS::S3::Bucket"},
        **more,
    }  # fmt: skip
    return Raw({"Resources": resources}, Deployment())


def without(raw: Raw, permission: Permission = READ) -> Raw:
    return Raw(json.loads(permission.removed(raw, SIBLINGS)), Deployment())


def statements_of(raw: Raw) -> list[dict[str, Any]]:
    return [each for policy in raw.policies("Role") for each in policy["Statement"]]


def test_other_resources_and_other_actions_stay() -> None:
    raw = template(
        allow(["s3:GetObject", "s3:PutObject"], [ARTIFACT_OBJECTS, OTHER_OBJECTS]),
        allow("s3:GetObject", ARTIFACTS),
    )

    assert READ.granted(raw)
    assert statements_of(without(raw)) == [
        allow(["s3:GetObject", "s3:PutObject"], [OTHER_OBJECTS]),
        allow(["s3:PutObject"], [ARTIFACT_OBJECTS]),
        allow("s3:GetObject", ARTIFACTS),
    ]


def test_a_wildcard_leaves_the_siblings_that_the_facts_know() -> None:
    raw = template(allow("s3:GetObject*", "*"))

    assert statements_of(without(raw)) == [allow(["s3:GetObjectVersion"], ["*"])]


def test_a_managed_policy_is_written_into_the_role() -> None:
    arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    mutant = without(template(managed=(arn,)))

    assert mutant.managed("Role") == []
    assert READ.still_granted(mutant) is Truth.FALSE
    version = READ._replace(actions=frozenset(["s3:GetObjectVersion"]))
    assert version.granted(mutant)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}, Truth.TRUE),
        ("*", Truth.TRUE),
        ({"AWS": {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}},
         Truth.FALSE),
        ({"AWS": "arn:aws:iam::111122223333:role/written"}, Truth.UNKNOWN),
        ({"Service": "s3.amazonaws.com"}, Truth.FALSE),
    ],
)  # fmt: skip
def test_a_bucket_policy_may_grant_it_still(principal: Any, expected: Truth) -> None:
    statement = allow("s3:*", ARTIFACT_OBJECTS, Principal=principal)
    policy = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"PolicyDocument": {"Statement": statement}},
    }
    mutant = without(template(allow("s3:*", ARTIFACT_OBJECTS), BucketPolicy=policy))

    assert READ.still_granted(mutant) is expected


def test_a_made_up_name_may_be_the_one_that_is_written_out() -> None:
    written = READ._replace(resources=("arn:aws:s3:::written/*",))
    raw = template(allow("s3:GetObject", ["arn:aws:s3:::written/*", ARTIFACT_OBJECTS]))

    assert written.still_granted(without(raw, written)) is Truth.UNKNOWN
    assert READ.still_granted(without(raw)) is Truth.UNKNOWN


def test_a_role_that_is_trusted_by_name_is_trusted_by_account_instead() -> None:
    trust = {
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}},
    }  # fmt: skip
    other = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Statement": [trust]}},
    }
    assume = Permission(
        frozenset(["sts:AssumeRole"]), "Role", ("arn:aws:iam::${account}:role/${Other.name}",)
    )
    raw = template(allow("sts:AssumeRole", {"Fn::GetAtt": ["Other", "Arn"]}), Other=other)
    mutant = without(raw, assume)

    assert assume.granted(raw)
    assert assume.still_granted(mutant) is Truth.FALSE
    ((changed,),) = [
        resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for name, resource in mutant.resources.items()
        if name == "Other"
    ]
    assert mutant.text(changed["Principal"]["AWS"][0]) == "arn:aws:iam::${account}:root"
