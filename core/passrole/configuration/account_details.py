"""Roles and policies as ``aws iam get-account-authorization-details`` writes them.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from passrole.configuration.entries import Entry
from passrole.configuration.given_resources import (
    Named,
    RoleParts,
    Written,
    named_by,
    policy_resource,
    role_resource,
)
from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.stacks.given import Maker

Add = Callable[[Named, Node, Entry, bool], None]


def read_details(entry: Entry, make: Maker, add: Add) -> None:
    """Give the roles and the customer managed policies of an account to ``add``.

    An account has hundreds of them: those count that the scanned code, or a role of it, mentions.
    Raises UsageError, with the place, for an entry without an ARN.
    """
    for each in _listed(entry, "RoleDetailList"):
        _role(each, make, add)
    for each in _listed(entry, "Policies"):
        arn = _get(each.node, "Arn")
        document = _default_version(each)
        if document is not None and not (isinstance(arn, Scalar) and ":iam::aws:" in arn.text):
            named = _named(each, "policy")
            written = Written(each.source.document, document)
            add(named, policy_resource(make, each, named, written), each, True)


def _role(entry: Entry, make: Maker, add: Add) -> None:
    def written(node: Node | None) -> Written | None:
        return Written(entry.source.document, node) if node is not None else None

    inline = [_get(each.node, "PolicyDocument") for each in _listed(entry, "RolePolicyList")]
    managed = [_get(each.node, "PolicyArn") for each in _listed(entry, "AttachedManagedPolicies")]
    parts = RoleParts(
        written(_get(entry.node, "AssumeRolePolicyDocument")),
        [found for found in map(written, inline) if found is not None],
        [found for found in map(written, managed) if found is not None],
        written(_get(entry.node, "PermissionsBoundary", "PermissionsBoundaryArn")),
    )
    named = _named(entry, "role")
    add(named, role_resource(make, entry, named, parts), entry, True)


def _named(entry: Entry, what: str) -> Named:
    arn = _get(entry.node, "Arn")
    named = named_by(arn.text, what) if isinstance(arn, Scalar) else None
    if named is None:
        entry.refuse(f"{entry.name}: an entry has no Arn of a {what}")
    return named


def _default_version(entry: Entry) -> Node | None:
    for version in _listed(entry, "PolicyVersionList"):
        default = _get(version.node, "IsDefaultVersion")
        if isinstance(default, Scalar) and default.text.lower() == "true":
            return _get(version.node, "Document")
    return None


def _listed(entry: Entry, name: str) -> Iterator[Entry]:
    node = _get(entry.node, name)
    if isinstance(node, Sequence):
        for item in node.items:
            yield Entry(entry.source, f"{entry.name}.{name}".removeprefix("."), item)


def _get(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node
