"""Notification rules: who is told what happens to a pipeline, a build project or a repository."""

from collections.abc import Iterator

from passrole import NotificationRule, Resource, ResourceType, elements, get

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"

ADDRESS = {"cloudformation": "TargetAddress", "terraform": "address"}


def read_notification_rule(resource: Resource) -> Iterator[NotificationRule]:
    """One notification rule with the addresses of its targets."""
    address = ADDRESS[resource.format]
    yield NotificationRule(
        resource,
        of=resource["of"],
        targets=tuple(get(target, address) for target in elements(resource["targets"])),
        status=resource["status"],
    )


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CodeStarNotifications::NotificationRule",
        terraform="aws_codestarnotifications_notification_rule",
        arn="arn:{partition}:codestar-notifications:{region}:{account}:notificationrule/{id}",
        ref="arn",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={
            "name": ("Name", "name"),
            "of": ("Resource", "resource"),
            "targets": ("Targets", "target"),
            "status": ("Status", "status"),
        },
        read=read_notification_rule,
        source=f"{CFN}aws-resource-codestarnotifications-notificationrule.html",
    ),
)
