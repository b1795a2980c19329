"""Partitions, regions and service principals.

Partitions and regions come from the endpoint data that botocore ships, service principals from
the documents of the AWS managed policies, both by ``tools/generate_iam_reference.py``; a few
principals that no managed policy names are listed here, each as its service's guide writes it.
No list of AWS is ever complete: a name that is not here may exist.
"""

from __future__ import annotations

import re
from functools import cache

from passrole.iam.reference.catalogue import places_data
from passrole.records import NamedTuple


class Partition(NamedTuple):
    """A partition, the ending of its service names, and its regions, sorted."""

    name: str
    dns_suffix: str
    regions: tuple[str, ...]
    region_form: str


@cache
def partitions() -> tuple[Partition, ...]:
    """All partitions, sorted by name; ``aws`` is the first."""
    return tuple(
        Partition(name, suffix, tuple(regions), form)
        for name, suffix, regions, form in places_data()["partitions"]
    )


@cache
def regions() -> frozenset[str]:
    """The regions of all partitions."""
    return frozenset(region for partition in partitions() for region in partition.regions)


@cache
def partition_of(region: str) -> Partition | None:
    """The partition of a region: of a known one, or of one whose name has the partition's form."""
    for partition in partitions():
        if region in partition.regions:
            return partition
    for partition in partitions():
        if re.match(partition.region_form, region):
            return partition
    return None


_ALSO = (
    "alexa-appkit.amazon.com",
    "codecommit.amazonaws.com",
    "codeconnections.amazonaws.com",
    "codedeploy.amazonaws.com",
    "codestar-notifications.amazonaws.com",
    "edgelambda.amazonaws.com",
    "kms.amazonaws.com",
    "logdelivery.elasticloadbalancing.amazonaws.com",
    "logging.s3.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "ops.apigateway.amazonaws.com",
    "secretsmanager.amazonaws.com",
    "sqs.amazonaws.com",
    "stacksets.cloudformation.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)


@cache
def service_principals() -> frozenset[str]:
    """The service principals that are known, all in the form of partition ``aws``."""
    return frozenset((*places_data()["service_principals"], *_ALSO))


@cache
def is_service_principal(name: str) -> bool | None:
    """Whether a text names a service: True for a known one, None for one of the right form.

    Regional names (``codedeploy.eu-west-1.amazonaws.com``, ``logs.cn-north-1.amazonaws.com.cn``)
    stand for the service. False where the form is wrong.
    """
    folded = name.lower()
    if folded in service_principals():
        return True
    form = re.fullmatch(r"((?:[a-z0-9-]+\.)+)(amazonaws\.com(?:\.cn)?|amazon\.com)", folded)
    if form is None:
        return False
    labels = form[1].rstrip(".").split(".")
    if labels[-1] in regions():
        labels.pop()
    return ".".join((*labels, "amazonaws.com")) in service_principals() or None
