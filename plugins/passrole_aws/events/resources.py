"""Event rules, schedules and event buses: what starts a pipeline by itself."""

from collections.abc import Iterator

from passrole import (
    Absent,
    EventBus,
    EventRule,
    EventTarget,
    PolicyKind,
    Record,
    Resource,
    ResourcePolicy,
    ResourceType,
    Text,
    elements,
    get,
    literal,
    read_policy,
    written_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"

SCHEDULER = "scheduler.amazonaws.com"


def read_rule(resource: Resource) -> Iterator[EventRule | EventTarget]:
    """One rule, and its targets where the format writes them in the rule."""
    yield EventRule(
        resource,
        pattern=resource["pattern"],
        schedule=resource["schedule"],
        state=resource["state"],
        bus=resource["bus"],
        role=resource["role"],
    )
    for target in elements(resource["targets"]):
        # A choice whose other side is nothing gives an ARN that is absent in that world.
        yield EventTarget(
            resource,
            rule=resource.name,
            arn=get(target, "Arn"),
            role=get(target, "RoleArn"),
            origin=target.origin or resource.origin,
        )


def read_target(resource: Resource) -> Iterator[EventTarget]:
    """One target that is a resource of its own."""
    yield EventTarget(
        resource,
        rule=resource["rule"],
        arn=resource["arn"],
        role=resource["role"],
        origin=resource.origin,
    )


def read_schedule(resource: Resource) -> Iterator[EventRule | EventTarget]:
    """One schedule as a rule, and its one target."""
    yield EventRule(resource, schedule=resource["schedule"], state=resource["state"])
    yield EventTarget(
        resource,
        rule=resource.name,
        arn=resource["target"],
        role=resource["role"],
        service=SCHEDULER,
        origin=resource.place("targets"),
    )


def read_bus(resource: Resource) -> Iterator[EventBus]:
    """One event bus, and the policy that is written in it."""
    yield EventBus(resource, policy=written_policy(resource))


def read_bus_policy(resource: Resource) -> Iterator[ResourcePolicy]:
    """The policy of an event bus: a statement, or the older form that names one principal."""
    written = resource["policy"]
    is_document = resource.format != "cloudformation" and not isinstance(written, Absent)
    if isinstance(written, Absent):
        written = _grant(resource)
    elif resource.format == "cloudformation":
        # Where Terraform has a whole document, CloudFormation has the one statement.
        written = Record({"Statement": written}, written.origin)
    policy = read_policy(written, PolicyKind.RESOURCE, resource.id, as_written=is_document)
    bus = resource["of"] or literal("default")
    yield ResourcePolicy(resource, of=bus, policy=policy, kind=EventBus)


def _grant(resource: Resource) -> Record:
    principal = resource["principal"]
    everybody = isinstance(principal, Text) and principal.known() == "*"
    return Record(
        {
            "Statement": Record(
                {
                    "Effect": literal("Allow"),
                    "Principal": principal if everybody else Record({"AWS": principal}),
                    "Action": resource["action"] or literal("events:PutEvents"),
                    "Resource": literal("*"),
                }
            )
        },
        resource.origin,
    )


RULE = ResourceType(
    cloudformation="AWS::Events::Rule",
    terraform="aws_cloudwatch_event_rule",
    # A rule of another bus has the name of the bus before its own; nobody here compares them.
    arn="arn:{partition}:events:{region}:{account}:rule/{name}",
    attributes={"Arn": "arn"},
    terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
    fields={
        "name": ("Name", "name"),
        "pattern": ("EventPattern", "event_pattern"),
        "schedule": ("ScheduleExpression", "schedule_expression"),
        "state": ("State", "state"),
        "bus": ("EventBusName", "event_bus_name"),
        "role": ("RoleArn", "role_arn"),
        "targets": ("Targets", ""),
    },
    read=read_rule,
    source=f"{CFN}aws-resource-events-rule.html",
)

TARGET = ResourceType(
    terraform="aws_cloudwatch_event_target",
    terraform_attributes={"arn": "{arn}", "rule": "{rule}", "role_arn": "{role}"},
    fields={"rule": ("", "rule"), "arn": ("", "arn"), "role": ("", "role_arn")},
    read=read_target,
    source=f"{TERRAFORM}cloudwatch_event_target",
)

SCHEDULE = ResourceType(
    cloudformation="AWS::Scheduler::Schedule",
    terraform="aws_scheduler_schedule",
    arn="arn:{partition}:scheduler:{region}:{account}:schedule/{group=default}/{name}",
    attributes={"Arn": "arn"},
    terraform_attributes={"arn": "arn", "name": "name"},
    fields={
        "name": ("Name", "name"),
        "group": ("GroupName", "group_name"),
        "schedule": ("ScheduleExpression", "schedule_expression"),
        "state": ("State", "state"),
        "targets": ("Target", "target.0"),
        "target": ("Target.Arn", "target.0.arn"),
        "role": ("Target.RoleArn", "target.0.role_arn"),
    },
    read=read_schedule,
    source=f"{CFN}aws-resource-scheduler-schedule.html",
)

BUS = ResourceType(
    cloudformation="AWS::Events::EventBus",
    terraform="aws_cloudwatch_event_bus",
    arn="arn:{partition}:events:{region}:{account}:event-bus/{name}",
    attributes={"Arn": "arn", "Name": "name"},
    terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
    fields={"name": ("Name", "name"), "policy": ("Policy", "")},
    read=read_bus,
    source=f"{CFN}aws-resource-events-eventbus.html",
)

BUS_POLICY = ResourceType(
    cloudformation="AWS::Events::EventBusPolicy",
    terraform="aws_cloudwatch_event_bus_policy",
    ref="id",  # inferred: the documentation calls it the name of the resource
    terraform_attributes={"id": "{of}"},
    fields={
        "of": ("EventBusName", "event_bus_name"),
        "policy": ("Statement", "policy"),
        "principal": ("Principal", ""),
        "action": ("Action", ""),
    },
    read=read_bus_policy,
    source=f"{CFN}aws-resource-events-eventbuspolicy.html",
)

PERMISSION = ResourceType(
    terraform="aws_cloudwatch_event_permission",
    fields={
        "of": ("", "event_bus_name"),
        "principal": ("", "principal"),
        "action": ("", "action"),
    },
    read=read_bus_policy,
    source=f"{TERRAFORM}cloudwatch_event_permission",
)

RESOURCE_TYPES = (RULE, TARGET, SCHEDULE, BUS, BUS_POLICY, PERMISSION)
