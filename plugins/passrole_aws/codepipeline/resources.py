"""Pipelines: stages, actions and artifact stores, the same from either format."""

from collections.abc import Iterator
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
from passrole_aws.codepipeline.worlds import merged

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
    # CloudFormation's one store lies flat; put it where the items of the list of many keep theirs.
    single = (_nested(item) for item in elements(resource["store"]))
    for store in (*single, *elements(resource["stores"])):
        yield ArtifactStore(
            bucket=get(store, *layout.store_bucket),
            key=_set(get(store, *layout.store_key)),
            region=_set(get(store, *layout.store_region)),
            origin=store.origin or resource.origin,
        )


def _nested(store: Value) -> Value:
    if isinstance(store, Choice):
        return Choice(store.guard, _nested(store.then), _nested(store.otherwise), store.origin)
    return Record({"ArtifactStore": store}, store.origin) if isinstance(store, Record) else store


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
        for each, parts in merged(cases(_parts(written, layout), shallow)):
            if isinstance(parts, Record):
                yield _action(resource, stage, position, parts, origin, each)
            else:
                unresolved.append(_unreadable(parts, "action"))


def _parts(written: Record, layout: Layout) -> Record:
    """What an action consists of, without what makes no difference here, such as its run order."""
    places = layout._asdict()
    parts: dict[str, Value] = {part: get(written, *places[part]) for part in _PARTS}
    for part in ("inputs", "outputs"):
        listed = elements(get(written, *places[part]))
        parts[part] = Listing(tuple(get(each, *layout.artifact) for each in listed))
    return Record(parts)


_PARTS = ("name", "category", "owner", "provider", "version", "configuration", "role", "region")


def _action(
    resource: Resource, stage: str, position: int, parts: Record, origin: Origin, world: World
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
