"""The words of a finding about a need: who lacks what, why that role, what happens, what to add.

Nothing in a message depends on the format of the source: a CloudFormation template and its
Terraform twin give the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from passrole.changes import Repairing
from passrole.findings import Confidence, Related, Report, Subject
from passrole.graph.requirements import Requirement
from passrole.graph.shortcomings import Cause, Shortcoming
from passrole.iam.decisions import Verdict
from passrole.model.identities import Role
from passrole.model.needs import Certainty
from passrole.values import Text, Truth, defaults_in


def report(shortcoming: Shortcoming, repair: Repairing = None) -> Report:
    """The report of a need that is not met, with what would mend it."""
    requirement, decision = shortcoming.requirement, shortcoming.decision
    return Report(
        origin=requirement.origin,
        message=_message(shortcoming),
        symptom=requirement.need.symptom,
        remedy=_remedy(shortcoming),
        snippet=_snippet(shortcoming),
        subject=subject_of(requirement),
        related=tuple(_related(shortcoming)),
        confidence=_confidence(requirement),
        world=decision.world,
        defaults=_defaults(shortcoming),
        repair=repair,
    )


def subject_of(requirement: Requirement) -> Subject:
    """Whom a need is about."""
    action = requirement.action
    return Subject(
        pipeline=requirement.pipeline.label,
        stage=action.stage if action else None,
        action=action.name if action else None,
        principal=requirement.principal.label,
        iam_action=requirement.need.iam_action,
        resource=str(requirement.resource),
    )


def who(requirement: Requirement) -> str:
    """The action, or the pipeline as a whole."""
    return requirement.action.label if requirement.action else requirement.pipeline.label


def _message(shortcoming: Shortcoming) -> str:
    requirement = shortcoming.requirement
    what = " or ".join(requirement.iam_actions)
    resource = _resource(requirement.resource)
    if requirement.principal.service is not None:
        role = _passed(requirement)
        text = (
            f"{who(requirement)} relies on role {role}, whose trust policy does not let "
            f"{requirement.principal.service} assume it ({what})"
        )
    elif shortcoming.cause is Cause.TRUST:
        principal = requirement.principal
        text = (
            f"{who(requirement)} runs in role {_passed(requirement)}, whose trust policy does not "
            f"let role {principal.label} ({principal.why}) assume it ({what})"
        )
    else:
        text = f"{_acts_as(requirement)} {_verb(shortcoming)} {what} on {resource}"
    if shortcoming.near and shortcoming.cause not in (Cause.DENY, Cause.SCP):
        text += f": {_near_miss(shortcoming)}"
    text += "."
    note = requirement.need.note
    if requirement.need.certainty is Certainty.LOW and note:
        text += f" Disputed: {note}."
    return text


def _acts_as(requirement: Requirement) -> str:
    principal = requirement.principal
    return f"{who(requirement)} uses role {principal.label} ({principal.why}), which"


def _verb(shortcoming: Shortcoming) -> str:
    if shortcoming.cause is Cause.DENY:
        layer = shortcoming.decision.layer
        by = "" if layer == "identity" else f" by its {_LAYERS.get(layer, layer)}"
        if layer == "resource":
            by = " by the policy of the resource"
        return f"is explicitly denied{by}"
    if shortcoming.cause is Cause.SCP:
        denied = shortcoming.decision.verdict is Verdict.DENIED
        return f"a service control policy {'denies' if denied else 'does not allow'} to call"
    if shortcoming.cause is Cause.BOUNDARY:
        return "is allowed by its policies, but not by its permissions boundary, to call"
    if shortcoming.cause is Cause.RESOURCE_POLICY:
        return f"the policy of {_owner(shortcoming.requirement)} does not allow to call"
    return "is not allowed"


_LAYERS = {"boundary": "permissions boundary", "scp": "service control policy"}


def _near_miss(shortcoming: Shortcoming) -> str:
    statement = shortcoming.near[0]
    label = statement.label
    if shortcoming.cause in (Cause.OTHER_RESOURCE, Cause.OTHER_PLACE, Cause.PATH_LOST):
        named = ", ".join(_resource(item) for item in statement.resources if isinstance(item, Text))
        reason = {
            Cause.OTHER_RESOURCE: "allows it on other resources only",
            Cause.OTHER_PLACE: "allows it in another account or region only",
            Cause.PATH_LOST: "names the role without its path",
        }[shortcoming.cause]
        return f"{label} {reason} ({named})" if named else f"{label} {reason}"
    if shortcoming.cause is Cause.PASSED_TO_SERVICE:
        service = shortcoming.requirement.need.context.get("iam:PassedToService", "")
        wanted = service if isinstance(service, str) else " or ".join(service)
        return f"{label} allows it, but its iam:PassedToService is not {wanted}"
    return f"{label} allows it, but its condition does not hold"


def _remedy(shortcoming: Shortcoming) -> str:
    requirement, cause = shortcoming.requirement, shortcoming.cause
    principal = requirement.principal
    action = requirement.need.iam_action
    resource = _resource(requirement.resource)
    if principal.service is not None:
        role = _passed(requirement)
        return f"Allow sts:AssumeRole to {principal.service} in the trust policy of {role}."
    if cause is Cause.DENY:
        return f"Narrow the Deny so that it spares {action} on {resource}, or use another role."
    if cause is Cause.SCP:
        return (
            f"Ask whoever owns the organization's policies to let {principal.label} call {action}, "
            "or deploy to another account."
        )
    if cause is Cause.BOUNDARY:
        return f"Allow {action} in the permissions boundary of {principal.label} as well."
    if cause is Cause.RESOURCE_POLICY:
        return (
            f"Allow {action} to {principal.label} in the policy of {_owner(requirement)}; a role of"
            " another account needs it in its own policies too."
        )
    if cause is Cause.TRUST:
        return (
            f"Allow sts:AssumeRole to {principal.label} in the trust policy of "
            f"{_passed(requirement)}."
        )
    if cause is Cause.PASSED_TO_SERVICE:
        service = requirement.need.context.get("iam:PassedToService", "")
        wanted = service if isinstance(service, str) else ", ".join(service)
        return f"Add {wanted} to the iam:PassedToService condition of that statement."
    if cause is Cause.CONDITION:
        return f"Let the condition admit this call, or allow {action} in a statement of its own."
    return f"Allow {action} on {resource} in the policies of role {principal.label}."


def _snippet(shortcoming: Shortcoming) -> str:
    """The statement to add, as JSON; empty where adding one does not help."""
    requirement = shortcoming.requirement
    if shortcoming.cause in (Cause.DENY, Cause.SCP, Cause.CONDITION):
        return ""
    statement: dict[str, object] = {"Effect": "Allow"}
    trust = shortcoming.cause is Cause.TRUST or requirement.principal.service is not None
    if trust:
        service = requirement.principal.service
        role = requirement.principal.role
        named = {"Service": service} if service else {"AWS": str(role.resource.arn) if role else ""}
        statement["Principal"] = named
    elif shortcoming.cause is Cause.RESOURCE_POLICY:
        role = requirement.principal.role
        arn = str(role.resource.arn) if role else requirement.principal.label
        statement["Principal"] = {"AWS": arn}
    statement["Action"] = requirement.need.iam_action
    if not trust:
        statement["Resource"] = str(requirement.resource)
        service_key = requirement.need.context.get("iam:PassedToService")
        if service_key:
            statement["Condition"] = {"StringEquals": {"iam:PassedToService": service_key}}
    return json.dumps(statement, ensure_ascii=False)


def _related(shortcoming: Shortcoming) -> Iterator[Related]:
    requirement = shortcoming.requirement
    role = requirement.principal.role
    if role is not None:
        words = f"role {role.label} is defined here; it is {requirement.principal.why}"
        yield Related(words, role.location)
    owner = requirement.owner
    if isinstance(owner, Role) and owner is not role:
        yield Related(f"role {owner.label} is defined here", owner.location)
    elif owner is not None and shortcoming.cause is Cause.RESOURCE_POLICY:
        yield Related(f"{owner.label} is defined here", owner.location)
    for statement in shortcoming.near:
        if statement.origin is not None:
            document, node = statement.origin
            does = "denies it" if shortcoming.cause in (Cause.DENY, Cause.SCP) else "comes near"
            yield Related(f"{statement.label} {does}", document.location(node))


def _confidence(requirement: Requirement) -> Confidence:
    if requirement.need.certainty is Certainty.LOW:
        return Confidence.LOW
    return Confidence.HIGH if requirement.condition is Truth.TRUE else Confidence.MEDIUM


def _defaults(shortcoming: Shortcoming) -> frozenset[str]:
    """The parameter defaults behind the answer, and those because of which the action is there.

    None are behind a statement where no statement is about the IAM action.
    """
    action = shortcoming.requirement.action
    present = defaults_in(action.provider) if action is not None else frozenset()
    if shortcoming.cause is Cause.NO_STATEMENT:
        return present
    return shortcoming.decision.defaults | present


def _resource(text: Text) -> str:
    return "any resource (*)" if text.known() == "*" else str(text)


def _owner(requirement: Requirement) -> str:
    """The key or bucket by its name, where it is in the tree."""
    owner = requirement.owner
    return owner.label if owner is not None else str(requirement.resource)


def _passed(requirement: Requirement) -> str:
    """The role that the resource is, by its name where it is in the tree."""
    owner = requirement.owner
    return owner.label if owner is not None else str(requirement.resource).rpartition("/")[2]
