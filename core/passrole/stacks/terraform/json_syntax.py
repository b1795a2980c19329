"""Terraform's JSON configuration syntax: documents to blocks.

Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.documents.nodes import Document, Mapping, Node, Problem, Scalar, Sequence
from passrole.stacks.resources import StackProblem
from passrole.stacks.terraform.blocks import LABELS, REFERENCES, Argument, Block
from passrole.stacks.terraform.expressions import (
    Constant,
    Expression,
    ListOf,
    ObjectOf,
    Placed,
    Unreadable,
)
from passrole.stacks.terraform.parsing import (
    ExpressionError,
    parse_template,
)
from passrole.values import Origin

MALFORMED = "malformed-configuration"
COMMENT = "//"


class JsonReader:
    """One document; ``blocks`` and ``problems`` are what it holds. Never raises."""

    def __init__(self, document: Document, problems: list[StackProblem] | None = None) -> None:
        self.document = document
        self.problems = [] if problems is None else problems
        self.blocks: list[Block] = []
        self.values: dict[str, Expression] = {}
        if document.root is not None:
            for body in self._bodies(document.root, "a file"):
                self._file(body)

    @classmethod
    def of_variables(cls, document: Document) -> JsonReader:
        """The reader of a file of variables: ``values`` are what it says."""
        reader = cls(Document(document.path, document.text, None, document.format))
        reader.document = document
        root = document.root
        if isinstance(root, Mapping):
            for key, node in root.pairs:
                if key.text != COMMENT:
                    reader.values[key.text] = reader._expression(node, is_literal=True)
        elif root is not None:
            reader._problem("a file of variables is an object", root)
        return reader

    def _file(self, root: Mapping) -> None:
        for key, node in root.pairs:
            if key.text == COMMENT:
                continue
            labels = LABELS.get(key.text)
            if labels is None:
                self._problem(f"{key.text} is no kind of block that Terraform has", key)
                continue
            self.blocks.extend(self._labelled(key.text, (), key, node, labels))

    def _labelled(
        self, kind: str, labels: tuple[str, ...], key: Scalar, node: Node, left: int
    ) -> Iterator[Block]:
        for body in self._bodies(node, ".".join((kind, *labels))):
            if not left:
                yield self._block(kind, labels, key, body)
                continue
            for label, inner in body.pairs:
                if label.text != COMMENT:
                    yield from self._labelled(kind, (*labels, label.text), label, inner, left - 1)

    def _bodies(self, node: Node, what: str) -> Iterator[Mapping]:
        """An object, or the objects of a list: Terraform takes either."""
        for each in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(each, Mapping):
                yield each
            else:
                self._problem(f"{what} is not an object", each)

    def _block(self, kind: str, labels: tuple[str, ...], key: Scalar, body: Mapping) -> Block:
        arguments = {}
        for name, node in body.pairs:
            if name.text != COMMENT:
                is_literal = kind == "variable" or name.text in REFERENCES
                expression = self._expression(node, is_literal)
                arguments[name.text] = Argument(self._origin(name), expression)
        return Block(kind, labels, self._origin(key), self._origin(body), arguments)

    def _expression(self, node: Node, is_literal: bool) -> Placed:
        """A node as an expression; in a literal one, ``${`` means itself."""
        inner: Expression
        if isinstance(node, Scalar):
            inner = self._scalar(node, is_literal)
        elif isinstance(node, Sequence):
            inner = ListOf(tuple(self._expression(item, is_literal) for item in node.items))
        else:
            inner = ObjectOf(
                tuple(
                    (Placed(self._scalar(key, is_literal), self._origin(key)),
                     self._expression(item, is_literal))
                    for key, item in node.pairs
                    if key.text != COMMENT
                )
            )  # fmt: skip
        return Placed(inner, self._origin(node))

    def _scalar(self, node: Scalar, is_literal: bool) -> Expression:
        if node.plain:
            kind = {"true": "bool", "false": "bool", "null": "null"}.get(node.text, "number")
            return Constant(node.text if kind != "null" else "", kind)  # type: ignore[arg-type]
        if is_literal:
            return Constant(node.text)
        try:
            return parse_template(node.text)
        except ExpressionError as error:
            kind = "limit" if error.kind == "limit" else MALFORMED
            self._problem(f"{error} (at character {error.offset + 1})", node, kind)
            return Unreadable(str(error), refused=error.kind == "malformed")

    def _origin(self, node: Node) -> Origin:
        return Origin(self.document, node)

    def _problem(self, message: str, node: Node, kind: str = MALFORMED) -> None:
        problem = Problem(kind, message, node.start, node.end)
        self.problems.append(StackProblem(problem, self.document.location(node)))
