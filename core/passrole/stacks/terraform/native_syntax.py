"""Terraform's native syntax: documents of ``documents.hcl`` to blocks.

Nested blocks become what JSON syntax has in their place: a list of objects under their type, with
an object for each label in between. Names that are no values (types, ``depends_on``, providers)
stand as constants, as JSON writes them in quotes.
Source: https://developer.hashicorp.com/terraform/language/syntax/configuration
"""

from __future__ import annotations

from functools import partial

from passrole.documents.hcl import BROKEN
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
from passrole.stacks.terraform.json_syntax import MALFORMED
from passrole.stacks.terraform.parsing import ExpressionError, parse_expression
from passrole.values import Origin

_QUOTES = ('"', "<<")


class NativeReader:
    """One document; ``blocks`` and ``problems`` are what it holds. Never raises.

    An expression is parsed when somebody asks for it, and its problem is noted then.
    """

    def __init__(self, document: Document, problems: list[StackProblem] | None = None) -> None:
        self.document = document
        self.problems = [] if problems is None else problems
        self.blocks: list[Block] = []
        self.values: dict[str, Expression] = {}
        self._origin = partial(Origin, document)
        if isinstance(document.root, Mapping):
            for key, node in document.root.pairs:
                block = self._block(key, node)
                if block is not None:
                    self.blocks.append(block)

    @classmethod
    def of_variables(cls, document: Document) -> NativeReader:
        """The reader of a file of variables: ``values`` are what it says."""
        reader = cls(Document(document.path, document.text, None, document.format))
        reader.document = document
        reader._origin = partial(Origin, document)
        for key, node in document.root.pairs if isinstance(document.root, Mapping) else ():
            if isinstance(node, Scalar):
                reader.values[key.text] = reader._value(key.text, node)
            else:
                reader._problem("a file of variables has no blocks", key.start, key.end)
        return reader

    def _block(self, key: Scalar, node: Node) -> Block | None:
        """A block at the top of a file, where it is one that Terraform has."""
        kind = key.text
        wanted = LABELS.get(kind)
        if wanted is None or not isinstance(node, Mapping):
            what = f"{kind} is no kind of block that Terraform has"
            if isinstance(node, Scalar):
                what = f"{kind} is an argument outside of any block"
            self._problem(what, key.start, key.end)
            return None
        labels: list[Scalar] = []
        body = node
        inner = _label_of(body)
        while inner is not None and len(labels) < wanted:
            labels.append(inner[0])
            body = inner[1]
            inner = _label_of(body)
        if len(labels) < wanted or inner is not None:
            message = f"a {kind} block has {wanted} labels"
            self._problem(message, key.start, key.end)
            return None
        place = self._origin(labels[-1] if labels else key)
        texts = tuple([label.text for label in labels])
        return Block(kind, texts, place, self._origin(body), partial(self._arguments, kind, body))

    def _arguments(self, kind: str, body: Mapping) -> dict[str, Argument]:
        return {
            name.text: Argument(self._origin(name), partial(self._value, name.text, value, kind))
            for name, value in body.pairs
        }

    def _value(self, name: str, node: Node, kind: str = "") -> Placed:
        """What stands under a name: an expression, or the blocks of a type."""
        if isinstance(node, Mapping):
            return Placed(
                ObjectOf(
                    tuple(
                        (Placed(Constant(key.text), self._origin(key)), self._value(key.text, item))
                        for key, item in node.pairs
                    )
                ),
                self._origin(node),
            )
        if isinstance(node, Sequence):
            bodies = tuple(self._value(name, body) for body in node.items)
            return Placed(ListOf(bodies), self._origin(node))
        origin = self._origin(node)
        if node.tag == BROKEN:
            return Placed(Unreadable(f"{name} cannot be parsed"), origin)
        if kind == "variable" and name == "type" and not node.text.startswith(_QUOTES):
            return Placed(Constant(node.text), origin)
        placed = Placed(self._expression(node), origin)
        return self._named(placed) if kind and name in REFERENCES else placed

    def _expression(self, node: Scalar) -> Expression:
        try:
            return parse_expression(self.document, node.start, node.end)
        except ExpressionError as error:
            kind = "limit" if error.kind == "limit" else MALFORMED
            end = min(error.offset + 1, node.end)
            self._problem(str(error), error.offset, max(end, error.offset), kind)
            return Unreadable(str(error), refused=error.kind == "malformed")

    def _named(self, placed: Placed) -> Placed:
        """Names in place of values: alone, in a list, or in an object."""
        inner, origin = placed
        match inner:
            case ListOf(items):
                return Placed(ListOf(tuple(map(self._named_inside, items))), origin)
            case ObjectOf(items):
                pairs = tuple((key, self._named_inside(item)) for key, item in items)
                return Placed(ObjectOf(pairs), origin)
        return Placed(self._written(inner, origin.node), origin)

    def _named_inside(self, item: Expression) -> Expression:
        return self._named(item) if isinstance(item, Placed) else item

    def _written(self, expression: Expression, node: Node) -> Expression:
        """A name as a constant; what is a constant already stays as it is."""
        if isinstance(expression, (Constant, Unreadable)):
            return expression
        return Constant(self.document.text[node.start : node.end])

    def _problem(self, message: str, start: int, end: int, kind: str = MALFORMED) -> None:
        place = self.document.span(start, end)
        self.problems.append(StackProblem(Problem(kind, message, start, end), place))


def _label_of(node: Mapping) -> tuple[Scalar, Mapping] | None:
    """The label under which a block's body, or its next label, stands; None for a body."""
    if len(node.pairs) == 1:
        key, inner = node.pairs[0]
        if isinstance(inner, Mapping):
            return key, inner
    return None
