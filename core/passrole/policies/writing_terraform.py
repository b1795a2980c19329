"""Texts as Terraform expressions: ``aws_s3_bucket.a.arn``, ``"${aws_s3_bucket.a.arn}/*"``."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable

from passrole.documents.nodes import Document
from passrole.documents.nodes import Mapping as MappingNode
from passrole.policies.vocabulary import (
    Placeholder,
    Reference,
    Vocabulary,
    is_of,
    label_of,
    placeholder_words,
    spelled,
    texts_of,
)
from passrole.records import NamedTuple
from passrole.stacks.resources import Resource, Stack
from passrole.values import Hole, Text

_MODULE = re.compile(r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*")
_REFERENCE = re.compile(
    r"terraform\.workspace|(?:var|local|module|data|aws_[a-z0-9_]+)(?:\.[A-Za-z_][\w-]*|\[(?:\d+|\"[^\"$]*\")\])+"
)
_DIRECT = re.compile(r"(?:data\.)?[a-z0-9_]+\.[\w-]+(?:\[(?:\d+|\"[^\"$]*\")\])?")
_FACTS = {
    "account": ("aws_caller_identity", "account_id"),
    "region": ("aws_region", "name"),
    "partition": ("aws_partition", "partition"),
}


class TerraformExpression(NamedTuple):
    """An expression in Terraform's language, and what its module must have besides.

    ``placeholders`` are variables, ``data`` types of data sources that are called ``current``.
    """

    code: str
    placeholders: tuple[Placeholder, ...] = ()
    data: tuple[str, ...] = ()


def module_of(address: str) -> str:
    """The beginning of an address that says in which module it is, empty for the root."""
    found = _MODULE.match(address)
    return found.group() if found else ""


def reference_to(resource: Resource) -> str:
    """What a resource is called in its own module; empty where that takes a key nobody knows.

    One with ``count`` is a list for Terraform, also where it is there once or not at all.
    """
    local = resource.id.removeprefix(module_of(resource.id))
    node = resource.origin.node
    if local.endswith("]") or not isinstance(node, MappingNode):
        return local
    if node.get("for_each") is not None or resource.stands_for_many:
        return ""
    return f"{local}[0]" if node.get("count") is not None else local


def terraform_vocabulary(
    stack: Stack, module: str = "", documents: Iterable[Document] = ()
) -> Vocabulary:
    """What may be referred to in one module of a stack, whose addresses begin with ``module``.

    ``documents`` are files of the scan, for what the module declares besides resources.
    """
    names: dict[Text, Reference] = {}
    defaults: dict[str, Reference] = {}
    for text in texts_of(stack, module):
        _learn(text, names, defaults, f"{stack.id}#", module)
    folders = set()
    for address, resource in stack.resources.items():
        if module_of(address) != module:
            continue
        local = reference_to(resource)
        folders.add(posixpath.dirname(resource.origin.document.path))
        for text, attribute in _named(resource) if _DIRECT.fullmatch(local) else ():
            names[text] = Reference(f"{local}.{attribute}")
    words = _facts(each for each in documents if posixpath.dirname(each.path) in folders)
    for fact, place in (("account", stack.target.account), ("region", stack.target.region)):
        if fact in words and any(place.holes):
            names[place] = words[fact]
    if module == "":
        for default in stack.assumptions:
            defaults.setdefault(default, Reference(f"var.{default.partition('=')[0]}"))
    return Vocabulary(stack.target, names, defaults, **words, stack=stack.id)


def _learn(
    text: Text,
    names: dict[Text, Reference],
    defaults: dict[str, Reference],
    stack: str,
    module: str,
) -> None:
    """Note what the code of a module writes for a text, and for what is not known of it."""
    for hole in text.shown.holes:
        own = hole.reference.removeprefix(module)
        identity = own if own.startswith("terraform.") else f"{module}{own}"
        if hole.id == f"{stack}{identity}" and _REFERENCE.fullmatch(own):
            names.setdefault(Text((hole,)), Reference(own))
    source = _source(text)
    if source is None:
        return
    if any(text.holes) and _is_shorter(source, names.get(text)):
        names[text] = Reference(source)
    for default in text.defaults if source.startswith("var.") else ():
        if default.partition("=")[2] == text.known():
            defaults[default] = Reference(source)


def _facts(documents: Iterable[Document]) -> dict[str, Reference]:
    """The data sources of a module that tell account, Region and partition."""
    words: dict[str, Reference] = {}
    for document in documents:
        for fact, (type_name, attribute) in _FACTS.items():
            # As the native syntax has it, or the first of those in JSON.
            opening = rf'(?:\bdata\s+"{type_name}"\s+|"{type_name}"\s*:\s*\{{\s*)"([\w-]+)"'
            declared = re.search(opening, document.text)
            if declared:
                words[fact] = Reference(f"data.{type_name}.{declared[1]}.{attribute}")
    return words


def terraform_expression(text: Text, vocabulary: Vocabulary) -> TerraformExpression:
    """The text as an expression: a reference, or a quoted text with references in it."""
    code, placeholders, data = [], [], []
    pieces = spelled(text, vocabulary)
    for piece in pieces:
        if isinstance(piece, str):
            code.append(quoted(piece)[1:-1])
            continue
        if isinstance(piece, Reference):
            expression = str(piece.expression)
        else:
            fact = _fact(piece, vocabulary)
            if fact is not None:
                type_name, attribute = _FACTS[fact]
                data.append(type_name)
                expression = f"data.{type_name}.current.{attribute}"
            else:
                name = _variable_name(placeholder_words(piece, vocabulary))
                reason = piece.reason or f"{label_of(piece)} is not known"
                placeholders.append(Placeholder(name, reason))
                expression = f"var.{name}"
        code.append(f"${{{expression}}}")
    only = len(pieces) == 1 and not isinstance(pieces[0], str)
    written = code[0][2:-1] if only else f'"{"".join(code)}"'
    return TerraformExpression(
        written, tuple(dict.fromkeys(placeholders)), tuple(dict.fromkeys(data))
    )


def quoted(text: str) -> str:
    """A literal text as Terraform quotes it."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _fact(hole: Hole, vocabulary: Vocabulary) -> str | None:
    """Whether a hole is the account or the Region of the stack itself."""
    target = vocabulary.target
    for fact, place in (("account", target.account), ("region", target.region)):
        if place == Text((hole,)):
            return fact
    return None


def _named(resource: Resource) -> list[tuple[Text, str]]:
    """What the attributes of a resource give; of several the one that says it best."""
    if resource.type is None:
        return []
    texts = {"arn": resource.arn, "name": resource.name, "id": resource.generated_id}
    best: dict[str, str] = {}
    for attribute, meaning in resource.type.terraform_attributes.items():
        if meaning in texts and (meaning not in best or best[meaning] == "id"):
            best[meaning] = attribute
    found = [(texts[meaning], attribute) for meaning, attribute in best.items()]
    return [(text, each) for text, each in found if is_of(resource, text)]


def _source(text: Text) -> str | None:
    """The reference that a text is written as, None where it is another expression."""
    if text.origin is None:
        return None
    node = text.origin.node
    if node.made is not None or node.end - node.start > 200:
        return None
    source = text.origin.code.strip()
    source = source.removeprefix('"${').removesuffix('}"').strip()
    return source if _REFERENCE.fullmatch(source) else None


def _is_shorter(source: str, other: Reference | None) -> bool:
    return other is None or (len(source), source) < (len(other.expression), other.expression)


def _variable_name(words: list[str]) -> str:
    """A name for a variable; a long one keeps its end, which says most."""
    return "_".join(word for word in words if word != "var").lower()[-64:].strip("_") or "value"
