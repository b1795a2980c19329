"""Roles, their policies, and how policies are attached to them."""

from collections.abc import Iterator

from passrole import (
    AttachedPolicy,
    InstanceProfile,
    ManagedPolicy,
    Policy,
    PolicyAttachment,
    PolicyKind,
    Resource,
    ResourceType,
    Role,
    Text,
    Value,
    elements,
    get,
    read_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"

INLINE_FIELDS = {
    "cloudformation": ("PolicyName", "PolicyDocument"),
    "terraform": ("name", "policy"),
}


def read_role(resource: Resource) -> Iterator[Role]:
    """One role with its trust policy and the policies that are written in it."""
    yield Role(
        resource,
        trust=read_policy(resource["trust"], PolicyKind.TRUST, "trust policy"),
        inline=tuple(_inline_policies(resource)),
        managed=resource["managed"],
        boundary=resource["boundary"],
    )


def _inline_policies(resource: Resource) -> Iterator[Policy]:
    # A choice stays in its policy, which splits it into worlds; a list that is unknown is one
    # unknown item and becomes one policy that is not resolved.
    name, document = INLINE_FIELDS[resource.format]
    for item in elements(resource["policies"]):
        yield read_policy(get(item, document), PolicyKind.IDENTITY, _name(get(item, name)))


def read_attached_policy(resource: Resource) -> Iterator[AttachedPolicy]:
    """One inline policy with the roles that it names."""
    yield AttachedPolicy(resource, policy=_policy_of(resource), roles=resource["roles"])


def read_managed_policy(resource: Resource) -> Iterator[ManagedPolicy]:
    """One managed policy with the roles that it names itself."""
    yield ManagedPolicy(resource, policy=_policy_of(resource), roles=resource["roles"])


def read_attachment(resource: Resource) -> Iterator[PolicyAttachment]:
    """One attachment for each managed policy that is named."""
    for policy in elements(resource["policies"]):
        yield PolicyAttachment(resource, policy=policy, roles=resource["roles"])


def read_instance_profile(resource: Resource) -> Iterator[InstanceProfile]:
    """One instance profile with its role."""
    yield InstanceProfile(resource, role=resource["role"])


def _policy_of(resource: Resource) -> Policy:
    return read_policy(resource["policy"], PolicyKind.IDENTITY, str(resource.name))


def _name(value: Value) -> str:
    return str(value) if isinstance(value, Text) else ""


ROLE = ResourceType(
    cloudformation="AWS::IAM::Role",
    terraform="aws_iam_role",
    arn="arn:{partition}:iam::{account}:role{path=/}{name}",
    attributes={"Arn": "arn", "RoleId": "id"},
    terraform_attributes={"arn": "arn", "id": "name", "name": "name", "unique_id": "id"},
    fields={
        "name": ("RoleName", "name"),
        "path": ("Path", "path"),
        "trust": ("AssumeRolePolicyDocument", "assume_role_policy"),
        "policies": ("Policies", "inline_policy"),
        "managed": ("ManagedPolicyArns", "managed_policy_arns"),
        "boundary": ("PermissionsBoundary", "permissions_boundary"),
    },
    read=read_role,
    source=f"{CFN}aws-resource-iam-role.html",
)

ATTACHED_POLICY = ResourceType(
    cloudformation="AWS::IAM::Policy",
    attributes={"Id": "id"},
    fields={
        "name": ("PolicyName", ""),
        "policy": ("PolicyDocument", ""),
        "roles": ("Roles", ""),
    },
    read=read_attached_policy,
    source=f"{CFN}aws-resource-iam-policy.html",
)

ROLE_POLICY = ResourceType(
    cloudformation="AWS::IAM::RolePolicy",
    terraform="aws_iam_role_policy",
    ref="id",
    terraform_attributes={"id": "{roles}:{name}", "name": "name", "role": "{roles}"},
    fields={
        "name": ("PolicyName", "name"),
        "policy": ("PolicyDocument", "policy"),
        "roles": ("RoleName", "role"),
    },
    read=read_attached_policy,
    source=f"{CFN}aws-resource-iam-rolepolicy.html",
)

MANAGED_POLICY = ResourceType(
    cloudformation="AWS::IAM::ManagedPolicy",
    terraform="aws_iam_policy",
    arn="arn:{partition}:iam::{account}:policy{path=/}{name}",
    ref="arn",
    attributes={"PolicyArn": "arn", "PolicyId": "id"},
    terraform_attributes={"arn": "arn", "id": "arn", "name": "name", "policy_id": "id"},
    fields={
        "name": ("ManagedPolicyName", "name"),
        "path": ("Path", "path"),
        "policy": ("PolicyDocument", "policy"),
        "roles": ("Roles", ""),
    },
    read=read_managed_policy,
    source=f"{CFN}aws-resource-iam-managedpolicy.html",
)

ATTACHMENTS = (
    ResourceType(
        terraform="aws_iam_role_policy_attachment",
        terraform_attributes={"policy_arn": "{policies}", "role": "{roles}"},
        fields={"policies": ("", "policy_arn"), "roles": ("", "role")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_role_policy_attachment",
    ),
    ResourceType(
        terraform="aws_iam_policy_attachment",
        terraform_attributes={"id": "name", "name": "name", "policy_arn": "{policies}"},
        fields={
            "name": ("", "name"),
            "policies": ("", "policy_arn"),
            "roles": ("", "roles"),
        },
        read=read_attachment,
        source=f"{TERRAFORM}iam_policy_attachment",
    ),
    ResourceType(
        terraform="aws_iam_role_policy_attachments_exclusive",
        fields={"policies": ("", "policy_arns"), "roles": ("", "role_name")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_role_policy_attachments_exclusive",
    ),
)

INSTANCE_PROFILE = ResourceType(
    cloudformation="AWS::IAM::InstanceProfile",
    terraform="aws_iam_instance_profile",
    arn="arn:{partition}:iam::{account}:instance-profile{path=/}{name}",
    attributes={"Arn": "arn", "InstanceProfileId": "id"},
    terraform_attributes={"arn": "arn", "id": "name", "name": "name", "unique_id": "id"},
    fields={
        "name": ("InstanceProfileName", "name"),
        "path": ("Path", "path"),
        # A list of one in CloudFormation.
        "role": ("Roles.0", "role"),
    },
    read=read_instance_profile,
    source=f"{CFN}aws-resource-iam-instanceprofile.html",
)

NAMED_ONLY = (
    ResourceType(
        cloudformation="AWS::IAM::User",
        terraform="aws_iam_user",
        arn="arn:{partition}:iam::{account}:user{path=/}{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "name": "name", "unique_id": "id"},
        fields={"name": ("UserName", "name"), "path": ("Path", "path")},
        source=f"{CFN}aws-resource-iam-user.html",
    ),
    ResourceType(
        cloudformation="AWS::IAM::Group",
        terraform="aws_iam_group",
        arn="arn:{partition}:iam::{account}:group{path=/}{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "name": "name", "unique_id": "id"},
        fields={"name": ("GroupName", "name"), "path": ("Path", "path")},
        source=f"{CFN}aws-resource-iam-group.html",
    ),
)

RESOURCE_TYPES = (
    ROLE, ATTACHED_POLICY, ROLE_POLICY, MANAGED_POLICY, INSTANCE_PROFILE, *ATTACHMENTS, *NAMED_ONLY,
)  # fmt: skip
