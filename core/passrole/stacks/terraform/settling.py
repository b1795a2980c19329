"""What an expression depends on, through all modules of a stack, evaluated the deepest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from passrole.stacks.resources import ResourceType
from passrole.stacks.terraform.blocks import META_ARGUMENTS, Argument, Block
from passrole.stacks.terraform.ordering import in_order
from passrole.stacks.terraform.views import ModuleView

Need = tuple[ModuleView, str, str]
"""A module, ``var``, ``local``, ``output`` or the address of a block, and a name in it."""


_WHOLE = frozenset({"aws_iam_policy_document", "template_file"})
"""Data sources whose attributes are made of all their arguments."""


def settle(module: ModuleView, argument: Argument) -> None:
    """Evaluate everything that an argument of a module depends on."""
    if not argument.references:
        return
    evaluated = module.assembly.memo.values

    def is_open(need: Need) -> bool:
        owner, address, name = need
        return (owner.prefix, address, name) not in evaluated

    def needs_of(need: Need) -> Iterator[Need]:
        return filter(is_open, _needs_of(need))

    needed = filter(is_open, _needs(module, argument))
    first = next(needed, None)
    if first is not None:  # mostly, all that it needs is there
        for need in in_order(chain((first,), needed), needs_of):
            _evaluate(need)


def settle_block(module: ModuleView, block: Block, *, whole: bool = True) -> None:
    """The same for a block: for all of it, or only for its instances and their names."""
    for name, argument in block.arguments.items():
        if whole or name in ("count", "for_each") or name in _identifying(module, block):
            settle(module, argument)


def _evaluate(need: Need) -> None:
    module, address, name = need
    if address == "local":
        module.local(name)
    elif address == "var":
        module.variable(name)
    elif address == "output":
        module.output(name)
    elif address.startswith("module."):
        # What a call needs is evaluated by its children; here only which of them there are.
        if name in ("count", "for_each"):
            module.calls.instances(address.removeprefix("module."))
    else:
        for instance in module.resources.instances(address):
            if name not in META_ARGUMENTS:
                module.resources.argument(instance, name)


def _needs_of(need: Need) -> Iterator[Need]:
    module, address, name = need
    if address == "local":
        yield from _needs(module, module.locals[name])
    elif address == "output":
        yield from _needs(module, module.outputs[name].arguments["value"])
    elif address == "var":
        source = module.source(name)
        if source is not None:
            yield from _needs(*source)
    elif address.startswith("module."):
        block = module.calls.blocks[address.removeprefix("module.")]
        if name in block.arguments:
            yield from _needs(module, block.arguments[name])
    else:
        yield from _needs(module, module.resources.blocks[address].arguments[name])


def _needs(module: ModuleView, argument: Argument) -> Iterator[Need]:
    for root, *names in argument.references:
        if root == "local":
            if names and names[0] in module.locals:
                yield module, "local", names[0]
        elif root == "var":
            if names:
                yield module, "var", names[0]
        elif root == "module":
            yield from _of_call(module, names)
        else:
            yield from _of_block(module, root, names)


def _of_call(module: ModuleView, names: list[str]) -> Iterator[Need]:
    block = module.calls.blocks.get(names[0]) if names else None
    if block is None:
        return
    for argument in ("count", "for_each"):
        if argument in block.arguments:
            yield module, block.address, argument
    # By now it is known which children there are.
    for child in module.calls.children(names[0]):
        wanted = names[1:2] if names[1:] and names[1] in child.outputs else list(child.outputs)
        for name in wanted:
            yield child, "output", name


def _of_block(module: ModuleView, root: str, names: list[str]) -> Iterator[Need]:
    length = 2 if root == "data" else 1
    address = ".".join((root, *names[:length]))
    block = module.resources.blocks.get(address)
    if block is None:
        return
    wanted = {"count", "for_each", *names[length:], *_identifying(module, block)}
    everything = not names[length:] or block.labels[0] in _WHOLE
    for argument in block.arguments:
        if argument in wanted or (everything and argument not in META_ARGUMENTS):
            yield module, address, argument


def _identifying(module: ModuleView, block: Block) -> frozenset[str]:
    """The arguments that a name or an ARN may be made of."""
    label, found = block.labels[0], module.assembly.identifying
    if label not in found:
        type_ = module.resources.naming.type_of(block)
        found[label] = frozenset(_naming(type_) if type_ is not None else ())
    return found[label]


def _naming(type_: ResourceType) -> Iterator[str]:
    templates = (type_.arn, *type_.terraform_attributes.values())
    for field_name in type_.fields:
        path = type_.path(field_name, "terraform")
        used = field_name == type_.name or any(f"{{{field_name}" in each for each in templates)
        if path and used:
            yield str(path[0])
            yield f"{path[0]}_prefix"
