"""Service and resource control policies; an organization has other policies, none of IAM."""

from collections.abc import Iterator

from passrole import (
    Absent,
    PolicyKind,
    Resource,
    ResourcePolicy,
    ResourceType,
    known,
    read_policy,
)
from passrole_aws.organizations.entities import OrganizationAttachment, OrganizationPolicy

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"

KINDS = {
    "SERVICE_CONTROL_POLICY": PolicyKind.SCP,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RCP,
}


def read_organization_policy(resource: Resource) -> Iterator[OrganizationPolicy]:
    """One policy; its document is read where its type says that it is one of IAM."""
    kind = KINDS.get(_type(resource))
    policy = read_policy(resource["policy"], kind, str(resource.name)) if kind else None
    yield OrganizationPolicy(resource, policy=policy, targets=resource["targets"])


def _type(resource: Resource) -> str:
    written = resource["type"]
    if isinstance(written, Absent) and resource.format == "terraform":
        return "SERVICE_CONTROL_POLICY"
    return known(written) or ""


def read_attachment(resource: Resource) -> Iterator[OrganizationAttachment]:
    """One attachment."""
    yield OrganizationAttachment(resource, policy=resource["policy"], targets=resource["targets"])


def read_delegation(resource: Resource) -> Iterator[ResourcePolicy]:
    """The policy of the organization itself, which lets accounts administrate it."""
    policy = read_policy(resource["policy"], PolicyKind.RESOURCE, resource.id)
    yield ResourcePolicy(resource, of=resource["of"], policy=policy)


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::Organizations::Policy",
        terraform="aws_organizations_policy",
        ref="id",
        attributes={"Id": "id"},
        terraform_attributes={"id": "id", "name": "name"},
        fields={
            "name": ("Name", "name"),
            "type": ("Type", "type"),
            "policy": ("Content", "content"),
            "targets": ("TargetIds", ""),
        },
        read=read_organization_policy,
        source=f"{CFN}aws-resource-organizations-policy.html",
    ),
    ResourceType(
        terraform="aws_organizations_policy_attachment",
        fields={"policy": ("", "policy_id"), "targets": ("", "target_id")},
        read=read_attachment,
        source=f"{TERRAFORM}organizations_policy_attachment",
    ),
    ResourceType(
        cloudformation="AWS::Organizations::ResourcePolicy",
        terraform="aws_organizations_resource_policy",
        ref="id",
        attributes={"Id": "id"},
        terraform_attributes={"id": "id"},
        fields={"policy": ("Content", "content")},
        read=read_delegation,
        source=f"{CFN}aws-resource-organizations-resourcepolicy.html",
    ),
)
