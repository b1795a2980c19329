"""Acme: deployments that look their releases up in a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from passrole import (
    ABSENT,
    ActionProvider,
    Category,
    Entity,
    Graph,
    Need,
    Report,
    Resource,
    ResourceType,
    Rule,
    Severity,
    Subject,
    Value,
    hookimpl,
    known,
    rule,
)

TABLE = "arn:{partition}:dynamodb:{region}:{account}:table/{ReleaseTable}"

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "Custom",
        "AcmeDeploy",
        needs=(
            Need(
                "dynamodb:GetItem",
                TABLE,
                source="https://acme.example/deploy#permissions",
                symptom="The deployment waits for a release that it may not read.",
            ),
        ),
        artifacts=None,
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseTable(Entity):
    """A table of releases; ``protected`` is its deletion protection."""

    protected: Value = ABSENT


def read_table(resource: Resource) -> Iterator[ReleaseTable]:
    """One table."""
    yield ReleaseTable(resource, protected=resource["protected"])


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::DynamoDB::GlobalTable",
        arn="arn:{partition}:dynamodb:{region}:{account}:table/{name}",
        attributes={"Arn": "arn"},
        fields={
            "name": ("TableName", ""),
            "protected": ("Replicas.0.DeletionProtectionEnabled", ""),
        },
        read=read_table,
    ),
)


@rule(
    "acme-table-unprotected",
    checks=ReleaseTable,
    severity=Severity.HIGH,
    category=Category.STRUCTURE,
)
def table_unprotected(table: ReleaseTable, graph: Graph) -> Iterator[Report]:
    """A table of releases may be deleted by mistake.

    Without its table nothing of Acme's can be deployed or rolled back.

    ```yaml
    Resources:
      Releases:
        Type: AWS::DynamoDB::GlobalTable  # finding
        Properties:
          TableName: releases
          Replicas: [{Region: eu-west-1}]
    ```

    ```yaml
    Resources:
      Releases:
        Type: AWS::DynamoDB::GlobalTable
        Properties:
          TableName: releases
          Replicas: [{Region: eu-west-1, DeletionProtectionEnabled: true}]
    ```
    """
    if known(table.protected) != "true":
        yield Report(
            origin=table.resource.origin,
            message=f"Table {table.label} has no deletion protection.",
            remedy="Set DeletionProtectionEnabled to true.",
            subject=Subject(resource=table.label),
        )


@hookimpl
def passrole_action_providers() -> tuple[ActionProvider, ...]:
    return PROVIDERS


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES


@hookimpl
def passrole_rules() -> tuple[Rule, ...]:
    return (table_unprotected,)
