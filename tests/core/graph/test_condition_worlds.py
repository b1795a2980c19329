"""Conditions in every place of a template: what is missing, and in which deployments."""

from __future__ import annotations

import pytest

from passrole.contributions import Contributions, gather
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.stacks.deployments import Deployment
from passrole.testing import findings_in

RULE = "codebuild-start-build-missing"
START = "codebuild:StartBuild"
GRANT = (
    '{Effect: Allow, Action: ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource: "*"}'
)
S3 = '{Effect: Allow, Action: "s3:*", Resource: "*"}'
NOTHING = "!Ref AWS::NoValue"
BUILD = """{Name: Build, ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"},
              Configuration: {ProjectName: shop}, InputArtifacts: [{Name: a}]}"""
TEMPLATE = """
Parameters:
  Env: {{Type: String, AllowedValues: [dev, test, prod]}}
  A: {{Type: String}}
  B: {{Type: String}}
Mappings:
  Map: {{dev: {{x: "yes"}}, test: {{x: "yes"}}, prod: {{x: "no"}}}}
  Regions: {{us-east-1: {{x: "yes"}}, eu-west-1: {{x: "no"}}}}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  IsTest: !Equals [!Ref Env, test]
  IsProd: !Equals [!Ref Env, prod]
  HasA: !Equals [!Ref A, "yes"]
  HasB: !Equals [!Ref B, "yes"]
  NotA: !Not [!Condition HasA]
  AOrB: !Or [!Condition HasA, !Condition HasB]
  AAndB: !And [!Condition HasA, {{Condition: HasB}}]
  Neither: !Not [!Condition AOrB]
  Never: !And [!Condition IsProd, !Condition IsDev]
  Nested: !Or [!And [!Condition HasA, !Condition IsProd], !And [!Condition NotA, !Condition IsProd]]
  East: !Equals [!Ref AWS::Region, us-east-1]
  Mapped: !Equals [!FindInMap [Map, !Ref Env, x], "yes"]
  InRegion: !Equals ["yes", !FindInMap [Regions, !Ref AWS::Region, x]]
  Same: !Equals [!Ref A, !Ref B]
  One: !Not [!Condition Two]
  Two: !Not [!Condition One]
Resources:
  Role:
    Type: AWS::IAM::Role
    {role}
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: codepipeline.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies: {policies}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    {pipeline}
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {{Type: S3, Location: art}}
      Stages:
        - Name: Source
          Actions:
            - Name: S3
              ActionTypeId: {{Category: Source, Owner: AWS, Provider: S3, Version: "1"}}
              Configuration: {{S3Bucket: b, S3ObjectKey: k, PollForSourceChanges: "false"}}
              OutputArtifacts: [{{Name: a}}]
        - {stage}
  {extra}
"""


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def iff(condition: str, then: str = GRANT, otherwise: str = NOTHING) -> str:
    return f"!If [{condition}, {then}, {otherwise}]"


def policy(*statements: str) -> str:
    return f"{{PolicyName: p, PolicyDocument: {{Statement: [{', '.join((S3, *statements))}]}}}}"


def stage(action: str) -> str:
    return f"{{Name: Build, Actions: [{action}]}}"


def template(*statements: str, **parts: str) -> str:
    given = {
        "role": "", "pipeline": "", "extra": "", "stage": stage(BUILD),
        "policies": f"[{policy(*statements)}]", **parts,
    }  # fmt: skip
    return TEMPLATE.format(**given)


def attached(condition: str) -> str:
    return f"""Attached:
    Type: AWS::IAM::Policy
    Condition: {condition}
    Properties: {{PolicyName: q, Roles: [!Ref Role], PolicyDocument: {{Statement: {GRANT}}}}}"""


EVERYWHERE = ""
CASES = {
    "nothing grants it": (template(), EVERYWHERE),
    "a statement": (template(iff("HasA")), "when A is not yes"),
    "the other branch": (template(iff("HasA", NOTHING, GRANT)), "when A is yes"),
    "both branches": (template(iff("HasA", GRANT, GRANT)), None),
    "nested branches": (template(iff("HasA", iff("HasB"))), "when B is not yes, or when A is not yes"),
    "all allowed values": (template(iff("IsDev"), iff("IsTest"), iff("IsProd")), None),
    "all but one": (template(iff("IsDev"), iff("IsTest")), "when Env is prod"),
    "all but two": (template(iff("IsDev")), "when Env is not dev"),
    "or": (template(iff("AOrB")), "when A is not yes and B is not yes"),
    "and": (template(iff("AAndB")), "when B is not yes, or when A is not yes"),
    "not or": (template(iff("Neither"), iff("AOrB")), None),
    "impossible": (template(iff("Never")), EVERYWHERE),
    "nested and, or": (template(iff("Nested")), "when Env is not prod"),
    "region": (template(iff("East")), "when region is not us-east-1"),
    "map by parameter": (template(iff("Mapped")), "when Env is prod"),
    "map by region": (template(iff("InRegion")), "when region is not us-east-1"),
    "two parameters": (template(iff("Same")), "when A is not B"),
    "a circle": (template(iff("One")), "when One is false"),
    "not defined": (template(iff("Nope")), "when Nope is false"),
    "a list of statements": (
        template(policies=f"[{{PolicyName: p, PolicyDocument: {{Statement: !If [HasA, [{S3}, {GRANT}], [{S3}]]}}}}]"),
        "when A is not yes",
    ),
    "a whole policy": (
        template(policies=f"[{policy()}, {iff('HasA', policy(GRANT))}]"), "when A is not yes",
    ),
    "the list of policies": (
        template(policies=iff("HasA", f"[{policy(GRANT)}]", f"[{policy()}]")), "when A is not yes",
    ),
    "a document": (
        template(policies="[{{PolicyName: p, PolicyDocument: {}}}]".format(iff("HasA", f"{{Statement: [{S3}, {GRANT}]}}", f"{{Statement: [{S3}]}}"))),
        "when A is not yes",
    ),
    "an IAM action": (
        template('{Effect: Allow, Action: ["codebuild:BatchGetBuilds", !If [HasA, "codebuild:StartBuild", !Ref "AWS::NoValue"]], Resource: "*"}'),
        "when A is not yes",
    ),
    "a resource": (
        template('{Effect: Allow, Action: "codebuild:*", Resource: ["arn:aws:codebuild:*:*:project/x", !If [HasA, "*", !Ref "AWS::NoValue"]]}'),
        "when A is not yes",
    ),
    "an action of the pipeline": (template(stage=stage(iff("HasA", BUILD))), "when A is yes"),
    "an action and its grant": (template(iff("HasA"), stage=stage(iff("HasA", BUILD))), None),
    "an action without its grant": (
        template(iff("NotA"), stage=stage(iff("HasA", BUILD))), "when A is yes",
    ),
    "a stage": (template(stage=iff("HasA", stage(BUILD))), "when A is yes"),
    "a stage and its grant": (template(iff("HasA"), stage=iff("HasA", stage(BUILD))), None),
    "action and statement under others": (
        template(iff("HasB"), stage=stage(iff("HasA", BUILD))), "when A is yes and B is not yes",
    ),
    "a policy resource": (template(extra=attached("HasA")), "when A is not yes"),
    "a policy resource under or": (
        template(extra=attached("AOrB")), "when A is not yes and B is not yes",
    ),
    "a policy resource that is never there": (template(extra=attached("Never")), EVERYWHERE),
    "policy under or, action under one of them": (
        template(extra=attached("AOrB"), stage=stage(iff("HasA", BUILD))), None,
    ),
    "role, policy, action each under its own": (
        template(role="Condition: HasA", pipeline="Condition: HasA", extra=attached("HasB"),
                 stage=stage(iff("IsProd", BUILD))),
        "when A is yes and B is not yes and Env is prod",
    ),
    "a pipeline under a condition": (template(pipeline="Condition: HasA"), "when A is yes"),
    "a pipeline that is never there": (template(pipeline="Condition: Never"), None),
    # CloudFormation refuses to deploy a pipeline that names a role which is not there.
    "a role that is there under or": (template(GRANT, role="Condition: AOrB"), None),
    "a pipeline and its role under or": (
        template(GRANT, role="Condition: AOrB", pipeline="Condition: AOrB"), None,
    ),
    "a role under or, the pipeline under one": (
        template(role="Condition: AOrB", pipeline="Condition: HasA"), "when A is yes",
    ),
    "what it waits for is not there": (
        template(GRANT, pipeline="DependsOn: [Role, Attached]", extra=attached("HasA")), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_in_which_deployments_it_is_missing(case: str, contributions: Contributions) -> None:
    text, when = CASES[case]
    (rule,) = (each for each in contributions.rules if each.id == RULE)
    found = [
        each for each in findings_in(text, rule, contributions) if each.subject.iam_action == START
    ]
    if when is None:
        assert found == []
        return
    (finding,) = found
    told = f" This holds {when}." if when else ""
    _, _, after = finding.message.partition("project/shop")
    assert after.endswith((f".{told}", f"){told}")) if told else "This" not in after


def test_a_region_that_is_given_decides(contributions: Contributions) -> None:
    (rule,) = (each for each in contributions.rules if each.id == RULE)
    for region, count in (("us-east-1", 0), ("eu-west-1", 2)):
        deployment = Deployment(region=region)
        for condition in ("East", "InRegion"):
            text = template(iff(condition))
            found = findings_in(text, rule, contributions, deployment=deployment)
            assert len(found) == count


def test_an_action_that_is_there_by_a_default_relies_on_it(contributions: Contributions) -> None:
    (rule,) = (each for each in contributions.rules if each.id == RULE)
    text = template(stage=stage(iff("HasA", BUILD)))
    text = text.replace("A: {Type: String}", 'A: {Type: String, Default: "yes"}')
    found = findings_in(text, rule, contributions)
    assert {each.confidence for each in found} == {"medium"}
    assert all(each.message.endswith("This is with A=yes, its default.") for each in found)
