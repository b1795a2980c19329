"""Clusters, services and task definitions."""

from collections.abc import Iterator

from passrole import Resource, ResourceType
from passrole_aws.ecs.entities import EcsService, TaskDefinition

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_service(resource: Resource) -> Iterator[EcsService]:
    """One service with its task definition."""
    yield EcsService(resource, task_definition=resource["task_definition"])


def read_task_definition(resource: Resource) -> Iterator[TaskDefinition]:
    """One task definition with its two roles and its tags."""
    yield TaskDefinition(
        resource,
        task_role=resource["task_role"],
        execution_role=resource["execution_role"],
        tags=resource["tags"],
    )


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::ECS::Cluster",
        terraform="aws_ecs_cluster",
        arn="arn:{partition}:ecs:{region}:{account}:cluster/{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("ClusterName", "name")},
        source=f"{CFN}aws-resource-ecs-cluster.html",
    ),
    ResourceType(
        cloudformation="AWS::ECS::Service",
        terraform="aws_ecs_service",
        # A cluster may be given by its name or by its ARN: no field, so its name stays a hole.
        arn="arn:{partition}:ecs:{region}:{account}:service/{cluster name}/{name}",
        ref="arn",
        attributes={"ServiceArn": "arn", "Name": "name"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={
            "name": ("ServiceName", "name"),
            "task_definition": ("TaskDefinition", "task_definition"),
        },
        read=read_service,
        source=f"{CFN}aws-resource-ecs-service.html",
    ),
    ResourceType(
        cloudformation="AWS::ECS::TaskDefinition",
        terraform="aws_ecs_task_definition",
        arn="arn:{partition}:ecs:{region}:{account}:task-definition/{name}:{id}",
        ref="arn",
        attributes={"TaskDefinitionArn": "arn"},
        terraform_attributes={
            "arn": "arn",
            "arn_without_revision": (
                "arn:{partition}:ecs:{region}:{account}:task-definition/{name}"
            ),
            "family": "name",
            "id": "name",
            "revision": "id",
        },
        fields={
            "name": ("Family", "family"),
            "task_role": ("TaskRoleArn", "task_role_arn"),
            "execution_role": ("ExecutionRoleArn", "execution_role_arn"),
            "tags": ("Tags", "tags"),
        },
        read=read_task_definition,
        source=f"{CFN}aws-resource-ecs-taskdefinition.html",
    ),
)
