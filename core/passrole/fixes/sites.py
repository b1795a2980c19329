"""Where a value stands in its file, if that is a place that may be edited.

Not edited is what stands elsewhere than it counts: nodes that a transform made, aliases and what
they name, parameters and locals that many may use, templates inside of others, plans and states.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from passrole.documents.embedded import json_inside
from passrole.documents.nodes import Document, Node, Scalar, children
from passrole.documents.nodes import Mapping as MappingNode
from passrole.documents.recognition import is_terraform
from passrole.fixes.inner import Inner, inner_of
from passrole.fixes.written import Entry, Notation, Written, embedded, written
from passrole.records import NamedTuple
from passrole.values import Origin

_TOPS: Final = {"hcl": ("resource", "data"), "json": ("Resources", "resource", "data")}
_ALIAS: Final = re.compile(r"[\s\[{,]\*[\w-]")
_ANCHOR: Final = re.compile(r"[\s\[{,]&[\w-]")
_IN_RESOURCE: Final = 3
"""How many steps lead from the root to what is in a resource."""
_GENERATED: Final = ("Fn::ForEach", "Fn::Transform", "dynamic")


class Site(NamedTuple):
    """A part of a document, and what it stands in, the outermost first."""

    document: Document
    whole: Written
    chain: tuple[tuple[Written, Entry], ...]
    inner: Inner | None = None
    """The quoted text that it is JSON in, and which its places count from."""

    @property
    def text(self) -> str:
        """The text that its places count from."""
        return self.document.text if self.inner is None else self.inner.document.text

    @property
    def is_embedded(self) -> bool:
        """Whether it is JSON inside a text of another format."""
        json = self.document.format == "json"
        return self.inner is not None or (not json and self.whole.notation is Notation.JSON)

    @property
    def is_terraform(self) -> bool:
        """Whether it is configuration of Terraform, in either syntax."""
        return self.document.format == "hcl" or is_terraform(self.document.path)

    @property
    def parent(self) -> tuple[Written, Entry] | None:
        """What holds it, and as which entry."""
        return self.chain[-1] if self.chain else None


def site_of(origin: Origin, sources: Mapping[str, Document]) -> Site | None:
    """The place of a value, None where it may not be edited there."""
    document, node = origin
    root = document.root
    if sources.get(document.path) is not document or root is None or node.made is not None:
        return None
    path = tuple(_way(root, node))
    if (not path and node is not root) or not _is_editable(document, path):
        return None
    whole = written(document, node)
    if whole is None:
        return None
    inside = inner_of(document, whole)
    if inside is not None:
        return Site(document, inside[1], (), inside[0])
    span = whole.start, whole.end
    for outer in _outer(document, path, node):
        chain = tuple(outer.holding(*span))
        if chain and (chain[-1][1].value.start, chain[-1][1].value.end) == span:
            return Site(document, chain[-1][1].value, chain)
        return Site(document, whole, ())
    return None


def _outer(document: Document, path: tuple[tuple[str, Node], ...], node: Node) -> Iterator[Written]:
    """The outermost part that holds a node and is written in one place."""
    last = path[-1][1] if path else node
    if isinstance(node, Scalar) and node.tag == "json" and last is not node:
        inside = json_inside(document, last)
        found = embedded(document, inside) if inside is not None else None
        if found is not None:
            yield found
        return
    # What is around a resource, or a block, is not asked for: it may be the most of a file.
    around = 0 if document.format == "hcl" or len(path) < _IN_RESOURCE else 1
    first = (document.root,) if len(path) < _IN_RESOURCE else ()
    for each in (*first, *(step for _, step in path[around:])):
        outer = written(document, each) if each is not None else None
        if outer is not None:
            yield outer


def _way(root: Node, node: Node) -> Iterator[tuple[str, Node]]:
    """The steps from the root to a node, or to the smallest one that a part of a text stands in."""
    current = root
    while current is not node:
        found: tuple[str, Node] | None = None
        for part, child in children(current):
            if child is node:
                found = part, child
                break
            holds = child.start <= node.start and node.end <= child.end
            size = found[1].end - found[1].start if found else None
            if holds and (size is None or child.end - child.start < size):
                found = part, child
        if found is None:
            return
        yield found
        current = found[1]


def _is_editable(document: Document, path: tuple[tuple[str, Node], ...]) -> bool:
    steps = [part.removeprefix(".") for part, _ in path]
    if document.format == "template":
        return False
    if _is_policy_file(document):
        return True
    if steps[0] not in _TOPS.get(document.format, ("Resources",)):
        return False
    if any(step.startswith(_GENERATED) for step in steps):
        return False
    if any(each.made is not None for _, each in path):
        return False
    return document.format != "yaml" or not _is_shared(document, path)


def _is_policy_file(document: Document) -> bool:
    root = document.root
    return isinstance(root, MappingNode) and root.get("Statement") is not None


def _is_shared(document: Document, path: tuple[tuple[str, Node], ...]) -> bool:
    """Whether an alias or a merge makes a part of the way, or the end of it, count twice."""
    root = document.root
    if root is None or not (_ALIAS.search(document.text) and _ANCHOR.search(document.text)):
        return False
    uses: Counter[int] = Counter()
    seen: set[int] = set()
    waiting: list[Node] = [root]
    while waiting:
        current = waiting.pop()
        for _, child in children(current):
            uses[id(child)] += 1
            if id(child) not in seen and not isinstance(child, Scalar):
                seen.add(id(child))
                waiting.append(child)
    ends = [child for _, child in children(path[-1][1])]
    return any(uses[id(each)] > 1 for each in (*(node for _, node in path), *ends))
