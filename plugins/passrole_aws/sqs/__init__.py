"""SQS: queues and who may use them."""

from passrole import ResourceType, hookimpl
from passrole_aws.sqs.resources import RESOURCE_TYPES


@hookimpl
def passrole_resource_types() -> tuple[ResourceType, ...]:
    return RESOURCE_TYPES
