"""A CloudFormation template into a stack: resources, outputs, exports, and what is amiss."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from passrole.documents.nodes import Document, Mapping, Problem, Scalar, Sequence
from passrole.documents.tree import Tree
from passrole.stacks.cloudformation.expressions import relying_on
from passrole.stacks.cloudformation.instances import Instance
from passrole.stacks.cloudformation.naming import NamesInScope
from passrole.stacks.cloudformation.resolving import Resolver
from passrole.stacks.cloudformation.scope import Decision, Links, Scope
from passrole.stacks.cloudformation.template import (
    FOR_EACH,
    MALFORMED,
    Entry,
    Template,
    TemplateResource,
    read_template,
)
from passrole.stacks.deployments import Deployment, Given
from passrole.stacks.resources import Resource, ResourceTypes, Stack
from passrole.values import (
    ABSENT,
    EVERYWHERE,
    Absent,
    AllOf,
    Guard,
    Record,
    Unknown,
    Value,
    World,
    choose,
    settled,
    within,
)

_NONE: frozenset[str] = frozenset()


def read_stack(
    document: Document,
    types: ResourceTypes,
    deployment: Deployment,
    *,
    target_id: str = "",
    instance: Instance | None = None,
    links: Links | None = None,
    tree: Tree | None = None,
) -> Stack:
    """The stack that a template makes in a deployment.

    ``instance`` says which one, where that is more than a template on its own in the target
    ``target_id``; ``links`` answers what other stacks know; ``tree`` is where files are opened that
    the template includes.
    A template that is not as CloudFormation wants it gives problems, and what can be read of it.
    """
    if instance is None:
        instance = Instance.of(document.path, deployment.target(target_id))
    resolver = resolver_of(document, types, deployment, instance, links, tree)
    template = resolver.template
    if links is not None:
        links.begin(resolver)
    resources = {
        logical_id: resource
        for logical_id, written in template.resources.items()
        if (resource := _resource(resolver, logical_id, written)) is not None
    }
    outputs: dict[str, Value] = {}
    exports: list[tuple[Value, Value]] = []
    for name, entry in template.outputs.items():
        value, export = _output(resolver, name, entry)
        if not isinstance(value, Absent):
            outputs[name] = value
            if not isinstance(export, Absent):
                exports.append((export, value))
    resolver.close()
    problems = sorted(
        (*template.problems, *resolver.problems.values()),
        key=lambda each: (each.location.path, each.problem.start, *_words(each.problem)),
    )
    return Stack(
        id=instance.id,
        path=document.path,
        format="cloudformation",
        target=instance.target,
        resources=resources,
        outputs=outputs,
        exports=tuple(exports),
        assumptions=tuple(sorted(resolver.assumptions)),
        parameters=frozenset(template.parameters),
        given=tuple(sorted(_given(instance, template, deployment, document.path).items())),
        problems=tuple(problems),
        presumed=tuple(
            f"the macro {name} leaves the template as it is written" for name in template.macros
        ),
    )


def resolver_of(
    document: Document,
    types: ResourceTypes,
    deployment: Deployment,
    instance: Instance,
    links: Links | None = None,
    tree: Tree | None = None,
) -> Resolver:
    """What resolves the values of a template, its transforms done."""

    def resolving(template: Template) -> Resolver:
        given = _given(instance, template, deployment, document.path)
        return Resolver(template, instance, types.cloudformation, given, links)

    return resolving(_template(document, tree, resolving))


def _given(instance: Instance, template: Template, deployment: Deployment, path: str) -> Given:
    """The values that are given for the parameters of a template; a nested stack is passed its own.

    What the operator gives beats what a manifest says.
    """
    if instance.is_nested:
        return {}
    return {**instance.given, **deployment.given(template.parameters, path)}


def _words(problem: Problem) -> tuple[str, str]:
    return problem.kind, problem.message


def _template(
    document: Document, tree: Tree | None, resolving: Callable[[Template], Resolver]
) -> Template:
    """The template as CloudFormation deploys it: after its transforms, where it has any."""
    text, root = document.text, document.root
    if not isinstance(root, Mapping) or not ("Transform" in text or FOR_EACH in text):
        return read_template(document)
    # Few templates have transforms, and only they need what does them.
    from passrole.stacks.cloudformation.transforms.expanding import expand  # noqa: PLC0415

    expanded = expand(document, tree, lambda root: resolving(read_template(document, root)).value)
    template = read_template(
        document, expanded.root, generates=expanded.generates, macros=expanded.macros
    )
    return template._replace(problems=(*template.problems, *expanded.problems))


def _resource(resolver: Resolver, logical_id: str, written: TemplateResource) -> Resource | None:
    """The resource, or None where its condition does not hold."""
    guard, defaults = condition_of(resolver, written.node)
    guard = both(resolver.instance.guard, guard)
    world = _world(guard)
    if world is None:
        return None
    defaults |= resolver.instance.defaults
    origin = resolver.origin(written.node)
    properties: Value = Record({}, origin)
    if written.properties is not None:
        properties = relying_on(resolver, resolver.value(written.properties), defaults, origin)
    exists: Guard = True
    if world.holds(guard) is True:
        properties = within(properties, world)
    elif settled(guard):
        # A disjunction is no one world. The resource is then everywhere, and its properties are
        # nothing where the condition does not hold: they meet an Fn::If of the same condition.
        exists = guard
        properties = choose(guard, properties, ABSENT, origin)
    else:
        properties = Unknown("its condition depends on too many others", origin)
    return Resource(
        stack=resolver.stack,
        id=logical_id,
        type_name=written.type_name,
        type=resolver.naming.type_of(logical_id),
        format="cloudformation",
        target=resolver.target,
        properties=properties,
        names=NamesInScope(resolver, resolver.naming, logical_id),
        origin=origin,
        key=resolver.origin(written.key),
        world=world,
        exists=exists,
        depends_on=tuple(_depends_on(resolver, written)),
        stack_name=resolver.instance.name,
    )


def condition_of(resolver: Scope, node: Mapping) -> Decision:
    """The ``Condition`` of a resource or output: the name of one.

    A resource that a loop makes relies on the defaults behind the loop's collection.
    """
    named = node.get("Condition")
    made = node.made.defaults if node.made is not None else _NONE
    resolver.assumptions.update(made)
    if named is None or (isinstance(named, Scalar) and named.is_null):
        return Decision(True, made)
    if not isinstance(named, Scalar):
        resolver.problem(MALFORMED, "A Condition here is the name of a condition", named)
        return Decision(True, made)
    decision = resolver.decision(named.text, resolver.origin(named))
    return decision._replace(defaults=decision.defaults | made) if made else decision


def both(first: Guard, second: Guard) -> Guard:
    """The guard that holds where two do."""
    if isinstance(first, bool):
        return second if first else False
    if isinstance(second, bool):
        return first if second else False
    return AllOf((first, second))


def _world(guard: Guard) -> World | None:
    """The one world in which a guard holds, ``EVERYWHERE`` for several, None for none."""
    if isinstance(guard, bool):
        return EVERYWHERE if guard else None
    possible = settled(guard)
    holding = [world for world, holds in possible if holds]
    if len(holding) == 1:
        return holding[0]
    return EVERYWHERE if holding or not possible else None


def _depends_on(resolver: Resolver, written: TemplateResource) -> Iterator[str]:
    node = written.node.get("DependsOn")
    if node is None:
        return
    for item in node.items if isinstance(node, Sequence) else (node,):
        if not isinstance(item, Scalar):
            resolver.problem(MALFORMED, "DependsOn is a logical id or a list of them", item)
        elif not item.is_null:
            yield item.text


def _output(resolver: Resolver, name: str, entry: Entry) -> tuple[Value, Value]:
    """The value of an output and the name that it is exported under."""
    guard, defaults = condition_of(resolver, entry.node)
    node = entry.node.get("Value")
    if node is None:
        resolver.problem(MALFORMED, f"The output {name} has no Value", entry.key)
        return ABSENT, ABSENT
    answer = choose(guard, resolver.value(node), ABSENT)
    value = relying_on(resolver, answer, defaults, resolver.origin(node))
    export = entry.node.get("Export")
    if not isinstance(export, Mapping):
        return value, ABSENT
    name_node = export.get("Name")
    if name_node is None:
        resolver.problem(MALFORMED, f"The Export of {name} has no Name", export)
        return value, ABSENT
    return value, resolver.value(name_node)
