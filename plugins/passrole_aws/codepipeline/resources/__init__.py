"""Pipelines: stages, actions, artifact stores and triggers, the same from either format."""

from collections.abc import Iterator

from passrole import (
    Absent,
    ArtifactStore,
    Origin,
    Pipeline,
    Record,
    Resource,
    ResourceType,
    Value,
    Webhook,
    elements,
    get,
)
from passrole_aws.codepipeline.resources.actions import stages
from passrole_aws.codepipeline.resources.layouts import PLACES, Layout, is_set, layout_of
from passrole_aws.codepipeline.resources.triggers import triggers

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_pipeline(resource: Resource) -> Iterator[Pipeline]:
    """One pipeline. What cannot be read before deployment is listed as unresolved."""
    layout = layout_of(resource.format, PLACES)
    unresolved: list[Value] = []
    found = tuple(stages(resource, layout, unresolved))
    yield Pipeline(
        resource,
        role=resource["role"],
        stores=tuple(_stores(resource, layout)),
        type=resource["type"],
        stages=found,
        unresolved=tuple(unresolved),
        triggers=tuple(triggers(resource)),
        variables=resource["variables"],
        execution_mode=resource["execution mode"],
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
        key=is_set(get(store, *layout["key"])),
        region=is_set(get(store, *layout["region"])),
        origin=origin,
    )


def _key_of(resource: Resource, name: str) -> Origin:
    keys = resource.properties.keys if isinstance(resource.properties, Record) else {}
    return keys.get(name, resource.origin)


def read_webhook(resource: Resource) -> Iterator[Webhook]:
    """One webhook with the pipeline that it starts."""
    yield Webhook(
        resource,
        pipeline=resource["pipeline"],
        action=resource["action"],
        secret=resource["secret"],
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
        "triggers": ("Triggers", "trigger"),
        "variables": ("Variables", "variable"),
        "execution mode": ("ExecutionMode", "execution_mode"),
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
            "action": ("TargetAction", "target_action"),
            "secret": (
                "AuthenticationConfiguration.SecretToken",
                "authentication_configuration.0.secret_token",
            ),
        },
        read=read_webhook,
        source=f"{CFN}aws-resource-codepipeline-webhook.html",
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
