"""What an action, or a pipeline as a whole, requires: one permission of one principal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from passrole.iam.principals import Principal
from passrole.iam.statements import Condition
from passrole.model.entities import Entity
from passrole.model.identities import Role
from passrole.model.needs import Need
from passrole.model.pipelines import Action, Pipeline
from passrole.records import NamedTuple, frozen
from passrole.values import ABSENT, AllOf, Origin, Text, Truth, Value, World, settled


class PrincipalReference(NamedTuple):
    """Whose permission it is, and why that one.

    ``label`` is a role's name or a service principal; ``why`` is how the pipeline comes to it
    (``the pipeline's role``); ``role`` is None where it is a service, or a role that is not in the
    scanned tree: then ``reference`` is all that is known of it.
    """

    label: str
    why: str
    role: Role | None = None
    service: str | None = None
    reference: Value = ABSENT


@frozen
class Requirement:
    """One need of one action, or of the pipeline as a whole when ``action`` is None.

    ``iam_actions`` are alternatives of which one is enough. ``condition`` says whether the need
    holds at all; it is never false. ``origin`` is the place of a finding.
    """

    need: Need
    pipeline: Pipeline
    action: Action | None
    principal: PrincipalReference
    requester: Principal
    """The same, as IAM sees it."""
    iam_actions: tuple[str, ...]
    resource: Text
    condition: Truth
    world: World
    origin: Origin
    context: Mapping[str, Text | tuple[Text, ...]] = field(default_factory=dict)
    """What the request is known to carry, by key in lower case."""
    owner: Entity | None = None
    """The role, key or bucket that ``resource`` is, or lies in, where it is in the tree."""
    follows_pipeline: bool = False
    """Whether a need of the pipeline as a whole asks the same of the same role."""
    moved_by_other: bool = False
    """Whether the artifacts are moved by a role that is not the action's, such as a build role."""
    limits: tuple[Condition, ...] = ()
    """The conditions of a statement that is written for it."""
    beside: tuple[Text, ...] = ()
    """What a statement that is written for it names besides."""
    or_else: Text | None = None
    """What ``resource`` is if its value is a whole ARN, where that is not known."""
    since: str = ""
    """When CodePipeline began to support the provider, empty for what it had from its start."""


def deployable(requirement: Requirement) -> list[World]:
    """The worlds within that of a need in which all exists that the pipeline refers to for it.

    CloudFormation refuses to deploy what refers to a resource whose condition does not hold.
    """
    entities = (requirement.pipeline, requirement.principal.role, requirement.owner)
    exist = [each.resource.exists for each in entities if each is not None]
    if all(each is True for each in exist):
        return [requirement.world]
    possible = settled(AllOf(tuple(exist)), requirement.world)
    return [world for world, holds in possible if holds] if possible else [requirement.world]
