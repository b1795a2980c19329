"""One instance of a module: its names, evaluated when asked for.

Each local value, variable, output and argument is evaluated once. ``settle`` evaluates what an
expression refers to before the expression itself, so that long chains of references need no deep
recursion; a chain that comes back to itself is unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import Target
from passrole.stacks.terraform.assembly import Assembly
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.calls import Calls
from passrole.stacks.terraform.configuration import Configuration
from passrole.stacks.terraform.decisions import both
from passrole.stacks.terraform.evaluation import evaluate
from passrole.stacks.terraform.expressions import Splat
from passrole.stacks.terraform.files import CURRENT_FOLDER, Files
from passrole.stacks.terraform.inputs import CallInputs, Inputs
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.memo import Key
from passrole.stacks.terraform.operands import Failure
from passrole.stacks.terraform.providers import alias_of, constant_text, targets
from passrole.stacks.terraform.resource_names import Names, ResourceNames
from passrole.stacks.terraform.scopes import Meter
from passrole.stacks.terraform.settling import settle
from passrole.stacks.terraform.steps import Step, follow
from passrole.stacks.terraform.variables import variable_value
from passrole.stacks.terraform.views import ModuleView
from passrole.values import LITERAL, NAME, Guard, Hole, Text, Unknown, Value, known, literal

Compute = Callable[[], Value]


class Module:
    """One module instance of a stack while it is evaluated.

    ``prefix`` stands before the addresses in it: ``module.build.``, empty for the root module.
    ``exists`` says when the instance is there; ``many`` that it stands for any number of them.
    ``chain`` are the directories from the root module's down to its own.
    """

    def __init__(
        self,
        assembly: Assembly,
        configuration: Configuration,
        inputs: Inputs,
        *,
        chain: tuple[str, ...],
        prefix: str = "",
        passed: Mapping[str, Target] | None = None,
        exists: Guard = True,
        many: bool = False,
    ) -> None:
        self.assembly = assembly
        self.configuration = configuration
        self.inputs = inputs
        self.chain = chain
        self.prefix = prefix
        self.exists = exists
        self.many = many
        blocks = configuration.blocks
        self.variables = {block.labels[0]: block for block in blocks.get("variable", ())}
        self.outputs = {
            block.labels[0]: block
            for block in blocks.get("output", ())
            if "value" in block.arguments
        }
        self.locals: dict[str, Argument] = {}
        for block in blocks.get("locals", ()):
            self.locals.update(block.arguments)
        self.resources = self.own_resources()
        self.calls = self.own_calls()
        self.targets: dict[str, Target] = dict(passed or {})
        self._read_providers(passed)

    def own_resources(self) -> ResourceNames:
        """What answers for the resources of the module."""
        return ResourceNames(self)

    def own_calls(self) -> Calls:
        """What answers for the modules that the module calls."""
        return Calls(self)

    def _read_providers(self, passed: Mapping[str, Target] | None) -> None:
        assembly = self.assembly
        found = self.configuration.blocks.get("provider", ())
        if "" not in self.targets:
            self.targets[""] = assembly.deployment.target(assembly.target_id)
        own = targets(
            found,
            assembly.deployment,
            self.targets[""],
            f"{assembly.target_id}{f'/{self.prefix[:-1]}' if self.prefix else ''}",
            self.evaluated,
        )
        self.targets.update(own)
        if passed is None:
            # What was evaluated for the regions may have asked for the region itself.
            assembly.memo.forget()
            self.resources.forget()
            self.calls.forget()

    @property
    def meter(self) -> Meter:
        """Shared by all modules of the stack."""
        return self.assembly.meter

    @property
    def files(self) -> Files:
        """The files of the scanned tree."""
        return self.assembly.files

    def identity(self, local: str) -> str:
        """What tells something in this module instance from all else in the scan."""
        return f"{self.assembly.id}#{self.prefix}{local}"

    # -- references --------------------------------------------------------------------------

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """What a reference gives that is none to the instance it stands in."""
        name = known(steps[0]) if steps and not isinstance(steps[0], Splat) else None
        if name is None:
            return Failure(f"{root} alone refers to nothing")
        match root:
            case "var":
                return follow(self.variable(name), steps[1:])
            case "local":
                return follow(self.local(name), steps[1:])
            case "data":
                return self._data(name, steps[1:])
            case "module":
                return self.calls.refer(name, steps[1:])
            case "path" | "terraform" | "self":
                return self._surroundings(root, name, steps[1:])
        return self.resources.refer(f"{root}.{name}", steps[1:])

    def _data(self, type_name: str, steps: tuple[Step, ...]) -> Value:
        name = known(steps[0]) if steps and not isinstance(steps[0], Splat) else None
        if name is None:
            return Failure("a reference to a data source has no name")
        return self.resources.refer(f"data.{type_name}.{name}", steps[1:])

    def _surroundings(self, root: str, name: str, steps: tuple[Step, ...]) -> Value:
        stack = self.assembly.id
        if (root, name) == ("terraform", "workspace"):
            return Text((Hole(f"{stack}#terraform.workspace", NAME, "terraform.workspace"),))
        if (root, name) == ("path", "root"):
            return Text((".",))
        if (root, name) == ("path", "module"):
            return Text((posixpath.relpath(self.configuration.directory, stack),))
        if (root, name) == ("path", "cwd"):
            reason = "where Terraform runs is not known"
            return Text((Hole(f"{stack}#{CURRENT_FOLDER}", LITERAL, CURRENT_FOLDER, reason),))
        return self.beyond(f"{root}.{name}", steps, f"{root}.{name} is not known")

    def beyond(self, address: str, steps: tuple[Step, ...], reason: str) -> Value:
        """What is not in the files read: unknown, and itself."""
        return follow(Unknown(reason, None, self.identity(address)), steps)

    # -- variables, locals, outputs ----------------------------------------------------------

    def variable(self, name: str) -> Value:
        """The value of a variable."""
        found = self.assembly.memo.values.get((self.prefix, "var", name))
        if found is not None:
            return found  # most are asked for again
        block = self.variables.get(name)

        def compute() -> Value:
            given = self.inputs.value(name, block)
            value, assumption = variable_value(
                self.identity(""), name, block, given,
                self.inputs.from_operator,
            )  # fmt: skip
            if assumption:
                self.assembly.assumptions.add(assumption)
            return value

        return self.once("var", name, block, compute)

    def local(self, name: str) -> Value:
        """A local value."""
        argument = self.locals.get(name)
        if argument is None:
            return self.beyond(f"local.{name}", (), f"local.{name} is not in the files read")
        return self._argument("local", name, argument)

    def output(self, name: str) -> Value:
        """An output; a failure where the module has none of that name."""
        block = self.outputs.get(name)
        if block is None:
            return Failure(f"{self.prefix[:-1] or 'the root module'} has no output {name}")
        return self._argument("output", name, block.arguments["value"])

    def _argument(self, address: str, name: str, argument: Argument) -> Value:
        key = Key(self.prefix, address, name)
        return self.assembly.memo.once(
            key, argument.key, lambda: evaluate(argument.expression, Names(self))
        )

    def once(self, address: str, name: str, block: Block | None, compute: Compute) -> Value:
        """What ``compute`` gives, evaluated once."""
        place = block.key if block is not None else None
        return self.assembly.memo.once(Key(self.prefix, address, name), place, compute)

    def settle(self, argument: Argument) -> None:
        """Evaluate everything that an argument depends on, the deepest first."""
        settle(self, argument)

    def evaluated(self, argument: Argument) -> Value:
        """The value of an argument that belongs to no instance."""
        self.settle(argument)
        return evaluate(argument.expression, Names(self))

    # -- where things go, and when they are there ----------------------------------------------

    def target_of(self, block: Block) -> Target:
        """Where a block goes; an alias that is not in the files read is a target of its own.

        A resource may name another region than its provider's.
        Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support
        """
        target = self.target_named(alias_of(block), block.address)
        region = constant_text(block.arguments.get("region"))
        if not region or block.kind != "resource" or region == known(target.region):
            return target
        return target._replace(id=f"{target.id}/{region}", region=literal(region))

    def target_named(self, alias: str | None, where: str) -> Target:
        """The target of a provider configuration, by its alias."""
        found = self.targets.get(alias) if alias is not None else None
        if found is not None:
            return found
        deployment = self.assembly.deployment
        unknown = Deployment(partition=deployment.partition)
        return unknown.target(f"{self.assembly.target_id}/{self.prefix}aws.{alias or where}")

    def child(
        self, call: Instance, configuration: Configuration, passed: Mapping[str, Target]
    ) -> Module:
        """The module instance that an instance of a call makes."""
        return Module(
            self.assembly,
            configuration,
            CallInputs(self, call),
            chain=(*self.chain, configuration.directory),
            prefix=f"{call.address}.",
            passed=passed,
            exists=self.existing(call.exists),
            many=self.many or call.stands_for_many,
        )

    def is_deployed(self, instance: Instance) -> bool:
        """Whether an instance is known to be there already: a configuration does not say."""
        del instance
        return False

    def source(self, name: str) -> tuple[ModuleView, Argument] | None:
        """The argument that a variable's value comes from, and the module that it stands in."""
        return self.inputs.source(name)

    def existing(self, guard: Guard) -> Guard:
        """When something in this module is there that exists when ``guard`` holds."""
        return both(self.exists, guard)
