"""What rules may ask of the graph, on small templates."""

from collections.abc import Callable

import pytest

from passrole.asking import read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.findings import Report
from passrole.graph.questions import Graph
from passrole.iam.decisions import Verdict
from passrole.model.guarded import Topic
from passrole.model.pipelines import Action, Pipeline
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.values import literal

Read = Callable[..., Graph]

ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: codepipeline.amazonaws.com}}
      Policies:
        - PolicyName: p
          PolicyDocument: {Version: "2012-10-17", Statement: [%s]}
"""
PIPELINE = """
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: store}
      Stages:
        - Name: Build
          Actions:
            - Name: CodeBuild
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: shop}
"""


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


@pytest.fixture
def read(contributions: Contributions) -> Read:
    def graph_of(text: str, **deployment: str) -> Graph:
        document = parse("t.yaml", text.encode(), Limits())
        assert not document.problems, document.problems
        types = ResourceTypes.of(contributions.resource_types)
        stacks = read_stacks([document], types, Deployment(**deployment))
        entities, crashes = read_entities(stacks)
        assert not crashes
        return Graph(entities, contributions.providers)

    return graph_of


def start_build(graph: Graph) -> tuple[Action, tuple[Verdict, ...]]:
    (pipeline,) = graph.pipelines
    (action,) = pipeline.actions
    (need,) = [
        each
        for each in graph.requirements_of(action)
        if each.need.iam_action == "codebuild:StartBuild"
    ]
    return action, tuple(decision.verdict for decision in graph.decide(need))


def reports(graph: Graph, rule: str) -> list[Report]:
    found: list[Report] = []
    for pipeline in graph.pipelines:
        subjects: tuple[Action | Pipeline, ...] = (pipeline, *pipeline.actions)
        for subject in subjects:
            found.extend(graph.unmet(subject, rule))
    return found


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ('{Effect: Allow, Action: "codebuild:*", Resource: "*"}', Verdict.ALLOWED),
        ('{Effect: Allow, Action: "codebuild:Start*", Resource: "*"}', Verdict.ALLOWED),
        ('{Effect: Allow, Action: "codebuild:BatchGetBuilds", Resource: "*"}', Verdict.MISSING),
        ('{Effect: Allow, NotAction: "iam:*", Resource: "*"}', Verdict.ALLOWED),
        (
            (
                '{Effect: Allow, Action: "*", Resource: "*"}, '
                '{Effect: Deny, Action: "codebuild:*", NotResource: "arn:aws:codebuild:*:*:project/x"}'
            ),
            Verdict.DENIED,
        ),
        (
            (
                '{Effect: Allow, Action: "codebuild:*", '
                'Resource: !Sub "arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:project/shop"}'
            ),
            Verdict.ALLOWED,
        ),
        (
            (
                '{Effect: Allow, Action: "codebuild:*", '
                'Resource: "arn:aws:codebuild:eu-west-1:111122223333:project/shop"}'
            ),
            Verdict.UNKNOWN,
        ),
    ],
)
def test_a_need_is_decided_by_the_policies_of_its_role(
    read: Read, statement: str, verdict: Verdict
) -> None:
    _, verdicts = start_build(read(PIPELINE + ROLE % statement))
    assert verdicts == (verdict,)


def test_facts_of_the_deployment_decide_what_was_unknown(read: Read) -> None:
    statement = (
        '{Effect: Allow, Action: "codebuild:*", '
        'Resource: "arn:aws:codebuild:eu-west-1:111122223333:project/shop"}'
    )
    text = PIPELINE + ROLE % statement
    here = read(text, account="111122223333", region="eu-west-1")
    assert start_build(here)[1] == (Verdict.ALLOWED,)
    elsewhere = read(text, account="111122223333", region="eu-north-1")
    assert start_build(elsewhere)[1] == (Verdict.MISSING,)
    assert reports(elsewhere, "resource-account-or-region-mismatch")
    assert not reports(elsewhere, "codebuild-start-build-missing")


def test_a_role_that_is_not_in_the_tree_leaves_its_needs_unknown(read: Read) -> None:
    graph = read(PIPELINE.replace("!GetAtt Role.Arn", "arn:aws:iam::111122223333:role/elsewhere"))
    assert start_build(graph)[1] == (Verdict.UNKNOWN,)
    assert not reports(graph, "codebuild-start-build-missing")


def test_a_policy_under_a_condition_is_missing_where_the_condition_fails(read: Read) -> None:
    text = (
        PIPELINE
        + ROLE
        % '!If [Grant, {Effect: Allow, Action: "codebuild:*", Resource: "*"}, !Ref AWS::NoValue]'
    )
    parameters = (
        'Parameters: {Mode: {Type: String}}\nConditions: {Grant: !Equals [!Ref Mode, "on"]}\n'
    )
    graph = read(parameters + text)
    (found, *_) = reports(graph, "codebuild-start-build-missing")
    assert found.world.describe() == "Mode is not on"


def test_a_custom_action_is_named_as_unknown_and_others_are_decided(read: Read) -> None:
    graph = read(
        (PIPELINE + ROLE % '{Effect: Allow, Action: "*", Resource: "*"}').replace(
            "Owner: AWS, Provider: CodeBuild", "Owner: AWS, Provider: NobodyKnows"
        )
    )
    (pipeline,) = graph.pipelines
    (action,) = pipeline.actions
    assert graph.provider_of(action) is None


def test_what_a_role_may_do_besides_its_needs(read: Read) -> None:
    graph = read(PIPELINE + ROLE % '{Effect: Allow, Action: "sns:Publish", Resource: "*"}')
    (role,) = graph.roles
    topic = literal("arn:aws:sns:eu-west-1:111122223333:news")
    assert graph.may(role, "sns:Publish", topic)[0].verdict is Verdict.ALLOWED
    assert graph.may(role, "sns:Subscribe", topic)[0].verdict is Verdict.MISSING
    assert graph.trusts(role, "codepipeline.amazonaws.com")[0].verdict is Verdict.ALLOWED
    assert graph.trusts(role, "codebuild.amazonaws.com")[0].verdict is Verdict.MISSING


def test_the_network_leads_from_a_pipeline_to_the_statement_that_decides(read: Read) -> None:
    graph = read(PIPELINE + ROLE % '{Effect: Allow, Action: "codebuild:*", Resource: "*"}')
    (pipeline,) = graph.pipelines
    (role,) = graph.roles
    (statement,) = graph.grants_of(role)
    needed = {each.need.iam_action for each in graph.network.needs_decided_by(statement)}
    assert {"codebuild:StartBuild", "codebuild:BatchGetBuilds"} <= needed
    assert graph.network.actions_of_principal(role) == list(pipeline.actions)
    way = graph.network.path(pipeline, role)
    assert way[0] is pipeline
    assert way[-1] is role
    assert graph.network.path(role, pipeline) == []


def test_no_two_rules_report_one_need(read: Read, contributions: Contributions) -> None:
    statement = (
        '{Effect: Allow, Action: "*", Resource: "*"}, '
        '{Effect: Deny, Action: "codebuild:StartBuild", Resource: "*"}'
    )
    graph = read(PIPELINE + ROLE % statement)
    found = [
        (rule.id, report.subject.iam_action)
        for rule in contributions.rules
        if Action in (rule.checks if isinstance(rule.checks, tuple) else (rule.checks,))
        for report in reports(graph, rule.id)
    ]
    assert [rule for rule, action in found if action == "codebuild:StartBuild"] == [
        "explicit-deny-hit"
    ]


TOPIC = """
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement: [%s]
"""
TO_EVENTS = '{Effect: Allow, Action: "sns:Publish", Resource: "*", Principal: {Service: %s}}'


@pytest.mark.parametrize(
    ("service", "verdict"),
    [("events.amazonaws.com", Verdict.ALLOWED), ("sns.amazonaws.com", Verdict.MISSING)],
)
def test_whether_a_topic_admits_a_service(service: str, verdict: Verdict, read: Read) -> None:
    graph = read(TOPIC % TO_EVENTS % service)
    (topic,) = (each for each in graph.entities if isinstance(each, Topic))
    (decision,) = graph.admits(topic, "events.amazonaws.com", "sns:Publish")
    assert decision.verdict is verdict


def test_a_topic_without_a_policy_admits_no_service(read: Read) -> None:
    graph = read("Resources: {Topic: {Type: 'AWS::SNS::Topic'}}")
    (topic,) = (each for each in graph.entities if isinstance(each, Topic))
    assert graph.policy_of(topic) is None
    (decision,) = graph.admits(topic, "events.amazonaws.com", "sns:Publish")
    assert decision.verdict is Verdict.MISSING


def test_every_policy_document_is_a_subject_that_knows_its_kind_and_its_holder(read: Read) -> None:
    graph = read("""
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: "*"}}
      Policies:
        - {PolicyName: build, PolicyDocument: {Statement: []}}
  Shared: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: []}}}
  Bucket: {Type: AWS::S3::Bucket}
  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: !Ref Bucket, PolicyDocument: {Statement: []}}
  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}
""")
    found = [
        (each.policy.kind, each.holder.label if each.holder else "", each.location.line)
        for each in graph.documents
    ]
    assert sorted(found) == [
        ("identity", "Role", 8),
        ("identity", "Shared", 9),
        ("resource", "BucketPolicy", 13),
        ("resource", "Key", 14),
        ("trust", "Role", 6),
    ]
