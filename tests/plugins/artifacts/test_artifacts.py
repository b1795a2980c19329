"""Buckets, keys, and what it takes to move artifacts."""

from passrole import Actor, Bucket, Certainty, Entity, Key, KeyAlias, ResourcePolicy, known
from passrole.asking import read_entities
from passrole.contributions import Contributions
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole_aws.artifacts.providers import EVERY_ACTION, EVERY_STORE, PROVIDERS
from passrole_aws.artifacts.resources import RESOURCE_TYPES

TEMPLATE = """\
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: artifacts
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !Ref Alias}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Statement: [{Effect: Deny, Action: s3:*, Principal: "*", Resource: "*"}]
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Action: kms:*, Principal: {AWS: "111122223333"}, Resource: "*"}]
  Plain: {Type: AWS::KMS::Key}
  Sometimes:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: !If [Prod, {Statement: []}, !Ref AWS::NoValue]
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/artifacts, TargetKeyId: !Ref Key}
"""


def entities(text: str, name: str = "artifacts.yaml") -> dict[str, Entity]:
    document = parse(name, text.encode(), Limits())
    stacks = read_stacks([document], ResourceTypes.of(RESOURCE_TYPES), Deployment())
    found, crashes = read_entities(stacks)
    assert crashes == []
    return {entity.resource.id: entity for entity in found}


def test_a_bucket_with_its_key_and_policy() -> None:
    found = entities(TEMPLATE)
    bucket, policy = found["Bucket"], found["Policy"]
    assert isinstance(bucket, Bucket)
    assert isinstance(policy, ResourcePolicy)
    assert known(bucket.resource.arn) == "arn:aws:s3:::artifacts"
    assert known(bucket.key) == "alias/artifacts"
    assert known(policy.of) == "artifacts"
    assert [statement.effect for statement in policy.policy.statements] == ["Deny"]


def test_a_key_with_its_policy_and_alias() -> None:
    found = entities(TEMPLATE)
    key, alias = found["Key"], found["Alias"]
    assert isinstance(key, Key)
    assert key.policy is not None
    assert [statement.effect for statement in key.policy.statements] == ["Allow"]
    assert isinstance(alias, KeyAlias)
    assert alias.key == key.resource.generated_id


def test_a_key_without_a_policy_has_the_default_one() -> None:
    plain, sometimes = entities(TEMPLATE)["Plain"], entities(TEMPLATE)["Sometimes"]
    assert isinstance(plain, Key)
    assert plain.policy is None
    assert isinstance(sometimes, Key)
    # In some deployments it is the default policy, which is no empty one.
    assert sometimes.policy is not None
    assert sometimes.policy.unresolved


def test_a_terraform_bucket_means_the_same() -> None:
    found = entities(
        """\
{"resource": {
  "aws_s3_bucket": {"artifacts": {
    "bucket": "artifacts",
    "server_side_encryption_configuration": {"rule": {
      "apply_server_side_encryption_by_default":
        {"kms_master_key_id": "${aws_kms_key.own.arn}", "sse_algorithm": "aws:kms"}
    }}
  }},
  "aws_kms_key": {"own": {}}
}}
""",
        "main.tf.json",
    )
    bucket, key = found["aws_s3_bucket.artifacts"], found["aws_kms_key.own"]
    assert isinstance(bucket, Bucket)
    assert known(bucket.resource.arn) == "arn:aws:s3:::artifacts"
    assert bucket.key == key.resource.arn


def test_every_need_has_a_source_and_every_dispute_a_note() -> None:
    for provider in PROVIDERS:
        for need in provider.needs:
            assert need.source.startswith("https://"), need.iam_action
            assert need.symptom, need.iam_action
            assert bool(need.note) is (need.certainty is Certainty.LOW), need.iam_action


def test_what_is_certain() -> None:
    certain = {
        (need.principal, need.iam_action)
        for provider in (EVERY_STORE, EVERY_ACTION)
        for need in provider.needs
        if need.certainty is Certainty.HIGH
    }
    moves = ("s3:GetObject", "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey")
    assert certain == {
        (principal, action) for principal in (Actor.PIPELINE, Actor.ARTIFACTS) for action in moves
    }


def test_policies_in_the_way_are_reported_by_rules_that_exist(
    contributions: Contributions,
) -> None:
    known_rules = {rule.id for rule in contributions.rules}
    named = {
        rule
        for provider in contributions.providers
        for need in provider.needs
        for rule in (need.policy_rule, need.condition_rule)
        if rule
    }
    assert "artifact-key-policy-missing-principal" in named
    assert named - known_rules == set()
