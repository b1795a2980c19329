"""A rule: its docstring is its page, and the examples in it are its tests."""

from collections.abc import Iterator

from passrole_acme.entities import ReleaseTable

from passrole import Absent, Category, Graph, Report, Severity, Subject, known, rule


@rule(
    "acme-release-table-unprotected",
    checks=ReleaseTable,
    severity=Severity.HIGH,
    category=Category.STRUCTURE,
)
def release_table_unprotected(table: ReleaseTable, graph: Graph) -> Iterator[Report]:
    """A table of releases may be deleted by mistake.

    Without its table nothing can be deployed or rolled back. Protection is off unless it is
    switched on.

    Set `DeletionProtectionEnabled` to true.

    ```yaml
    Resources:
      Releases:
        Type: Acme::Releases::Table  # finding
        Properties:
          TableName: releases
    ```

    ```yaml
    Resources:
      Releases:
        Type: Acme::Releases::Table
        Properties:
          TableName: releases
          DeletionProtectionEnabled: true
    ```

    What is given at deployment is not known, so nothing is said of it:

    ```yaml
    Parameters:
      Protected: {Type: String}
    Resources:
      Releases:
        Type: Acme::Releases::Table
        Properties:
          DeletionProtectionEnabled: !Ref Protected
    ```

    ```hcl
    resource "acme_release_table" "releases" {
      name                        = "releases"
      deletion_protection_enabled = false  # finding
    }
    ```

    ```hcl
    resource "acme_release_table" "releases" {
      name                        = "releases"
      deletion_protection_enabled = true
    }
    ```

    Source: https://acme.example/releases#table
    """
    if isinstance(table.protected, Absent) or known(table.protected) == "false":
        yield Report(
            origin=table.resource.place("protected"),
            message=f"Table {table.label} may be deleted by mistake.",
            remedy="Set DeletionProtectionEnabled to true.",
            subject=Subject(resource=table.label),
            world=table.world,
        )
