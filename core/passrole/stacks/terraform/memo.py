"""What is evaluated once for each stack, and what is being evaluated right now."""

from __future__ import annotations

from collections.abc import Callable

from passrole.documents.nodes import Problem
from passrole.records import NamedTuple
from passrole.stacks.resources import StackProblem
from passrole.stacks.terraform.scopes import Meter
from passrole.stacks.terraform.sizes import Sizes
from passrole.values import Origin, Unknown, Value

NESTING_CAP = 20
"""How many references may wait for one another where they could not be put in order."""


class Key(NamedTuple):
    """Something that is evaluated once: in which module, of what, which part of it.

    ``module`` is the prefix of the addresses in a module; ``address`` is that of a block, or
    ``local``, ``var``, ``output``.
    """

    module: str
    address: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}{self.address}.{self.name}"


class Memo:
    """The values of a stack by their keys, each bounded in size."""

    def __init__(self, meter: Meter) -> None:
        self.problems: list[StackProblem] = []
        self._meter = meter
        self.values: dict[tuple[str, str, str], Value] = {}
        """What is evaluated, by its ``Key``."""
        self._active: dict[Key, None] = {}
        self.sizes = Sizes()

    def once(self, key: Key, place: Origin | None, compute: Callable[[], Value]) -> Value:
        """The value of ``key``; unknown, with a problem at ``place``, where it needs itself."""
        found = self.values.get(key)
        if found is not None:
            return found
        if key in self._active:
            if place is not None:
                self._cycle(str(key), place)
            return Unknown(f"{key} depends on itself")
        if len(self._active) >= NESTING_CAP:
            return Unknown(f"{key} stands at the end of too long a chain of references")
        self._active[key] = None
        trying, self._meter.trying = self._meter.trying, 0
        value = self.sizes.bounded(compute())
        self._meter.trying = trying
        del self._active[key]
        self.values[key] = value
        return value

    def forget(self) -> None:
        """Evaluate everything anew."""
        self.values.clear()

    def _cycle(self, name: str, place: Origin) -> None:
        document, node = place
        problem = Problem("cycle", f"{name} depends on itself", node.start, node.end)
        reported = StackProblem(problem, document.location(node))
        if all(each.location != reported.location for each in self.problems):
            self.problems.append(reported)
