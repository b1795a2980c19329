"""The types of Acme's resources, and how they are read."""

from collections.abc import Iterator

from passrole_acme.entities import ReleaseTable

from passrole import Resource, ResourceType


def read_table(resource: Resource) -> Iterator[ReleaseTable]:
    """One table."""
    yield ReleaseTable(resource, protected=resource["protected"])


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="Acme::Releases::Table",
        terraform="acme_release_table",
        arn="arn:{partition}:dynamodb:{region}:{account}:table/{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
        fields={
            "name": ("TableName", "name"),
            "protected": ("DeletionProtectionEnabled", "deletion_protection_enabled"),
        },
        read=read_table,
        source="https://acme.example/releases#table",
    ),
)
