"""Policies that are files of their own, or stand in the output of the AWS command line.

What kind of policy it is follows from what is written in it. A service control policy cannot be
told from an identity policy but by the name of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.documents.recognition import policies_in
from passrole.iam.policies import read_policy
from passrole.iam.statements import PolicyKind
from passrole.model.entities import PolicyDocument
from passrole.values import (
    ABSENT,
    ANYTHING,
    Hole,
    Listing,
    Origin,
    Part,
    Record,
    Text,
    Value,
)

_TRUST = frozenset(
    ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity",
     "sts:tagsession", "sts:setsourceidentity", "sts:setcontext")
)  # fmt: skip

# What people put where a script or a template sets the value: ${account_id}, <ACCOUNT-ID>,
# {{ account }}, $ACCOUNT, ACCOUNT_ID, __ACCOUNT__. A policy variable has a colon in it.
_PLACEHOLDER = re.compile(
    r"\$\{[^${}:*?]{1,80}\}|<[^<>]{1,80}>|\{\{[^{}]{1,80}\}\}|\$[A-Za-z_]\w*|%\w{1,40}%|@@?\w{1,40}@@?"
    r"|\[[A-Za-z][\w -]{0,60}\]|\b(?:\w{0,40}[-_])?(?:ACCOUNT|REGION)[\w-]{0,40}|\b__\w{1,40}__\b",
)


_OF_ORGANIZATIONS = re.compile(
    r"(?i)(?:^|[^a-z])scps?(?![a-z])|service[-_ ]?control[-_ ]?polic(?:y|ies)"
)


def policy_documents(document: Document) -> Iterator[PolicyDocument]:
    """Every policy that a document holds, at its exact place."""
    if document.root is not None:
        for node in policies_in(document.root):
            yield _read(document, node)


def _read(document: Document, node: Mapping) -> PolicyDocument:
    value = _value(document, node)
    kind = _kind(node)
    if kind is PolicyKind.IDENTITY and _OF_ORGANIZATIONS.search(document.path):
        kind = PolicyKind.SCP
    policy = read_policy(value, kind, document.path)
    return PolicyDocument(policy, Origin(document, node))


def _kind(node: Mapping) -> PolicyKind:
    listed = node.get("Statement")
    items = listed.items if isinstance(listed, Sequence) else (listed,)
    statements = [item for item in items if isinstance(item, Mapping)]
    with_principal = [
        each for each in statements if each.get("Principal") or each.get("NotPrincipal")
    ]
    if not with_principal:
        return PolicyKind.IDENTITY
    actions = {text.lower() for each in with_principal for text in _texts(each.get("Action"))}
    return PolicyKind.TRUST if actions and actions <= _TRUST else PolicyKind.RESOURCE


def _texts(node: Node | None) -> Iterator[str]:
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        if isinstance(item, Scalar):
            yield item.text


def _value(document: Document, node: Node) -> Value:
    origin = Origin(document, node)
    if isinstance(node, Scalar):
        return ABSENT if node.is_null else Text(_parts(node), origin)
    if isinstance(node, Sequence):
        return Listing(tuple(_value(document, item) for item in node.items), origin)
    fields = {key.text: _value(document, value) for key, value in node.pairs}
    return Record(fields, origin, {key.text: Origin(document, key) for key, _ in node.pairs})


def _parts(node: Scalar) -> Iterator[Part]:
    """The text with holes where something is to be put in before it is used."""
    end = 0
    for found in _PLACEHOLDER.finditer(node.text):
        yield node.text[end : found.start()]
        name = found[0]
        yield Hole(f"placeholder:{name}", ANYTHING, name, "the file has a placeholder")
        end = found.end()
    yield node.text[end:]
