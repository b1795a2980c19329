"""Users and groups are read in both formats, and have the policies that come to them."""

import pytest

from passrole import Entity, Group, IdentityProvider, ServiceLinkedRole, Unknown, User, known
from passrole.asking import read_entities
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole_aws.attachments.resources import RESOURCE_TYPES as ATTACHMENTS
from passrole_aws.iam.resources import RESOURCE_TYPES as IDENTITIES

ALLOW = "{Statement: [{Effect: Allow, Action: '%s', Resource: '*'}]}"

CLOUDFORMATION = f"""\
Resources:
  Ann:
    Type: AWS::IAM::User
    Properties:
      UserName: ann
      Groups: [!Ref Builders]
      PermissionsBoundary: !Ref Limits
      Policies: [{{PolicyName: own, PolicyDocument: {ALLOW % "s3:A"}}}]
  Builders: {{Type: AWS::IAM::Group, Properties: {{GroupName: builders}}}}
  Readers:
    Type: AWS::IAM::Group
    Properties:
      Policies: [{{PolicyName: read, PolicyDocument: {ALLOW % "s3:B"}}}]
  Join: {{Type: AWS::IAM::UserToGroupAddition, Properties: {{GroupName: !Ref Readers, Users: [!Ref Ann]}}}}
  OfUser: {{Type: AWS::IAM::UserPolicy, Properties: {{PolicyName: c, UserName: !Ref Ann, PolicyDocument: {ALLOW % "s3:C"}}}}}
  OfGroup: {{Type: AWS::IAM::GroupPolicy, Properties: {{PolicyName: d, GroupName: !Ref Builders, PolicyDocument: {ALLOW % "s3:D"}}}}}
  OfBoth: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: e, Users: [ann], Groups: [builders], PolicyDocument: {ALLOW % "s3:E"}}}}}
  Managed: {{Type: AWS::IAM::ManagedPolicy, Properties: {{Groups: [!Ref Readers], PolicyDocument: {ALLOW % "s3:F"}}}}}
  Limits: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {ALLOW % "s3:*"}}}}}
"""

POLICY = '{\\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"%s\\", \\"Resource\\": \\"*\\"}]}'

TERRAFORM = f"""\
{{"resource": {{
  "aws_iam_user": {{"ann": {{"name": "ann", "permissions_boundary": "${{aws_iam_policy.limits.arn}}"}}}},
  "aws_iam_group": {{"builders": {{"name": "builders"}}, "readers": {{"name": "readers"}}}},
  "aws_iam_group_membership": {{"join": {{"name": "j", "group": "${{aws_iam_group.readers.name}}", "users": ["${{aws_iam_user.ann.name}}"]}}}},
  "aws_iam_user_group_membership": {{"join": {{"user": "ann", "groups": ["${{aws_iam_group.builders.name}}"]}}}},
  "aws_iam_user_policy": {{
    "a": {{"user": "${{aws_iam_user.ann.name}}", "policy": "{POLICY % "s3:A"}"}},
    "c": {{"user": "${{aws_iam_user.ann.name}}", "policy": "{POLICY % "s3:C"}"}}
  }},
  "aws_iam_group_policy": {{
    "b": {{"group": "readers", "policy": "{POLICY % "s3:B"}"}},
    "d": {{"group": "builders", "policy": "{POLICY % "s3:D"}"}}
  }},
  "aws_iam_policy": {{
    "e": {{"name": "e", "policy": "{POLICY % "s3:E"}"}}, "f": {{"name": "f", "policy": "{POLICY % "s3:F"}"}},
    "limits": {{"name": "limits", "policy": "{POLICY % "s3:*"}"}}
  }},
  "aws_iam_user_policy_attachment": {{"e": {{"user": "ann", "policy_arn": "${{aws_iam_policy.e.arn}}"}}}},
  "aws_iam_group_policy_attachment": {{"e": {{"group": "builders", "policy_arn": "${{aws_iam_policy.e.arn}}"}}}},
  "aws_iam_policy_attachment": {{"f": {{"name": "f", "groups": ["readers"], "policy_arn": "${{aws_iam_policy.f.arn}}"}}}}
}}}}
"""

WRITTEN = [("template.yaml", CLOUDFORMATION), ("main.tf.json", TERRAFORM)]


def graph_of(name: str, text: str) -> Graph:
    document = parse(name, text.encode(), Limits())
    stacks = read_stacks([document], ResourceTypes.of((*IDENTITIES, *ATTACHMENTS)), Deployment())
    entities, crashes = read_entities(stacks)
    assert not crashes
    return Graph(entities, ())


def actions(graph: Graph, kind: type[Entity], name: str) -> list[str]:
    (found,) = (each for each in graph.principals if isinstance(each, kind) and name in each.label)
    return sorted(str(action) for each in graph.grants_of(found) for action in each.actions)


@pytest.mark.parametrize(("name", "text"), WRITTEN)
def test_a_user_has_its_policies_and_those_of_its_groups(name: str, text: str) -> None:
    graph = graph_of(name, text)
    assert actions(graph, User, "ann") == [
        "s3:A", "s3:B", "s3:C", "s3:D", "s3:E", "s3:E", "s3:F",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), WRITTEN)
def test_a_group_has_its_own_policies_only(name: str, text: str) -> None:
    graph = graph_of(name, text)
    assert actions(graph, Group, "builders") == ["s3:D", "s3:E"]
    assert actions(graph, Group, "eaders") == ["s3:B", "s3:F"]


@pytest.mark.parametrize(("name", "text"), WRITTEN)
def test_a_user_may_have_a_boundary(name: str, text: str) -> None:
    graph = graph_of(name, text)
    (ann,) = (each for each in graph.principals if isinstance(each, User))
    (boundary,) = graph.policies.boundary(ann) or ()
    assert not isinstance(boundary, Unknown)
    assert boundary.kind == "boundary"


def test_a_group_that_is_not_in_the_tree_leaves_open_what_a_user_may_do() -> None:
    graph = graph_of(
        "template.yaml",
        "Resources: {Ann: {Type: 'AWS::IAM::User', Properties: {Groups: [elsewhere]}}}",
    )
    (ann,) = graph.principals
    (layer,) = graph.policies_of(ann)
    assert isinstance(layer, Unknown)
    assert "elsewhere" in layer.reason


def test_a_membership_whose_users_nobody_knows_may_be_anybodys() -> None:
    graph = graph_of(
        "template.yaml",
        """\
Resources:
  Ann: {Type: AWS::IAM::User}
  All: {Type: AWS::IAM::Group}
  Join:
    Type: AWS::IAM::UserToGroupAddition
    Properties: {GroupName: !Ref All, Users: {Fn::Transform: {Name: Strangers}}}
""",
    )
    ann = next(each for each in graph.principals if isinstance(each, User))
    assert [type(layer) for layer in graph.policies_of(ann)] == [Unknown]


def test_a_membership_under_a_condition_holds_in_its_world() -> None:
    graph = graph_of(
        "template.yaml",
        f"""\
Parameters: {{Env: {{Type: String}}}}
Conditions: {{Prod: !Equals [!Ref Env, prod]}}
Resources:
  Ann: {{Type: AWS::IAM::User}}
  All: {{Type: AWS::IAM::Group, Properties: {{Policies: [{{PolicyName: a, PolicyDocument: {ALLOW % "s3:A"}}}]}}}}
  Join:
    Type: AWS::IAM::UserToGroupAddition
    Condition: Prod
    Properties: {{GroupName: !Ref All, Users: [!Ref Ann]}}
""",
    )
    ann = next(each for each in graph.principals if isinstance(each, User))
    (grant,) = graph.grants_of(ann)
    assert grant.world.describe() == "Env is prod"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "template.yaml",
            """\
Resources:
  GitHub: {Type: AWS::IAM::OIDCProvider, Properties: {Url: "https://token.actions.githubusercontent.com", ClientIdList: [sts.amazonaws.com]}}
  Linked: {Type: AWS::IAM::ServiceLinkedRole, Properties: {AWSServiceName: es.amazonaws.com}}
""",
        ),
        (
            "main.tf.json",
            """\
{"resource": {
  "aws_iam_openid_connect_provider": {"GitHub": {"url": "https://token.actions.githubusercontent.com", "client_id_list": ["sts.amazonaws.com"]}},
  "aws_iam_service_linked_role": {"Linked": {"aws_service_name": "es.amazonaws.com"}}
}}
""",
        ),
    ],
)
def test_who_else_may_be_a_principal(name: str, text: str) -> None:
    graph = graph_of(name, text)
    provider, linked = graph.entities
    assert isinstance(provider, IdentityProvider)
    assert str(provider.resource.arn).endswith(":oidc-provider/token.actions.githubusercontent.com")
    assert isinstance(linked, ServiceLinkedRole)
    assert known(linked.service) == "es.amazonaws.com"
    assert "role/aws-service-role/es.amazonaws.com/" in str(linked.resource.arn)


MANY = """\
variable "arns" { type = set(string) }
variable "names" { type = set(string) }
resource "aws_iam_user" "ann" { name = "ann" }
resource "aws_iam_user" "bob" { name = "bob" }
resource "aws_iam_user_policy_attachment" "ann" {
  for_each   = var.arns
  user       = aws_iam_user.ann.name
  policy_arn = each.value
}
"""
EVERYBODY = """\
resource "aws_iam_user_policy_attachment" "each" {
  for_each   = var.names
  user       = each.value
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
"""


def open_layers(text: str, name: str) -> list[str]:
    graph = graph_of("main.tf", text)
    (found,) = (each for each in graph.principals if isinstance(each, User) and name in each.label)
    layers = graph.policies_of(found)
    return sorted(each.reason for each in layers if isinstance(each, Unknown))


def test_attachments_of_which_nobody_knows_how_many_leave_their_user_open() -> None:
    assert any("how many of" in reason for reason in open_layers(MANY, "ann"))
    assert open_layers(MANY, "bob") == []


def test_attachments_to_users_that_nobody_knows_leave_all_open() -> None:
    assert any(
        "attaches to it is not known" in each for each in open_layers(MANY + EVERYBODY, "bob")
    )
