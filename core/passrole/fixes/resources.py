"""What is added to a resource as a whole: an inline policy, what it waits for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from passrole.documents.nodes import Document
from passrole.fixes.operations import Operation
from passrole.fixes.sites import Site
from passrole.fixes.spelling import Encoded, Plain, Raw
from passrole.fixes.written import Notation

_RESOURCE: Final = re.compile(r'resource\s+"([\w-]+)"\s+"([\w-]+)"\s*\{')
_MODULES: Final = re.compile(r"^(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)+")
_MANY: Final = ("count", "for_each")
_INLINE: Final = "aws_iam_role_policy"


def add_policy(
    site: Site, name: str, statement: Mapping[str, Plain], documents: Iterable[Document]
) -> Operation | None:
    """An inline policy for the role at a site: in it, or as a resource of its own."""
    whole = site.whole
    document: dict[str, Plain] = {"Version": "2012-10-17", "Statement": [statement]}
    if site.is_terraform and whole.notation is not Notation.BODY:
        return None
    if whole.notation is Notation.BODY:
        return _policy_block(site, name, document, documents)
    properties = whole.get("Properties")
    if properties is None or properties.value.kind != "mapping":
        return None
    policy: Plain = {"PolicyName": name, "PolicyDocument": document}
    policies = properties.value.get("Policies")
    if policies is None:
        return Operation("add", site, properties.value, (("Policies", [policy]),))
    if policies.value.kind != "sequence":
        return None
    return Operation("add", site, policies.value, (("", policy),))


def _policy_block(
    site: Site, name: str, document: Mapping[str, Plain], documents: Iterable[Document]
) -> Operation | None:
    text = site.document.text
    found = _RESOURCE.match(text, site.whole.start)
    if found is None or any(site.whole.get(each) is not None for each in _MANY):
        return None
    taken = [each.text for each in documents if each.format == "hcl"]
    label = f"{found[2]}_{name}".replace("-", "_")
    if any(f'"{_INLINE}" "{label}"' in each for each in taken):
        return None
    data: dict[str, Plain] = {
        "name": name,
        "role": Raw(f"{found[1]}.{found[2]}.name"),
        "policy": Encoded(document),
    }
    return Operation("block", site, site.whole, ((f'resource "{_INLINE}" "{label}"', data),))


def add_dependency(site: Site, ids: Sequence[str]) -> Operation | None:
    """More that the resource at a site waits for."""
    whole = site.whole
    named: list[Plain]
    if site.is_terraform:
        key = "depends_on"
        local = [_MODULES.sub("", each) for each in ids]
        named = [Raw(each) if whole.notation is Notation.BODY else each for each in local]
    else:
        key = "DependsOn"
        named = list(ids)
    if whole.kind != "mapping":
        return None
    entry = whole.get(key)
    pieces = tuple(("", each) for each in named)
    if entry is None:
        alone = not site.is_terraform and len(named) == 1
        after = None if site.is_terraform else whole.get("Type")
        added = named[0] if alone else named
        return Operation("add", site, whole, ((key, added),), after=after)
    if entry.value.kind == "sequence":
        return Operation("add", site, entry.value, pieces)
    return Operation("wrap", site, entry.value, pieces, entry)
