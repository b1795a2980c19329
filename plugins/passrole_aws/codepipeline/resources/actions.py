"""Stages and their actions, each in one world."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from passrole import (
    Absent,
    Action,
    Listing,
    Origin,
    Record,
    Resource,
    Stage,
    Text,
    Unknown,
    Value,
    World,
    cases,
    elements,
    fetched,
    get,
    literal,
    value_from_json_text,
    variable_names,
    without_choices,
)
from passrole_aws.codepipeline.resources.layouts import (
    CONDITIONS,
    PLACES,
    POINTS,
    RULE_DEFAULTS,
    RULE_TYPE,
    Layout,
    is_set,
    layout_of,
)
from passrole_aws.codepipeline.resources.worlds import distinct


def stages(resource: Resource, layout: Layout, unresolved: list[Value]) -> Iterator[Stage]:
    """The stages in their order; what cannot be read is added to ``unresolved``."""
    for index, item in enumerate(elements(resource["stages"]), 1):
        for world, stage in cases(item, resource.world, deep=False):
            if isinstance(stage, Absent):
                continue
            if not isinstance(stage, Record):
                unresolved.append(_unreadable(stage, "stage"))
                continue
            name = _label(get(stage, *layout["name"]), f"stage {index}")
            listed = elements(get(stage, *layout["actions"]))
            yield Stage(
                name=name,
                actions=(
                    *_actions(resource, layout, name, listed, world, unresolved),
                    *_rules(resource, name, stage, world, unresolved),
                ),
                origin=stage.origin or resource.origin,
                world=world,
                points=tuple(
                    point
                    for point, place in layout_of(resource.format, POINTS).items()
                    if isinstance(get(stage, *place), Record)
                ),
            )


def _rules(
    resource: Resource, name: str, stage: Value, world: World, unresolved: list[Value]
) -> Iterator[Action]:
    """The rules of a stage's conditions: a provider runs each, as a role, like an action."""
    layout = layout_of(resource.format, PLACES, RULE_TYPE)
    for point, places in layout_of(resource.format, CONDITIONS).items():
        conditions = elements(get(stage, *places))
        rules = [rule for each in conditions for rule in elements(get(each, *layout["rules"]))]
        yield from _actions(resource, layout, f"{name}/{point}", rules, world, unresolved)


def _actions(
    resource: Resource,
    layout: Layout,
    stage: str,
    listed: Iterable[Value],
    world: World,
    unresolved: list[Value],
) -> Iterator[Action]:
    """One action for each way in which one of the list may turn out."""
    for position, item in enumerate(listed, 1):
        for shallow, written in cases(item, world, deep=False):
            if isinstance(written, Absent):
                continue
            if not isinstance(written, Record):
                unresolved.append(_unreadable(written, "action"))
                continue
            origin = written.origin or resource.origin
            whole = _parts(written, layout)
            for each, parts in distinct(cases(whole, shallow)):
                # What has too many cases is one unknown: keep what does not depend on them.
                reason = "it depends on too many conditions"
                one = parts if isinstance(parts, Record) else without_choices(whole, reason)
                action = _action(resource, stage, position, one, origin, each)
                yield replace(
                    action,
                    namespace=_in(each, get(written, *layout["namespace"])),
                    run_order=_in(each, get(written, *layout["run order"])),
                )


def _in(world: World, value: Value) -> Value:
    """The value in a world that may leave it open: what differs there makes no other action."""
    found = [each for _, each in cases(value, world)]
    return found[0] if len(found) == 1 else Unknown("it depends on a condition")


def _parts(written: Record, layout: Layout) -> Record:
    """What an action consists of, without what makes no difference here, such as its run order."""
    parts: dict[str, Value] = {part: get(written, *layout[part]) for part in _PARTS}
    outputs = elements(get(written, *layout["outputs"]))
    parts["files"] = Listing(
        tuple(file for each in outputs for file in elements(get(each, *layout["files"])))
    )
    for part in ("inputs", "outputs"):
        listed = elements(get(written, *layout[part]))
        parts[part] = Listing(tuple(get(each, *layout["artifact"]) for each in listed))
    if "rules" in layout:
        for part, default in RULE_DEFAULTS.items():
            parts[part] = parts[part] or literal(default)
    return Record(parts)


_PARTS = (
    "name", "category", "owner", "provider", "version", "configuration", "role", "region",
    "commands", "variables", "exports",
)  # fmt: skip


def _action(
    resource: Resource, stage: str, position: int, parts: Value, origin: Origin, world: World
) -> Action:
    configuration = _configuration(get(parts, "configuration"))
    variables = _variables(get(parts, "variables"), configuration)
    names = fetched(variables, resource.target)
    return Action(
        pipeline=resource.name.shown.known() or resource.id,
        stage=stage,
        name=_label(get(parts, "name"), f"action {position}"),
        category=get(parts, "category"),
        owner=get(parts, "owner"),
        provider=get(parts, "provider"),
        version=get(parts, "version"),
        configuration=configuration,
        inputs=elements(get(parts, "inputs")),
        outputs=elements(get(parts, "outputs")),
        role=is_set(get(parts, "role")),
        region=is_set(get(parts, "region")),
        origin=origin,
        world=world,
        commands=elements(get(parts, "commands")),
        variables=variable_names(variables),
        parameters=names.parameters,
        secrets=names.secrets,
        files=elements(get(parts, "files")),
        exports=elements(get(parts, "exports")),
    )


def _variables(own: Value, configuration: Value) -> Value:
    """The environment variables: a list of the action's own, or JSON text in its configuration."""
    written = get(configuration, "EnvironmentVariables")
    return own or (value_from_json_text(written) if isinstance(written, Text) else written)


def _configuration(value: Value) -> Value:
    if isinstance(value, Absent):
        return Record({})
    if isinstance(value, (Record, Unknown)):
        return value
    return Unknown("the configuration of the action is no map of texts", value.origin)


def _label(value: Value, otherwise: str) -> str:
    return str(value) if isinstance(value, Text) and value.parts else otherwise


def _unreadable(value: Value, what: str) -> Value:
    if isinstance(value, Unknown):
        return value
    return Unknown(f"what stands in place of the {what} is none", value.origin)
