"""The modules that a module calls: their instances, and references to their outputs."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.documents.nodes import Problem
from passrole.stacks.resources import Target
from passrole.stacks.terraform.assembly import MODULE_DEPTH_CAP
from passrole.stacks.terraform.blocks import Block
from passrole.stacks.terraform.configuration import (
    Configuration,
    local_directory,
    problem_at,
)
from passrole.stacks.terraform.expressions import Splat
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.operands import Failure, as_text
from passrole.stacks.terraform.providers import constant_text, passed_aliases
from passrole.stacks.terraform.steps import Step, follow
from passrole.stacks.terraform.views import ModuleView
from passrole.values import (
    ABSENT,
    LITERAL,
    Listing,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    known,
)


class Calls:
    """The ``module`` blocks of one module."""

    def __init__(self, module: ModuleView) -> None:
        self._module = module
        calls = module.configuration.blocks.get("module", ())
        self.blocks: dict[str, Block] = {block.labels[0]: block for block in calls}
        self._instances: dict[str, tuple[Instance, ...]] = {}
        self._children: dict[str, dict[str, ModuleView]] = {}

    def forget(self) -> None:
        """Evaluate everything anew."""
        self._instances.clear()
        self._children.clear()

    def instances(self, name: str) -> tuple[Instance, ...]:
        """The instances of a call that is there."""
        found = self._instances.get(name)
        if found is None:
            found = self._module.resources.repeat(self.blocks[name])
            self._instances[name] = found
        return found

    def children(self, name: str) -> tuple[ModuleView, ...]:
        """The module instances of a call, none where its source is not in the scanned tree."""
        if name not in self._children:
            block = self.blocks[name]
            configuration = self._configuration(block)
            found: dict[str, ModuleView] = {}
            if configuration is not None:
                for instance in self.instances(name):
                    child = self._child(instance, configuration)
                    if child is not None:
                        found[instance.address] = child
            self._children.setdefault(name, found)
        return tuple(self._children[name].values())

    def _configuration(self, block: Block) -> Configuration | None:
        module = self._module
        directory = local_directory(block, module.configuration.directory)
        if directory is None:
            return None
        place = block.arguments["source"].origin
        if directory in module.chain:
            message = f"{block.address} calls {directory}, which it is a part of"
            module.assembly.report(problem_at("cycle", message, place))
            return None
        if len(module.chain) >= MODULE_DEPTH_CAP:
            message = f"modules call modules deeper than {MODULE_DEPTH_CAP}"
            module.assembly.report(problem_at("limit", message, place))
            return None
        found = module.assembly.configurations.of(directory)
        if isinstance(found, Configuration):
            return found
        kind = "missing-module"
        message = f"{block.address} names {directory}, where there is no Terraform configuration"
        other = module.assembly.configurations.spelled_otherwise(directory)
        message += f"; {other} is written with other capitals" if other else ""
        if isinstance(found, Problem):
            kind, message = found.kind, f"{block.address}: {found.message}"
        module.assembly.report(problem_at(kind, message, place))
        return None

    def _child(self, instance: Instance, configuration: Configuration) -> ModuleView | None:
        module = self._module
        if module.assembly.admits_module():
            return module.child(instance, configuration, self._targets(instance.block))
        message = "the stack has too many module instances"
        module.assembly.report(problem_at("limit", message, instance.block.key))
        return None

    def _targets(self, block: Block) -> dict[str, Target]:
        """The provider configurations of a child: its parent's default one, and those passed."""
        module = self._module
        found = {"": module.targets[""]}
        for alias, name in passed_aliases(block):
            found[alias] = module.target_named(name, block.address)
        return found

    def every_child(self) -> Iterator[ModuleView]:
        """All module instances, in the order of the calls."""
        for name, block in self.blocks.items():
            for argument in ("count", "for_each"):
                if argument in block.arguments:
                    self._module.settle(block.arguments[argument])
            yield from self.children(name)

    # -- references --------------------------------------------------------------------------

    def refer(self, name: str, steps: tuple[Step, ...]) -> Value:
        """What ``module.name`` and the steps after it give."""
        block = self.blocks.get(name)
        if block is None:
            return self._module.beyond(f"module.{name}", steps, f"there is no module {name} here")
        found = self.instances(name)
        children = self._children_by_address(name)
        if any(each.address not in children for each in found):
            source = constant_text(block.arguments.get("source")) or "its source"
            reason = f"module {name} is not in the scanned tree ({source})"
            value = self._module.beyond(f"module.{name}", steps, reason)
            return value if self._may_return_a_role(name) else _as_named(value, steps)
        if not any(each.key is not None for each in found) and found:
            return self._output(found[0], children, steps)
        if any(each.stands_for_many for each in found) and (
            not steps or isinstance(steps[0], Splat)
        ):
            return self._module.beyond(
                f"module.{name}", steps, f"the instances of module {name} are not known"
            )
        if not steps:
            return self._whole(found, children)
        return self._indexed(name, found, children, steps)

    def _may_return_a_role(self, name: str, asked: frozenset[str] = frozenset()) -> bool:
        """Whether a module that is not read is given a role: it may give that very role back."""
        block = self.blocks.get(name)
        if block is None or name in asked:
            return False
        if local_directory(block, self._module.configuration.directory) is not None:
            return True
        for argument in block.arguments.values():
            for root, *names in argument.references:
                if root.startswith("aws_iam_"):
                    return True
                inner = names[0] if root == "module" and names else ""
                if inner and self._may_return_a_role(inner, asked | {name}):
                    return True
        return False

    def _children_by_address(self, name: str) -> dict[str, ModuleView]:
        self.children(name)
        return self._children[name]

    def _indexed(
        self,
        name: str,
        found: tuple[Instance, ...],
        children: dict[str, ModuleView],
        steps: tuple[Step, ...],
    ) -> Value:
        first, rest = steps[0], steps[1:]
        if isinstance(first, Splat):
            items = (
                choose(each.exists, self._output(each, children, rest), ABSENT) for each in found
            )
            return Listing(tuple(items))
        for each in found:
            if each.key == first:
                return self._output(each, children, rest)
        if known(first) is not None and not any(each.stands_for_many for each in found):
            return Failure(f"module.{name} has no instance {known(first)}")
        reason = f"which instance of module {name} is meant is not known"
        return self._module.beyond(f"module.{name}[*]", rest, reason)

    def _output(
        self, instance: Instance, children: dict[str, ModuleView], steps: tuple[Step, ...]
    ) -> Value:
        child = children[instance.address]
        if not steps:
            value: Value = Record({name: child.output(name) for name in child.outputs})
        elif isinstance(steps[0], Splat):
            value = Listing((self._output(instance, children, steps[1:]),))
        else:
            name = known(steps[0])
            if name is None:
                return Unknown("which output of a module is meant is not known")
            value = follow(child.output(name), steps[1:])
        if self._module.meter.trying and instance.exists is not True:
            missing = Failure(f"{instance.address} does not exist")
            return choose(instance.exists, value, missing)
        return value

    def _whole(self, found: tuple[Instance, ...], children: dict[str, ModuleView]) -> Value:
        """All instances: a list for ``count``, a map for ``for_each``."""
        if any("count" in each.block.arguments for each in found):
            items = (choose(e.exists, self._output(e, children, ()), ABSENT) for e in found)
            return Listing(tuple(items))
        fields = {
            known(each.key) or "": choose(each.exists, self._output(each, children, ()), ABSENT)
            for each in found
            if isinstance(each.key, Text)
        }
        return Record(fields)


_TEXTS = ("arn", "id", "name")


def _as_named(value: Value, steps: tuple[Step, ...]) -> Value:
    """An output of a module that is not read: a text where its name says so."""
    name = known(steps[0]) if len(steps) == 1 and not isinstance(steps[0], Splat) else None
    if name is None or not (name in _TEXTS or name.endswith(tuple(f"_{each}" for each in _TEXTS))):
        return value
    return as_text(value, LITERAL) or value
