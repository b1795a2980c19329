"""Blocks of configuration, free of the syntax that they were written in."""

from __future__ import annotations

from collections.abc import Callable

from passrole.stacks.terraform.expressions import Expression, Placed, references
from passrole.values import Origin

LABELS = {
    "resource": 2, "data": 2, "ephemeral": 2, "provider": 1, "variable": 1, "output": 1,
    "module": 1, "check": 1, "locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0,
}  # fmt: skip
"""Every kind of block, and how many labels stand before its body."""

META_ARGUMENTS = frozenset(
    {"connection", "count", "depends_on", "dynamic", "for_each", "lifecycle", "provider",
     "provisioner"}
)  # fmt: skip
"""What Terraform itself reads of a resource, and no provider."""

REFERENCES = frozenset({"depends_on", "provider", "providers"})
"""Arguments that name things instead of having a value: the names stand as constants."""


class Argument:
    """An argument, or the nested blocks of one type; ``key`` is where its name stands.

    ``written`` is the expression, or what reads it when it is first asked for: of many arguments
    nobody asks what they say.
    """

    __slots__ = ("_expression", "_references", "_written", "key")
    _expression: Expression
    _references: tuple[tuple[str, ...], ...]

    def __init__(self, key: Origin, written: Expression | Callable[[], Expression]) -> None:
        self.key = key
        self._written = written

    @property
    def expression(self) -> Expression:
        """What is written."""
        try:
            return self._expression
        except AttributeError:
            written = self._written
            self._expression = written() if callable(written) else written
            return self._expression

    @property
    def references(self) -> tuple[tuple[str, ...], ...]:
        """Every reference in the expression, looked for once: each instance of a module asks."""
        try:
            return self._references
        except AttributeError:
            self._references = references(self.expression)
            return self._references

    @property
    def origin(self) -> Origin:
        """Where the value stands."""
        written = self.expression
        return written.origin if isinstance(written, Placed) else self.key


class Block:
    """One block at the top of a file. ``key`` is its last label.

    ``written`` are its arguments, or what gives them when somebody first asks for one.
    """

    __slots__ = ("_arguments", "_written", "key", "kind", "labels", "origin")
    _arguments: dict[str, Argument]

    def __init__(
        self,
        kind: str,
        labels: tuple[str, ...],
        key: Origin,
        origin: Origin,
        written: dict[str, Argument] | Callable[[], dict[str, Argument]],
    ) -> None:
        self.kind = kind
        self.labels = labels
        self.key = key
        self.origin = origin
        self._written = written

    @property
    def arguments(self) -> dict[str, Argument]:
        """Its arguments by their names."""
        try:
            return self._arguments
        except AttributeError:
            written = self._written
            self._arguments = written() if callable(written) else written
            return self._arguments

    def having(self, written: dict[str, Argument] | Callable[[], dict[str, Argument]]) -> Block:
        """The same block with other arguments."""
        return Block(self.kind, self.labels, self.key, self.origin, written)

    @property
    def address(self) -> str:
        """How a reference begins: ``aws_iam_role.build``, ``data.aws_region.current``."""
        return ".".join(self.labels if self.kind == "resource" else (self.kind, *self.labels))
