"""The configuration that a plan carries: blocks whose expressions are references and constants.

A plan names what an expression refers to and not how: ``aws_s3_bucket.b.arn`` stands there for
``"${aws_s3_bucket.b.arn}/*"`` as well. So an expression is taken for its one reference only where
the argument asks for just what the reference gives; all else stays unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.configuration import Configuration
from passrole.stacks.terraform.expressions import (
    Constant,
    Expression,
    ListOf,
    ObjectOf,
    Placed,
    Unreadable,
)
from passrole.stacks.terraform.parsing import ExpressionError, parse_template
from passrole.stacks.terraform.saved.entries import is_true, items, mapping, text, under
from passrole.values import Origin

SHOWN = 3
"""How many references a message names."""
REFERENCE_CAP = 500
"""How long a reference may be."""


class Part(NamedTuple):
    """The configuration of a module in a plan, and what of the plan describes its calls."""

    configuration: Configuration
    calls: dict[str, Mapping]
    is_remote: bool = False


def read_part(document: Document, node: Mapping | None, directory: str) -> Part:
    """What a plan says of a module that stands in ``directory``."""
    return _Reader(document, directory).part(node)


def providers(document: Document, root: Mapping) -> Iterator[Block]:
    """The provider configurations of the root module."""
    reader = _Reader(document, "")
    for _, each in _pairs(under(root, "configuration", "provider_config")):
        if isinstance(each, Mapping) and not text(each, "module_address") and text(each, "name"):
            block = reader.block("provider", (text(each, "name"),), each)
            alias = each.get("alias")
            if isinstance(alias, Scalar):
                block.arguments["alias"] = reader.argument(alias, Constant(alias.text))
            yield block


def _pairs(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    return node.pairs if isinstance(node, Mapping) else ()


class _Reader:
    """Nodes of one document to blocks and expressions."""

    def __init__(self, document: Document, directory: str) -> None:
        self.document = document
        self.directory = directory

    def part(self, node: Mapping | None) -> Part:
        blocks: dict[str, list[Block]] = {}
        for each in items(node, "resources"):
            kind = "data" if text(each, "mode") == "data" else "resource"
            labels = (text(each, "type"), text(each, "name"))
            if all(labels):
                blocks.setdefault(kind, []).append(self._resource(kind, labels, each))
        calls: dict[str, Mapping] = {}
        for key, call in _pairs(under(node, "module_calls")):
            if isinstance(call, Mapping):
                calls[key.text] = call
                block = self._repeated(self.block("module", (key.text,), call), call)
                source = call.get("source")
                if isinstance(source, Scalar):
                    block.arguments["source"] = self.argument(source, Constant(source.text))
                blocks.setdefault("module", []).append(block)
        for key, variable in _pairs(under(node, "variables")):
            if isinstance(variable, Mapping):
                block = self._empty("variable", (key.text,), variable)
                default = variable.get("default")
                if default is not None:
                    block.arguments["default"] = self.argument(default, self.literal(default))
                blocks.setdefault("variable", []).append(block)
        for key, output in _pairs(under(node, "outputs")):
            if isinstance(output, Mapping):
                block = self._empty("output", (key.text,), output)
                value = output.get("expression") or output
                expression = self.expression(value, key.text)
                block.arguments["value"] = self.argument(value, expression)
                blocks.setdefault("output", []).append(block)
        return Part(Configuration(self.directory, blocks), calls)

    def _resource(self, kind: str, labels: tuple[str, ...], node: Mapping) -> Block:
        block = self._repeated(self.block(kind, labels, node), node)
        provider = node.get("provider_config_key")
        if isinstance(provider, Scalar):
            # Older versions write the module before it.
            name = provider.text.rpartition(":")[2]
            block.arguments["provider"] = self.argument(provider, Constant(name))
        return block

    def _repeated(self, block: Block, node: Mapping) -> Block:
        for name in ("count", "for_each"):
            written = node.get(f"{name}_expression")
            if written is not None:
                expression = self.expression(written, name)
                block.arguments[name] = self.argument(written, expression)
        written = node.get("depends_on")
        names = dict.fromkeys(_names(written) if isinstance(written, Sequence) else ())
        for references in _all_references(node.get("expressions")):
            names |= dict.fromkeys(_names(references))
        if names:
            # What is referred to is waited for: of most references, nothing else is kept.
            place = Origin(self.document, node)
            waits = ListOf(tuple(Placed(Constant(each), place) for each in names))
            block.arguments["depends_on"] = Argument(place, Placed(waits, place))
        return block

    def block(self, kind: str, labels: tuple[str, ...], node: Mapping) -> Block:
        """A block with the arguments under ``expressions``."""
        block = self._empty(kind, labels, node)
        for key, value in _pairs(node.get("expressions")):
            expression = self.expression(value, key.text)
            block.arguments[key.text] = Argument(
                Origin(self.document, key), Placed(expression, Origin(self.document, value))
            )
        return block

    def _empty(self, kind: str, labels: tuple[str, ...], node: Mapping) -> Block:
        place = Origin(self.document, node)
        address = node.get("address")
        key = Origin(self.document, address) if address is not None else place
        return Block(kind, labels, key, place, {})

    def argument(self, node: Node, expression: Expression) -> Argument:
        """An argument whose name has no place of its own."""
        place = Origin(self.document, node)
        return Argument(place, Placed(expression, place))

    def expression(self, node: Node, name: str) -> Expression:
        """The expression of the argument ``name``: constant, references, or nested blocks."""
        if isinstance(node, Sequence):
            return ListOf(tuple(self._placed(item, name) for item in node.items))
        if not isinstance(node, Mapping):
            return Unreadable("a value of which the plan does not say what it is")
        constant = node.get("constant_value")
        if constant is not None:
            return self.literal(constant)
        references = node.get("references")
        if isinstance(references, Sequence):
            return _referred(name, _names(references))
        if not node.pairs:
            return Unreadable("a value of which the plan does not say what it is")
        return ObjectOf(
            tuple((self._key(key), self._placed(item, key.text)) for key, item in node.pairs)
        )

    def literal(self, node: Node) -> Expression:
        """A constant as it stands."""
        inner: Expression
        if isinstance(node, Scalar):
            kind = {"true": "bool", "false": "bool", "null": "null"}.get(node.text, "number")
            plain = Constant("" if kind == "null" else node.text, kind)  # type: ignore[arg-type]
            inner = plain if node.plain else Constant(node.text)
        elif isinstance(node, Sequence):
            inner = ListOf(tuple(map(self.literal, node.items)))
        else:
            inner = ObjectOf(
                tuple((self._key(key), self.literal(item)) for key, item in node.pairs)
            )
        return Placed(inner, Origin(self.document, node))

    def _key(self, key: Scalar) -> Placed:
        return Placed(Constant(key.text), Origin(self.document, key))

    def _placed(self, node: Node, name: str) -> Placed:
        return Placed(self.expression(node, name), Origin(self.document, node))


def below(part: Part, name: str, document: Document) -> Part:
    """What a plan says of the module that a call names, nothing where it says nothing."""
    call = part.calls.get(name)
    source, directory = text(call, "source"), part.configuration.directory
    is_remote = not source.startswith(("./", "../"))
    directory = posixpath.normpath(posixpath.join(directory, name if is_remote else source))
    return read_part(document, mapping(call, "module"), directory)._replace(is_remote=is_remote)


def hidden_variables(node: Mapping | None) -> frozenset[str]:
    """The variables of a module whose values are not to be shown."""
    return frozenset(
        key.text
        for key, variable in _pairs(under(node, "variables"))
        if is_true(under(variable, "sensitive"))
    )


def _names(references: Sequence) -> list[str]:
    """References, without those that are only the beginning of others."""
    found = dict.fromkeys(
        each.text
        for each in references.items
        if isinstance(each, Scalar) and len(each.text) <= REFERENCE_CAP
    )
    beginnings: set[str] = set()
    for each in found:
        for at, character in enumerate(each):
            if character in ".[":
                beginnings.add(each[:at])
    return [each for each in found if each not in beginnings]


def _referred(name: str, references: list[str]) -> Expression:
    if len(references) == 1 and _asks_for(name, references[0]):
        try:
            return parse_template(f"${{{references[0]}}}")
        except ExpressionError:
            pass
    more = ", …" if len(references) > SHOWN else ""
    named = ", ".join(references[:SHOWN]) + more
    if not named:
        return Unreadable("a value of which the plan does not say what it is")
    return Unreadable(f"a value made of {named}, and a plan does not say how")


def _all_references(node: Node | None) -> Iterator[Sequence]:
    """Every list of references in the expressions of a block."""
    waiting = [node] if node is not None else []
    while waiting:
        current = waiting.pop()
        references = under(current, "references")
        if isinstance(references, Sequence):
            yield references
        elif isinstance(current, Mapping) and current.get("constant_value") is None:
            waiting.extend(item for _, item in current.pairs)
        elif isinstance(current, Sequence):
            waiting.extend(current.items)


_GIVES_NAME = frozenset({"bucket", "function_name", "id", "name", "repository_name"})
_TAKES_NAME = frozenset(
    {"bucket", "group", "groups", "location", "project_name", "role", "roles", "rule", "user",
     "users"}
)  # fmt: skip
_TAKES_ARN = frozenset({"permissions_boundary", "role", "service_role"})
_TAKES_POLICY = frozenset({"assume_role_policy", "policy"})


def _asks_for(name: str, reference: str) -> bool:
    """Whether an argument takes just what one reference gives, to judge by their names."""
    given = reference.rpartition(".")[2].partition("[")[0].lower()
    asked = name.lower()
    if asked == "name":
        return False  # names are made of others more often than not
    if asked in _TAKES_POLICY:
        return given in ("json", "minified_json") and reference.startswith("data.")
    if given == "arn" or given.endswith("_arn"):
        return asked in _TAKES_ARN or asked.endswith("arn")
    if given in _GIVES_NAME:
        return asked in _TAKES_NAME or asked == given or asked.endswith(f"_{given}")
    return asked == given
