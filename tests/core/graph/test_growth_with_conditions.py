"""Work grows with the conditions of a template and never doubles with each: counted, not timed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from passrole.asking import read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.iam.decisions import Verdict
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes

Template = dict[str, Any]
NOTHING = {"Ref": "AWS::NoValue"}
S3 = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def build(number: int) -> Template:
    return {
        "Name": f"Build{number}",
        "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
        "Configuration": {"ProjectName": f"shop{number}"},
        "InputArtifacts": [{"Name": "a"}],
    }  # fmt: skip


def grant(*projects: str) -> Template:
    resources = [f"arn:aws:codebuild:*:*:project/{project}" for project in projects]
    return {"Effect": "Allow", "Action": "codebuild:*", "Resource": resources or "*"}


def iff(condition: str, then: Template) -> Template:
    return {"Fn::If": [condition, then, NOTHING]}


def template(
    conditions: Template, statements: list[Template], actions: list[Template] | None = None
) -> Template:
    source = {
        "Name": "S3",
        "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "S3", "Version": "1"},
        "Configuration": {"S3Bucket": "b", "S3ObjectKey": "k", "PollForSourceChanges": "false"},
        "OutputArtifacts": [{"Name": "a"}],
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"},
             "Action": "sts:AssumeRole"}  # fmt: skip
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": [S3, *statements]}}
    stages = [
        {"Name": "Source", "Actions": [source]},
        {"Name": "Build", "Actions": actions or [build(0)]},
    ]
    return {
        "Parameters": {f"P{number}": {"Type": "String"} for number in range(120)},
        "Conditions": conditions,
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {"Statement": trust}, "Policies": [policy],
                },
            },
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "ArtifactStore": {"Type": "S3", "Location": "art"},
                    "Stages": stages,
                },
            },
        },
    }  # fmt: skip


def plain(count: int) -> Template:
    return {f"C{n}": {"Fn::Equals": [{"Ref": f"P{n}"}, "yes"]} for n in range(count)}


def alternatives(count: int) -> Template:
    """Each condition guards a statement, and one of them is enough."""
    return template(plain(count), [iff(f"C{n}", grant()) for n in range(count)])


def unrelated(count: int) -> Template:
    """Each condition guards a statement about another project."""
    return template(plain(count), [iff(f"C{n}", grant(f"shop{n}")) for n in range(count)])


def nested(count: int) -> Template:
    """Each condition is *and* or *or* of the one before and a new one."""
    conditions, before = plain(count), "C0"
    for n in range(1, count):
        function = "Fn::And" if n % 2 else "Fn::Or"
        conditions[f"N{n}"] = {function: [{"Condition": before}, {"Condition": f"C{n}"}]}
        before = f"N{n}"
    return template(conditions, [iff(before, grant())])


def chained(count: int) -> Template:
    """Each condition is the opposite of the one before."""
    conditions = {"C0": {"Fn::Equals": [{"Ref": "P0"}, "yes"]}}
    for n in range(1, count):
        conditions[f"C{n}"] = {"Fn::Not": [{"Condition": f"C{n - 1}"}]}
    return template(conditions, [iff(f"C{n}", grant()) for n in range(count)])


def actions(count: int) -> Template:
    """Each condition guards an action."""
    return template(plain(count), [grant()], [iff(f"C{n}", build(n)) for n in range(count)])


def one_parameter(count: int) -> Template:
    """Each condition compares one parameter with another literal."""
    conditions = {f"C{n}": {"Fn::Equals": [{"Ref": "P0"}, f"v{n}"]} for n in range(count)}
    return template(conditions, [iff(f"C{n}", grant()) for n in range(count)])


Shape = Callable[[int], Template]
LINEAR = (unrelated, chained, actions)
MEETING = (alternatives, nested, one_parameter)


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def verdicts(made: Template, contributions: Contributions) -> set[Verdict]:
    """What is decided of starting the builds, everything read and asked once."""
    document = parse("t.json", json.dumps(made).encode(), Limits())
    types = ResourceTypes.of(contributions.resource_types)
    entities, crashes = read_entities(read_stacks([document], types, Deployment()))
    assert not crashes
    graph = Graph(entities, contributions.providers)
    return {
        decision.verdict
        for pipeline in graph.pipelines
        for action in pipeline.actions
        for requirement in graph.requirements_of(action)
        if "codebuild:StartBuild" in requirement.iam_actions
        for decision in graph.decide(requirement)
    }


def calls(made: Template, contributions: Contributions) -> int:
    """How many functions are called for a template: the same number on every machine."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        verdicts(made, contributions)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("shape", LINEAR, ids=lambda shape: shape.__name__)
def test_twice_the_conditions_are_about_twice_the_work(
    shape: Shape, contributions: Contributions
) -> None:
    verdicts(shape(2), contributions)  # what is loaded once is loaded
    few, many = calls(shape(15), contributions), calls(shape(30), contributions)
    assert many < 3 * few
    assert calls(shape(60), contributions) < 3 * many


@pytest.mark.parametrize("shape", MEETING, ids=lambda shape: shape.__name__)
def test_where_each_condition_meets_each_the_work_is_bounded(
    shape: Shape, contributions: Contributions
) -> None:
    few = calls(shape(15), contributions)
    assert calls(shape(60), contributions) < 30 * few


def test_sixty_conditions_have_definite_answers_or_say_that_there_are_too_many(
    contributions: Contributions,
) -> None:
    both = {Verdict.ALLOWED, Verdict.MISSING}
    assert verdicts(alternatives(30), contributions) == both
    assert verdicts(alternatives(60), contributions) == {Verdict.UNKNOWN}
    assert verdicts(unrelated(60), contributions) == both
    assert verdicts(nested(15), contributions) == both
    assert verdicts(nested(60), contributions) == {Verdict.UNKNOWN}
    assert verdicts(chained(60), contributions) == {Verdict.ALLOWED}
    assert verdicts(actions(60), contributions) == {Verdict.ALLOWED}
