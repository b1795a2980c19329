"""Resources of what is given, as a template would have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from passrole.configuration.entries import Entry
from passrole.documents.nodes import Document, Node
from passrole.records import NamedTuple
from passrole.stacks.given import Maker

_ARN: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>[0-9]{12}):(?P<type>role|policy)"
    r"(?P<path>/(?:[!-.0-~]+/)*)(?P<name>[\w+=,.@-]{1,128})"
)


class Named(NamedTuple):
    """What an ARN or a name alone says of a role or a policy."""

    name: str
    path: str = ""
    account: str = ""
    partition: str = ""


class Written(NamedTuple):
    """A node and the document that it is written in."""

    document: Document
    node: Node


class RoleParts(NamedTuple):
    """What a role consists of; what is None or empty is not there."""

    trust: Written | None = None
    inline: Sequence[Written] = ()
    managed: Sequence[Written] = ()
    boundary: Written | None = None


def named_by(arn: str, what: str) -> Named | None:
    """What an ARN of a ``role`` or a ``policy`` says, None where it is none."""
    found = _ARN.fullmatch(arn)
    if found is None or found["type"] != what:
        return None
    path = "" if found["path"] == "/" else found["path"]
    return Named(found["name"], path, found["account"], found["partition"])


def role_resource(make: Maker, entry: Entry, named: Named, parts: RoleParts) -> Node:
    """The resource of a role that ``entry`` gives."""
    document, at = entry.source.document, entry.key or entry.node
    inline = [
        make.table(document, at, (
            ("PolicyName", make.text(document, _policy_name(each, number), at)),
            ("PolicyDocument", make.copy(*each)),
        ))
        for number, each in enumerate(parts.inline, 1)
    ]  # fmt: skip
    managed = [make.copy(*each) for each in parts.managed]
    return _resource(make, entry, "AWS::IAM::Role", (
        ("RoleName", make.text(document, named.name, at)),
        ("Path", make.text(document, named.path, at) if named.path else None),
        ("AssumeRolePolicyDocument", make.copy(*parts.trust) if parts.trust else None),
        ("Policies", make.listing(document, at, inline) if inline else None),
        ("ManagedPolicyArns", make.listing(document, at, managed) if managed else None),
        ("PermissionsBoundary", make.copy(*parts.boundary) if parts.boundary else None),
    ))  # fmt: skip


def policy_resource(make: Maker, entry: Entry, named: Named, policy: Written) -> Node:
    """The resource of a managed policy."""
    document, at = entry.source.document, entry.key or entry.node
    return _resource(make, entry, "AWS::IAM::ManagedPolicy", (
        ("ManagedPolicyName", make.text(document, named.name, at)),
        ("Path", make.text(document, named.path, at) if named.path else None),
        ("PolicyDocument", make.copy(*policy)),
    ))  # fmt: skip


def bucket_resources(
    make: Maker, entry: Entry, name: str, policy: Written | None
) -> Iterator[Node]:
    """The resource of a bucket, and that of its policy."""
    called = make.text(entry.source.document, name, entry.key or entry.node)
    yield _resource(make, entry, "AWS::S3::Bucket", (("BucketName", called),))
    if policy is not None:
        said = (("Bucket", called), ("PolicyDocument", make.copy(*policy)))
        yield _resource(make, entry, "AWS::S3::BucketPolicy", said)


def _resource(
    make: Maker, entry: Entry, type_name: str, properties: tuple[tuple[str, Node | None], ...]
) -> Node:
    document, at = entry.source.document, entry.key or entry.node
    pairs = (
        ("Type", make.text(document, type_name, at)),
        ("Properties", make.table(document, at, properties)),
    )
    return make.table(document, entry.node, pairs)


def _policy_name(written: Written, number: int) -> str:
    """That of the file where it has one of its own."""
    stem = written.document.path.rpartition("/")[2].partition(".")[0]
    return stem if written.document.format != "toml" else f"policy {number}"
