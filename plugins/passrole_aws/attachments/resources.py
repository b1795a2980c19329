"""Inline and managed policies that are resources of their own, and attachments of policies."""

from collections.abc import Iterator

from passrole import (
    AttachedPolicy,
    ManagedPolicy,
    Policy,
    PolicyAttachment,
    PolicyKind,
    Resource,
    ResourceType,
    elements,
    read_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"


def read_attached_policy(resource: Resource) -> Iterator[AttachedPolicy]:
    """One inline policy with those that it names."""
    yield AttachedPolicy(
        resource,
        policy=_policy_of(resource),
        roles=resource["roles"],
        users=resource["users"],
        groups=resource["groups"],
    )


def read_managed_policy(resource: Resource) -> Iterator[ManagedPolicy]:
    """One managed policy with those that it names itself."""
    yield ManagedPolicy(
        resource,
        policy=_policy_of(resource),
        roles=resource["roles"],
        users=resource["users"],
        groups=resource["groups"],
    )


def read_attachment(resource: Resource) -> Iterator[PolicyAttachment]:
    """One attachment for each managed policy that is named."""
    for policy in elements(resource["policies"]):
        yield PolicyAttachment(
            resource,
            policy=policy,
            roles=resource["roles"],
            users=resource["users"],
            groups=resource["groups"],
        )


def _policy_of(resource: Resource) -> Policy:
    return read_policy(resource["policy"], PolicyKind.IDENTITY, str(resource.name))


INLINE_POLICIES = (
    ResourceType(
        cloudformation="AWS::IAM::Policy",
        attributes={"Id": "id"},
        fields={
            "name": ("PolicyName", ""),
            "policy": ("PolicyDocument", ""),
            "roles": ("Roles", ""),
            "users": ("Users", ""),
            "groups": ("Groups", ""),
        },
        read=read_attached_policy,
        source=f"{CFN}aws-resource-iam-policy.html",
    ),
    ResourceType(
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
    ),
    ResourceType(
        cloudformation="AWS::IAM::UserPolicy",
        terraform="aws_iam_user_policy",
        ref="id",
        terraform_attributes={"id": "{users}:{name}", "name": "name", "user": "{users}"},
        fields={
            "name": ("PolicyName", "name"),
            "policy": ("PolicyDocument", "policy"),
            "users": ("UserName", "user"),
        },
        read=read_attached_policy,
        source=f"{CFN}aws-resource-iam-userpolicy.html",
    ),
    ResourceType(
        cloudformation="AWS::IAM::GroupPolicy",
        terraform="aws_iam_group_policy",
        ref="id",
        terraform_attributes={"id": "{groups}:{name}", "name": "name", "group": "{groups}"},
        fields={
            "name": ("PolicyName", "name"),
            "policy": ("PolicyDocument", "policy"),
            "groups": ("GroupName", "group"),
        },
        read=read_attached_policy,
        source=f"{CFN}aws-resource-iam-grouppolicy.html",
    ),
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
        "users": ("Users", ""),
        "groups": ("Groups", ""),
    },
    read=read_managed_policy,
    source=f"{CFN}aws-resource-iam-managedpolicy.html",
)

MANAGED_ATTACHMENTS = (
    ResourceType(
        terraform="aws_iam_role_policy_attachment",
        terraform_attributes={"policy_arn": "{policies}", "role": "{roles}"},
        fields={"policies": ("", "policy_arn"), "roles": ("", "role")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_role_policy_attachment",
    ),
    ResourceType(
        terraform="aws_iam_role_policy_attachments_exclusive",
        fields={"policies": ("", "policy_arns"), "roles": ("", "role_name")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_role_policy_attachments_exclusive",
    ),
    ResourceType(
        terraform="aws_iam_user_policy_attachment",
        terraform_attributes={"policy_arn": "{policies}", "user": "{users}"},
        fields={"policies": ("", "policy_arn"), "users": ("", "user")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_user_policy_attachment",
    ),
    ResourceType(
        terraform="aws_iam_user_policy_attachments_exclusive",
        fields={"policies": ("", "policy_arns"), "users": ("", "user_name")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_user_policy_attachments_exclusive",
    ),
    ResourceType(
        terraform="aws_iam_group_policy_attachment",
        terraform_attributes={"policy_arn": "{policies}", "group": "{groups}"},
        fields={"policies": ("", "policy_arn"), "groups": ("", "group")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_group_policy_attachment",
    ),
    ResourceType(
        terraform="aws_iam_group_policy_attachments_exclusive",
        fields={"policies": ("", "policy_arns"), "groups": ("", "group_name")},
        read=read_attachment,
        source=f"{TERRAFORM}iam_group_policy_attachments_exclusive",
    ),
    ResourceType(
        terraform="aws_iam_policy_attachment",
        terraform_attributes={"id": "name", "name": "name", "policy_arn": "{policies}"},
        fields={
            "name": ("", "name"),
            "policies": ("", "policy_arn"),
            "roles": ("", "roles"),
            "users": ("", "users"),
            "groups": ("", "groups"),
        },
        read=read_attachment,
        source=f"{TERRAFORM}iam_policy_attachment",
    ),
)

RESOURCE_TYPES = (*INLINE_POLICIES, MANAGED_POLICY, *MANAGED_ATTACHMENTS)
