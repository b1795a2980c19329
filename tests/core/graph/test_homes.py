"""Where a pipeline is at home, and what roles of other accounts may do there."""

from collections.abc import Callable

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
from passrole.values import known

Read = Callable[..., Graph]

OTHER = "arn:aws:iam::444455556666:role/deploy"
TEMPLATE = """
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: %(pipeline)s
      ArtifactStore:
        Type: S3
        Location: !Ref Bucket
        EncryptionKey: {Type: KMS, Id: %(key)s}
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
              RoleArn: %(action)s
              InputArtifacts: [{Name: Source}]
              Configuration:
                ActionMode: CREATE_UPDATE
                StackName: shop
                TemplatePath: Source::shop.yaml
                RoleArn: %(stack)s
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: codepipeline.amazonaws.com}}
  Bucket:
    Type: AWS::S3::Bucket
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
            Action: kms:*
            Resource: "*"
          - {Effect: Allow, Principal: {AWS: "%(admitted)s"}, Action: kms:Decrypt, Resource: "*"}
"""
USUAL = {
    "pipeline": "arn:aws:iam::111122223333:role/pipeline",
    "action": OTHER,
    "stack": "arn:aws:iam::444455556666:role/stack",
    "key": "!GetAtt Key.Arn",
    "admitted": "arn:aws:iam::777788889999:root",
}


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


@pytest.fixture
def read(contributions: Contributions) -> Read:
    def graph_of(account: str = "", region: str = "", **changed: str) -> Graph:
        text = TEMPLATE % {**USUAL, **changed}
        document = parse("t.yaml", text.encode(), Limits())
        assert not document.problems, document.problems
        types = ResourceTypes.of(contributions.resource_types)
        deployment = Deployment(account=account, region=region)
        entities, _ = read_entities(read_stacks([document], types, deployment))
        return Graph(entities, contributions.providers)

    return graph_of


def _home(graph: Graph) -> list[str | None]:
    (pipeline,) = graph.pipelines
    return [known(each) if each is not None else None for each in graph.home_of(pipeline)]


def _verdicts(graph: Graph, iam_action: str) -> set[Verdict]:
    (pipeline,) = graph.pipelines
    return {
        decision.verdict
        for requirement in graph.requirements_of(pipeline.actions[0])
        if requirement.need.iam_action == iam_action
        for decision in graph.decide(requirement)
    }


def _told(graph: Graph, rule: str) -> list[str]:
    (pipeline,) = graph.pipelines
    return [report.message for report in graph.unmet(pipeline.actions[0], rule)]


def test_a_literal_role_and_a_literal_key_tell_where_the_pipeline_is(read: Read) -> None:
    here = read(key="arn:aws:kms:eu-west-1:111122223333:key/0a1b")
    assert _home(here) == ["111122223333", "eu-west-1"]

    assert _home(read(pipeline="!GetAtt Role.Arn")) == [None, None]
    given = read(pipeline="!GetAtt Role.Arn", account="123456789012", region="us-east-1")
    assert _home(given) == ["123456789012", "us-east-1"]


def test_a_key_policy_decides_for_a_role_of_another_account(read: Read) -> None:
    shut = read()
    assert _verdicts(shut, "kms:Decrypt") == {Verdict.MISSING}
    (message,) = _told(shut, "artifact-key-policy-missing-principal")
    assert "the policy of Key does not allow" in message
    assert OTHER in message

    # Whether the role's own policies allow it is still not known.
    for admitted in (OTHER, "arn:aws:iam::444455556666:root"):
        assert _verdicts(read(admitted=admitted), "kms:Decrypt") == {Verdict.UNKNOWN}


@pytest.mark.parametrize(
    "changed",
    [
        {"pipeline": "!GetAtt Role.Arn"},
        {"action": "arn:aws:iam::111122223333:role/deploy"},
        {"action": '!Sub "arn:aws:iam::${AWS::AccountId}:role/deploy"'},
        {"key": "arn:aws:kms:eu-west-1:444455556666:key/0a1b"},
    ],
    ids=["unknown home", "same account", "own account", "key not in the tree"],
)
def test_nothing_is_certain_where_the_accounts_may_be_one(
    read: Read, changed: dict[str, str]
) -> None:
    assert _verdicts(read(**changed), "kms:Decrypt") == {Verdict.UNKNOWN}


def test_a_bucket_without_a_policy_is_closed_to_other_accounts(read: Read) -> None:
    assert len(_told(read(), "cross-account-bucket-policy-missing")) >= 1
    assert _told(read(pipeline="!GetAtt Role.Arn"), "cross-account-bucket-policy-missing") == []


def test_a_key_of_another_account_may_let_in_a_role_of_the_tree(read: Read) -> None:
    graph = read(
        pipeline="!GetAtt Role.Arn",
        action="!GetAtt Role.Arn",
        key="arn:aws:kms:eu-west-1:444455556666:key/0a1b",
        account="111122223333",
    )
    assert Verdict.MISSING in _verdicts(graph, "kms:Decrypt")
    assert _told(graph, "artifact-key-policy-missing-principal") == []


def test_a_role_of_another_account_is_passed_by_no_permission(read: Read) -> None:
    graph = read(pipeline="!GetAtt Role.Arn", action="!GetAtt Role.Arn", account="111122223333")
    (pipeline,) = graph.pipelines
    crossing = [
        accounts
        for requirement in graph.requirements_of(pipeline.actions[0])
        if (accounts := graph.passes_to_other_account(requirement))
    ]
    assert [tuple(map(str, each)) for each in crossing] == [("111122223333", "444455556666")]
    # What mends it is no statement, so the rule that asks for one is silent.
    assert _told(graph, "cfn-pass-role-missing") == []


KEY = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          {Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: codepipeline.amazonaws.com}}
      Policies:
        - PolicyName: artifacts
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["s3:*"], Resource: "*"}
              - {Effect: Allow, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: !GetAtt Key.Arn}
  Bucket: {Type: AWS::S3::Bucket}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [%(statements)s]
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore:
        {Type: S3, Location: !Ref Bucket, EncryptionKey: {Type: KMS, Id: !GetAtt Key.Arn}}
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
              InputArtifacts: [{Name: Source}]
              Configuration: {BucketName: shop, Extract: "true"}
"""


def _allow(account: str, actions: str = "kms:*", effect: str = "Allow") -> str:
    return (
        f"{{Effect: {effect}, Action: '{actions}', Resource: '*',"
        f" Principal: {{AWS: 'arn:aws:iam::{account}:root'}}}}"
    )


def _own() -> str:
    return (
        "{Effect: Allow, Action: 'kms:*', Resource: '*',"
        " Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}}"
    )


def _of_key(contributions: Contributions, *statements: str) -> set[Verdict]:
    document = parse("t.yaml", (KEY % {"statements": ", ".join(statements)}).encode(), Limits())
    assert not document.problems, document.problems
    types = ResourceTypes.of(contributions.resource_types)
    entities, _ = read_entities(read_stacks([document], types, Deployment()))
    return _verdicts(Graph(entities, contributions.providers), "kms:Decrypt")


def test_those_who_may_change_a_key_tell_the_account(contributions: Contributions) -> None:
    one = _allow("111122223333")
    assert _of_key(contributions, one) == {Verdict.ALLOWED}
    # Whoever may only use the key may be of any account.
    assert _of_key(contributions, one, _allow("444455556666", "kms:Decrypt")) == {Verdict.ALLOWED}
    # The account of the stack is as good as a literal one.
    assert _of_key(contributions, _own()) == {Verdict.ALLOWED}


def test_a_key_that_more_than_one_account_may_change_tells_nothing(
    contributions: Contributions,
) -> None:
    one = _allow("111122223333")
    assert _of_key(contributions, one, _allow("444455556666", "kms:Put*")) == {Verdict.UNKNOWN}
    service = (
        "{Effect: Allow, Action: 'kms:*', Resource: '*', Principal: {Service: s3.amazonaws.com}}"
    )
    assert _of_key(contributions, one, service) == {Verdict.UNKNOWN}
    unknown = (
        "{Effect: Allow, Action: 'kms:*', Resource: '*', Principal: {AWS: !ImportValue Admin}}"
    )
    assert _of_key(contributions, one, unknown) == {Verdict.UNKNOWN}
    # Not even the own account, written as what it is, is mistaken for a literal one.
    assert _of_key(contributions, _own(), _allow("444455556666")) == {Verdict.ALLOWED}
