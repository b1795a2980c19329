"""Roles, policies and buckets that are given as data, read as if a scanned template defined them.

What is given becomes a template whose nodes stand in the file that gives them: messages point
there, and no fix is made to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from passrole.documents.nodes import Document, Making, Mapping, Node, Scalar, Sequence
from passrole.stacks.cloudformation.generated import MadeMapping, MadeScalar, MadeSequence
from passrole.stacks.resources import ResourceTypes, Stack, Target

if TYPE_CHECKING:
    from passrole.stacks.deployments import Deployment


class Maker:
    """Makes the nodes of a given template; each knows the document that it is written in."""

    def __init__(self) -> None:
        self._made = 0

    def copy(self, document: Document, node: Node) -> Node:
        """A node as it is written in ``document``, with all below it."""
        if isinstance(node, Scalar):
            return self.text(document, node.text, node, plain=node.plain)
        made: MadeSequence | MadeMapping
        if isinstance(node, Sequence):
            items = tuple(self.copy(document, item) for item in node.items)
            made = MadeSequence(items, node.start, node.end)
        else:
            pairs = tuple(
                (self.text(document, key.text, key), self.copy(document, value))
                for key, value in node.pairs
            )
            made = MadeMapping(pairs, node.start, node.end)
        made.made = self._making(document)
        return made

    def text(self, document: Document, text: str, at: Node, *, plain: bool = False) -> MadeScalar:
        """A text that stands for a node of ``document``."""
        made = MadeScalar(text, plain, at.start, at.end)
        made.made = self._making(document)
        return made

    def table(
        self, document: Document, at: Node, pairs: Iterable[tuple[str, Node | None]]
    ) -> MadeMapping:
        """A mapping that stands for a node of ``document``; pairs without a value are left out."""
        found = tuple(
            (self.text(document, name, at), value) for name, value in pairs if value is not None
        )
        made = MadeMapping(found, at.start, at.end)
        made.made = self._making(document)
        return made

    def listing(self, document: Document, at: Node, items: Iterable[Node]) -> MadeSequence:
        """A list that stands for a node of ``document``."""
        made = MadeSequence(tuple(items), at.start, at.end)
        made.made = self._making(document)
        return made

    def _making(self, document: Document) -> Making:
        self._made += 1
        return Making(document, self._made)


class GivenStacks:
    """The stacks that given templates make for each component of a scan."""

    def __init__(
        self, deployment: Deployment, types: ResourceTypes, texts: Iterable[str] = ()
    ) -> None:
        """``texts`` are those of the scanned files, which mention some of what is given."""
        self._deployment = deployment
        self._types = types
        given = deployment.facts.templates
        some = any(each.mentioned for each in given)
        whole = "\n".join((*texts, *_said(deployment))) if some else ""
        self._templates = tuple(
            each._replace(document=_mentioned(each.document, whole)) if each.mentioned else each
            for each in given
        )
        self._read: dict[str, Stack] = {}

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the stacks that were made so far."""
        return frozenset(self._read)

    def beside(self, stacks: Iterable[Stack]) -> Iterator[Stack]:
        """The stacks for a component, whose own are ``stacks``.

        What is given for an account is in that account; what is given by name is in each that the
        component's stacks go to.
        """
        targets = [stack.target for stack in stacks] if self._templates else []
        apart = {target.account: target for target in reversed(targets)}
        for index, template in enumerate(self._templates):
            if template.account:
                where = replace(
                    self._deployment, account=template.account, partition=template.partition
                )
                yield self._stack(
                    index, template.document, where.target(f"given:{template.account}")
                )
            else:
                for target in apart.values():
                    yield self._stack(index, template.document, target)

    def _stack(self, index: int, document: Document, target: Target) -> Stack:
        # Where nothing is given, and all is Terraform, nothing of CloudFormation is needed.
        from passrole.stacks.cloudformation.instances import Instance  # noqa: PLC0415
        from passrole.stacks.cloudformation.reading import read_stack  # noqa: PLC0415

        key = f"{document.path} ({index} given for {target.id})"
        if key not in self._read:
            instance = Instance.of(key, target)
            self._read[key] = read_stack(document, self._types, self._deployment, instance=instance)
        return self._read[key]


def _said(deployment: Deployment) -> Iterator[str]:
    """The texts of what is given beside roles and policies: names may come from there."""
    facts = deployment.facts
    named_in_part = {each.document.path for each in facts.templates if each.mentioned}
    yield from (each.text for each in facts.documents if each.path not in named_in_part)
    yield from (each.text for each in deployment.variables)
    for values in (*(each.values for each in deployment.sets), facts.exports, facts.parameters):
        yield from filter(None, values.values())


def _mentioned(document: Document, texts: str) -> Document:
    """The template with those resources only whose name stands in some text, and what they name."""
    root = document.root
    resources = root.get("Resources") if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or not isinstance(resources, Mapping):
        return document
    kept: dict[int, tuple[Scalar, Node]] = {}
    while True:
        found = {
            index: (key, node)
            for index, (key, node) in enumerate(resources.pairs)
            if index not in kept and _name_of(key) in texts
        }
        if not found:
            break
        kept.update(found)
        texts = "\n".join(text for _, node in found.values() for text in _texts(node))
    pairs = tuple(kept[index] for index in sorted(kept))
    inner = Mapping(pairs, 0, 0)
    return Document(
        document.path, document.text, Mapping(((root.pairs[0][0], inner),), 0, 0), document.format
    )


def _name_of(key: Scalar) -> str:
    # A second resource of a name has a number behind it.
    return key.text.partition(" (")[0]


def _texts(node: Node) -> Iterator[str]:
    """The texts that a resource holds, but for its own name and the policies written in it."""
    managed = node.get("Properties") if isinstance(node, Mapping) else None
    for name in ("ManagedPolicyArns", "PermissionsBoundary"):
        found = managed.get(name) if isinstance(managed, Mapping) else None
        items = found.items if isinstance(found, Sequence) else (found,)
        yield from (item.text for item in items if isinstance(item, Scalar))
