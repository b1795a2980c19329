"""What a role is to have, one permission at a time, each with what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from passrole.graph.conditions import describe
from passrole.graph.questions import Graph
from passrole.graph.requirements import Requirement
from passrole.iam import sets
from passrole.iam.arn_segments import split_arn
from passrole.iam.decisions import Verdict
from passrole.iam.patterns import covers
from passrole.iam.smallest_policy import has_wildcard
from passrole.iam.statements import Condition, Statement
from passrole.model.entities import EventRule, EventTarget
from passrole.model.identities import Role
from passrole.model.needs import Certainty, Derived, Via
from passrole.model.pipelines import Pipeline
from passrole.records import NamedTuple
from passrole.values import ABSENT, Record, Text, Truth, World, cases, get

START = "codepipeline:StartPipelineExecution"
START_DOCS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html"
_NAMED = {
    "action.role": "RoleArn", "artifacts.bucket": "ArtifactStore", "artifacts.key": "EncryptionKey",
}  # fmt: skip
_OWN_KEYS = frozenset(("partition", "region", "account", "pipeline", "pipeline.role"))


class Kind(StrEnum):
    """How sure it is that a permission is needed."""

    REQUIRED = "required"
    GRANTED = "granted"
    """Needed, and granted already by the policy of the bucket, key or role that it is about."""
    DISPUTED = "disputed"
    CONDITIONAL = "conditional"


class Reason(NamedTuple):
    """What a permission is for: an action, or a pipeline as a whole, and the source of the fact.

    ``keys`` are the configuration keys that make it necessary, or that name the resource. ``call``
    is the command that asks for it, if one does, of the action or of a build ``project``.
    """

    pipeline: str
    action: str
    keys: tuple[str, ...]
    source: str
    when: str = ""
    project: str = ""
    call: str = ""

    @property
    def subject(self) -> str:
        """``Build/CodeBuild``, or ``pipeline shop`` for the pipeline as a whole."""
        return f"{self.who} calling {self.call}" if self.call else self.who

    @property
    def who(self) -> str:
        """The same without the command that it calls."""
        if self.project:
            return f"project {self.project}"
        return self.action or f"pipeline {self.pipeline}"


class Permission(NamedTuple):
    """One IAM action on one resource that a role is to have, under conditions if so."""

    iam_action: str
    resource: Text
    conditions: tuple[Condition, ...]
    reason: Reason
    kind: Kind = Kind.REQUIRED
    note: str = ""
    artifacts: bool = False

    @property
    def requirement(self) -> sets.Requirement:
        """The same, as the makers of policies take it."""
        group = "artifacts" if self.artifacts else ""
        return sets.Requirement(self.iam_action, self.resource, self.conditions, group=group)

    @property
    def key(self) -> tuple[object, ...]:
        """What two permissions share that are the same for different reasons."""
        return self.iam_action, self.resource, self.conditions

    def covers(self, other: Permission) -> bool:
        """Whether who has this one has the other as well."""
        return (
            self.iam_action == other.iam_action
            and self.conditions in ((), other.conditions)
            and covers(self.resource, other.resource, subject_is_pattern=True) is Truth.TRUE
        )


class Start(NamedTuple):
    """A pipeline that an event target starts with a role."""

    target: EventTarget
    role: Role
    arn: Text
    pipeline: str
    world: World


def permissions_of(graph: Graph, role: Role) -> Iterator[Permission]:
    """What the pipelines need of a role, the blocks of the documentation left out."""
    for requirement in graph.uses.requirements(role):
        if not requirement.need.documented_block:
            found = _permission(requirement, graph)
            for iam_action in _chosen(requirement):
                for resource in (requirement.resource, *requirement.beside):
                    yield found._replace(iam_action=iam_action, resource=resource)
    for start in starts(graph):
        if start.role is role:
            reason = Reason(start.pipeline, "", (), START_DOCS, start.world.describe())
            yield Permission(START, start.arn, (), reason)


class _Granting:
    """Permissions, to ask whether one of them gives another; those with wildcards by action."""

    def __init__(self, permissions: Iterable[Permission]) -> None:
        self._exact: dict[tuple[object, ...], Permission] = {}
        self._wide: dict[str, list[Permission]] = {}
        for each in permissions:
            if self._exact.setdefault(each.key, each) is each and has_wildcard(each.resource):
                self._wide.setdefault(each.iam_action, []).append(each)

    def gives(self, wanted: Permission) -> bool:
        """Whether another permission gives this one as well; the first of equal ones is itself."""
        first = self._exact.get(wanted.key)
        if first is not None and first is not wanted:
            return True
        for each in self._wide.get(wanted.iam_action, ()):
            if each is wanted:
                # Of those that give each other the first stays.
                return any(
                    other.covers(wanted) and not wanted.covers(other)
                    for other in self._wide[wanted.iam_action]
                    if other is not wanted
                )
            if each.covers(wanted):
                return True
        return False


def without_covered(permissions: Iterable[Permission]) -> list[Permission]:
    """The permissions without those, of less certainty, that a required one gives anyway."""
    found = list(permissions)
    required = _Granting(each for each in found if each.kind is Kind.REQUIRED)
    return [each for each in found if each.kind is Kind.REQUIRED or not required.gives(each)]


def widest(permissions: Iterable[Permission]) -> list[Permission]:
    """The permissions without those that others of them give as well."""
    found = list(permissions)
    granting = _Granting(found)
    return [each for each in found if not granting.gives(each)]


def starts(graph: Graph) -> Iterator[Start]:
    """The pipelines of the tree that event targets start, and the roles they do it with."""
    for target in graph.entities:
        if not isinstance(target, EventTarget):
            continue
        rule = graph.find(target.rule, EventRule, near=target)
        whole = Record(
            {"arn": target.arn, "role": target.role, "of rule": rule.role if rule else ABSENT}
        )
        for world, parts in cases(whole, target.world):
            arn = get(parts, "arn")
            if not isinstance(arn, Text):
                continue
            pipeline = graph.find(arn, Pipeline, near=target)
            arn_parts = split_arn(arn)
            if pipeline is None and arn_parts is not None:
                # The account may be written out in one place and not in the other.
                pipeline = graph.find(arn_parts.resource, Pipeline, near=target)
            reference = get(parts, "role") or get(parts, "of rule")
            role = graph.find(reference, Role, near=target)
            if pipeline is not None and role is not None:
                yield Start(target, role, arn, pipeline.label, world)


def reason_of(requirement: Requirement) -> Reason:
    """What a need is for."""
    need, action = requirement.need, requirement.action
    return Reason(
        requirement.pipeline.label,
        action.label if action is not None else "",
        tuple(_keys(requirement)),
        need.source,
        requirement.world.describe(),
    )


def _permission(requirement: Requirement, graph: Graph) -> Permission:
    need = requirement.need
    kind, note = Kind.REQUIRED, ""
    granting = _granting(requirement, graph) if need.certainty is Certainty.HIGH else ()
    if need.certainty is not Certainty.HIGH:
        kind, note = Kind.DISPUTED, need.note
    elif requirement.condition is not Truth.TRUE:
        kind, note = Kind.CONDITIONAL, f"needed if {describe(need.when)}, which is not known here"
    elif granting:
        named = " and ".join(dict.fromkeys(each.label for each in granting))
        kind, note = Kind.GRANTED, f"granted already by {named}"
    return Permission(
        need.iam_action,
        requirement.resource,
        requirement.limits,
        reason_of(requirement),
        kind,
        note,
        artifacts="artifacts.bucket" in str(need.resource) or "artifacts.key" in str(need.resource),
    )


def _granting(requirement: Requirement, graph: Graph) -> list[Statement]:
    """The statements of a resource's own policy that surely allow a need by themselves."""
    if requirement.owner is None or requirement.condition is not Truth.TRUE:
        return []
    decisions = graph.decide_alone(requirement)
    if any(decision.verdict is not Verdict.ALLOWED for decision in decisions):
        return []
    return [statement for decision in decisions for statement in decision.decided_by]


def _chosen(requirement: Requirement) -> tuple[str, ...]:
    """Of actions of which one is enough, that of the service that the resource is of.

    They are one action under two names; where the resource does not tell, both are written.
    """
    arn = split_arn(requirement.resource)
    service = arn.service.known() if arn is not None else None
    fitting = [each for each in requirement.iam_actions if each.startswith(f"{service}:")]
    return tuple(fitting[:1]) or requirement.iam_actions


def _keys(requirement: Requirement) -> Iterator[str]:
    """The configuration keys that name the resource of a need."""
    resource = requirement.need.resource
    if isinstance(resource, (Via, Derived)):
        yield resource.key
        return
    for name in re.findall(r"\{([^}]*)\}", resource):
        if name in _NAMED:
            yield _NAMED[name]
        elif name not in _OWN_KEYS:
            yield name.rstrip("?,").removeprefix("source.")
