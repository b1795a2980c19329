"""Who may see, start, approve and edit pipelines: the users of CodePipeline and its API."""

from collections.abc import Iterable

from passrole import Operation, hookimpl
from passrole_aws.access.operations import OPERATIONS


@hookimpl
def passrole_operations() -> Iterable[Operation]:
    return OPERATIONS
