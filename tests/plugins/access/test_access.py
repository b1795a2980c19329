"""Who counts as working with pipelines, and which of their policies are reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import Rule
from passrole.asking import check
from passrole.contributions import Contributions
from passrole.graph.questions import Graph
from passrole.rulesets.choosing import ActiveRule

GraphOf = Callable[[Mapping[str, Any]], Graph]
ARN = "arn:aws:codepipeline:eu-west-1:111122223333:shop"


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    allowed = [{"Effect": "Allow", **each} for each in statements]
    return {"Version": "2012-10-17", "Statement": allowed}


def grant(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Action": action, "Resource": resource, **more}


def holder(kind: str, *statements: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    inline = [{"PolicyName": "own", "PolicyDocument": policy(*statements)}]
    return {
        "It": {"Type": f"AWS::IAM::{kind}", "Properties": {"Policies": inline, **properties}},
    }


def trusted_by(**principal: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return {"AssumeRolePolicyDocument": {"Statement": [statement]}}


PIPELINE: dict[str, Any] = {
    "Type": "AWS::CodePipeline::Pipeline",
    "Properties": {
        "Name": "shop",
        "RoleArn": {"Fn::GetAtt": ["It", "Arn"]},
        "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
        "Stages": [
            {
                "Name": "Approve",
                "Actions": [
                    {
                        "Name": "Review",
                        "ActionTypeId": {
                            "Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1",
                        },
                    }
                ],
            }
        ],
    },
}  # fmt: skip


@pytest.fixture
def found(
    graph_of: GraphOf, contributions: Contributions
) -> Callable[[Mapping[str, Any]], list[str]]:
    rules = [
        ActiveRule.alone(rule)
        for rule in contributions.rules
        if contributions.owners[rule.id] == "passrole_aws.access"
    ]
    assert len(rules) == 14

    def findings(resources: Mapping[str, Any]) -> list[str]:
        reported, crashes = check([graph_of(resources)], rules, contributions.owners)
        assert not crashes
        return sorted(each.rule.id for each in reported)

    return findings


APPROVE = grant("codepipeline:PutApprovalResult")


@pytest.mark.parametrize(
    ("principal", "flagged"),
    [
        ({"AWS": "arn:aws:iam::111122223333:root"}, True),
        ({"Federated": "arn:aws:iam::111122223333:saml-provider/okta"}, True),
        ({"Service": "lambda.amazonaws.com"}, False),
    ],
)
def test_a_role_counts_where_people_or_ci_assume_it(
    principal: Any, flagged: bool, found: Any
) -> None:
    role = holder("Role", APPROVE, **trusted_by(**principal))
    assert found(role) == (["approval-unrestricted"] if flagged else [])


def test_the_role_of_a_pipeline_does_not_count(found: Any) -> None:
    role = holder("Role", APPROVE, **trusted_by(AWS="111122223333"))
    assert found({**role, "Pipeline": PIPELINE}) == []


def test_a_managed_policy_counts_for_whom_it_attaches_to_and_alone(found: Any) -> None:
    shared = {
        "Shared": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": policy(APPROVE)},
        }
    }
    assert found(shared) == ["approval-unrestricted"]
    user = holder("User", ManagedPolicyArns=[{"Ref": "Shared"}])
    assert found({**shared, **user}) == ["approval-unrestricted"]
    service = holder(
        "Role", ManagedPolicyArns=[{"Ref": "Shared"}], **trusted_by(Service="ec2.amazonaws.com")
    )
    assert found({**shared, **service}) == []


def test_the_managed_policies_of_aws_are_known_for_what_they_grant(found: Any) -> None:
    arn = "arn:aws:iam::aws:policy/AWSCodePipelineApproverAccess"
    assert found(holder("User", ManagedPolicyArns=[arn])) == ["approval-unrestricted"]


@pytest.mark.parametrize(
    "statements",
    [
        [grant("*")],
        [
            grant(
                "codepipeline:PutApprovalResult",
                Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            )
        ],
        [APPROVE, {"Effect": "Deny", **grant("codepipeline:PutApprovalResult", f"{ARN}/*")}],
        [grant("codepipeline:PutApprovalResult", {"Ref": "AWS::NoValue"})],
    ],
)
def test_administrators_conditions_denials_and_unknowns_are_left_alone(
    statements: Any, found: Any
) -> None:
    assert "approval-unrestricted" not in found(holder("User", *statements))


def test_a_permissions_boundary_leaves_it_open_what_is_granted(found: Any) -> None:
    boundary = "arn:aws:iam::111122223333:policy/limits"
    assert found(holder("User", APPROVE, PermissionsBoundary=boundary)) == []


@pytest.mark.parametrize(
    ("resource", "flagged"),
    [
        (ARN, True),
        (f"{ARN}/Approve", True),
        (f"{ARN}/Approve/Review", False),
        (f"{ARN}/Approve/Rewiev", True),
        (f"{ARN}/*", False),
        (f"{ARN}*", False),
        ("arn:aws:codepipeline:eu-west-1:111122223333:other/Approve/Rewiev", False),
        (
            {
                "Fn::Sub": "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}/Approve/Review"
            },
            False,
        ),
        ({"Fn::Sub": "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}"}, True),
        ([ARN, f"{ARN}/Approve/Review"], False),
    ],
)
def test_an_approval_is_granted_on_the_action_that_is_there(
    resource: Any, flagged: bool, found: Any
) -> None:
    pipeline = {**PIPELINE, "Properties": {**PIPELINE["Properties"], "RoleArn": "r"}}
    resources = {
        **holder("User", grant("codepipeline:PutApprovalResult", resource)),
        "Pipeline": pipeline,
    }
    assert ("approval-arn-wrong-level" in found(resources)) is flagged


def test_another_statement_may_grant_what_one_misses(found: Any) -> None:
    both = holder(
        "User",
        grant("codepipeline:PutApprovalResult", ARN),
        grant("codepipeline:Put*", f"{ARN}/*"),
        grant(["codepipeline:RetryStageExecution", "codepipeline:ListPipelines"], ARN),
        grant(["codepipeline:Retry*", "codepipeline:List*"]),
    )
    assert found(both) == []


def test_an_operation_of_a_stage_is_not_granted_on_the_pipeline(found: Any) -> None:
    retry = holder("User", grant("codepipeline:RetryStageExecution", ARN))
    assert found(retry) == ["stage-level-arn-missing"]


def test_results_of_jobs_are_left_to_functions(found: Any) -> None:
    results = grant("codepipeline:PutJobSuccessResult")
    pipeline = {**PIPELINE, "Properties": {**PIPELINE["Properties"], "RoleArn": "r"}}

    def of(service: str) -> Any:
        role = holder("Role", results, **trusted_by(Service=service))
        return found({**role, "Pipeline": pipeline})

    assert of("lambda.amazonaws.com") == []
    assert of("codebuild.amazonaws.com") == ["custom-action-only-operations"]
    assert found(holder("User", grant("codepipeline:PollForJobs"))) == [], "no pipeline in sight"


def test_an_editor_with_a_policy_that_nobody_knows_may_be_able_to_pass_roles(found: Any) -> None:
    edits = grant("codepipeline:UpdatePipeline", ARN)
    assert found(holder("User", edits)) == ["pipeline-editor-pass-role-missing"]
    unknown = "arn:aws:iam::111122223333:policy/more"
    assert found(holder("User", edits, ManagedPolicyArns=[unknown])) == []


def test_an_editor_is_an_administrator_only_where_the_role_can_be_passed(found: Any) -> None:
    admin = {
        "Admin": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": "admin",
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
                **trusted_by(Service="codepipeline.amazonaws.com"),
            },
        }
    }

    def editor(**passing: Any) -> Any:
        statement = {"Action": "iam:PassRole", "Resource": "*", **passing}
        user = holder("User", grant("codepipeline:UpdatePipeline"), statement)
        return "pipeline-editor-is-admin" in found({**admin, **user})

    service = {"StringEquals": {"iam:PassedToService": "codepipeline.amazonaws.com"}}
    other = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    assert editor()
    assert editor(Resource={"Fn::GetAtt": ["Admin", "Arn"]})
    assert editor(Condition=service)
    assert not editor(Condition=other)
    assert not editor(Resource="arn:aws:iam::111122223333:role/other")


def test_every_rule_names_its_sources(contributions: Contributions) -> None:
    own: list[Rule] = [r for r in contributions.rules if r.module.startswith("passrole_aws.access")]
    assert all(rule.sources for rule in own)
