"""The condition keys that AWS defines for all services, the ``aws:`` keys.

Source: IAM user guide, *AWS global condition context keys*, in our own words. ``presence`` says
when a request holds the key; nothing but *always* may be relied on.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from passrole.records import NamedTuple


class Presence(StrEnum):
    """When the context of a request holds a key."""

    ALWAYS = "always"
    SIGNED = "in every request that is not anonymous"
    SOMETIMES = "in some requests"


class GlobalKey(NamedTuple):
    """A key, the type of its value (``ArrayOf…`` for many values), when it is there."""

    name: str
    type: str
    presence: Presence = Presence.SOMETIMES


_ALWAYS, _SIGNED = Presence.ALWAYS, Presence.SIGNED


@cache
def global_condition_keys() -> tuple[GlobalKey, ...]:
    """All global condition keys, sorted by name."""
    return tuple(sorted(GlobalKey(*row) for row in _ROWS))


_ROWS: tuple[tuple[str, str] | tuple[str, str, Presence], ...] = (
    # the principal
    ("aws:PrincipalAccount", "String", _SIGNED),
    ("aws:PrincipalArn", "ARN", _SIGNED),
    ("aws:PrincipalIsAWSService", "Bool", _SIGNED),
    ("aws:PrincipalOrgID", "String"),
    ("aws:PrincipalOrgPaths", "ArrayOfString"),
    ("aws:PrincipalOrgMasterAccountId", "String"),  # in AWS managed policies, not in the guide
    ("aws:PrincipalServiceName", "String"),
    ("aws:PrincipalServiceNamesList", "ArrayOfString"),
    ("aws:PrincipalTag/${TagKey}", "String"),
    ("aws:PrincipalType", "String", _ALWAYS),
    ("aws:userid", "String", _SIGNED),
    ("aws:username", "String"),
    # the session
    ("aws:AssumedRoot", "String"),
    ("aws:ChatbotSourceArn", "ARN"),
    ("aws:Ec2InstanceSourcePrivateIPv4", "IPAddress"),
    ("aws:Ec2InstanceSourceVpc", "String"),
    ("aws:FederatedProvider", "String"),
    ("aws:MultiFactorAuthAge", "Numeric"),
    ("aws:MultiFactorAuthPresent", "Bool"),
    ("aws:SourceIdentity", "String"),
    ("aws:TokenIssueTime", "Date"),
    ("ec2:RoleDelivery", "Numeric"),
    ("ec2:SourceInstanceArn", "ARN"),
    ("glue:CredentialIssuingService", "String"),
    ("glue:RoleAssumedBy", "String"),
    ("lambda:SourceFunctionArn", "ARN"),
    ("ssm:SourceInstanceArn", "ARN"),
    ("identitystore:UserId", "String"),
    # the network
    ("aws:SourceIp", "IPAddress"),
    ("aws:SourceVpc", "String"),
    ("aws:SourceVpcArn", "ARN"),
    ("aws:SourceVpce", "String"),
    ("aws:VpceAccount", "String"),
    ("aws:VpceOrgID", "String"),
    ("aws:VpceOrgPaths", "ArrayOfString"),
    ("aws:VpcSourceIp", "IPAddress"),
    # the resource
    ("aws:ResourceAccount", "String"),
    ("aws:ResourceOrgID", "String"),
    ("aws:ResourceOrgPaths", "ArrayOfString"),
    ("aws:ResourceTag/${TagKey}", "String"),
    # the request
    ("aws:CalledVia", "ArrayOfString"),
    ("aws:CalledViaFirst", "String"),
    ("aws:CalledViaLast", "String"),
    ("aws:CalledViaAWSMCP", "String"),
    ("aws:CurrentTime", "Date", _ALWAYS),
    ("aws:EpochTime", "Date", _ALWAYS),
    ("aws:IsMcpServiceAction", "Bool"),
    ("aws:referer", "String"),
    ("aws:RequestedRegion", "String"),
    ("aws:RequestTag/${TagKey}", "String"),
    ("aws:SecureTransport", "Bool", _ALWAYS),
    ("aws:SourceAccount", "String"),
    ("aws:SourceArn", "ARN"),
    ("aws:SourceOrgID", "String"),
    ("aws:SourceOrgPaths", "ArrayOfString"),
    ("aws:TagKeys", "ArrayOfString"),
    ("aws:UserAgent", "String"),
    ("aws:ViaAWSMCPService", "Bool"),
    ("aws:ViaAWSService", "Bool", _ALWAYS),
)
