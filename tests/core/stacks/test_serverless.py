"""SAM templates: what SAM makes of them, as far as roles, policies and references go."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from passrole.stacks.resources import Stack
from passrole.values import Listing, Record, Text, Unknown, Value, get

Read = Callable[..., Stack]

SAM = "Transform: AWS::Serverless-2016-10-31\n"


def plain(value: Value) -> object:
    """A value as plain data, to compare."""
    if isinstance(value, Record):
        return {name: plain(item) for name, item in value.fields.items()}
    if isinstance(value, Listing):
        return [plain(item) for item in value.values]
    if isinstance(value, Unknown):
        return f"? {value.reason}"
    return str(value) if isinstance(value, Text) else value


def role(stack: Stack, logical_id: str = "FRole") -> dict[str, object]:
    found = plain(stack.resources[logical_id].properties)
    assert isinstance(found, dict)
    return found


def function(properties: str, more: str = "") -> str:
    return (
        f"{SAM}Parameters: {{Name: {{Type: String, Default: orders}}}}\n{more}\n"
        f"Resources:\n  F: {{Type: AWS::Serverless::Function, Properties: {properties}}}\n"
    )


def statements(stack: Stack, logical_id: str = "FRole") -> list[object]:
    policies = get(stack.resources[logical_id].properties, "Policies")
    assert isinstance(policies, Listing)
    found: list[object] = []
    for policy in policies.values:
        listed = get(policy, "PolicyDocument", "Statement")
        assert isinstance(listed, Listing)
        found.extend(plain(item) for item in listed.values)
    return found


BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def test_a_function_has_a_role_of_its_own(read: Read) -> None:
    stack = read(function("{Handler: a.b}"))
    made = stack.resources["FRole"]
    assert made.type_name == "AWS::IAM::Role"
    assert (made.location.line, made.location.pointer) == (5, "Resources.F")
    assert role(stack)["ManagedPolicyArns"] == [BASIC]
    trust = json.dumps(role(stack)["AssumeRolePolicyDocument"])
    assert "lambda.amazonaws.com" in trust
    mine = str(get(stack.resources["F"].properties, "Role"))
    assert mine == "arn:aws:iam::${account}:role/${FRole.name}" == str(made.arn)


def test_a_function_with_a_role_is_the_plain_one(read: Read) -> None:
    serverless = read(function("{Role: !Ref Name, Handler: a.b, InlineCode: x, FunctionName: f}"))
    deployed = read("""
    Parameters: {Name: {Type: String, Default: orders}}
    Resources:
      F:
        Type: AWS::Lambda::Function
        Properties:
          Role: !Ref Name
          Handler: a.b
          FunctionName: f
          Code: {ZipFile: x}
          Tags: [{Key: "lambda:createdBy", Value: SAM}]
    """)
    assert list(serverless.resources) == ["F"]
    assert serverless.resources["F"].type_name == deployed.resources["F"].type_name
    assert plain(serverless.resources["F"].properties) == plain(deployed.resources["F"].properties)


POLICIES = [
    ("AmazonS3ReadOnlyAccess", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"),
    ("AWSLambdaRole", "arn:aws:iam::aws:policy/service-role/AWSLambdaRole"),
    ("'arn:aws:iam::1:policy/x'", "arn:aws:iam::1:policy/x"),
    ("!Ref Name", "orders"),
    ("!If [No, a, AmazonS3FullAccess]", "arn:aws:iam::aws:policy/AmazonS3FullAccess"),
    ("NotOfAws", "? no AWS managed policy NotOfAws is known"),
]


@pytest.mark.parametrize(("policy", "expected"), POLICIES)
@pytest.mark.parametrize("form", ["{Policies: %s}", "{Policies: [%s]}"])
def test_managed_policies(read: Read, policy: str, expected: str, form: str) -> None:
    stack = read(function(form % policy, "Conditions: {No: !Equals [a, b]}"))
    assert role(stack)["ManagedPolicyArns"] == [BASIC, expected]
    assert "Policies" not in role(stack)


def test_inline_policies_and_policy_templates(read: Read) -> None:
    stack = read(
        function("""{Policies: [
          {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]},
          {S3ReadPolicy: {BucketName: !Sub "${Name}-x"}},
          {DynamoDBReadPolicy: {TableName: !Ref Name}},
        ]}""")
    )
    found = statements(stack)
    assert found[0] == {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    assert isinstance(found[1], dict)
    assert found[1]["Resource"] == ["arn:aws:s3:::orders-x", "arn:aws:s3:::orders-x/*"]
    assert "arn:aws:dynamodb:${region}:${account}:table/orders" in json.dumps(found[2])
    policies = get(stack.resources["FRole"].properties, "Policies")
    place = get(policies, 1).origin
    assert place is not None
    assert place.document.location(place.node).line == 7


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("{NoSuchPolicy: {A: b}}", "NoSuchPolicy is no SAM policy template"),
        ("{S3ReadPolicy: {}}", "the policy template S3ReadPolicy needs BucketName"),
    ],
)
def test_a_policy_that_is_not_understood_is_unknown(read: Read, policy: str, reason: str) -> None:
    stack = read(function(f"{{Policies: [{policy}, {{Statement: []}}]}}"))
    document = get(stack.resources["FRole"].properties, "Policies", 0, "PolicyDocument")
    assert isinstance(document, Unknown)
    assert document.reason == reason


@pytest.mark.parametrize(
    "policies", ["{'Fn::Transform': M}", "[!If [C, a, {Statement: []}]]", "[[a]]", "[{a: 1, b: 2}]"]
)
def test_policies_that_may_be_anything_leave_both_lists_open(read: Read, policies: str) -> None:
    stack = read(function(f"{{Policies: {policies}}}", "Conditions: {C: !Equals [!Ref Name, x]}"))
    properties = stack.resources["FRole"].properties
    for name in ("ManagedPolicyArns", "Policies"):
        listed = get(properties, name)
        assert isinstance(listed, Listing)
        assert any(isinstance(item, Unknown) for item in listed.values), name


def test_globals_are_below_what_a_resource_says(read: Read) -> None:
    stack = read(
        function(
            "{Tracing: Disabled, Tags: {A: mine}, Layers: [b], Environment: {Variables: {Y: 2}}}",
            """
Globals:
  Function:
    PermissionsBoundary: arn:aws:iam::1:policy/boundary
    RolePath: /app/
    Tracing: Active
    Tags: {A: theirs, B: theirs}
    Layers: [a]
    Environment: {Variables: {X: 1}}
    VpcConfig: {SubnetIds: [s]}
""",
        )
    )
    assert role(stack)["PermissionsBoundary"] == "arn:aws:iam::1:policy/boundary"
    assert role(stack)["Path"] == "/app/"
    assert role(stack)["ManagedPolicyArns"] == [
        BASIC,
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    ]
    mine = plain(stack.resources["F"].properties)
    assert isinstance(mine, dict)
    assert mine["Layers"] == ["a", "b"]
    assert mine["Environment"] == {"Variables": {"X": "1", "Y": "2"}}
    assert {"Key": "A", "Value": "mine"} in mine["Tags"]
    assert {"Key": "B", "Value": "theirs"} in mine["Tags"]


def test_a_role_that_is_given_in_some_worlds_is_made_in_the_others(read: Read) -> None:
    stack = read("""
    Transform: AWS::Serverless-2016-10-31
    Parameters: {Env: {Type: String}}
    Conditions: {Own: !Equals [!Ref Env, own]}
    Resources:
      F:
        Type: AWS::Serverless::Function
        Properties: {Role: !If [Own, arn:x, !Ref "AWS::NoValue"]}
      G:
        Type: AWS::Serverless::Function
        Condition: Own
        Properties: {Handler: a.b}
    """)
    assert stack.resources["FRole"].world.describe() == "Env is not own"
    assert stack.resources["GRole"].world.describe() == "Env is own"


EVENTS = [
    ("SQS", "Queue: arn:q", "AWSLambdaSQSQueueExecutionRole"),
    ("Kinesis", "Stream: arn:s", "AWSLambdaKinesisExecutionRole"),
    ("DynamoDB", "Stream: arn:s", "AWSLambdaDynamoDBExecutionRole"),
    ("MSK", "Stream: arn:s", "AWSLambdaMSKExecutionRole"),
]


@pytest.mark.parametrize(("kind", "properties", "policy"), EVENTS)
def test_sources_that_are_polled_add_a_policy(
    read: Read, kind: str, properties: str, policy: str
) -> None:
    stack = read(function(f"{{Events: {{E: {{Type: {kind}, Properties: {{{properties}}}}}}}}}"))
    assert role(stack)["ManagedPolicyArns"] == [
        BASIC, f"arn:aws:iam::aws:policy/service-role/{policy}",
    ]  # fmt: skip
    assert stack.resources["FE"].type_name == "AWS::Lambda::EventSourceMapping"


def test_an_event_that_is_not_known_leaves_the_policies_open(read: Read) -> None:
    stack = read(function("{Events: {E: {Type: Tomorrow, Properties: {}}}}"))
    assert role(stack)["Policies"] == ["? the event type Tomorrow is not known"]


def test_a_schedule_of_eventbridge_scheduler_has_a_role(read: Read) -> None:
    stack = read(function("{Events: {E: {Type: ScheduleV2, Properties: {State: DISABLED}}}}"))
    assert "scheduler.amazonaws.com" in json.dumps(role(stack, "FERole"))
    assert [each["Action"] for each in statements(stack, "FERole")] == ["lambda:InvokeFunction"]  # type: ignore[index]
    schedule = plain(stack.resources["FE"].properties)
    assert isinstance(schedule, dict)
    assert schedule["Target"]["RoleArn"] == "arn:aws:iam::${account}:role/${FERole.name}"


def test_where_failures_and_results_go(read: Read) -> None:
    stack = read(
        function("""{
          DeadLetterQueue: {Type: SNS, TargetArn: "arn:t"},
          EventInvokeConfig: {DestinationConfig: {
            OnSuccess: {Type: SQS}, OnFailure: {Type: Lambda, Destination: "arn:l"}}},
          Events: {E: {Type: Kinesis, Properties: {
            Stream: "arn:s", DestinationConfig: {OnFailure: {Type: SQS, Destination: "arn:q"}}}}},
        }""")
    )
    found = [(each["Action"], each["Resource"]) for each in statements(stack)]  # type: ignore[index]
    assert found == [
        ("sns:Publish", "arn:t"),
        ("sqs:SendMessage", "${FEventInvokeConfigOnSuccessQueue.Arn}"),
        ("lambda:InvokeFunction", "arn:l"),
        ("sqs:SendMessage", "arn:q"),
    ]


def test_state_machines_and_what_starts_them(read: Read) -> None:
    stack = read("""
    Transform: AWS::Serverless-2016-10-31
    Resources:
      M:
        Type: AWS::Serverless::StateMachine
        Properties:
          Name: machine
          Policies: [{LambdaInvokePolicy: {FunctionName: f}}]
          PermissionsBoundary: arn:b
          Events:
            Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
            Odd: {Type: Tomorrow}
      Given: {Type: AWS::Serverless::StateMachine, Properties: {Role: arn:r}}
    """)
    machine = plain(stack.resources["M"].properties)
    assert isinstance(machine, dict)
    assert machine["StateMachineName"] == "machine"
    assert machine["RoleArn"] == "arn:aws:iam::${account}:role/${MRole.name}"
    assert [each["Action"] for each in statements(stack, "MRole")] == [["lambda:InvokeFunction"]]  # type: ignore[index]
    assert role(stack, "MDailyRole")["PermissionsBoundary"] == "arn:b"
    assert "events.amazonaws.com" in json.dumps(role(stack, "MDailyRole"))
    assert plain(get(stack.resources["Given"].properties, "RoleArn")) == "arn:r"
    assert "GivenRole" not in stack.resources
    assert [each.problem.kind for each in stack.problems] == ["serverless"]


CONNECTED = """
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Connectors:
      Inside: {Properties: {Destination: {Id: B}, Permissions: [Read]}}
    Properties: {Handler: a.b}
  B: {Type: AWS::S3::Bucket, Properties: {BucketName: b}}
  T: {Type: AWS::SNS::Topic, Properties: {TopicName: t}}
  Q: {Type: AWS::SQS::Queue}
  Many:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: F}, Destination: [{Id: B}, {Id: T}], Permissions: [Write]}
  Over:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: T}, Destination: {Id: Q}, Permissions: [Write]}
  Odd:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: B}, Destination: {Id: Q}, Permissions: [Write]}
"""


def test_connectors_are_policies(read: Read) -> None:
    stack = read(CONNECTED)
    inside = role(stack, "FInsidePolicy")
    assert inside["Roles"] == ["${FRole.name}"]
    assert "arn:aws:s3:::b/*" in json.dumps(inside["PolicyDocument"])
    assert "s3:GetObject" in json.dumps(inside["PolicyDocument"])
    assert "s3:PutObject" not in json.dumps(inside["PolicyDocument"])
    assert "s3:PutObject" in json.dumps(role(stack, "ManyPolicyDestination0"))
    assert "sns:Publish" in json.dumps(role(stack, "ManyPolicyDestination1"))
    assert stack.resources["OverQueuePolicy"].type_name == "AWS::SQS::QueuePolicy"
    assert not {"Many", "Over", "Odd"} & set(stack.resources)


def test_a_connector_that_sam_does_not_have_is_open(read: Read) -> None:
    stack = read(CONNECTED)
    assert isinstance(stack.resources["OddPolicy"].properties, Unknown)
    assert ["SAM connects no" in each.problem.message for each in stack.problems] == [True]


def test_references_to_what_sam_makes(read: Read) -> None:
    stack = read("""
    Transform: AWS::Serverless-2016-10-31
    Resources:
      F:
        Type: AWS::Serverless::Function
        Properties:
          AutoPublishAlias: live
          DeploymentPreference: {Type: AllAtOnce}
          Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}
      Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}
      R:
        Type: T::R
        Properties:
          Alias: !Ref F.Alias
          Version: !GetAtt F.Version.Version
          Text: !Sub "${F.Alias} ${Api.Stage} ${!F.Alias}"
          Stage: !Ref ServerlessRestApi.Stage
          Role: !GetAtt [FRole, Arn]
    """)
    assert stack.problems == ()
    assert plain(stack.resources["R"].properties) == {
        "Alias": "${FAliaslive.Ref}",
        "Version": "${FVersion.Version}",
        "Text": "${FAliaslive.Ref} ${Apiv1Stage.Ref} ${F.Alias}",
        "Stage": "${ServerlessRestApiProdStage.Ref}",
        "Role": "arn:aws:iam::${account}:role/${FRole.name}",
    }
    assert "codedeploy.amazonaws.com" in json.dumps(role(stack, "CodeDeployServiceRole"))


def test_what_the_template_has_itself_is_not_replaced(read: Read) -> None:
    stack = read(
        function("{Handler: a.b}")
        + "  FRole: {Type: AWS::IAM::Role, Properties: {RoleName: mine}}\n"
    )
    assert role(stack) == {"RoleName": "mine"}


@pytest.mark.parametrize(
    "properties",
    [
        "[a]", "text", "!Ref Name", "{Events: [a]}", "{Events: {E: text}}", "{Tags: [a]}",
        "{Policies: {}}", "{Policies: {S3ReadPolicy: text}}", "{DeadLetterQueue: text}",
        "{EventInvokeConfig: {DestinationConfig: {OnSuccess: text}}}", "{Role: !If [a]}",
        "{DeploymentPreference: text}", "{AutoPublishAlias: [a]}", "{'Fn::Transform': M}",
        "{Events: {E: {Type: SNS, Properties: {SqsSubscription: {}}}}}",
        "{Events: {E: {Type: MQ}, G: {Type: DocumentDB}, H: {Type: SelfManagedKafka}}}",
        "{Events: {E: {Type: ScheduleV2, Properties: {DeadLetterConfig: text}}}}",
        "{Events: {E: {Type: SQS, Properties: {DestinationConfig: text}}}}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["Function", "StateMachine", "Api", "Connector", "GraphQLApi"])
def test_whatever_is_written_is_no_crash(read: Read, kind: str, properties: str) -> None:
    text = function(properties).replace("::Function", f"::{kind}")
    stack = read(text + "  Other: {Type: AWS::S3::Bucket}\n")
    assert "Other" in stack.resources
