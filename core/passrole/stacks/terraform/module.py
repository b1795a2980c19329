"""The names of one module: variables, locals, resources and data, evaluated when asked for.

Each local value and each argument is evaluated once. ``settle`` evaluates what an expression refers
to before the expression itself, so that long chains of references need no deep recursion; a chain
that comes back to itself is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from passrole.documents.nodes import Problem
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, StackProblem, Target
from passrole.stacks.terraform import instances as repeating
from passrole.stacks.terraform.blocks import META_ARGUMENTS, Argument, Block
from passrole.stacks.terraform.data_sources import data_attribute
from passrole.stacks.terraform.evaluation import Meter, evaluate
from passrole.stacks.terraform.expressions import Expression, Splat, references
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.naming import Naming
from passrole.stacks.terraform.operands import Failure, as_text, stepped
from passrole.stacks.terraform.ordering import Key, in_order
from passrole.stacks.terraform.providers import alias_of, targets
from passrole.stacks.terraform.sizes import Sizes
from passrole.stacks.terraform.steps import Step, follow
from passrole.stacks.terraform.variables import variable_value
from passrole.values import (
    ABSENT,
    LITERAL,
    NAME,
    Absent,
    Hole,
    Listing,
    Origin,
    Text,
    Unknown,
    Value,
    choose,
    known,
)

NESTING_CAP = 20
"""How many references may wait for one another where they could not be put in order."""


class Module:
    """One module while it is evaluated."""

    def __init__(
        self,
        stack: str,
        blocks: dict[str, list[Block]],
        types: ResourceTypes,
        deployment: Deployment,
        target_id: str,
    ) -> None:
        self.id = stack
        self._target_id = target_id
        self.naming = Naming(stack, types, self.target_of, self.argument)
        self.deployment = deployment
        self.meter = Meter()
        self.problems: list[StackProblem] = []
        self.assumptions: set[str] = set()
        self.variables = {block.labels[0]: block for block in blocks.get("variable", ())}
        self.locals: dict[str, Argument] = {}
        for block in blocks.get("locals", ()):
            self.locals.update(block.arguments)
        repeated = (*blocks.get("resource", ()), *blocks.get("data", ()))
        self.blocks = {block.address: block for block in repeated}
        self._values: dict[Key, Value] = {}
        self._instances: dict[str, tuple[Instance, ...]] = {}
        self._active: dict[Key, None] = {}
        self._sizes = Sizes()
        self.targets: dict[str, Target] = {"": deployment.target(target_id)}
        self.targets = targets(blocks.get("provider", []), deployment, target_id, self._once_over)
        # What was evaluated for the regions may have asked for the region itself.
        self._values.clear()
        self._instances.clear()

    def _once_over(self, argument: Argument) -> Value:
        self.settle(argument.expression)
        return evaluate(argument.expression, Names(self))

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
                return self._beyond(f"module.{name}", steps[1:], "modules are not read yet")
            case "terraform" if name == "workspace":
                hole = Hole(f"{self.id}#terraform.workspace", NAME, "terraform.workspace")
                return Text((hole,))
            case "path" if name in ("module", "root"):
                return Text((".",))
            case "path" | "terraform" | "self":
                return self._beyond(f"{root}.{name}", steps[1:], f"{root}.{name} is not known")
        return self._repeated(f"{root}.{name}", steps[1:])

    def _data(self, type_name: str, steps: tuple[Step, ...]) -> Value:
        name = known(steps[0]) if steps and not isinstance(steps[0], Splat) else None
        if name is None:
            return Failure("a reference to a data source has no name")
        return self._repeated(f"data.{type_name}.{name}", steps[1:])

    def variable(self, name: str) -> Value:
        """The value of a variable."""
        key = ("var", name)
        if key not in self._values:
            block = self.variables.get(name)
            given = self.deployment.parameters.get(name)
            value, assumption = variable_value(self.id, name, block, given)
            if assumption:
                self.assumptions.add(assumption)
            self._values[key] = self._sizes.bounded(value)
        return self._values[key]

    def local(self, name: str) -> Value:
        """A local value."""
        argument = self.locals.get(name)
        if argument is None:
            return self._beyond(f"local.{name}", (), f"local.{name} is not in the files read")
        scope = Names(self)
        return self._once(
            ("local", name), lambda: evaluate(argument.expression, scope), argument.key
        )

    def _beyond(self, address: str, steps: tuple[Step, ...], reason: str) -> Value:
        return follow(Unknown(reason, None, f"{self.id}#{address}"), steps)

    # -- resources and data ------------------------------------------------------------------

    def instances(self, address: str) -> tuple[Instance, ...]:
        """The instances of a block that is there."""
        found = self._instances.get(address)
        if found is None:
            block = self.blocks[address]
            found = self._instances[address] = self._repeat(block)
        return found

    def _repeat(self, block: Block) -> tuple[Instance, ...]:
        for name, repeat in (("count", repeating.counted), ("for_each", repeating.for_each)):
            argument = block.arguments.get(name)
            if argument is not None:
                expression = argument.expression
                key = (block.address, name)
                scope = Names(self, f"{self.id}#{block.address}")
                value = self._once(key, lambda: evaluate(expression, scope), argument.key)  # noqa: B023
                if not isinstance(value, Absent):
                    return repeat(block, value, self.id)
        return repeating.single(block)

    def _repeated(self, address: str, steps: tuple[Step, ...]) -> Value:
        block = self.blocks.get(address)
        if block is None:
            if address.startswith("data."):
                value = self._undeclared_data(address, steps)
                if value is not None:
                    return value
            return self._opaque(address, steps)
        if not steps:
            return Unknown(f"the whole of {address}", None, f"{self.id}#{address}")
        found = self.instances(address)
        first, rest = steps[0], steps[1:]
        if isinstance(first, Splat):
            return self._all_of(address, found, rest)
        repeats = any(each.key is not None for each in found) or not found
        if not repeats:
            return self._attribute_of(found[0], steps)
        for each in found:
            if each.key == first:
                return self._attribute_of(each, rest)
        is_word = not (known(first) or "0").isdecimal()
        if is_word and len(found) == 1 and not found[0].stands_for_many:
            return self._attribute_of(found[0], steps)
        return self._opaque(address, steps, indexed=True)

    def _undeclared_data(self, address: str, steps: tuple[Step, ...]) -> Value | None:
        _, type_name, _ = address.split(".", 2)
        first = known(steps[0]) if steps and not isinstance(steps[0], Splat) else None
        return data_attribute(type_name, first or "", self.targets[""])

    def _all_of(self, address: str, found: tuple[Instance, ...], rest: tuple[Step, ...]) -> Value:
        if any(each.stands_for_many for each in found) or not rest:
            return follow(
                Unknown(f"the instances of {address}", None, f"{self.id}#{address}"),
                (Splat(), *rest),
            )
        items = (choose(each.exists, self._attribute_of(each, rest), ABSENT) for each in found)
        return Listing(tuple(items))

    def _attribute_of(self, instance: Instance, steps: tuple[Step, ...]) -> Value:
        name = known(steps[0]) if steps and not isinstance(steps[0], Splat) else None
        if name is None:
            return self._opaque(instance.address, steps)
        value = self.attribute(instance, name, steps[1:])
        if self.meter.trying and instance.exists is not True:
            missing = Failure(f"{instance.address} does not exist")
            return choose(instance.exists, value, missing)
        return value

    def attribute(self, instance: Instance, name: str, rest: tuple[Step, ...] = ()) -> Value:
        """What a reference to an attribute of an instance gives."""
        block = instance.block
        type_ = self.naming.type_of(block)
        if block.labels[0] == "aws_iam_policy_document":
            address = f"{instance.address}.{name}"
            return self._beyond(address, rest, "policy document data sources are not read yet")
        if block.kind == "data":
            answer = data_attribute(block.labels[0], name, self.target_of(block), block)
            if answer is not None:
                return follow(answer, rest)
        if type_ is not None and name in type_.terraform_attributes:
            text = self.naming.meaning(instance, type_, type_.terraform_attributes[name])
            if text is not None:
                return follow(text, rest)
        if name in block.arguments and name not in META_ARGUMENTS:
            value = self.argument(instance, name)
            if not isinstance(value, Absent):
                return follow(value, rest, open_ended=True)
        return self._opaque(instance.address, (Text((name,)), *rest))

    def argument(self, instance: Instance, name: str) -> Value:
        """The value of an argument of an instance."""
        argument = instance.block.arguments[name]
        scope = Names(self, f"{self.id}#{instance.address}", instance.bindings)
        return self._once(
            (instance.address, name), lambda: evaluate(argument.expression, scope), argument.key
        )

    def _opaque(self, address: str, steps: tuple[Step, ...], indexed: bool = False) -> Value:
        if any(isinstance(step, Splat) for step in steps) or not steps:
            return follow(Unknown(f"{address} is not known", None, f"{self.id}#{address}"), steps)
        if len(steps) > 1 or indexed:
            value: Value = Unknown(f"{address} is not known", None, f"{self.id}#{address}")
            for step in steps:
                if isinstance(step, Splat) or not isinstance(value, Unknown):
                    return Unknown(f"{address} is not known")
                text = known(step)
                value = stepped(value, f".{text}") if text is not None else Unknown(value.reason)
            return as_text(value, LITERAL) or value
        name = known(steps[0]) if not isinstance(steps[0], Splat) else None
        if name is None:
            return Unknown(f"an attribute of {address} that is not known")
        return self.naming.hole(address, name, LITERAL)

    def target_of(self, block: Block) -> Target:
        """Where a block goes; an alias that is not in the files read is a target of its own."""
        alias = alias_of(block)
        found = self.targets.get(alias) if alias is not None else None
        if found is not None:
            return found
        unknown = Deployment(partition=self.deployment.partition)
        return unknown.target(f"{self._target_id}/aws.{alias or block.address}")

    # -- once, and in order --------------------------------------------------------------------

    def _once(self, key: Key, compute: Callable[[], Value], place: Origin) -> Value:
        if key in self._values:
            return self._values[key]
        name = ".".join(key)
        if key in self._active:
            self._cycle(name, place)
            return Unknown(f"{name} depends on itself")
        if len(self._active) >= NESTING_CAP:
            return Unknown(f"{name} stands at the end of too long a chain of references")
        self._active[key] = None
        trying, self.meter.trying = self.meter.trying, 0
        value = self._sizes.bounded(compute())
        self.meter.trying = trying
        del self._active[key]
        self._values[key] = value
        return value

    def _cycle(self, name: str, place: Origin) -> None:
        document, node = place
        problem = Problem("cycle", f"{name} depends on itself", node.start, node.end)
        reported = StackProblem(problem, document.location(node))
        if all(each.location != reported.location for each in self.problems):
            self.problems.append(reported)

    def settle(self, expression: Expression) -> None:
        """Evaluate everything that an expression depends on, the deepest first."""

        def needs_of(key: Key) -> Iterator[Key]:
            return iter(()) if key in self._values else self._needs(self._expression(key))

        for key in in_order(self._needs(expression), needs_of):
            self._evaluate(key)

    def _evaluate(self, key: Key) -> None:
        address, name = key
        if address == "local":
            self.local(name)
            return
        for instance in self.instances(address):
            if name not in META_ARGUMENTS:
                self.argument(instance, name)

    def _expression(self, key: Key) -> Expression:
        address, name = key
        found = self.locals if address == "local" else self.blocks[address].arguments
        return found[name].expression

    def _needs(self, expression: Expression) -> Iterator[Key]:
        for root, *names in references(expression):
            if root == "local" and names and names[0] in self.locals:
                yield "local", names[0]
                continue
            length = 2 if root == "data" else 1
            address = ".".join((root, *names[:length]))
            block = self.blocks.get(address)
            if block is None:
                continue
            wanted = {"count", "for_each", *names[length:], *self._identifying(block)}
            for argument in block.arguments:
                if argument in wanted:
                    yield address, argument

    def _identifying(self, block: Block) -> Iterator[str]:
        """The arguments that a name or an ARN may be made of."""
        type_ = self.naming.type_of(block)
        if type_ is None:
            return
        templates = (type_.arn, *type_.terraform_attributes.values())
        for field_name in type_.fields:
            path = type_.path(field_name, "terraform")
            used = field_name == type_.name or any(f"{{{field_name}" in each for each in templates)
            if path and used:
                yield str(path[0])
                yield f"{path[0]}_prefix"


class Names:
    """What an expression may refer to: the module, and the instance that it stands in."""

    def __init__(
        self, module: Module, id_: str = "", bindings: dict[tuple[str, str], Value] | None = None
    ) -> None:
        self.module = module
        self.id = id_ or module.id
        self.meter = module.meter
        self.bindings = bindings or {}

    def look_up(self, root: str, steps: tuple[Step, ...]) -> Value:
        """What a reference gives. Never raises."""
        if root in ("each", "count"):
            name = known(steps[0]) if steps and not isinstance(steps[0], Splat) else None
            value = self.bindings.get((root, name or ""))
            if value is None:
                return Failure(f"{root}.{name} has no meaning here")
            return follow(value, steps[1:])
        return self.module.look_up(root, steps)
