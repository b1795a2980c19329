"""What an expression may refer to: the names around it, and those that it brings itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from passrole.stacks.terraform.files import Files
from passrole.stacks.terraform.operands import Failure
from passrole.stacks.terraform.steps import Step, follow
from passrole.values import Value

DEPTH_CAP = 120
"""How deep evaluation may nest, through references as well. Three frames a level, at most four."""
STEPS_CAP = 1_000_000
"""How many expressions one stack may have evaluated, each time counted."""


TEMPLATES_CAP = 3
"""How many templates may stand inside one another: one that calls itself would never end."""
ITEMS_CAP = 100_000
"""How many items the loops of one stack may go through together."""


class Meter:
    """Where evaluation stands: how deep, in how many ``try`` and templates, and after how much."""

    __slots__ = ("depth", "items", "steps", "templates", "trying")

    def __init__(self) -> None:
        self.depth = 0
        self.trying = 0
        self.templates = 0
        self.steps = 0
        self.items = 0

    def refusal(self) -> str:
        """Why evaluation goes no further, empty where it may go on."""
        if self.depth >= DEPTH_CAP:
            return f"it nests deeper than {DEPTH_CAP}"
        return self.exhausted()

    def exhausted(self) -> str:
        """Why nothing more of the stack is evaluated, empty where it may go on."""
        if self.steps >= STEPS_CAP:
            return f"the configuration takes more than {STEPS_CAP:,} steps to evaluate"
        if self.items > ITEMS_CAP:
            return f"the loops of the configuration go through more than {ITEMS_CAP:,} items"
        return ""


class Scope(Protocol):
    """What an expression may ask of the module that it stands in."""

    @property
    def id(self) -> str:
        """What tells its unknowns from those of other scopes."""

    @property
    def meter(self) -> Meter:
        """Shared by all scopes of a stack."""

    @property
    def files(self) -> Files:
        """The files that functions may read."""

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """What a reference gives. Never raises."""


class Nowhere:
    """The scope of what may refer to nothing: values of variables, templates in files."""

    def __init__(self, scope: Scope | None = None) -> None:
        self.id = scope.id if scope is not None else ""
        self.meter = scope.meter if scope is not None else Meter()
        self.files = scope.files if scope is not None else Files()

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """Nothing is there, whatever the steps."""
        del steps
        return Failure(f"{root} has no meaning here")


class Bound:
    """A scope with names of its own: those of a ``for`` expression, or an iterator."""

    __slots__ = ("_names", "_outer", "files", "id", "meter")

    def __init__(self, outer: Scope, names: Mapping[str, Value]) -> None:
        self.id = outer.id
        self.meter = outer.meter
        self.files = outer.files
        self._outer = outer
        self._names = names

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """What a reference gives. Never raises."""
        value = self._names.get(root)
        return self._outer.look_up(root, steps) if value is None else follow(value, steps)
