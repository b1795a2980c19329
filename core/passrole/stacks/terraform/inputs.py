"""Where the values of a module's variables come from: the operator, files, a ``module`` block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from passrole.records import NamedTuple
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.evaluation import evaluate
from passrole.stacks.terraform.expressions import Expression
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.scopes import Nowhere
from passrole.stacks.terraform.variables import given_text, variable_type
from passrole.stacks.terraform.views import ModuleView
from passrole.values import Value


class Inputs(Protocol):
    """What is given for the variables of one module instance."""

    @property
    def from_operator(self) -> bool:
        """Whether a value that is missing is one that the operator may still give."""

    def value(self, name: str, block: Block | None) -> Value | None:
        """What is given for a variable that a block declares, None where nothing is."""

    def source(self, name: str) -> tuple[ModuleView, Argument] | None:
        """The argument that a value comes from, and the module that it stands in."""


class RootInputs(NamedTuple):
    """The inputs of a root module: ``texts`` beat ``files``."""

    texts: Mapping[str, str | None]
    files: Mapping[str, Expression]

    @property
    def from_operator(self) -> bool:
        """A root's variables are the operator's."""
        return True

    def value(self, name: str, block: Block | None) -> Value | None:
        """A text of the command line, else what a variables file says."""
        text = self.texts.get(name)
        if text is not None:
            return given_text(text, variable_type(block))
        expression = self.files.get(name)
        return evaluate(expression, Nowhere()) if expression is not None else None

    def source(self, name: str) -> tuple[ModuleView, Argument] | None:
        """Constants need nothing."""
        del name
        return None


class CallInputs(NamedTuple):
    """The inputs of a child module: the arguments of its ``module`` block."""

    parent: ModuleView
    call: Instance

    @property
    def from_operator(self) -> bool:
        """What the caller leaves out, nobody else gives."""
        return False

    def value(self, name: str, block: Block | None) -> Value | None:
        """The argument of the call."""
        del block
        if name not in self.call.block.arguments:
            return None
        return self.parent.resources.argument(self.call, name)

    def source(self, name: str) -> tuple[ModuleView, Argument] | None:
        """The argument as it is written in the parent."""
        argument = self.call.block.arguments.get(name)
        return (self.parent, argument) if argument is not None else None
