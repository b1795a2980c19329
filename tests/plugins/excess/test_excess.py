"""What a pipeline's role holds beyond its needs, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import Confidence
from passrole.asking import check
from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.rulesets.choosing import ActiveRule
from passrole.stamping import stamp

Found = Callable[..., tuple[Finding, ...]]
PIPELINE_SERVICE = "codepipeline.amazonaws.com"


def role(
    *statements: Mapping[str, Any], service: Any = PIPELINE_SERVICE, **more: Any
) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    allowed = [{"Effect": "Allow", "Resource": "*", **each} for each in statements]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Statement": [trust]},
            "Policies": [{"PolicyName": "own", "PolicyDocument": {"Statement": allowed}}],
            **more,
        },
    }


def pipeline(category: str = "Build", provider: str = "CodeBuild", owner: str = "AWS") -> Any:
    kind = {"Category": category, "Owner": owner, "Provider": provider, "Version": "1"}
    action = {"Name": "Act", "ActionTypeId": kind, "Configuration": {"ProjectName": "shop"}}
    return {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
            "Stages": [{"Name": "Stage", "Actions": [action]}],
        },
    }


@pytest.fixture
def found(graph_of: Callable[[Mapping[str, Any]], Graph], contributions: Contributions) -> Found:
    def findings(rule_id: str, **resources: Any) -> tuple[Finding, ...]:
        rules = [ActiveRule.alone(r) for r in contributions.rules if r.id == rule_id]
        reported, crashes = check([graph_of(resources)], rules, contributions.owners)
        assert not crashes and rules
        return stamp(reported)

    return findings


UNUSED, WILDCARD, UNSCOPED = (
    "unused-service-grants", "service-wildcard-actions", "unscoped-resource",
)  # fmt: skip


def test_what_is_needed_is_named(found: Found) -> None:
    (finding,) = found(WILDCARD, Role=role({"Action": "codebuild:*"}), Pipeline=pipeline())
    assert "codebuild:BatchGetBuilds, codebuild:StartBuild" in finding.message
    assert finding.confidence is Confidence.HIGH


def test_what_a_statement_allows_of_several_services_is_one_finding(found: Found) -> None:
    wide = role({"Action": ["codebuild:*", "s3:*", "devicefarm:*"]})
    (finding,) = found(WILDCARD, Role=wide, Pipeline=pipeline())
    assert "everything with codebuild and s3 on every resource" in finding.message
    assert "Needed are codebuild:BatchGetBuilds, codebuild:StartBuild, s3:" in finding.message
    assert "sources differ on codebuild:StopBuild" in finding.message
    assert "in place of codebuild:* and s3:*" in finding.remedy


def test_no_few_actions_are_named_where_aws_documents_a_wildcard(found: Found) -> None:
    beanstalk = pipeline("Deploy", "ElasticBeanstalk")
    for service in ("elasticbeanstalk", "s3", "ec2"):
        assert not found(WILDCARD, Role=role({"Action": f"{service}:*"}), Pipeline=beanstalk)


def test_a_build_role_is_told_of_once_with_all_its_projects(found: Found) -> None:
    service = "codebuild.amazonaws.com"
    projects = {
        name: {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {"Name": name, "ServiceRole": {"Fn::GetAtt": ["Build", "Arn"]}},
        }
        for name in ("Shop", "Test")
    }
    (finding,) = found("build-role-admin", Build=role({"Action": "*"}, service=service), **projects)
    assert [each.message for each in finding.related] == [
        "build project Shop runs as it",
        "build project Test runs as it",
    ]
    assert finding.location.pointer.startswith("Resources.Build.Properties.Policies")
    admin = [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/AdministratorAccess",
    ]
    attached = role(service=service, ManagedPolicyArns=admin)
    (finding,) = found("build-role-admin", Build=attached, **projects)
    assert finding.location.pointer == "Resources.Build.Properties.ManagedPolicyArns[1]"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Role": role({"Action": "devicefarm:*"}, service=[PIPELINE_SERVICE, "ecs.amazonaws.com"])}, "ecs.amazonaws.com may assume it"),
        ({"Pipeline": pipeline("Deploy", "ElasticBeanstalk")}, "is not documented in full"),
        ({"Pipeline": pipeline("Build", "Acme", "Custom")}, "no plugin knows"),
    ],
)  # fmt: skip
def test_it_is_less_sure_where_more_than_is_known_may_need_it(
    changes: dict[str, Any], words: str, found: Found
) -> None:
    resources = {"Role": role({"Action": "devicefarm:*"}), "Pipeline": pipeline(), **changes}
    (finding,) = found(UNUSED, **resources)
    assert finding.confidence is Confidence.LOW
    assert words in finding.message


def test_the_role_of_a_build_is_not_judged_by_its_pipeline(found: Found) -> None:
    project = {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {"Name": "shop", "ServiceRole": {"Fn::GetAtt": ["Build", "Arn"]}},
    }
    build = role({"Action": "devicefarm:*"}, service="codebuild.amazonaws.com")
    assert not found(UNUSED, Role=role(), Build=build, Project=project, Pipeline=pipeline())


def test_denials_and_conditions_are_left_alone(found: Found) -> None:
    denies = role({"Action": "devicefarm:*", "Effect": "Deny"})
    assert not found(UNUSED, Role=denies, Pipeline=pipeline())
    limited = role(
        {"Action": "codebuild:*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    )
    assert not found(WILDCARD, Role=limited, Pipeline=pipeline())


def test_what_only_a_star_grants_is_not_called_unscoped(found: Found) -> None:
    star_only = role({"Action": ["codebuild:StartBuild", "lambda:ListFunctions"]})
    (finding,) = found(UNSCOPED, Role=star_only, Pipeline=pipeline())
    assert "codebuild:StartBuild" in finding.message and "ListFunctions" not in finding.message
    assert not found(
        UNSCOPED,
        Role=role({"Action": "lambda:ListFunctions"}),
        Pipeline=pipeline("Invoke", "Lambda"),
    )


def test_a_key_that_is_known_by_its_alias_is_not_called_unscoped(found: Found) -> None:
    """A policy that names the ARN of an alias grants nothing of the key."""
    decrypt = role({"Action": ["kms:Decrypt", "kms:GenerateDataKey"]})
    own = pipeline("Deploy", "S3")
    store = own["Properties"]["ArtifactStore"]
    store["EncryptionKey"] = {"Type": "KMS", "Id": "arn:aws:kms:eu-west-1:111122223333:alias/shop"}
    assert not found(UNSCOPED, Role=decrypt, Pipeline=own)
    store["EncryptionKey"]["Id"] = "arn:aws:kms:eu-west-1:111122223333:key/" + "0" * 8
    assert found(UNSCOPED, Role=decrypt, Pipeline=own)


def test_the_statements_of_a_managed_policy_are_one_finding(found: Found) -> None:
    arn = "arn:aws:iam::aws:policy/AWSCodePipeline_FullAccess"
    (finding,) = found(UNUSED, Role=role(ManagedPolicyArns=[arn]), Pipeline=pipeline())
    assert "AWS managed policy AWSCodePipeline_FullAccess" in finding.message
    assert "attach in its place a policy of your own" in finding.remedy


def test_a_role_whose_policies_a_boundary_limits_is_no_administrator(found: Found) -> None:
    everything = {"Action": "*"}
    assert found("pipeline-role-admin", Role=role(everything), Pipeline=pipeline())
    limits = {"PermissionsBoundary": "arn:aws:iam::111122223333:policy/limits"}
    assert not found("pipeline-role-admin", Role=role(everything, **limits), Pipeline=pipeline())
    denied = role(everything, {"Effect": "Deny", "Action": "iam:*"})
    assert not found("pipeline-role-admin", Role=denied, Pipeline=pipeline())


def test_what_is_taken_out_was_not_needed(found: Found, graph_of: Any) -> None:
    """The excess of a role can go: every need that was allowed stays allowed."""
    statements = [
        {"Action": ["codebuild:*", "devicefarm:*"]},
        {"Action": ["s3:GetObject", "sqs:SendMessage"]},
        {"Action": "iam:PassRole"},
    ]

    def allowed(kept: list[dict[str, Any]]) -> set[tuple[str, str]]:
        graph = graph_of({"Role": role(*kept), "Pipeline": pipeline()})
        (owner,) = graph.pipelines
        return {
            (requirement.need.iam_action, str(requirement.resource))
            for subject in (owner, *owner.actions)
            for requirement in graph.requirements_of(subject)
            if all(decision.verdict == "allowed" for decision in graph.decide(requirement))
        }

    graph = graph_of({"Role": role(*statements), "Pipeline": pipeline()})
    (own,) = graph.roles
    unused = [
        (each.statement.index, str(each.action))
        for excess in graph.uses.excess(own)
        for each in excess.unused
    ]
    kept = json.loads(json.dumps(statements))
    for index, iam_action in unused:
        actions = kept[index]["Action"]
        kept[index]["Action"] = [
            each
            for each in ([actions] if isinstance(actions, str) else actions)
            if each != iam_action
        ]
    assert unused
    assert allowed([each for each in kept if each["Action"]]) == allowed(statements)
