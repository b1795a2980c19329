"""Roles and policies are read with everything that is written in them."""

from passrole import AttachedPolicy, Entity, ManagedPolicy, PolicyAttachment, Role, known
from passrole.asking import read_entities
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.values import elements
from passrole_aws.attachments.resources import RESOURCE_TYPES as ATTACHMENTS
from passrole_aws.iam.resources import RESOURCE_TYPES as IDENTITIES


def entities(text: str, name: str = "roles.yaml") -> dict[str, Entity]:
    document = parse(name, text.encode(), Limits())
    stacks = read_stacks([document], ResourceTypes.of((*IDENTITIES, *ATTACHMENTS)), Deployment())
    found, crashes = read_entities(stacks)
    assert crashes == []
    return {entity.resource.id: entity for entity in found}


def test_a_role_with_its_policies() -> None:
    role = entities(
        """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: build
      Path: /delivery/
      PermissionsBoundary: arn:aws:iam::111122223333:policy/limits
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
      Policies:
        - PolicyName: logs
          PolicyDocument: {Statement: {Effect: Allow, Action: logs:*, Resource: "*"}}
"""
    )["Role"]
    assert isinstance(role, Role)
    assert str(role.resource.arn) == "arn:aws:iam::${account}:role/delivery/build"
    assert [statement.effect for statement in role.trust.statements] == ["Allow"]
    assert [policy.name for policy in role.inline] == ["logs"]
    assert [str(action) for action in role.inline[0].statements[0].actions] == ["logs:*"]
    assert known(elements(role.managed)[0]) == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert known(role.boundary) == "arn:aws:iam::111122223333:policy/limits"


def test_a_role_without_a_path_lies_under_the_root() -> None:
    role = entities("Resources: {Role: {Type: 'AWS::IAM::Role', Properties: {RoleName: build}}}")
    assert str(role["Role"].resource.arn) == "arn:aws:iam::${account}:role/build"


def test_a_policy_under_a_condition_keeps_its_world() -> None:
    role = entities(
        """\
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - !If
          - Prod
          - PolicyName: one
            PolicyDocument: {Statement: [{Effect: Allow, Action: s3:GetObject, Resource: "*"}]}
          - PolicyName: two
            PolicyDocument: {Statement: [{Effect: Deny, Action: s3:GetObject, Resource: "*"}]}
"""
    )["Role"]
    assert isinstance(role, Role)
    found = {
        (statement.effect, statement.world.describe())
        for policy in role.inline
        for statement in policy.statements
    }
    assert found == {("Allow", "Env is prod"), ("Deny", "Env is not prod")}


def test_policies_that_nobody_knows_are_unresolved() -> None:
    role = entities(
        """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        Fn::Transform: {Name: Strangers}
"""
    )["Role"]
    assert isinstance(role, Role)
    (policy,) = role.inline
    assert policy.unresolved


def test_policies_of_their_own_name_their_roles() -> None:
    found = entities(
        """\
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: build}}
  Inline:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: inline
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: s3:*, Resource: "*"}]}
  One:
    Type: AWS::IAM::RolePolicy
    Properties:
      PolicyName: one
      RoleName: !Ref Role
      PolicyDocument: {Statement: [{Effect: Allow, Action: s3:*, Resource: "*"}]}
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: managed
      Path: /delivery/
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: s3:*, Resource: "*"}]}
"""
    )
    inline, one, managed = found["Inline"], found["One"], found["Managed"]
    assert isinstance(inline, AttachedPolicy)
    assert isinstance(one, AttachedPolicy)
    assert isinstance(managed, ManagedPolicy)
    for each in (inline, one, managed):
        assert [known(role) for role in elements(each.roles)] == ["build"]
        assert len(each.policy.statements) == 1
    assert inline.policy.name == "inline"
    assert str(managed.resource.arn) == "arn:aws:iam::${account}:policy/delivery/managed"


TERRAFORM = """\
{"resource": {
  "aws_iam_role": {"build": {
    "name": "build",
    "assume_role_policy": "{\\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"sts:AssumeRole\\", \\"Principal\\": {\\"Service\\": \\"codebuild.amazonaws.com\\"}}]}",
    "inline_policy": [{"name": "logs", "policy": "{\\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"logs:*\\", \\"Resource\\": \\"*\\"}]}"}]
  }},
  "aws_iam_role_policy_attachment": {"read": {
    "role": "${aws_iam_role.build.name}", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"
  }}
}}
"""


def test_terraform_roles_mean_the_same() -> None:
    found = entities(TERRAFORM, "main.tf.json")
    role = found["aws_iam_role.build"]
    assert isinstance(role, Role)
    assert [policy.name for policy in role.inline] == ["logs"]
    assert [str(action) for action in role.inline[0].statements[0].actions] == ["logs:*"]
    assert [statement.effect for statement in role.trust.statements] == ["Allow"]
    attachment = found["aws_iam_role_policy_attachment.read"]
    assert isinstance(attachment, PolicyAttachment)
    assert known(attachment.roles) == "build"
    assert known(attachment.policy) == "arn:aws:iam::aws:policy/ReadOnlyAccess"
