"""Modules whose instances and values come from a plan or a state."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace

from passrole.documents.nodes import Document, Node
from passrole.records import frozen
from passrole.stacks.resources import Target
from passrole.stacks.terraform.assembly import MODULE_DEPTH_CAP, Assembly
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.calls import Calls
from passrole.stacks.terraform.configuration import Configuration, local_directory, problem_at
from passrole.stacks.terraform.inputs import CallInputs, Inputs
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.module import Module
from passrole.stacks.terraform.resource_names import ResourceNames
from passrole.stacks.terraform.saved.configured import Part, below
from passrole.stacks.terraform.saved.contents import Joiner, read_value
from passrole.stacks.terraform.saved.entries import Counted, Saved, index
from passrole.stacks.terraform.saved.library import Library
from passrole.stacks.terraform.saved.naming import SavedNaming
from passrole.stacks.terraform.steps import Step, follow
from passrole.stacks.terraform.views import ModuleView
from passrole.values import (
    ABSENT,
    ANYTHING,
    Hole,
    Text,
    Unknown,
    Value,
)


@frozen(eq=True)
class Frame:
    """What a module knows of the file that it is read from.

    ``part`` is what the file says of the module's configuration; ``directory`` is where the root
    module is, and ``beside`` whether its files are there to be read.
    """

    library: Library
    part: Part
    directory: str
    beside: bool
    joiner: Joiner


class SavedInputs:
    """The variables of a root module as a plan gives them: nobody may give others any more."""

    from_operator = False

    def __init__(
        self, document: Document, values: Mapping[str, Node], hidden: frozenset[str], stack: str
    ) -> None:
        self._document = document
        self._values = values
        self._hidden = hidden
        self._stack = stack

    def value(self, name: str, block: Block | None) -> Value | None:
        """What a plan says of a variable, None where it says nothing."""
        del block
        id_ = f"{self._stack}#var.{name}"
        if name in self._hidden:
            return Text((Hole(id_, ANYTHING, f"var.{name}", f"variable {name} is sensitive"),))
        node = self._values.get(name)
        return read_value(self._document, node, None, None, id_) if node is not None else None

    def source(self, name: str) -> tuple[ModuleView, Argument] | None:
        """Constants need nothing."""
        del name
        return None


class SavedModule(Module):
    """One instance of a module, as a file lists it."""

    def __init__(
        self,
        assembly: Assembly,
        configuration: Configuration,
        inputs: Inputs,
        frame: Frame,
        *,
        chain: tuple[str, ...],
        prefix: str = "",
        passed: Mapping[str, Target] | None = None,
        outputs: Mapping[str, Value] | None = None,
    ) -> None:
        self.frame = frame
        self._known_outputs = outputs or {}
        completed = frame.library.completed(configuration, prefix)
        super().__init__(assembly, completed, inputs, chain=chain, prefix=prefix, passed=passed)

    def own_resources(self) -> ResourceNames:
        """What answers for the resources of the module."""
        return SavedResources(self)

    def own_calls(self) -> Calls:
        """What answers for the modules that the module calls."""
        return SavedCalls(self)

    def child(
        self, call: Instance, configuration: Configuration, passed: Mapping[str, Target]
    ) -> Module:
        """The module instance that an instance of a call makes."""
        part = self.part_of(call.block.labels[0])
        if not self.frame.beside:
            passed = {**self.targets, **passed}  # a plan says of each resource where it goes
        return SavedModule(
            self.assembly,
            configuration,
            CallInputs(self, call),
            replace(self.frame, part=part),
            chain=(*self.chain, configuration.directory),
            prefix=f"{call.address}.",
            passed=passed,
        )

    def part_of(self, call: str) -> Part:
        """What the file says of the configuration of a module that is called."""
        return below(self.frame.part, call, self.frame.library.document)

    def output(self, name: str) -> Value:
        """An output: what is listed, at the places of what is evaluated."""
        evaluated = super().output(name) if name in self.outputs else None
        listed = self._known_outputs.get(name)
        if listed is not None:
            return self.frame.joiner.joined(evaluated, listed)
        return evaluated if evaluated is not None else super().output(name)

    def is_deployed(self, instance: Instance) -> bool:
        """Whether an instance is there already, and is not made anew."""
        saved = self.frame.library.find(self.prefix, instance.address)
        return saved is not None and saved.is_deployed

    def _surroundings(self, root: str, name: str, steps: tuple[Step, ...]) -> Value:
        if (root, name) == ("path", "module"):
            return Text((posixpath.relpath(self.configuration.directory, self.frame.directory),))
        return super()._surroundings(root, name, steps)


class SavedCalls(Calls):
    """The calls of a module: what is not in the scanned tree is in the plan."""

    _module: SavedModule

    def _configuration(self, block: Block) -> Configuration | None:
        module = self._module
        directory = local_directory(block, module.configuration.directory)
        if module.frame.beside and directory is not None:
            found = module.assembly.configurations.of(directory)
            if isinstance(found, Configuration):
                return super()._configuration(block)
        if len(module.chain) >= MODULE_DEPTH_CAP:
            message = f"modules call modules deeper than {MODULE_DEPTH_CAP}"
            module.assembly.report(problem_at("limit", message, block.key))
            return None
        return module.part_of(block.labels[0]).configuration


class SavedResources(ResourceNames):
    """The resources of a module: the instances that are listed, with their values."""

    _module: SavedModule

    def __init__(self, module: SavedModule) -> None:
        super().__init__(module)
        self.listed: dict[str, Saved] = {}
        self._values: dict[tuple[str, str], Value] = {}
        assembly = module.assembly
        self.naming = SavedNaming(assembly, module.target_of, self.argument, self.saved)

    def forget(self) -> None:
        """Evaluate everything anew."""
        super().forget()
        self.listed.clear()
        self._values.clear()

    def repeat(self, block: Block) -> tuple[Instance, ...]:
        """The instances of any block: those that are listed, with what the block makes of them."""
        module, library = self._module, self._module.frame.library
        if block.kind == "module":
            keys = library.calls(module.prefix, block.labels[0])
            if not keys:
                return super().repeat(block)
            address = module.prefix + block.address
            evaluated = super().repeat(block)
            return tuple(self._instance(block, f"{address}{index(k)}", k, evaluated) for k in keys)
        found = library.instances(module.prefix, block.address)
        if not found:
            if block.kind == "resource" and library.decides:
                return ()
            return super().repeat(block)
        repeats = any(each.key is not None for each in found)
        evaluated = super().repeat(block) if repeats else ()
        instances = []
        for saved in found:
            self.listed[saved.address] = saved
            own = library.block(saved, block)
            instances.append(self._instance(own, saved.address, saved.key, evaluated))
        return tuple(instances)

    def _instance(
        self, block: Block, address: str, key: Text | None, evaluated: tuple[Instance, ...]
    ) -> Instance:
        if key is None:
            return Instance(block, address, None, {})
        for each in evaluated:
            if each.key == key and not each.stands_for_many:
                return Instance(block, address, key, each.bindings)
        if isinstance(key, Counted):
            return Instance(block, address, key, {("count", "index"): key})
        id_ = f"{self._module.assembly.id}#{address}.each.value"
        value: Value = Unknown("what for_each goes through is not known", None, id_)
        if any(_is_set(each) for each in evaluated):
            value = key
        return Instance(block, address, key, {("each", "key"): key, ("each", "value"): value})

    def saved(self, instance: Instance, name: str) -> Value | None:
        """What is listed of an attribute where it is known."""
        saved = self.listed.get(instance.address)
        if saved is None:
            return None
        return self._module.frame.library.known(saved, name, self._module.assembly.id)

    def argument(self, instance: Instance, name: str) -> Value:
        """The value of an argument of an instance."""
        if name not in instance.block.arguments:
            return ABSENT
        saved = self.listed.get(instance.address)
        if saved is None:
            return super().argument(instance, name)
        at = (instance.address, name)
        if at not in self._values:
            module = self._module
            value = module.frame.library.value(saved, name, module.assembly.id)
            evaluated = super().argument(instance, name)
            if value is not None:
                evaluated = module.frame.joiner.joined(evaluated, value)
            self._values[at] = evaluated
        return self._values[at]

    def attribute(self, instance: Instance, name: str, rest: tuple[Step, ...] = ()) -> Value:
        """What a reference to an attribute of an instance gives."""
        is_document = instance.block.labels[0] == "aws_iam_policy_document"
        if name in instance.block.arguments and not (is_document and name in _DOCUMENTS):
            return super().attribute(instance, name, rest)
        value = self.saved(instance, name)
        if value is None:
            return super().attribute(instance, name, rest)
        if is_document:
            # Made anew of its blocks, it has their places.
            evaluated = super().attribute(instance, name)
            value = self._module.frame.joiner.joined(evaluated, value)
        return follow(value, rest, open_ended=True)


_DOCUMENTS = frozenset({"json", "minified_json"})


def _is_set(instance: Instance) -> bool:
    key = instance.bindings.get(("each", "key"))
    return key is not None and key == instance.bindings.get(("each", "value"))
