"""Terraform's expression language as a tree.

It is free of any syntax around it: JSON configuration turns its strings, lists and objects into
these nodes (``json_syntax``), and native syntax can bring the very same nodes.
Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Literal, Union

from passrole.records import NamedTuple
from passrole.values import Origin

Kind = Literal["string", "number", "bool", "null"]


class Constant(NamedTuple):
    """A literal; ``text`` is how Terraform would convert it to a string."""

    text: str
    kind: Kind = "string"


class Template(NamedTuple):
    """A string with interpolations between its literal parts."""

    parts: tuple[Expression, ...]


class Name(NamedTuple):
    """The first word of a reference: ``var``, ``local``, ``data``, a resource type."""

    name: str


class Attribute(NamedTuple):
    """``.name`` (or the old ``.0``)."""

    name: str


class Index(NamedTuple):
    """``[key]``."""

    key: Expression


class Splat(NamedTuple):
    """``[*]`` (or ``.*``): what follows is asked of every element."""


class Access(NamedTuple):
    """Steps into the value of ``base``."""

    base: Expression
    steps: tuple[Attribute | Index | Splat, ...]


class Call(NamedTuple):
    """A function call; ``expands`` where the last argument is written ``list...``."""

    function: str
    arguments: tuple[Expression, ...]
    expands: bool = False


class Unary(NamedTuple):
    """``!x`` or ``-x``."""

    operator: str
    operand: Expression


class Binary(NamedTuple):
    """Two operands with an operator between them."""

    operator: str
    left: Expression
    right: Expression


class Conditional(NamedTuple):
    """``test ? then : otherwise``; ``text`` is how the test is written."""

    test: Expression
    then: Expression
    otherwise: Expression
    text: str


class ListOf(NamedTuple):
    """``[a, b]``."""

    items: tuple[Expression, ...]


class ObjectOf(NamedTuple):
    """``{a = b}``, keys being expressions too."""

    items: tuple[tuple[Expression, Expression], ...]


class For(NamedTuple):
    """``[for ...]``, or ``{for ...}`` where there is a ``key``.

    ``names`` are one or two; ``grouped`` where the value of an object is written ``value...``.
    """

    names: tuple[str, ...]
    collection: Expression
    value: Expression
    text: str
    key: Expression | None = None
    condition: Expression | None = None
    grouped: bool = False


class Dynamic(NamedTuple):
    """The blocks that a ``dynamic`` block makes: ``content``, once for each of a collection."""

    label: str
    for_each: Expression
    iterator: str
    content: Expression


class Placed(NamedTuple):
    """An expression with the place that its values come from."""

    expression: Expression
    origin: Origin


class Unreadable(NamedTuple):
    """What cannot be evaluated, and why; ``refused`` where Terraform could not either."""

    reason: str
    refused: bool = False


Expression = Union[  # noqa: UP007 - forward references
    Constant, Template, Name, Access, Call, Unary, Binary, Conditional,
    ListOf, ObjectOf, For, Dynamic, Placed, Unreadable,
]  # fmt: skip


def children(expression: Expression) -> Iterable[Expression]:
    """The expressions directly inside another one."""
    inside = _INSIDE.get(type(expression))
    return () if inside is None else inside(expression)


def _steps(access: Access) -> Iterator[Expression]:
    yield access.base
    yield from (step.key for step in access.steps if isinstance(step, Index))


def _loop(loop: For) -> Iterator[Expression]:
    yield loop.collection
    yield loop.value
    yield from (each for each in (loop.key, loop.condition) if each is not None)


# One step for each expression, where a chain of cases would try one kind after the other.
_INSIDE: Mapping[type[Expression], Callable[[Any], Iterable[Expression]]] = {
    Access: _steps,
    Binary: lambda each: (each.left, each.right),
    Call: lambda each: each.arguments,
    Conditional: lambda each: (each.test, each.then, each.otherwise),
    Dynamic: lambda each: (each.for_each, each.content),
    For: _loop,
    ListOf: lambda each: each.items,
    ObjectOf: lambda each: chain.from_iterable(each.items),
    Placed: lambda each: (each.expression,),
    Template: lambda each: each.parts,
    Unary: lambda each: (each.operand,),
}


def unplaced(expression: Expression) -> Expression:
    """The expression itself, whatever place its values come from."""
    while isinstance(expression, Placed):
        expression = expression.expression
    return expression


def references(expression: Expression) -> tuple[tuple[str, ...], ...]:
    """Every reference inside: its first word and the attributes that follow, indexes left out."""
    found: list[tuple[str, ...]] = []
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        # Most expressions are constants at their places.
        while type(current) is Placed:
            current = current.expression
        kind = type(current)
        if kind is Constant or kind is Name:
            continue
        if isinstance(current, Access) and isinstance(current.base, Name):
            names = [step.name for step in current.steps if isinstance(step, Attribute)]
            found.append((current.base.name, *names))
            waiting.extend(step.key for step in current.steps if isinstance(step, Index))
        else:
            waiting.extend(children(current))
    return tuple(found)
