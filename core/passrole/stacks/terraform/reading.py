"""The documents of one directory of Terraform configuration to a stack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from passrole.documents.nodes import Document, Problem
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import Resource, ResourceTypes, Stack, StackProblem
from passrole.stacks.terraform.blocks import META_ARGUMENTS, Argument, Block
from passrole.stacks.terraform.evaluation import evaluate
from passrole.stacks.terraform.expressions import (
    Constant,
    Expression,
    ListOf,
    ObjectOf,
    Placed,
)
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.json_syntax import MALFORMED, JsonReader
from passrole.stacks.terraform.module import Module, Names
from passrole.stacks.terraform.native_syntax import NativeReader
from passrole.stacks.terraform.sizes import Sizes
from passrole.values import EVERYWHERE, Absent, Listing, Origin, Record, Unknown, Value, elements

PARTS_CAP = 1_000_000
"""How many parts the resources of one stack may have together, shared ones counted each time."""


def read_stack(
    documents: Sequence[Document],
    types: ResourceTypes,
    deployment: Deployment,
    *,
    target_id: str,
) -> Stack:
    """The stack that the ``.tf`` and ``.tf.json`` documents of a directory make up; never raises.

    Its id is the directory, POSIX, ``.`` for the root. Problems are those of the documents and:
    ``malformed-configuration`` (Terraform would refuse it), ``duplicate-block``, ``cycle``,
    ``limit``. What cannot be evaluated is a hole or an unknown in the properties.
    """
    ordered = sorted(documents, key=lambda each: (is_override(each.path), each.path))
    stack_id = str(PurePosixPath(ordered[0].path).parent) if ordered else "."
    problems: list[StackProblem] = []
    blocks: list[Block] = []
    for document in ordered:
        problems.extend(
            StackProblem(each, document.span(each.start, each.end)) for each in document.problems
        )
        reader = (NativeReader if document.format == "hcl" else JsonReader)(document)
        problems.extend(reader.problems)
        blocks.extend(reader.blocks)
    module = Module(stack_id, _merged(blocks, problems), types, deployment, target_id)
    resources = _resources(module, problems)
    outputs = {
        block.labels[0]: _settled(module, block.arguments["value"])
        for block in blocks
        if block.kind == "output" and "value" in block.arguments
    }
    return Stack(
        id=stack_id,
        path=stack_id,
        format="terraform",
        target=module.targets[""],
        resources=resources,
        outputs=outputs,
        assumptions=tuple(sorted(module.assumptions)),
        parameters=frozenset(module.variables),
        given=tuple(
            sorted((n, v) for n, v in deployment.parameters.items() if n in module.variables)
        ),
        problems=(*problems, *module.problems),
    )


def is_override(path: str) -> bool:
    """Whether a file's blocks are merged into those of the other files.

    Source: https://developer.hashicorp.com/terraform/language/files/override
    """
    stem = PurePosixPath(path.removesuffix(".json")).stem
    return stem == "override" or stem.endswith("_override")


def _merged(blocks: list[Block], problems: list[StackProblem]) -> dict[str, list[Block]]:
    """Blocks by kind, overrides merged; of two blocks of one address the first one counts."""
    found: dict[str, list[Block]] = {}
    first: dict[tuple[str, ...], Block] = {}
    for block in blocks:
        if block.kind in ("provider", "locals", "terraform", "moved", "import", "removed"):
            found.setdefault(block.kind, []).append(block)
            continue
        key = (block.kind, *block.labels)
        before = first.get(key)
        if before is None:
            first[key] = block
            found.setdefault(block.kind, []).append(block)
        elif is_override(block.origin.document.path):
            before.arguments.update(block.arguments)
        else:
            message = f"{block.address} is there twice"
            problems.append(_problem("duplicate-block", message, block.key))
    return found


def _resources(module: Module, problems: list[StackProblem]) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    sizes = Sizes()
    parts = 0
    for block in module.blocks.values():
        if block.kind != "resource":
            continue
        for argument in block.arguments.values():
            module.settle(argument.expression)
        for instance in module.instances(block.address):
            resource = _resource(module, instance)
            if resource is None:
                continue
            parts += sizes.of(resource.properties).parts
            if parts > PARTS_CAP:
                message = f"the resources have more than {PARTS_CAP} parts"
                problems.append(_problem("limit", message, block.key))
                return found
            found[instance.address] = resource
    return found


def _resource(module: Module, instance: Instance) -> Resource | None:
    block = instance.block
    world = EVERYWHERE if instance.exists is True else instance.world(module.id)
    if world is None:
        return None
    return Resource(
        stack=module.id,
        id=instance.address,
        type_name=block.labels[0],
        type=module.naming.type_of(block),
        format="terraform",
        target=module.target_of(block),
        properties=_properties(module, instance),
        name=module.naming.name(instance),
        arn=module.naming.arn(instance),
        generated_id=module.naming.generated_id(instance),
        origin=block.origin,
        key=block.key,
        world=world,
        depends_on=_names(block.arguments.get("depends_on")),
    )


def _properties(module: Module, instance: Instance) -> Record:
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}
    for name, argument in instance.block.arguments.items():
        if name in META_ARGUMENTS:
            continue
        value = module.argument(instance, name)
        if not isinstance(value, Absent):
            fields[name] = value
            keys[name] = argument.key
    dynamic = instance.block.arguments.get("dynamic")
    for key in _block_types(dynamic):
        unknown = Unknown(f"dynamic {_text(key)} blocks are not read yet", key.origin)
        before = fields.get(_text(key))
        fields[_text(key)] = (
            unknown if before is None else Listing((*elements(before), unknown), key.origin)
        )
        keys.setdefault(_text(key), key.origin)
    return Record(fields, instance.block.origin, keys)


def _block_types(dynamic: Argument | None) -> list[Placed]:
    """The keys of a ``dynamic`` argument: the types of the blocks that it makes."""
    waiting: list[Expression] = [dynamic.expression] if dynamic is not None else []
    found: list[Placed] = []
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, Placed):
            waiting.append(current.expression)
        elif isinstance(current, ListOf):
            waiting.extend(current.items)
        elif isinstance(current, ObjectOf):
            found.extend(key for key, _ in current.items if isinstance(key, Placed))
    return found


def _text(key: Placed) -> str:
    return key.expression.text if isinstance(key.expression, Constant) else ""


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


def _settled(module: Module, argument: Argument) -> Value:
    module.settle(argument.expression)
    return evaluate(argument.expression, Names(module))


def _problem(kind: str, message: str, place: Origin) -> StackProblem:
    document, node = place
    return StackProblem(Problem(kind, message, node.start, node.end), document.location(node))


__all__ = ["MALFORMED", "is_override", "read_stack"]
