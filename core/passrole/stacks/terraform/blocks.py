"""Blocks of configuration, free of the syntax that they were written in."""

from __future__ import annotations

from typing import NamedTuple

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
    """An argument, or the nested blocks of one type; ``key`` is where its name stands."""

    __slots__ = ("_references", "expression", "key")
    _references: tuple[tuple[str, ...], ...]

    def __init__(self, key: Origin, expression: Expression) -> None:
        self.key = key
        self.expression = expression

    @property
    def references(self) -> tuple[tuple[str, ...], ...]:
        """Every reference in the expression, looked for once: each instance of a module asks."""
        try:
            return self._references
        except AttributeError:
            self._references = tuple(references(self.expression))
            return self._references

    @property
    def origin(self) -> Origin:
        """Where the value stands."""
        return self.expression.origin if isinstance(self.expression, Placed) else self.key


class Block(NamedTuple):
    """One block at the top of a file. ``key`` is its last label."""

    kind: str
    labels: tuple[str, ...]
    key: Origin
    origin: Origin
    arguments: dict[str, Argument]

    @property
    def address(self) -> str:
        """How a reference begins: ``aws_iam_role.build``, ``data.aws_region.current``."""
        return ".".join(self.labels if self.kind == "resource" else (self.kind, *self.labels))
