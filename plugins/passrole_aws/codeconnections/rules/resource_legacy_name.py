from collections.abc import Iterator

from passrole import Category, Graph, Report, Severity, Subject, Symptom, rule
from passrole_aws.codeconnections.entities import Connection

NEW_NAMES = {
    "AWS::CodeStarConnections::Connection": "AWS::CodeConnections::Connection",
    "aws_codestarconnections_connection": "aws_codeconnections_connection",
}


@rule(
    "connection-resource-legacy-name",
    checks=Connection,
    severity=Severity.INFO,
    category=Category.LIFECYCLE,
    symptoms=(Symptom(("AWS::CodeStarConnections",)),),
)
def resource_legacy_name(connection: Connection, _: Graph) -> Iterator[Report]:
    """A connection is made under the old name of its service.

    AWS CodeStar Connections became AWS CodeConnections. Resources of the old name still work, and their
    ARNs keep the prefix `codestar-connections`, which policies have to name then; a connection of the
    new name has `codeconnections` in its ARN.

    For a new connection, take the new name. One that exists need not be replaced: another connection has another
    ARN, must be completed in the console again, and the policies that name its prefix change with it.

    Nothing is broken, so the rule is on in the ruleset `strict` only; where a policy names the
    prefix of the other name, `connection-prefix-mismatch` says so.

    ```yaml
    Resources:
      GitHub:  # finding
        Type: AWS::CodeStarConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    ```yaml
    Resources:
      GitHub:
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    ```hcl
    resource "aws_codestarconnections_connection" "github" {  # finding
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    ```hcl
    resource "aws_codeconnections_connection" "github" {
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    Source: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
    Source: https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/1083
    """
    resource = connection.resource
    new = NEW_NAMES.get(resource.type_name)
    if new is None:
        return
    yield Report(
        origin=resource.key or resource.origin,
        message=f"Connection {connection.label} is a resource of type {resource.type_name}, the old"
        " name of CodeConnections.",
        symptom="Nothing: the old name still works.",
        remedy=f"Take {new} for a new connection.",
        subject=Subject(resource=connection.label),
        world=connection.world,
    )
