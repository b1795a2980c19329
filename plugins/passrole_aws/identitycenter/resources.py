"""Permission sets, and the policies that come to them."""

from collections.abc import Iterator

from passrole import (
    Absent,
    AttachedPolicy,
    BoundaryAttachment,
    Listing,
    PermissionSet,
    Policy,
    PolicyAttachment,
    PolicyKind,
    Resource,
    ResourceType,
    Value,
    elements,
    get,
    read_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"


def read_permission_set(resource: Resource) -> Iterator[PermissionSet]:
    """One permission set with its inline policy, its managed policies and its boundary."""
    inline: tuple[Policy, ...] = ()
    if not isinstance(resource["policy"], Absent):
        inline = (read_policy(resource["policy"], PolicyKind.IDENTITY, "inline policy"),)
    own = (get(each, "Name") for each in elements(resource["own policies"]))
    yield PermissionSet(
        resource,
        inline=inline,
        managed=Listing((*elements(resource["managed"]), *own)),
        boundary=resource["boundary"] or resource["own boundary"],
    )


def read_inline_policy(resource: Resource) -> Iterator[AttachedPolicy]:
    """The inline policy of one permission set."""
    policy = read_policy(resource["policy"], PolicyKind.IDENTITY, "inline policy")
    yield AttachedPolicy(resource, policy=policy, permission_sets=resource["of"])


def read_attachment(resource: Resource) -> Iterator[PolicyAttachment]:
    """A managed policy, by its ARN or by its name, for one permission set."""
    yield PolicyAttachment(resource, policy=_named(resource), permission_sets=resource["of"])


def read_boundary(resource: Resource) -> Iterator[BoundaryAttachment]:
    """The permissions boundary of one permission set."""
    yield BoundaryAttachment(resource, boundary=_named(resource), permission_sets=resource["of"])


def _named(resource: Resource) -> Value:
    return resource["policy"] or resource["own policy"]


def _apart(name: str, fields: dict[str, str]) -> ResourceType:
    paths = {field: ("", path) for field, path in fields.items()}
    return ResourceType(
        terraform=f"aws_ssoadmin_{name}",
        fields={"of": ("", "permission_set_arn"), **paths},
        read=_READERS[name],
        source=f"{TERRAFORM}ssoadmin_{name}",
    )


_READERS = {
    "permission_set_inline_policy": read_inline_policy,
    "managed_policy_attachment": read_attachment,
    "customer_managed_policy_attachment": read_attachment,
    "permissions_boundary_attachment": read_boundary,
}

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::SSO::PermissionSet",
        terraform="aws_ssoadmin_permission_set",
        # The ARN holds the id of the instance, which is a part of the instance's own ARN.
        arn="arn:{partition}:sso:::permissionSet/{instance id}/{id}",
        attributes={"PermissionSetArn": "arn"},
        terraform_attributes={"arn": "arn", "name": "name"},
        # Ref gives the two ARNs, of the instance and of the permission set.
        ref="{instance}|arn:{partition}:sso:::permissionSet/{instance id}/{id}",
        fields={
            "name": ("Name", "name"),
            "instance": ("InstanceArn", "instance_arn"),
            "policy": ("InlinePolicy", ""),
            "managed": ("ManagedPolicies", ""),
            "own policies": ("CustomerManagedPolicyReferences", ""),
            "boundary": ("PermissionsBoundary.ManagedPolicyArn", ""),
            "own boundary": ("PermissionsBoundary.CustomerManagedPolicyReference.Name", ""),
        },
        read=read_permission_set,
        source=f"{CFN}aws-resource-sso-permissionset.html",
    ),
    _apart("permission_set_inline_policy", {"policy": "inline_policy"}),
    _apart("managed_policy_attachment", {"policy": "managed_policy_arn"}),
    _apart(
        "customer_managed_policy_attachment",
        {"own policy": "customer_managed_policy_reference.0.name"},
    ),
    _apart(
        "permissions_boundary_attachment",
        {
            "policy": "permissions_boundary.0.managed_policy_arn",
            "own policy": "permissions_boundary.0.customer_managed_policy_reference.0.name",
        },
    ),
)
