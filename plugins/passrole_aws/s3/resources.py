"""Settings of buckets that are resources of their own in Terraform."""

from collections.abc import Iterator

from passrole import Resource, ResourceType
from passrole_aws.s3.entities import BucketAcls

TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"


def read_acls(resource: Resource) -> Iterator[BucketAcls]:
    """The object ownership of one bucket, or its block on public ACLs."""
    yield BucketAcls(
        resource,
        of=resource["of"],
        ownership=resource["ownership"],
        blocks_public_acls=resource["blocks_public_acls"],
    )


RESOURCE_TYPES = (
    ResourceType(
        terraform="aws_s3_bucket_ownership_controls",
        terraform_attributes={"id": "{of}", "bucket": "{of}"},
        fields={"of": ("", "bucket"), "ownership": ("", "rule.0.object_ownership")},
        read=read_acls,
        source=f"{TERRAFORM}s3_bucket_ownership_controls",
    ),
    ResourceType(
        terraform="aws_s3_bucket_public_access_block",
        terraform_attributes={"id": "{of}", "bucket": "{of}"},
        fields={"of": ("", "bucket"), "blocks_public_acls": ("", "block_public_acls")},
        read=read_acls,
        source=f"{TERRAFORM}s3_bucket_public_access_block",
    ),
)
