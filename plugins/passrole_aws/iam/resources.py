"""Roles, users, groups, and who outside of AWS says who somebody is."""

from collections.abc import Iterator

from passrole import (
    Group,
    GroupMembership,
    IdentityProvider,
    InstanceProfile,
    Policy,
    PolicyKind,
    Resource,
    ResourceType,
    Role,
    ServiceLinkedRole,
    Text,
    User,
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


def read_user(resource: Resource) -> Iterator[User]:
    """One user with its policies, and the groups that it names."""
    yield User(
        resource,
        inline=tuple(_inline_policies(resource)),
        managed=resource["managed"],
        boundary=resource["boundary"],
        groups=resource["groups"],
    )


def read_group(resource: Resource) -> Iterator[Group]:
    """One group with its policies."""
    yield Group(resource, inline=tuple(_inline_policies(resource)), managed=resource["managed"])


def read_membership(resource: Resource) -> Iterator[GroupMembership]:
    """Users and the groups they are put into."""
    yield GroupMembership(resource, users=resource["users"], groups=resource["groups"])


def _inline_policies(resource: Resource) -> Iterator[Policy]:
    # A choice stays in its policy, which splits it into worlds; a list that is unknown is one
    # unknown item and becomes one policy that is not resolved.
    name, document = INLINE_FIELDS[resource.format]
    for item in elements(resource["policies"]):
        yield read_policy(get(item, document), PolicyKind.IDENTITY, _name(get(item, name)))


def read_instance_profile(resource: Resource) -> Iterator[InstanceProfile]:
    """One instance profile with its role."""
    yield InstanceProfile(resource, role=resource["role"])


def read_service_linked_role(resource: Resource) -> Iterator[ServiceLinkedRole]:
    """One role that a service writes for itself."""
    yield ServiceLinkedRole(resource, service=resource["service"])


def read_identity_provider(resource: Resource) -> Iterator[IdentityProvider]:
    """One OpenID Connect or SAML provider."""
    yield IdentityProvider(resource, url=resource["url"], audiences=resource["audiences"])


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

USER = ResourceType(
    cloudformation="AWS::IAM::User",
    terraform="aws_iam_user",
    arn="arn:{partition}:iam::{account}:user{path=/}{name}",
    attributes={"Arn": "arn"},
    terraform_attributes={"arn": "arn", "id": "name", "name": "name", "unique_id": "id"},
    fields={
        "name": ("UserName", "name"),
        "path": ("Path", "path"),
        "policies": ("Policies", ""),
        "managed": ("ManagedPolicyArns", ""),
        "boundary": ("PermissionsBoundary", "permissions_boundary"),
        "groups": ("Groups", ""),
    },
    read=read_user,
    source=f"{CFN}aws-resource-iam-user.html",
)

GROUP = ResourceType(
    cloudformation="AWS::IAM::Group",
    terraform="aws_iam_group",
    arn="arn:{partition}:iam::{account}:group{path=/}{name}",
    attributes={"Arn": "arn"},
    terraform_attributes={"arn": "arn", "id": "name", "name": "name", "unique_id": "id"},
    fields={
        "name": ("GroupName", "name"),
        "path": ("Path", "path"),
        "policies": ("Policies", ""),
        "managed": ("ManagedPolicyArns", ""),
    },
    read=read_group,
    source=f"{CFN}aws-resource-iam-group.html",
)

MEMBERSHIPS = (
    ResourceType(
        cloudformation="AWS::IAM::UserToGroupAddition",
        terraform="aws_iam_group_membership",
        ref="id",
        attributes={"Id": "id"},
        terraform_attributes={"id": "name", "name": "name", "group": "{groups}"},
        fields={
            "name": ("", "name"),
            "users": ("Users", "users"),
            "groups": ("GroupName", "group"),
        },
        read=read_membership,
        source=f"{CFN}aws-resource-iam-usertogroupaddition.html",
    ),
    ResourceType(
        terraform="aws_iam_user_group_membership",
        terraform_attributes={"user": "{users}"},
        fields={"users": ("", "user"), "groups": ("", "groups")},
        read=read_membership,
        source=f"{TERRAFORM}iam_user_group_membership",
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

SERVICE_LINKED_ROLE = ResourceType(
    cloudformation="AWS::IAM::ServiceLinkedRole",
    terraform="aws_iam_service_linked_role",
    # The service makes up the name, and with it the end of the ARN.
    arn="arn:{partition}:iam::{account}:role/aws-service-role/{service}/{name}",
    attributes={"RoleName": "name"},
    terraform_attributes={"arn": "arn", "id": "arn", "name": "name", "unique_id": "id"},
    fields={"service": ("AWSServiceName", "aws_service_name")},
    read=read_service_linked_role,
    source=f"{CFN}aws-resource-iam-servicelinkedrole.html",
)

IDENTITY_PROVIDERS = (
    ResourceType(
        cloudformation="AWS::IAM::OIDCProvider",
        terraform="aws_iam_openid_connect_provider",
        arn="arn:{partition}:iam::{account}:oidc-provider/{url~https://}",
        ref="arn",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "url": "{url~https://}"},
        fields={"url": ("Url", "url"), "audiences": ("ClientIdList", "client_id_list")},
        read=read_identity_provider,
        source=f"{CFN}aws-resource-iam-oidcprovider.html",
    ),
    ResourceType(
        cloudformation="AWS::IAM::SAMLProvider",
        terraform="aws_iam_saml_provider",
        arn="arn:{partition}:iam::{account}:saml-provider/{name}",
        ref="arn",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("Name", "name")},
        read=read_identity_provider,
        source=f"{CFN}aws-resource-iam-samlprovider.html",
    ),
)

RESOURCE_TYPES = (
    ROLE, USER, GROUP, *MEMBERSHIPS, INSTANCE_PROFILE, SERVICE_LINKED_ROLE, *IDENTITY_PROVIDERS,
)  # fmt: skip
