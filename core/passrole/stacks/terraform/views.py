"""What the parts of a module ask of one another, so that none of them has to know the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from passrole.stacks.resources import Target
from passrole.stacks.terraform.assembly import Assembly
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.configuration import Configuration
from passrole.stacks.terraform.files import Files
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.naming import Naming
from passrole.stacks.terraform.scopes import Meter
from passrole.stacks.terraform.steps import Step
from passrole.values import Guard, Value


class ResourcesView(Protocol):
    """The resources and data sources of a module."""

    @property
    def blocks(self) -> Mapping[str, Block]:
        """The blocks by their address in the module."""

    @property
    def naming(self) -> Naming:
        """What the types say of them."""

    def instances(self, address: str) -> tuple[Instance, ...]:
        """The instances of a block that is there."""

    def repeat(self, block: Block) -> tuple[Instance, ...]:
        """The instances of any block, by its ``count`` or ``for_each``."""

    def argument(self, instance: Instance, name: str) -> Value:
        """The value of an argument of an instance."""


class CallsView(Protocol):
    """The modules that a module calls."""

    @property
    def blocks(self) -> Mapping[str, Block]:
        """The ``module`` blocks by name."""

    def instances(self, name: str) -> tuple[Instance, ...]:
        """The instances of a call that is there."""

    def children(self, name: str) -> tuple[ModuleView, ...]:
        """The module instances of a call."""


class ModuleView(Protocol):
    """One module instance."""

    @property
    def assembly(self) -> Assembly:
        """What it shares with the other modules of its stack."""

    @property
    def configuration(self) -> Configuration:
        """What its files say."""

    @property
    def prefix(self) -> str:
        """What stands before the addresses in it."""

    @property
    def chain(self) -> tuple[str, ...]:
        """The directories from the root module's down to its own."""

    @property
    def meter(self) -> Meter:
        """Shared by all modules of the stack."""

    @property
    def files(self) -> Files:
        """The files of the scanned tree."""

    @property
    def targets(self) -> Mapping[str, Target]:
        """Where its provider configurations go, by alias."""

    @property
    def locals(self) -> Mapping[str, Argument]:
        """Its local values as they are written."""

    @property
    def outputs(self) -> Mapping[str, Block]:
        """Its outputs by name."""

    @property
    def resources(self) -> ResourcesView:
        """Its resources and data sources."""

    @property
    def calls(self) -> CallsView:
        """The modules that it calls."""

    def identity(self, local: str) -> str:
        """What tells something in this module instance from all else in the scan."""

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """What a reference gives. Never raises."""

    def beyond(self, address: str, steps: tuple[Step, ...], reason: str) -> Value:
        """What is not in the files read: unknown, and itself."""

    def variable(self, name: str) -> Value:
        """The value of a variable."""

    def local(self, name: str) -> Value:
        """A local value."""

    def output(self, name: str) -> Value:
        """An output; a failure where the module has none of that name."""

    def source(self, name: str) -> tuple[ModuleView, Argument] | None:
        """The argument that a variable's value comes from, and the module that it stands in."""

    def settle(self, argument: Argument) -> None:
        """Evaluate everything that an argument depends on, the deepest first."""

    def target_of(self, block: Block) -> Target:
        """Where a block goes."""

    def target_named(self, alias: str | None, where: str) -> Target:
        """The target of a provider configuration, by its alias."""

    def existing(self, guard: Guard) -> Guard:
        """When something in this module is there that exists when ``guard`` holds."""

    def child(
        self, call: Instance, configuration: Configuration, passed: Mapping[str, Target]
    ) -> ModuleView:
        """The module instance that an instance of a call makes."""
