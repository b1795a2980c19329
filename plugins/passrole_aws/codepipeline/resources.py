"""Pipelines: stages, actions and artifact stores, the same from either format."""

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from passrole import (
    ABSENT,
    Absent,
    Action,
    ArtifactStore,
    Choice,
    Listing,
    Origin,
    Pipeline,
    Record,
    Resource,
    ResourceType,
    Stage,
    Text,
    Unknown,
    Value,
    World,
    cases,
    elements,
    get,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"

Path = tuple[str | int, ...]


class Layout(NamedTuple):
    """Where a format keeps the parts of an artifact store, a stage and an action.

    ``artifact`` leads from an item of the lists of artifacts to its name.
    """

    store_bucket: Path
    store_key: Path
    store_region: Path
    name: Path
    actions: Path
    category: Path
    owner: Path
    provider: Path
    version: Path
    configuration: Path
    inputs: Path
    outputs: Path
    artifact: Path
    role: Path
    region: Path


LAYOUTS = {
    "cloudformation": Layout(
        store_bucket=("ArtifactStore", "Location"),
        store_key=("ArtifactStore", "EncryptionKey", "Id"),
        store_region=("Region",),
        name=("Name",),
        actions=("Actions",),
        category=("ActionTypeId", "Category"),
        owner=("ActionTypeId", "Owner"),
        provider=("ActionTypeId", "Provider"),
        version=("ActionTypeId", "Version"),
        configuration=("Configuration",),
        inputs=("InputArtifacts",),
        outputs=("OutputArtifacts",),
        artifact=("Name",),
        role=("RoleArn",),
        region=("Region",),
    ),
    "terraform": Layout(
        store_bucket=("location",),
        store_key=("encryption_key", 0, "id"),
        store_region=("region",),
        name=("name",),
        actions=("action",),
        category=("category",),
        owner=("owner",),
        provider=("provider",),
        version=("version",),
        configuration=("configuration",),
        inputs=("input_artifacts",),
        outputs=("output_artifacts",),
        artifact=(),
        role=("role_arn",),
        region=("region",),
    ),
}


def read_pipeline(resource: Resource) -> Iterator[Pipeline]:
    """One pipeline. What cannot be read before deployment is listed as unresolved."""
    layout = LAYOUTS[resource.format]
    unresolved: list[Value] = []
    stages = tuple(_stages(resource, layout, unresolved))
    yield Pipeline(
        resource,
        role=resource["role"],
        stores=tuple(_stores(resource, layout)),
        type=resource["type"],
        stages=stages,
        unresolved=tuple(unresolved),
    )


def _stores(resource: Resource, layout: Layout) -> Iterator[ArtifactStore]:
    """The stores; their values keep choices, and are absent in worlds without the store."""
    single = resource["store"]
    if not isinstance(single, Absent):
        # The one store of CloudFormation is what each item of its list of stores holds.
        yield _store(Record({"ArtifactStore": single}), layout, _key_of(resource, "ArtifactStore"))
    for store in elements(resource["stores"]):
        yield _store(store, layout, store.origin or resource.origin)


def _store(store: Value, layout: Layout, origin: Origin) -> ArtifactStore:
    return ArtifactStore(
        bucket=get(store, *layout.store_bucket),
        key=_set(get(store, *layout.store_key)),
        region=_set(get(store, *layout.store_region)),
        origin=origin,
    )


def _key_of(resource: Resource, name: str) -> Origin:
    keys = resource.properties.keys if isinstance(resource.properties, Record) else {}
    return keys.get(name, resource.origin)


def _stages(resource: Resource, layout: Layout, unresolved: list[Value]) -> Iterator[Stage]:
    for index, item in enumerate(elements(resource["stages"]), 1):
        for world, stage in cases(item, resource.world, deep=False):
            if isinstance(stage, Absent):
                continue
            if not isinstance(stage, Record):
                unresolved.append(_unreadable(stage, "stage"))
                continue
            name = _label(get(stage, *layout.name), f"stage {index}")
            listed = elements(get(stage, *layout.actions))
            yield Stage(
                name=name,
                actions=tuple(
                    action
                    for position, each in enumerate(listed, 1)
                    for action in _actions(
                        resource, layout, name, position, each, world, unresolved
                    )
                ),
                origin=stage.origin or resource.origin,
                world=world,
            )


def _actions(
    resource: Resource,
    layout: Layout,
    stage: str,
    position: int,
    item: Value,
    world: World,
    unresolved: list[Value],
) -> Iterator[Action]:
    """One action for each way in which it may turn out."""
    for shallow, written in cases(item, world, deep=False):
        if isinstance(written, Absent):
            continue
        if not isinstance(written, Record):
            unresolved.append(_unreadable(written, "action"))
            continue
        origin = written.origin or resource.origin
        whole = _parts(written, layout)
        for each, parts in distinct(cases(whole, shallow)):
            # What has too many cases is one unknown: keep the parts that do not depend on them.
            one = parts if isinstance(parts, Record) else _without_choices(whole)
            yield _action(resource, stage, position, one, origin, each)


def _parts(written: Record, layout: Layout) -> Record:
    """What an action consists of, without what makes no difference here, such as its run order."""
    places = layout._asdict()
    parts: dict[str, Value] = {part: get(written, *places[part]) for part in _PARTS}
    for part in ("inputs", "outputs"):
        listed = elements(get(written, *places[part]))
        parts[part] = Listing(tuple(get(each, *layout.artifact) for each in listed))
    return Record(parts)


_PARTS = ("name", "category", "owner", "provider", "version", "configuration", "role", "region")


def _without_choices(value: Value) -> Value:
    if isinstance(value, Choice):
        return Unknown("it depends on too many conditions", value.origin)
    if isinstance(value, Listing):
        return Listing(tuple(map(_without_choices, value.values)), value.origin)
    if isinstance(value, Record):
        fields = {name: _without_choices(item) for name, item in value.fields.items()}
        return Record(fields, value.origin, value.keys)
    return value


def _action(
    resource: Resource, stage: str, position: int, parts: Value, origin: Origin, world: World
) -> Action:
    return Action(
        pipeline=resource.name.known() or resource.id,
        stage=stage,
        name=_label(get(parts, "name"), f"action {position}"),
        category=get(parts, "category"),
        owner=get(parts, "owner"),
        provider=get(parts, "provider"),
        version=get(parts, "version"),
        configuration=_configuration(get(parts, "configuration")),
        inputs=_names(get(parts, "inputs")),
        outputs=_names(get(parts, "outputs")),
        role=_set(get(parts, "role")),
        region=_set(get(parts, "region")),
        origin=origin,
        world=world,
    )


def _names(artifacts: Value) -> tuple[Value, ...]:
    return artifacts.values if isinstance(artifacts, Listing) else ()


def _configuration(value: Value) -> Value:
    if isinstance(value, Absent):
        return Record({})
    if isinstance(value, (Record, Unknown)):
        return value
    return Unknown("the configuration of the action is no map of texts", value.origin)


def _label(value: Value, otherwise: str) -> str:
    return str(value) if isinstance(value, Text) and value.parts else otherwise


def _set(value: Value) -> Value:
    """The value; absent where it is the empty text, which Terraform takes for not set."""
    if isinstance(value, Choice):
        return Choice(value.guard, _set(value.then), _set(value.otherwise), value.origin)
    return ABSENT if isinstance(value, Text) and not value.parts else value


def _unreadable(value: Value, what: str) -> Value:
    if isinstance(value, Unknown):
        return value
    return Unknown(f"what stands in place of the {what} is none", value.origin)


def distinct(found: Iterable[tuple[World, Value]]) -> Iterator[tuple[World, Value]]:
    """The cases of a value, those with equal values merged: one action must not become two.

    Worlds go in that decide the same facts; those that come out contradict one another still.
    """
    groups: dict[Hashable, tuple[Value, list[World]]] = {}
    for world, value in found:
        groups.setdefault(_content(value), (value, []))[1].append(world)
    for value, worlds in groups.values():
        for world in _fewest(worlds):
            yield world, value


def _content(value: Value) -> Hashable:
    if isinstance(value, Record):
        fields = ((name, _content(item)) for name, item in value.fields.items())
        return "record", tuple(sorted(fields, key=lambda field: field[0]))
    if isinstance(value, Listing):
        return "list", tuple(map(_content, value.values))
    if isinstance(value, Text):
        return "text", value, value.defaults
    if isinstance(value, Unknown):
        return "unknown", value.id or value.reason
    return type(value).__name__


def _fewest(worlds: list[World]) -> list[World]:
    """Two worlds that differ in one fact alone are one world that leaves it open."""
    before: list[World] = []
    while len(worlds) != len(before):
        before = worlds
        for fact in dict.fromkeys(fact for world in before for fact, _ in world.literals):
            worlds = [_without_implied(world) for world in _without(fact, worlds)]
    return worlds


def _without(fact: Hashable, worlds: list[World]) -> Iterator[World]:
    alike: dict[World, list[World]] = {}
    for world in worlds:
        rest = World(tuple(literal for literal in world.literals if literal[0] != fact))
        alike.setdefault(rest, []).append(world)
    for rest, found in alike.items():
        if len(found) > 1:
            yield rest
        else:
            yield from found


def _without_implied(world: World) -> World:
    """Without the denials that a held fact of the same subject implies: they hide twins."""
    held = {fact.subject for fact, holds in world.literals if holds and fact.equals is not None}
    return World(
        tuple((fact, holds) for fact, holds in world.literals if holds or fact.subject not in held)
    )


PIPELINE = ResourceType(
    cloudformation="AWS::CodePipeline::Pipeline",
    terraform="aws_codepipeline",
    arn="arn:{partition}:codepipeline:{region}:{account}:{name}",
    terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
    fields={
        "name": ("Name", "name"),
        "role": ("RoleArn", "role_arn"),
        "type": ("PipelineType", "pipeline_type"),
        "store": ("ArtifactStore", ""),
        "stores": ("ArtifactStores", "artifact_store"),
        "stages": ("Stages", "stage"),
    },
    read=read_pipeline,
    source=f"{CFN}aws-resource-codepipeline-pipeline.html",
)

NAMED_ONLY = (
    ResourceType(
        cloudformation="AWS::CodePipeline::Webhook",
        terraform="aws_codepipeline_webhook",
        arn="arn:{partition}:codepipeline:{region}:{account}:webhook:{name}",
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-codepipeline-webhook.html",
    ),
    ResourceType(
        cloudformation="AWS::CodePipeline::CustomActionType",
        terraform="aws_codepipeline_custom_action_type",
        arn="arn:{partition}:codepipeline:{region}:{account}"
        ":actiontype:Custom/{category}/{provider}/{version}",
        name="provider",
        ref="id",  # inferred: the documentation calls it the name of the resource
        attributes={"Id": "id"},
        terraform_attributes={"arn": "arn"},
        fields={
            "category": ("Category", "category"),
            "provider": ("Provider", "provider_name"),
            "version": ("Version", "version"),
        },
        source=f"{CFN}aws-resource-codepipeline-customactiontype.html",
    ),
)

RESOURCE_TYPES = (PIPELINE, *NAMED_ONLY)
