"""Events as they are written, and what sources with secrets of their own add to a role.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.documents.nodes import Mapping, Node, Sequence
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.generated import Data
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.sam.desk import Declared, Desk, present
from passrole.stacks.cloudformation.transforms.sam.roles import allow, inline
from passrole.stacks.cloudformation.transforms.walking import plain_text

_NETWORK: Data = (
    "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups",
)  # fmt: skip


class Event(NamedTuple):
    """One event of a function or state machine."""

    owner: Declared
    name: str
    kind: str
    node: Node
    properties: Mapping

    @property
    def id(self) -> str:
        """The logical id of what it makes."""
        return f"{self.owner.id}{self.name}"

    @property
    def target(self) -> str:
        """The logical id of the state machine, or of its alias, that it starts."""
        if plain_text(self.owner.get("UseAliasAsEventTarget")) == "true":
            return f"{self.owner.id}Alias{plain_text(self.owner.get('AutoPublishAlias')) or ''}"
        return self.owner.id

    def get(self, name: str) -> Node | None:
        """A property; None where it is not there or nothing."""
        return present(self.properties.get(name))


def events_of(desk: Desk, owner: Declared) -> Iterator[Event | Node]:
    """The events that are written; what cannot be read is an open node."""
    events = owner.get("Events")
    if events is None:
        return
    if not isinstance(events, Mapping):
        yield desk.workshop.unknown("which events there are is not known", events)
        return
    for key, node in events.pairs:
        kind = plain_text(node.get("Type")) if isinstance(node, Mapping) else None
        properties = node.get("Properties") if isinstance(node, Mapping) else None
        if kind is None or key.text.startswith("Fn::"):
            yield desk.workshop.unknown(f"the event {key.text} cannot be read", node)
        elif isinstance(properties, Mapping):
            yield Event(owner, key.text, kind, node, properties)
        else:
            yield Event(owner, key.text, kind, node, desk.workshop.mapping((), node))


def reading_secrets(event: Event) -> Iterator[Data]:
    """MSK reads certificates and a registry of schemas with the function's role."""
    if event.kind != "MSK":
        return
    statements = list(_registry(event))
    for kind, uri in _access(event):
        if kind == "CLIENT_CERTIFICATE_TLS_AUTH":
            statements.append(allow("secretsmanager:GetSecretValue", uri))
    if statements:
        yield inline("MSKExecutionRolePolicy", *statements)


def _registry(event: Event) -> Iterator[Data]:
    """What a registry of schemas takes: its secrets, and AWS Glue where it is one of Glue's."""
    config = event.get("SchemaRegistryConfig")
    if not isinstance(config, Mapping):
        return
    for _, uri in _typed(config.get("AccessConfigs")):
        yield allow("secretsmanager:GetSecretValue", uri)
    registry = config.get("SchemaRegistryURI")
    call = call_of(registry) if registry is not None else None
    text = plain_text(call[1] if call is not None and call[0] == "Fn::Sub" else registry) or ""
    _, is_registry, name = text.partition(":registry/")
    if registry is not None and text.startswith("arn") and is_registry:
        arn = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:schema/"
        yield allow("glue:GetRegistry", registry)
        yield allow("glue:GetSchemaVersion", {"Fn::Sub": f"{arn}{name}/*"})


def _access(event: Event) -> Iterator[tuple[str, Node]]:
    """The ``SourceAccessConfigurations``: types with their URIs."""
    return _typed(event.get("SourceAccessConfigurations"))


def _typed(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The types and URIs of a list."""
    for item in node.items if isinstance(node, Sequence) else ():
        kind = plain_text(item.get("Type")) if isinstance(item, Mapping) else None
        uri = item.get("URI") if isinstance(item, Mapping) else None
        if kind is not None and uri is not None:
            yield kind, uri


def _secret(event: Event, *kinds: str) -> Iterator[Data]:
    for kind, uri in _access(event):
        if kind in kinds:
            yield allow("secretsmanager:GetSecretValue", uri)
    key = plain_text(event.get("SecretsManagerKmsKeyId"))
    if key is not None:
        arn = f"arn:${{AWS::Partition}}:kms:${{AWS::Region}}:${{AWS::AccountId}}:key/{key}"
        yield allow("kms:Decrypt", {"Fn::Sub": arn})


def _broker(event: Event) -> Data:
    """Amazon MQ."""
    named = plain_text(event.get("DynamicPolicyName")) == "true"
    name = f"{event.id}AMQPolicy" if named else "SamAutoGeneratedAMQPolicy"
    broker: Data = event.get("Broker") or event.node
    return inline(name, *_secret(event, "BASIC_AUTH"), allow("mq:DescribeBroker", broker))


def _kafka(event: Event) -> Data:
    """Apache Kafka that runs anywhere."""
    kinds = (
        "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH",
        "OAUTHBEARER_AUTH", "SERVER_ROOT_CA_CERTIFICATE",
    )  # fmt: skip
    statements = list(_secret(event, *kinds))
    if any(kind == "VPC_SUBNET" for kind, _ in _access(event)):
        statements.append(allow(_NETWORK, "*"))
    statements.extend(_registry(event))
    return inline("SelfManagedKafkaExecutionRolePolicy", *statements)


def _documents(event: Event) -> Data:
    """Amazon DocumentDB."""
    rds = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:"
    cluster: Data = event.get("Cluster") or event.node
    return inline(
        "SamAutoGeneratedDocumentDBPolicy",
        *_secret(event, "BASIC_AUTH"),
        allow("rds:DescribeDBClusterParameters", {"Fn::Sub": f"{rds}cluster-pg:*"}),
        allow("rds:DescribeDBSubnetGroups", {"Fn::Sub": f"{rds}subgrp:*"}),
        allow("rds:DescribeDBClusters", cluster),
        allow(_NETWORK, "*"),
    )


STATEMENTS = {"MQ": _broker, "SelfManagedKafka": _kafka, "DocumentDB": _documents}
