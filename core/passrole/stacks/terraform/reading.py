"""The configuration of a root module and of the modules that it calls to a stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from posixpath import dirname

from passrole.documents.nodes import Document
from passrole.stacks.deployments import Deployment
from passrole.stacks.names import KnownNames
from passrole.stacks.resources import Resource, ResourceTypes, Stack, StackProblem
from passrole.stacks.terraform.assembly import Assembly
from passrole.stacks.terraform.blocks import META_ARGUMENTS, Argument, Block
from passrole.stacks.terraform.configuration import (
    Configuration,
    Configurations,
    is_override,
    problem_at,
    read_configuration,
)
from passrole.stacks.terraform.expressions import (
    Constant,
    Expression,
    ListOf,
    Placed,
)
from passrole.stacks.terraform.inputs import RootInputs
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.json_syntax import MALFORMED
from passrole.stacks.terraform.later import Later
from passrole.stacks.terraform.module import Module
from passrole.stacks.terraform.settling import settle_block
from passrole.stacks.terraform.sizes import Sizes
from passrole.stacks.terraform.tfvars import variable_files
from passrole.values import EVERYWHERE, Record, Value, World, within

PARTS_CAP = 1_000_000
"""How many parts the resources of one stack may have together, shared ones counted each time."""


def read_stack(
    documents: Sequence[Document],
    types: ResourceTypes,
    deployment: Deployment,
    *,
    target_id: str,
    configurations: Configurations | None = None,
) -> Stack:
    """The stack that the ``.tf`` and ``.tf.json`` documents of a directory make up; never raises.

    Its id is the directory, POSIX, ``.`` for the root. Problems are those of the documents and:
    ``malformed-configuration`` (Terraform would refuse it), ``duplicate-block``, ``cycle``,
    ``missing-module``, ``limit``. What cannot be evaluated is a hole or an unknown in the
    properties. ``configurations`` are where the modules that it calls are found.
    """
    directory = min((dirname(each.path) or "." for each in documents), default=".")
    configuration = read_configuration(directory, documents)
    found = configurations or Configurations({directory: documents})
    return read_root(configuration, found, types, deployment, target_id)[0]


def read_root(
    configuration: Configuration,
    configurations: Configurations,
    types: ResourceTypes,
    deployment: Deployment,
    target_id: str,
) -> tuple[Stack, frozenset[str]]:
    """The stack of a root module, and the directories of the modules in it."""
    directory = configuration.directory
    path = configurations.path_of(directory)
    deployment = deployment.at(path)
    assembly = Assembly(directory, configurations, types, deployment, target_id)
    given = variable_files(configurations.tree, directory, deployment.variables)
    names = [block.labels[0] for block in configuration.blocks.get("variable", ())]
    texts = deployment.given(names, path)
    inputs = RootInputs(texts, given.values)
    root = Module(assembly, configuration, inputs, chain=(directory,))
    stack, directories = assembled(root, directory, given.problems)
    return replace(
        stack, parameters=frozenset(names), given=tuple(sorted(texts.items()))
    ), directories


def assembled(
    root: Module, path: str, found: Iterable[StackProblem]
) -> tuple[Stack, frozenset[str]]:
    """The stack of a root module that is ready to be evaluated, shown as ``path``.

    ``found`` are the problems of what it was made of.
    """
    assembly = root.assembly
    resources: dict[str, Resource] = {}
    problems: list[StackProblem] = [*found]
    sizes = _Total(assembly.memo.sizes)
    directories: dict[str, Configuration] = {}
    modules: list[Module] = []
    for module in _modules(root):
        modules.append(module)
        directories.setdefault(module.configuration.directory, module.configuration)
        problems.extend(sizes.add(_resources(module), resources))
        if sizes.full:
            break
    for each in directories.values():
        problems.extend(each.problems)
    blocks = [block for each in root.configuration.blocks.values() for block in each]
    if assembly.meter.exhausted() and blocks:
        problems.append(problem_at("limit", assembly.meter.exhausted(), blocks[0].key))
    stack = Stack(
        id=assembly.id,
        path=path,
        format="terraform",
        target=root.targets[""],
        resources=resources,
        outputs=Later(lambda: {name: _settled(root, name) for name in root.outputs}),
        assumptions=tuple(sorted(assembly.assumptions)),
        problems=(*problems, *assembly.problems),
        let_go=partial(_let_go, modules),
    )
    return stack, frozenset(directories)


def _modules(module: Module) -> Iterator[Module]:
    """A module and all below it."""
    yield module
    for child in module.calls.every_child():
        if isinstance(child, Module):
            yield from _modules(child)


def _let_go(modules: Iterable[Module]) -> None:
    """Modules and what answers for their parts know each other: take them apart."""
    for module in modules:
        for each in (module.resources, module.calls, module):
            vars(each).clear()


class _Total:
    """The resources of a stack, as many as may be kept."""

    def __init__(self, sizes: Sizes) -> None:
        self.full = False
        self._parts = 0
        self._sizes = sizes

    def add(
        self, resources: Iterator[Resource], found: dict[str, Resource]
    ) -> Iterator[StackProblem]:
        """Take resources over; what is too much is a problem."""
        for resource in resources:
            self._parts += self._parts_of(resource.properties)
            if self._parts > PARTS_CAP:
                self.full = True
                message = f"the resources have more than {PARTS_CAP} parts"
                yield problem_at("limit", message, resource.key or resource.origin)
                return
            found[resource.id] = resource

    def _parts_of(self, properties: Value) -> int:
        if isinstance(properties, Record) and isinstance(properties.fields, Later):
            return 1  # to measure it is to ask for it
        return self._sizes.of(properties).parts


def _resources(module: Module) -> Iterator[Resource]:
    for block in module.resources.blocks.values():
        if block.kind != "resource":
            continue
        settle_block(module, block, whole=not _is_unread(module, block))
        for instance in module.resources.instances(block.address):
            resource = _resource(module, instance)
            if resource is not None:
                yield resource


def _is_unread(module: Module, block: Block) -> bool:
    """Whether no plugin reads what is written of a resource; then most runs never ask for it."""
    type_ = module.resources.naming.type_of(block)
    return type_ is None or type_.read is None


def _properties(module: Module, instance: Instance, world: World) -> Record:
    """What is written of an instance, as it is in a world: now, or when somebody asks."""
    block, resources = instance.block, module.resources
    # Where it exists, what decides that it does is decided in its properties as well.
    if not _is_unread(module, block):
        return within(resources.properties(instance), world)

    def fields() -> Mapping[str, Value]:
        settle_block(module, block)
        return within(resources.properties(instance), world).fields

    keys = {name: each.key for name, each in block.arguments.items() if name not in META_ARGUMENTS}
    return Record(Later(fields), block.origin, keys)


def _resource(module: Module, instance: Instance) -> Resource | None:
    block, resources = instance.block, module.resources
    exists = module.existing(instance.exists)
    world = (
        EVERYWHERE if exists is True else instance._replace(exists=exists).world(module.assembly.id)
    )
    if world is None:
        return None
    return Resource(
        stack=module.assembly.id,
        id=instance.address,
        type_name=block.labels[0],
        type=resources.naming.type_of(block),
        format="terraform",
        target=module.target_of(block),
        properties=_properties(module, instance, world),
        names=KnownNames(
            resources.naming.name(instance),
            resources.naming.arn(instance),
            resources.naming.generated_id(instance),
        ),
        origin=block.origin,
        key=block.key,
        world=world,
        depends_on=_names(block.arguments.get("depends_on")),
        stands_for_many=module.many or instance.stands_for_many,
        is_deployed=module.is_deployed(instance),
    )


def _names(argument: Argument | None) -> tuple[str, ...]:
    """The addresses that ``depends_on`` names."""
    inner: Expression | None = argument.expression if argument is not None else None
    while isinstance(inner, Placed):
        inner = inner.expression
    if not isinstance(inner, ListOf):
        return ()
    texts = (
        item.expression.text
        for item in inner.items
        if isinstance(item, Placed) and isinstance(item.expression, Constant)
    )
    return tuple(text.removeprefix("${").removesuffix("}") for text in texts)


def _settled(module: Module, name: str) -> Value:
    module.settle(module.outputs[name].arguments["value"])
    return module.output(name)


__all__ = ["MALFORMED", "assembled", "is_override", "read_root", "read_stack"]
