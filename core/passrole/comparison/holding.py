"""What an identity holds: its policies as one, its limits, and what is not known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from passrole.comparison.changes import How
from passrole.comparison.matching import Version
from passrole.graph.identities import Layer
from passrole.iam.containment import Domain, contained, overlapping
from passrole.iam.differences import Budget, Difference, as_policy, differences
from passrole.iam.policies import Policy, PolicyKind
from passrole.iam.sets import joined
from passrole.iam.statement_keys import statement_key
from passrole.iam.statements import Statement
from passrole.iam.substitution import filled_statement, holes_of
from passrole.model.identities import Identity
from passrole.records import NamedTuple
from passrole.values import Hole, Truth, Unknown

NOTHING = Policy(PolicyKind.IDENTITY, None, ())
_NEW = {How.BOUNDARY: "the new boundary", How.SCP: "a service control policy"}

Limit = tuple[How, Policy]
"""What has to allow as well whatever an identity is to do, and its kind."""


class Holding(NamedTuple):
    """The policies of one version of an identity.

    ``open`` are those that are not in the tree, by what they are called. ``boundary`` is None where
    there is none; ``boundary_open`` says why it is not known. ``scps`` are the service control
    policies, one a level.
    """

    allowed: Policy
    open: Mapping[str, str]
    boundary: Policy | None
    boundary_open: str
    scps: tuple[Policy, ...] = ()

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Those of its organization, and its boundary."""
        boundary = () if self.boundary is None else ((How.BOUNDARY, self.boundary),)
        return (*((How.SCP, each) for each in self.scps), *boundary)


def holding(
    version: Version[Identity] | None, moved: Mapping[str, str], scps: tuple[Policy, ...]
) -> Holding:
    """What an identity holds; ``moved`` are stacks that have another name on the other side."""
    if version is None:
        return Holding(NOTHING, {}, None, "", scps)
    graph, identity = version.graph, version.entity
    layers = graph.policies_of(identity)
    limits = graph.policies.boundary(identity)
    boundary = _whole(limits, moved) if limits is not None else None
    unknown = _open(limits or ())
    why = next(iter(unknown.values()), "")
    return Holding(_whole(layers, moved), _open(layers), boundary, why, scps)


def renamed(policy: Policy, moved: Mapping[str, str]) -> Policy:
    """The policy, its holes those of the stacks that took the place of its own."""
    if not moved:
        return policy
    return replace(policy, statements=tuple(_renamed(each, moved) for each in policy.statements))


def _renamed(statement: Statement, moved: Mapping[str, str]) -> Statement:
    bound: dict[str, Hole] = {}
    for hole in holes_of(statement):
        for old, new in moved.items():
            rest = hole.id.removeprefix(old)
            if rest != hole.id and rest[:1] in ("#", "@"):
                bound[hole.id] = hole._replace(id=f"{new}{rest}")
    return filled_statement(statement, bound) if bound else statement


def _whole(layers: Iterable[Layer], moved: Mapping[str, str]) -> Policy:
    return renamed(joined(each for each in layers if isinstance(each, Policy)), moved)


def _open(layers: Iterable[Layer]) -> dict[str, str]:
    return {each.id or each.reason: each.reason for each in layers if isinstance(each, Unknown)}


class Found(NamedTuple):
    """A difference, and the kind of limit where it is one that makes it."""

    difference: Difference
    kept_by: How | None = None


def more_allowed(one: Holding, other: Holding, budget: Budget) -> list[Found]:
    """What one allows within its limits and the other does not within its own."""
    limits = one.limits
    found = [Found(each) for each in differences(one.allowed, other.allowed, budget)]
    for how, limit in other.limits:
        if any(_alike(own, limit) for _, own in limits):
            continue
        found += [
            Found(each, how)
            for each in differences(one.allowed, limit, budget)
            if overlapping(_asked(each), other.allowed, _domain(each)).truth is not Truth.FALSE
        ]
    limited = (_within(each, limits, budget) for each in found)
    return [_opened(each, one, other) for each in limited if each is not None]


def _alike(one: Policy, other: Policy) -> bool:
    keys = [{statement_key(each) for each in policy.statements} for policy in (one, other)]
    return keys[0] == keys[1]


def _asked(difference: Difference) -> Policy:
    return as_policy(difference)


def _domain(difference: Difference) -> Domain:
    return Domain(difference.actions) if difference.actions else Domain()


def _within(found: Found, limits: Iterable[Limit], budget: Budget) -> Found | None:
    """The part of a difference that its own limits may leave, None where that is nothing."""
    difference = found.difference
    for how, limit in limits:
        if not difference.actions:
            continue
        outside = differences(as_policy(difference), limit, budget)
        gone = {
            (action, piece)
            for each in outside
            if each.certain and not each.besides and not each.lifted
            for action in each.actions
            for piece in each.pieces
        }
        actions = tuple(
            action
            for action in difference.actions
            if any((action, piece) not in gone for piece in difference.pieces)
        )
        if not actions:
            return None
        difference = difference._replace(actions=actions)
        if found.kept_by is not None:
            inside = contained(as_policy(difference), limit, Domain(actions)).truth
            if inside is not Truth.TRUE:
                reason = f"{_NEW[how]} may not allow all of it"
                difference = difference._replace(certain=False, reason=reason)
    return found._replace(difference=difference)


def _opened(found: Found, one: Holding, other: Holding) -> Found:
    """Not certain, where the other side has a policy that nobody can see."""
    difference = found.difference
    reason = ""
    if other.open and found.kept_by is None and not difference.lifted:
        reason = f"{next(iter(other.open.values()))}, and may allow it"
    elif one.boundary_open:
        reason = one.boundary_open
    if not reason or not difference.certain:
        return found
    return found._replace(difference=difference._replace(certain=False, reason=reason))
