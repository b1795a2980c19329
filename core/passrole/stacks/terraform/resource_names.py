"""The resources and data sources of one module: their instances, and references to them."""

from __future__ import annotations

from collections.abc import Mapping

from passrole.stacks.resources import Target
from passrole.stacks.terraform import instances as repeating
from passrole.stacks.terraform.blocks import META_ARGUMENTS, Block
from passrole.stacks.terraform.data_sources import (
    data_attribute,
    data_identity,
    given_data,
    undeclared_data,
)
from passrole.stacks.terraform.evaluation import evaluate
from passrole.stacks.terraform.expressions import Constant, Expression, Placed, Splat
from passrole.stacks.terraform.file_functions import rendered
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.memo import Key
from passrole.stacks.terraform.naming import Naming
from passrole.stacks.terraform.operands import (
    Failure,
    OpenRecord,
    as_text,
    constant,
    lifted,
    stepped,
)
from passrole.stacks.terraform.scopes import Bound, Nowhere
from passrole.stacks.terraform.sizes import TEXT_SHARE
from passrole.stacks.terraform.steps import Step, follow
from passrole.stacks.terraform.views import ModuleView
from passrole.values import (
    ABSENT,
    LITERAL,
    Absent,
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    get,
    known,
)


class ResourceNames:
    """What the ``resource`` and ``data`` blocks of a module are, by address."""

    def __init__(self, module: ModuleView) -> None:
        self._module = module
        assembly = module.assembly
        self.naming = Naming(assembly.id, assembly.types, self.target_of, self.argument)
        blocks = module.configuration.blocks
        repeated = (*blocks.get("resource", ()), *blocks.get("data", ()))
        self.blocks: dict[str, Block] = {block.address: block for block in repeated}
        self._instances: dict[str, tuple[Instance, ...]] = {}

    def forget(self) -> None:
        """Evaluate everything anew."""
        self._instances.clear()

    def instances(self, address: str) -> tuple[Instance, ...]:
        """The instances of a block that is there."""
        found = self._instances.get(address)
        if found is None:
            found = self._instances[address] = self.repeat(self.blocks[address])
        return found

    def repeat(self, block: Block) -> tuple[Instance, ...]:
        """The instances of any block, by its ``count`` or ``for_each``."""
        module = self._module
        address = module.prefix + block.address
        for name, repeat in (("count", repeating.counted), ("for_each", repeating.for_each)):
            argument = block.arguments.get(name)
            if argument is None:
                continue
            expression = argument.expression
            scope = Names(module, module.identity(block.address))
            value = module.assembly.memo.once(
                Key(module.prefix, block.address, name),
                argument.key,
                lambda: evaluate(expression, scope),  # noqa: B023 - called at once
            )
            if not isinstance(value, Absent):
                return repeat(block, address, value, module.assembly.id)
        return repeating.single(block, address)

    # -- references --------------------------------------------------------------------------

    def refer(self, address: str, steps: tuple[Step, ...]) -> Value:
        """What the address of a block and the steps after it give."""
        block = self.blocks.get(address)
        if block is None:
            if address.startswith("data."):
                value = undeclared_data(address, steps, self._module.targets[""])
                if value is not None:
                    return value
            return self._opaque(self._module.prefix + address, steps)
        found = self.instances(address)
        repeats = any(each.key is not None for each in found) or not found
        if not repeats:
            return self._attribute_of(found[0], steps)
        if not steps:
            return self._whole(address, found)
        first, rest = steps[0], steps[1:]
        if isinstance(first, Splat):
            return self._all_of(address, found, rest)
        for each in found:
            if each.key == first:
                return self._attribute_of(each, rest)
        name = known(first)
        is_word = not (name or "0").isdecimal()
        if is_word and len(found) == 1 and not found[0].stands_for_many:
            return self._attribute_of(found[0], steps)
        if name is not None and not any(each.stands_for_many for each in found):
            return Failure(f"{address} has no instance {name}")
        return self._opaque(self._module.prefix + address, steps, indexed=True)

    def _whole(self, address: str, found: tuple[Instance, ...]) -> Value:
        """All instances: a list for ``count``, a map for ``for_each``."""
        if any(each.stands_for_many for each in found):
            return self._module.beyond(address, (), f"the instances of {address} are not known")
        if "count" in self.blocks[address].arguments:
            items = (choose(each.exists, self._object(each), ABSENT) for each in found)
            return Listing(tuple(items))
        return Record(
            {
                known(each.key) or "": choose(each.exists, self._object(each), ABSENT)
                for each in found
                if each.key is not None
            }
        )

    def _all_of(self, address: str, found: tuple[Instance, ...], rest: tuple[Step, ...]) -> Value:
        if any(each.stands_for_many for each in found):
            reason = f"the instances of {address} are not known"
            return self._module.beyond(address, (Splat(), *rest), reason)
        items = (choose(each.exists, self._attribute_of(each, rest), ABSENT) for each in found)
        return Listing(tuple(items))

    def _attribute_of(self, instance: Instance, steps: tuple[Step, ...]) -> Value:
        if not steps:
            value: Value = self._object(instance)
        elif isinstance(steps[0], Splat):
            # A single resource stands for a list of one.
            value = Listing((self._attribute_of(instance, steps[1:]),))
        else:
            name = known(steps[0])
            if name is None:
                return self._opaque(instance.address, steps)
            value = self.attribute(instance, name, steps[1:])
        if self._module.meter.trying and instance.exists is not True:
            missing = Failure(f"{instance.address} does not exist")
            return choose(instance.exists, value, missing)
        return value

    def _object(self, instance: Instance) -> OpenRecord:
        """The whole of an instance: what is written, and what its type says of it."""
        type_ = self.naming.type_of(instance.block)
        names = dict.fromkeys(
            name for name in instance.block.arguments if name not in META_ARGUMENTS
        )
        if type_ is not None:
            names |= dict.fromkeys(type_.terraform_attributes)
        names |= dict.fromkeys(("arn", "id", "name"))
        return OpenRecord({name: self.attribute(instance, name) for name in names})

    def attribute(self, instance: Instance, name: str, rest: tuple[Step, ...] = ()) -> Value:
        """What a reference to an attribute of an instance gives."""
        block = instance.block
        if block.kind == "data" and (block.labels[0], name) == ("template_file", "rendered"):
            return follow(self._template(instance), rest)
        if block.kind == "data":
            target, fields = self.target_of(block), self.properties(instance)
            answer = data_attribute(block.labels[0], name, target, fields)
            facts = self._module.assembly.deployment.facts
            if answer is None and facts.counts:
                answer = given_data(block.labels[0], name, target, fields, facts)
            if answer is not None:
                return follow(answer, rest, open_ended=True)
        type_ = self.naming.type_of(block)
        if type_ is not None and name in type_.terraform_attributes:
            text = self.naming.meaning(instance, type_, type_.terraform_attributes[name])
            if text is not None:
                return follow(text, rest)
        if name in block.arguments and name not in META_ARGUMENTS:
            value = self.argument(instance, name)
            if not isinstance(value, Absent):
                return follow(value, rest, open_ended=True)
        if block.kind == "data":
            id_ = data_identity(block.labels[0], self.properties(instance))
            if id_ is not None:
                return _read_alike(id_, (Text((name,)), *rest), instance.address)
        return self._opaque(instance.address, (Text((name,)), *rest))

    def _template(self, instance: Instance) -> Value:
        """What ``data "template_file"`` gives, as old configurations render their policies.

        Source: https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file
        """
        fields = self.properties(instance).fields
        scope = Nowhere(Names(self._module))

        def render(template: Expression, names: Mapping[str, Value]) -> Value:
            return evaluate(template, Bound(scope, names))

        def of_text(values: tuple[Value, ...]) -> Value:
            text, names = known(values[0]), values[1]
            found = rendered(text, names, values[0].origin, render) if text is not None else None
            return found or self._opaque(instance.address, (Text(("rendered",)),))

        # Older configurations write the names as a block.
        names = get(fields.get("vars", Record({})), 0)
        return lifted((fields.get("template", ABSENT), names), of_text)

    def argument(self, instance: Instance, name: str) -> Value:
        """The value of an argument of an instance."""
        module = self._module
        argument = instance.block.arguments[name]
        written = argument.expression
        if isinstance(written, Placed) and isinstance(written.expression, Constant):
            text, kind = written.expression
            if len(text) < TEXT_SHARE:
                return constant(text, kind, written.origin)  # as most are: nothing to remember

        memo = module.assembly.memo
        address = instance.address.removeprefix(module.prefix)
        found = memo.values.get((module.prefix, address, name))
        if found is not None:
            return found  # half of them are asked for again

        def compute() -> Value:
            id_ = f"{module.assembly.id}#{instance.address}"
            return evaluate(written, Names(module, id_, instance.bindings))

        return memo.once(Key(module.prefix, address, name), argument.key, compute)

    def properties(self, instance: Instance) -> Record:
        """Everything that is written of an instance."""
        fields: dict[str, Value] = {}
        keys: dict[str, Origin] = {}
        for name, argument in instance.block.arguments.items():
            if name in META_ARGUMENTS:
                continue
            value = self.argument(instance, name)
            if not isinstance(value, Absent):
                fields[name] = value
                keys[name] = argument.key
        return Record(fields, instance.block.origin, keys)

    def _opaque(self, address: str, steps: tuple[Step, ...], indexed: bool = False) -> Value:
        id_ = f"{self._module.assembly.id}#{address}"
        if any(isinstance(step, Splat) for step in steps) or not steps:
            return follow(Unknown(f"{address} is not known", None, id_), steps)
        if len(steps) > 1 or indexed:
            return _read_alike(id_, steps, address)
        name = known(steps[0]) if not isinstance(steps[0], Splat) else None
        if name is None:
            return Unknown(f"an attribute of {address} that is not known")
        return self.naming.hole(address, name, LITERAL)

    def target_of(self, block: Block) -> Target:
        """Where a block goes."""
        return self._module.target_of(block)


def _read_alike(id_: str, steps: tuple[Step, ...], address: str) -> Value:
    """What nobody knows of something with an identity, equal wherever the same is asked."""
    value: Value = Unknown(f"{address} is not known", None, id_)
    for step in steps:
        if isinstance(step, Splat) or not isinstance(value, Unknown):
            return follow(value, (step,)) if isinstance(value, Unknown) else value
        text = known(step)
        value = stepped(value, f".{text}") if text is not None else Unknown(value.reason)
    return as_text(value, LITERAL) or value


class Names:
    """What an expression may refer to: the module, and the instance that it stands in."""

    def __init__(
        self,
        module: ModuleView,
        id_: str = "",
        bindings: dict[tuple[str, str], Value] | None = None,
    ) -> None:
        self.module = module
        self.id = id_ or module.identity("")
        self.meter = module.meter
        self.files = module.files
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
