"""Who must be able to assume a role, and for whom a service may do so."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.graph.questions import Graph
from passrole.graph.requirements import Requirement
from passrole.iam.statements import Condition
from passrole.model.identities import Role
from passrole.model.needs import Certainty
from passrole.model.pipelines import Action, Pipeline
from passrole.policies.permissions import START_DOCS, Reason, reason_of, starts
from passrole.records import NamedTuple
from passrole.values import Text, literal

SOURCE_ACCOUNT = "aws:SourceAccount"
SENDS_SOURCE_ACCOUNT = {
    "codebuild.amazonaws.com": "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html",
    "events.amazonaws.com": "https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html",
    "scheduler.amazonaws.com": "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
}
"""Services that document it of the roles they assume, each with the page. CodePipeline and
CloudFormation have no such page, and a condition on what is not sent would shut them out."""


class Trusted(NamedTuple):
    """One principal that must be able to assume a role.

    ``kind`` is ``Service`` or ``AWS``, as in a policy.
    """

    kind: str
    principal: Text
    conditions: tuple[Condition, ...]
    reasons: tuple[Reason, ...]


def trusted_by(graph: Graph, role: Role) -> tuple[Trusted, ...]:
    """Who must be able to assume a role for the pipelines to run, in their order."""
    found: dict[tuple[str, Text], list[Reason]] = {}
    for kind, principal, reason in _named(graph, role):
        found.setdefault((kind, principal), []).append(reason)
    return tuple(
        Trusted(kind, principal, _conditions(role, principal), tuple(dict.fromkeys(reasons)))
        for (kind, principal), reasons in found.items()
    )


def _named(graph: Graph, role: Role) -> Iterator[tuple[str, Text, Reason]]:
    for pipeline in graph.pipelines:
        subjects: tuple[Action | Pipeline, ...] = (pipeline, *pipeline.actions)
        for subject in subjects:
            for requirement in graph.requirements_of(subject):
                if _is_about(requirement, role):
                    reason, by = reason_of(requirement), requirement.principal
                    if by.service is not None:
                        yield "Service", literal(by.service), reason
                    elif by.role is not None:
                        yield "AWS", by.role.resource.arn, reason
                    elif isinstance(by.reference, Text):
                        yield "AWS", by.reference, reason
    for start in starts(graph):
        if start.role is role:
            reason = Reason(start.pipeline, "", (), START_DOCS, start.world.describe())
            yield "Service", literal(start.target.service), reason


def _is_about(requirement: Requirement, role: Role) -> bool:
    need = requirement.need
    return (
        need.iam_action == "sts:AssumeRole"
        and need.certainty is Certainty.HIGH
        and requirement.owner is role
    )


def _conditions(role: Role, principal: Text) -> tuple[Condition, ...]:
    if principal.known() not in SENDS_SOURCE_ACCOUNT:
        return ()
    return (Condition("StringEquals", SOURCE_ACCOUNT, (role.resource.target.account,)),)
