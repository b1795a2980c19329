"""A need as a request to the IAM engine: who asks, with what context, past which policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from passrole.graph.frames import account_in
from passrole.graph.identities import IdentityPolicies
from passrole.graph.requirements import PrincipalReference, Requirement
from passrole.iam.arn_segments import split_arn
from passrole.iam.layers import Layers
from passrole.iam.policies import Policy
from passrole.iam.principals import Principal, PrincipalKind, service_principal
from passrole.iam.requests import ContextValue, Request
from passrole.model.entities import Entity
from passrole.model.identities import Role
from passrole.values import ABSENT, Text, Unknown, Value, literal

ABSENT_KEYS = ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:sourcevpce")
"""Keys that a call of CodePipeline with a service role does not carry (inferred: it calls the
services directly and not through another one, from no VPC endpoint of the account)."""


_OF_EVERY_CALL: Mapping[str, ContextValue] = {
    "aws:securetransport": literal("true"),
    "aws:viaawsservice": literal("false"),
    **dict.fromkeys(ABSENT_KEYS, ABSENT),
}

WITH_POLICIES = frozenset(("ecr", "events", "kms", "lambda", "secretsmanager", "sns", "sqs"))
"""Services that pipelines use, whose resources may let in principals of other accounts."""


def request_for(requirement: Requirement, iam_action: str) -> Request:
    """The request that the action makes with this need."""
    resource, owner = requirement.resource, requirement.owner
    principal = requirement.requester
    return Request(
        action=iam_action,
        resource=resource,
        principal=principal,
        context=_context(requirement, owner),
        resource_is_pattern=_is_pattern(resource),
        closed=False,
        resource_account=(
            owner.resource.target.account if owner else _assumed_account(resource, principal)
        ),
    )


def requests_for(requirement: Requirement) -> Iterator[Request]:
    """The requests of which one that is allowed is enough."""
    for iam_action in requirement.iam_actions:
        request = request_for(requirement, iam_action)
        yield request
        if requirement.or_else is not None:
            yield request._replace(resource=requirement.or_else)


def region_of(requirement: Requirement) -> Text | None:
    """The region that the action is sent to, None where it is not known at all."""
    if requirement.action is not None and requirement.action.region:
        region: Value = requirement.action.region
    else:
        region = requirement.pipeline.resource.target.region
    return region if isinstance(region, Text) else None


def _is_pattern(resource: Text) -> bool:
    """Whether a resource stands for all that match it.

    ``*`` alone is the resource of an action without resource-level permissions.
    """
    if resource.known() == "*":
        return False
    return any(isinstance(part, str) and ("*" in part or "?" in part) for part in resource.parts)


def _assumed_account(resource: Text, principal: Principal) -> Text | None:
    """The role's account, where it or the account in the resource's ARN is not known; else None.

    An assumption of ``check``: an action and what it works on are in one account unless both
    accounts are written and differ. Roles are left out: pipelines assume roles of other accounts.
    """
    arn = split_arn(resource)
    if principal.account is None or arn is None:
        return None
    decided = arn.account.known() is not None and principal.account.known() is not None
    return None if decided or arn.service.known() == "iam" else principal.account


def layers_for(
    requirement: Requirement,
    policies: IdentityPolicies,
    policy_of: Callable[[Entity], Policy | None],
    scps: tuple[tuple[Policy, ...], ...] | None = None,
) -> Layers:
    """The policies that have a say, as far as the scanned tree holds them.

    ``policy_of`` gives the policy of a resource. What the tree does not hold is assumed not to
    exist, except for a trust policy: a role that is not in the tree has one, and nobody knows it.
    """
    resource, owner = requirement.resource, requirement.owner
    role = requirement.principal.role
    of_resource: Value | object = None
    if requirement.need.iam_action.startswith("sts:AssumeRole"):
        of_resource = (
            owner.trust if isinstance(owner, Role)
            else Unknown(f"the trust policy of {resource} is not in the scanned tree")
        )  # fmt: skip
    elif owner is not None:
        of_resource = policy_of(owner)
    elif _has_policy_elsewhere(requirement):
        of_resource = Unknown(f"the policy of {resource} is not in the scanned tree")
    return Layers(
        identity=policies.identity(role) if role is not None else (),
        boundaries=policies.boundary(role) if role is not None else None,
        scps=scps,
        resource=of_resource,  # type: ignore[arg-type]  # one of the three above
        assume_delegating=not requirement.need.iam_action.startswith("sts:"),
    )


def _has_policy_elsewhere(requirement: Requirement) -> bool:
    """Whether the resource is in another account, where its own policy may let the role in."""
    arn = split_arn(requirement.resource)
    mine = requirement.requester.account
    if arn is None or mine is None or mine.known() is None:
        return False
    account = arn.account.known()
    return arn.service.known() in WITH_POLICIES and bool(account) and account != mine.known()


def question(
    role: Role, iam_action: str, resource: Text, context: Mapping[str, ContextValue]
) -> Request:
    """A request of a role that no provider's need asks for."""
    principal = _role_principal(role)
    return Request(
        action=iam_action,
        resource=resource,
        principal=principal,
        context={"aws:securetransport": literal("true"), **context},
        resource_is_pattern=_is_pattern(resource),
        resource_account=_assumed_account(resource, principal),
    )


def assumption(service: str, role: Role) -> Request:
    """The request of a service to assume a role."""
    principal = service_principal(service)
    return Request(action="sts:AssumeRole", resource=role.resource.arn, principal=principal)


def service_request(
    service: str, iam_action: str, resource: Text, context: Mapping[str, ContextValue]
) -> Request:
    """The request of a service that acts as itself."""
    return Request(
        action=iam_action,
        resource=resource,
        principal=service_principal(service),
        context={"aws:securetransport": literal("true"), **context},
    )


def requester_of(principal: PrincipalReference) -> Principal:
    """Whose permission it is, as IAM sees it."""
    if principal.role is not None:
        return _role_principal(principal.role)
    if principal.service is None and isinstance(principal.reference, Text):
        account = account_in(principal.reference)
        return Principal(PrincipalKind.ROLE, principal.reference, account)
    return service_principal(principal.service or "")


def _role_principal(role: Role) -> Principal:
    resource = role.resource
    arn = split_arn(resource.arn)
    account = arn.account if arn is not None else resource.target.account
    return Principal(PrincipalKind.ROLE, resource.arn, account)


def _context(requirement: Requirement, owner: Entity | None) -> dict[str, ContextValue]:
    context = dict(_OF_EVERY_CALL)
    region = region_of(requirement)
    if region is not None:
        context["aws:requestedregion"] = region
    if owner is not None:
        context["aws:resourceaccount"] = owner.resource.target.account
    context.update(requirement.context)
    return context
