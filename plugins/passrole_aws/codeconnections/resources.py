"""Connections to other hosts of source code, under both names of their service."""

from collections.abc import Iterator

from passrole import Resource, ResourceType
from passrole_aws.codeconnections.entities import Connection


def read_connection(resource: Resource) -> Iterator[Connection]:
    """One connection."""
    yield Connection(resource)


def connection(cloudformation: str, terraform: str, service: str, source: str) -> ResourceType:
    """A type of connection, whose ARN the service makes up, under either name of the service."""
    return ResourceType(
        cloudformation=cloudformation,
        terraform=terraform,
        arn=f"arn:{{partition}}:{service}:{{region}}:{{account}}:connection/{{id}}",
        ref="arn",
        attributes={"ConnectionArn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("ConnectionName", "name")},
        read=read_connection,
        source=source,
    )


RESOURCE_TYPES = (
    connection(
        "AWS::CodeStarConnections::Connection",
        "aws_codestarconnections_connection",
        "codestar-connections",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codestarconnections-connection.html",
    ),
    connection(
        "AWS::CodeConnections::Connection",
        "aws_codeconnections_connection",
        "codeconnections",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codeconnections-connection.html",
    ),
)
