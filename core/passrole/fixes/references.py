"""Texts in the references of the place where they are to stand: ``aws_s3_bucket.b.arn``.

What the code there has no word for is not written: a fix never invents a parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from passrole.documents.nodes import Document, Scalar
from passrole.documents.nodes import Mapping as MappingNode
from passrole.fixes.sites import Site
from passrole.fixes.spelling import Plain, Raw
from passrole.fixes.written import Notation
from passrole.policies.vocabulary import Reference, Vocabulary, texts_of
from passrole.policies.writing_cloudformation import (
    cloudformation_expression,
    cloudformation_vocabulary,
    inside_sub,
)
from passrole.policies.writing_terraform import (
    module_of,
    terraform_expression,
    terraform_vocabulary,
)
from passrole.stacks.resources import Resource, Stack
from passrole.values import Text

_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SHORT = 2
"""Values of so few characters stand in texts by accident."""
_Template = tuple[Vocabulary, frozenset[str]]


class References:
    """What the stacks of one run call their texts; vocabularies are made when first asked for."""

    def __init__(self, stacks: Iterable[Stack], sources: Mapping[str, Document]) -> None:
        self._stacks = tuple(stacks)
        self._sources = sources
        self._templates: dict[str, tuple[_Template, ...]] = {}
        self._modules: dict[str, tuple[Vocabulary, ...]] = {}

    def spell(self, text: Text, site: Site) -> Plain | None:
        """A text as it is written at a place, None where nothing there can say it."""
        document = site.document
        if document.format == "hcl" or document.path.endswith(".tf.json"):
            return self._terraform(text, site)
        for vocabulary, passed in self._template(document):
            # What a parent passes is no default, and is to be written as the parameter too.
            whole = text.relying_on(passed)
            expression, placeholders = cloudformation_expression(whole, vocabulary)
            if not placeholders and not self._may_be_missing(json.dumps(expression), site):
                return inside_sub(expression) if site.is_embedded else expression
        return None

    def _terraform(self, text: Text, site: Site) -> Plain | None:
        for vocabulary in self._module(site.document):
            found = terraform_expression(text, vocabulary)
            if found.placeholders or self._may_be_missing(found.code, site):
                continue
            if found.data and site.document.format != "hcl":
                return None
            if site.whole.notation in (Notation.HCL, Notation.BODY):
                return Raw(found.code, found.data)
            quoted = found.code.startswith('"')
            inside = found.code[1:-1] if quoted else f"${{{found.code}}}"
            return Raw(f'"{inside}"', found.data) if site.document.format == "hcl" else inside
        return None

    def _may_be_missing(self, expression: str, site: Site) -> bool:
        """Whether it refers to what is there under a condition that the place is not under."""
        words = set(_WORDS.findall(expression))
        for stack in self._stacks:
            around = _resource_at(stack, site)
            if around is None:
                continue
            for address, resource in stack.resources.items():
                always = resource.exists is True and not resource.world.literals
                same = around.world == resource.world and around.exists == resource.exists
                if not (always or same) and set(_WORDS.findall(address)) <= words:
                    return True
        return False

    def _template(self, document: Document) -> tuple[_Template, ...]:
        path = document.path
        if path not in self._templates:
            self._templates[path] = tuple(
                _with_passed(cloudformation_vocabulary(stack), stack)
                for stack in self._stacks
                if stack.format == "cloudformation" and stack.path == path
            )
        return self._templates[path]

    def _module(self, document: Document) -> tuple[Vocabulary, ...]:
        path = document.path
        if path not in self._modules:
            self._modules[path] = tuple(
                terraform_vocabulary(stack, module, self._sources.values())
                for stack, module in dict.fromkeys(self._uses(path))
            )
        return self._modules[path]

    def _uses(self, path: str) -> Iterator[tuple[Stack, str]]:
        for stack in self._stacks:
            if stack.format == "terraform":
                for address, resource in stack.resources.items():
                    if resource.origin.document.path == path:
                        yield stack, module_of(address)


def _resource_at(stack: Stack, site: Site) -> Resource | None:
    """The resource that a place is in."""
    start = site.whole.start if site.inner is None else site.inner.places[0]
    for resource in stack.resources.values():
        document, node = resource.origin
        if document is site.document and node.start <= start < node.end:
            return resource
    return None


def _with_passed(vocabulary: Vocabulary, stack: Stack) -> _Template:
    """A vocabulary that has, in a nested stack, the parameters for what its parent passes."""
    if stack.id == stack.path:
        return vocabulary, frozenset()
    passed = {
        f"{name}={value}": Reference({"Ref": name})
        for text in texts_of(stack)
        if (value := text.known()) is not None and len(value) > _SHORT
        for name in _parameter(text, stack)
    }
    return replace(vocabulary, defaults={**vocabulary.defaults, **passed}), frozenset(passed)


def _parameter(text: Text, stack: Stack) -> Iterator[str]:
    """The parameter that a text is written as, where it is one alone."""
    if text.origin is None or text.origin.document.path != stack.path:
        return
    node = text.origin.node
    if isinstance(node, MappingNode):
        node = node.get("Ref") or node
    elif node.tag != "!Ref":
        return
    if isinstance(node, Scalar) and node.text in stack.parameters:
        yield node.text
