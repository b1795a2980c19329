"""Pipelines: stages, actions and artifact stores, the same from either format."""

from collections.abc import Hashable, Iterable, Iterator, Mapping

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
    Webhook,
    World,
    cases,
    elements,
    fetched,
    get,
    literal,
    value_from_json_text,
    without_choices,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"

Path = tuple[str | int, ...]


Layout = Mapping[str, Path]

PLACES: Mapping[str, tuple[Path, Path]] = {
    "bucket": (("ArtifactStore", "Location"), ("location",)),
    "key": (("ArtifactStore", "EncryptionKey", "Id"), ("encryption_key", 0, "id")),
    "region": (("Region",), ("region",)),
    "name": (("Name",), ("name",)),
    "actions": (("Actions",), ("action",)),
    "category": (("ActionTypeId", "Category"), ("category",)),
    "owner": (("ActionTypeId", "Owner"), ("owner",)),
    "provider": (("ActionTypeId", "Provider"), ("provider",)),
    "version": (("ActionTypeId", "Version"), ("version",)),
    "configuration": (("Configuration",), ("configuration",)),
    "inputs": (("InputArtifacts",), ("input_artifacts",)),
    "outputs": (("OutputArtifacts",), ("output_artifacts",)),
    "artifact": (("Name",), ()),
    "role": (("RoleArn",), ("role_arn",)),
    "commands": (("Commands",), ("commands",)),
    "variables": (("EnvironmentVariables",), ("environment_variable",)),  # inferred: Terraform
}
"""Where CloudFormation and Terraform keep the parts of an artifact store, a stage and an action.
``artifact`` leads from an item of the lists of artifacts to its name."""

CONDITIONS: Mapping[str, tuple[Path, Path]] = {
    "BeforeEntry": (("BeforeEntry", "Conditions"), ("before_entry", 0, "condition")),
    "OnSuccess": (("OnSuccess", "Conditions"), ("on_success", 0, "condition")),
    "OnFailure": (("OnFailure", "Conditions"), ("on_failure", 0, "condition")),
}
"""Where a stage keeps its conditions: what is checked before it is entered and after it ended."""

RULE_TYPE: Mapping[str, tuple[Path, Path]] = {
    "rules": (("Rules",), ("rule",)),
    "category": (("RuleTypeId", "Category"), ("rule_type_id", 0, "category")),
    "owner": (("RuleTypeId", "Owner"), ("rule_type_id", 0, "owner")),
    "provider": (("RuleTypeId", "Provider"), ("rule_type_id", 0, "provider")),
    "version": (("RuleTypeId", "Version"), ("rule_type_id", 0, "version")),
}
"""Where a rule of a condition differs from an action."""

RULE_DEFAULTS = {"category": "Rule", "owner": "AWS", "version": "1"}


def layout_of(format_: str, *tables: Mapping[str, tuple[Path, Path]]) -> Layout:
    """The places in one format; those of a later table come before those of an earlier one."""
    column = 0 if format_ == "cloudformation" else 1
    return {part: places[column] for table in tables for part, places in table.items()}


def read_pipeline(resource: Resource) -> Iterator[Pipeline]:
    """One pipeline. What cannot be read before deployment is listed as unresolved."""
    layout = layout_of(resource.format, PLACES)
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
        bucket=get(store, *layout["bucket"]),
        key=_set(get(store, *layout["key"])),
        region=_set(get(store, *layout["region"])),
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
                yield _action(resource, stage, position, one, origin, each)


def _parts(written: Record, layout: Layout) -> Record:
    """What an action consists of, without what makes no difference here, such as its run order."""
    parts: dict[str, Value] = {part: get(written, *layout[part]) for part in _PARTS}
    for part in ("inputs", "outputs"):
        listed = elements(get(written, *layout[part]))
        parts[part] = Listing(tuple(get(each, *layout["artifact"]) for each in listed))
    if "rules" in layout:
        for part, default in RULE_DEFAULTS.items():
            parts[part] = parts[part] or literal(default)
    return Record(parts)


_PARTS = (
    "name", "category", "owner", "provider", "version", "configuration", "role", "region",
    "commands", "variables",
)  # fmt: skip


def _action(
    resource: Resource, stage: str, position: int, parts: Value, origin: Origin, world: World
) -> Action:
    configuration = _configuration(get(parts, "configuration"))
    names = fetched(_variables(get(parts, "variables"), configuration), resource.target)
    return Action(
        pipeline=resource.name.known() or resource.id,
        stage=stage,
        name=_label(get(parts, "name"), f"action {position}"),
        category=get(parts, "category"),
        owner=get(parts, "owner"),
        provider=get(parts, "provider"),
        version=get(parts, "version"),
        configuration=configuration,
        inputs=elements(get(parts, "inputs")),
        outputs=elements(get(parts, "outputs")),
        role=_set(get(parts, "role")),
        region=_set(get(parts, "region")),
        origin=origin,
        world=world,
        commands=elements(get(parts, "commands")),
        parameters=names.parameters,
        secrets=names.secrets,
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


def read_webhook(resource: Resource) -> Iterator[Webhook]:
    """One webhook with the pipeline that it starts."""
    yield Webhook(resource, pipeline=resource["pipeline"])


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
        fields={
            "name": ("Name", "name"),
            "pipeline": ("TargetPipeline", "target_pipeline"),
        },
        read=read_webhook,
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
    ResourceType(
        cloudformation="AWS::CloudWatch::Alarm",
        terraform="aws_cloudwatch_metric_alarm",
        arn="arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "alarm_name": "name"},
        fields={"name": ("AlarmName", "alarm_name")},
        source=f"{CFN}aws-resource-cloudwatch-alarm.html",
    ),
)

RESOURCE_TYPES = (PIPELINE, *NAMED_ONLY)
