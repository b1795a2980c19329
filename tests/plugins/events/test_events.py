"""Event rules, schedules and what they start."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import EventRule, EventTarget, Graph, ResourcePolicy, known
from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.testing import findings_in
from passrole_aws.events.entities import starts_of

GraphOf = Callable[[Mapping[str, Any]], Graph]
Find = Callable[..., tuple[Finding, ...]]

PIPELINE_ARN = {"Fn::Sub": "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}"}
ROLE = "arn:aws:iam::111122223333:role/events"


def pipeline(**configuration: Any) -> dict[str, Any]:
    """A pipeline with one source action."""
    provider = configuration.pop("provider", "CodeCommit")
    action = {
        "Name": "Source",
        "ActionTypeId": {
            "Category": "Source", "Owner": "AWS", "Provider": provider, "Version": "1",
        },
        "Configuration": configuration,
    }  # fmt: skip
    return {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {"RoleArn": ROLE, "Stages": [{"Name": "Source", "Actions": [action]}]},
    }


def event_rule(pattern: Any = None, **target: Any) -> dict[str, Any]:
    """A rule whose one target is the pipeline."""
    properties: dict[str, Any] = {
        "Targets": [{"Id": "it", "Arn": PIPELINE_ARN, "RoleArn": ROLE, **target}]
    }
    if pattern is not None:
        properties["EventPattern"] = pattern
    return {"Type": "AWS::Events::Rule", "Properties": properties}


@pytest.fixture(scope="session")
def find(contributions: Contributions) -> Find:
    """What one rule finds in a template, given as its resources."""
    rules = {rule.id: rule for rule in contributions.rules}

    def found(rule: str, **resources: Any) -> tuple[Finding, ...]:
        text = json.dumps({"Resources": resources})
        return findings_in(text, rules[rule], contributions, "json")

    return found


def test_a_rule_gives_a_target_for_each_that_it_lists(graph_of: GraphOf) -> None:
    graph = graph_of(
        {
            "Pipeline": pipeline(),
            "Nightly": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "ScheduleExpression": "rate(1 day)",
                    "State": "DISABLED",
                    "Targets": [
                        {"Id": "one", "Arn": PIPELINE_ARN, "RoleArn": ROLE},
                        {"Id": "two", "Arn": "arn:aws:sns:eu-west-1:111122223333:told"},
                    ],
                },
            },
        }
    )
    (rule,) = (each for each in graph.entities if isinstance(each, EventRule))
    targets = [each for each in graph.entities if isinstance(each, EventTarget)]

    assert (known(rule.schedule), known(rule.state)) == ("rate(1 day)", "DISABLED")
    assert [graph.find(each.rule, EventRule, near=each) for each in targets] == [rule, rule]
    assert [len(list(starts_of(each, graph))) for each in targets] == [1, 0]
    (start,) = starts_of(targets[0], graph)
    assert start.pipeline is graph.pipelines[0]
    assert known(start.role) == ROLE


def test_a_schedule_is_a_rule_with_one_target(graph_of: GraphOf) -> None:
    graph = graph_of(
        {
            "Pipeline": pipeline(),
            "Nightly": {
                "Type": "AWS::Scheduler::Schedule",
                "Properties": {
                    "ScheduleExpression": "rate(1 day)",
                    "Target": {"Arn": PIPELINE_ARN, "RoleArn": ROLE},
                },
            },
        }
    )
    (target,) = (each for each in graph.entities if isinstance(each, EventTarget))
    assert target.service == "scheduler.amazonaws.com"
    assert [each.pipeline for each in starts_of(target, graph)] == list(graph.pipelines)


@pytest.mark.parametrize(
    ("properties", "principal"),
    [
        ({"Action": "events:PutEvents", "Principal": "444455556666"}, "444455556666"),
        (
            {
                "Statement": {
                    "Effect": "Allow",
                    "Action": "events:PutEvents",
                    "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                    "Resource": "*",
                }
            },
            "arn:aws:iam::444455556666:root",
        ),
    ],
)
def test_both_forms_of_a_bus_policy_say_whom_they_admit(
    properties: dict[str, Any], principal: str, graph_of: GraphOf
) -> None:
    graph = graph_of(
        {
            "Bus": {
                "Type": "AWS::Events::EventBusPolicy",
                "Properties": {"StatementId": "it", **properties},
            }
        }
    )
    (policy,) = (each for each in graph.entities if isinstance(each, ResourcePolicy))
    (statement,) = policy.policy.statements
    assert known(policy.of) == "default"
    assert not policy.policy.problems
    assert len(statement.principals) == 1
    assert principal in str(statement.principals)


CODECOMMIT = {
    "source": ["aws.codecommit"],
    "resources": ["arn:aws:codecommit:eu-west-1:111122223333:shop"],
    "detail": {"referenceName": ["main"], "event": ["referenceUpdated"]},
}
S3 = {"source": ["aws.s3"], "detail": {"bucket": {"name": ["in"]}, "object": {"key": ["a.zip"]}}}
TRAIL = {
    "source": ["aws.s3"],
    "resources": {"ARN": ["arn:aws:s3:::in/a.zip"]},
    "detail": {
        "eventName": ["PutObject", "CompleteMultipartUpload"],
        "requestParameters": {"bucketName": ["in"], "key": ["a.zip"]},
    },
}
ECR = {"source": ["aws.ecr"], "detail": {"repository-name": ["shop"], "image-tag": ["latest"]}}


def changed(pattern: Mapping[str, Any], **detail: Any) -> dict[str, Any]:
    return {**pattern, "detail": {**pattern["detail"], **detail}}


@pytest.mark.parametrize(
    ("provider", "pattern", "configuration", "flagged"),
    [
        ("CodeCommit", CODECOMMIT, {"RepositoryName": "shop", "BranchName": "main"}, 0),
        ("CodeCommit", CODECOMMIT, {"RepositoryName": "store", "BranchName": "main"}, 1),
        ("CodeCommit", CODECOMMIT, {"RepositoryName": "shop", "BranchName": "trunk"}, 1),
        (
            "CodeCommit", changed(CODECOMMIT, referenceName=[{"prefix": "ma"}]),
            {"RepositoryName": "shop", "BranchName": "main"}, 0,
        ),
        (
            "CodeCommit", changed(CODECOMMIT, referenceName=[{"prefix": "release/"}]),
            {"RepositoryName": "shop", "BranchName": "main"}, 1,
        ),
        (
            "CodeCommit", changed(CODECOMMIT, referenceName=[{"anything-but": "main"}]),
            {"RepositoryName": "shop", "BranchName": "main"}, 0,
        ),
        (
            "CodeCommit", changed(CODECOMMIT, event=["referenceCreated"]),
            {"RepositoryName": "shop", "BranchName": "main"}, 1,
        ),
        ("S3", S3, {"S3Bucket": "in", "S3ObjectKey": "a.zip"}, 0),
        ("S3", S3, {"S3Bucket": "in", "S3ObjectKey": "b.zip"}, 1),
        ("S3", TRAIL, {"S3Bucket": "in", "S3ObjectKey": "a.zip"}, 0),
        (
            "S3", changed(TRAIL, eventName=["PutObject"]),
            {"S3Bucket": "in", "S3ObjectKey": "a.zip"}, 1,
        ),
        ("ECR", ECR, {"RepositoryName": "shop"}, 0),
        ("ECR", ECR, {"RepositoryName": "shop", "ImageTag": "stable"}, 1),
        ("S3", ECR, {"S3Bucket": "in", "S3ObjectKey": "a.zip"}, 0),
    ],
)  # fmt: skip
def test_a_pattern_is_compared_with_the_source_action(
    provider: str,
    pattern: Mapping[str, Any],
    configuration: Mapping[str, Any],
    flagged: int,
    find: Find,
) -> None:
    resources = {
        "Pipeline": pipeline(provider=provider, **configuration),
        "Rule": event_rule(pattern),
    }
    assert len(find("event-pattern-mismatch", **resources)) == flagged


def test_a_second_rule_that_fits_makes_the_first_one_meant(find: Find) -> None:
    other = changed(CODECOMMIT, referenceName=["trunk"])
    source = pipeline(RepositoryName="shop", BranchName="main")

    assert find("event-pattern-mismatch", Pipeline=source, Other=event_rule(other))
    assert not find(
        "event-pattern-mismatch",
        Pipeline=source,
        Other=event_rule(other),
        Own=event_rule(CODECOMMIT),
    )


def test_a_pattern_that_is_json_in_a_text_is_read(find: Find) -> None:
    text = json.dumps(changed(CODECOMMIT, referenceName=["trunk"]))
    (finding,) = find(
        "event-pattern-mismatch",
        Pipeline=pipeline(RepositoryName="shop", BranchName="main"),
        Rule=event_rule(text),
    )
    assert "branch trunk" in finding.message
    assert "branch main" in finding.message


LAMBDA = "arn:aws:lambda:eu-west-1:111122223333:function:starts-it"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:told"
SILENT = {"RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": "false"}


@pytest.mark.parametrize(
    ("resources", "flagged"),
    [
        ({}, True),
        ({"Rule": event_rule(CODECOMMIT)}, False),
        ({"Rule": event_rule(CODECOMMIT, Arn=TOPIC)}, True),
        ({"Rule": event_rule(CODECOMMIT, Arn=LAMBDA)}, False),
        ({"Rule": event_rule(CODECOMMIT, Arn={"Fn::ImportValue": "pipeline"})}, False),
        (
            {
                "Rule": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {**event_rule(CODECOMMIT)["Properties"], "State": "DISABLED"},
                }
            },
            True,
        ),
    ],
)
def test_what_may_start_the_pipeline_is_no_missing_trigger(
    resources: Mapping[str, Any], flagged: bool, find: Find
) -> None:
    assert bool(find("trigger-missing", Pipeline=pipeline(**SILENT), **resources)) is flagged


@pytest.mark.parametrize(
    ("configuration", "flagged"),
    [
        (SILENT, True),
        ({**SILENT, "PollForSourceChanges": False}, True),
        ({**SILENT, "PollForSourceChanges": "true"}, False),
        ({"RepositoryName": "shop", "BranchName": "main"}, False),
        ({**SILENT, "PollForSourceChanges": {"Fn::ImportValue": "polls"}}, False),
        ({"provider": "ECR", "RepositoryName": "shop"}, True),
        ({"provider": "CodeStarSourceConnection", "DetectChanges": "false"}, False),
    ],
)
def test_a_source_that_looks_for_changes_itself_needs_no_rule(
    configuration: Mapping[str, Any], flagged: bool, find: Find
) -> None:
    assert bool(find("trigger-missing", Pipeline=pipeline(**configuration))) is flagged


def test_a_repository_beside_its_pipeline_would_have_its_rule_there_too(find: Find) -> None:
    repository = {
        "Type": "AWS::CodeCommit::Repository",
        "Properties": {"RepositoryName": "shop"},
    }
    (alone,) = find("trigger-missing", Pipeline=pipeline(**SILENT))
    (beside,) = find("trigger-missing", Pipeline=pipeline(**SILENT), Repository=repository)
    assert (alone.confidence.value, beside.confidence.value) == ("low", "medium")


def events_role(service: str, action: str) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    grant = {"Effect": "Allow", "Action": action, "Resource": PIPELINE_ARN}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Statement": trust},
            "Policies": [{"PolicyName": "own", "PolicyDocument": {"Statement": grant}}],
        },
    }


@pytest.mark.parametrize(
    ("service", "action", "missing"),
    [
        ("events.amazonaws.com", "codepipeline:StartPipelineExecution", set()),
        ("codepipeline.amazonaws.com", "codepipeline:Start*", {"sts:AssumeRole"}),
        (
            "events.amazonaws.com",
            "codepipeline:GetPipeline",
            {"codepipeline:StartPipelineExecution"},
        ),
    ],
)
def test_the_role_of_a_target_needs_trust_and_permission(
    service: str, action: str, missing: set[str], find: Find
) -> None:
    found = find(
        "event-rule-role-missing",
        Pipeline=pipeline(**SILENT),
        Rule=event_rule(CODECOMMIT, RoleArn={"Fn::GetAtt": ["Role", "Arn"]}),
        Role=events_role(service, action),
    )
    assert {finding.subject.iam_action for finding in found} == missing
    assert all(finding.subject.principal == "Role" for finding in found)


@pytest.mark.parametrize(("role", "flagged"), [(ROLE, False), (None, True)])
def test_a_target_without_a_role_has_that_of_its_rule(
    role: str | None, flagged: bool, find: Find
) -> None:
    rule = event_rule(CODECOMMIT)
    del rule["Properties"]["Targets"][0]["RoleArn"]
    if role is not None:
        rule["Properties"]["RoleArn"] = role
    found = find("event-rule-role-missing", Pipeline=pipeline(**SILENT), Rule=rule)
    assert bool(found) is flagged


def test_of_a_role_that_is_not_in_the_tree_nothing_is_said(find: Find) -> None:
    rule = event_rule(CODECOMMIT)
    assert not find("event-rule-role-missing", Pipeline=pipeline(**SILENT), Rule=rule)


@pytest.mark.parametrize(
    ("arn", "role", "flagged"),
    [
        ("arn:aws:codepipeline:eu-west-1:444455556666:shop", ROLE, True),
        ("arn:aws:codepipeline:eu-west-1:111122223333:shop", ROLE, False),
        ("arn:aws:events:eu-west-1:444455556666:event-bus/default", ROLE, False),
        (PIPELINE_ARN, ROLE, False),
    ],
)
def test_accounts_that_are_written_out_are_compared(
    arn: Any, role: str, flagged: bool, find: Find
) -> None:
    rule = event_rule(CODECOMMIT, Arn=arn, RoleArn=role)
    found = find("cross-account-event-wiring", Pipeline=pipeline(**SILENT), Rule=rule)
    assert bool(found) is flagged
