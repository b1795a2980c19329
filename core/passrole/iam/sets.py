"""Questions about whole policies: what they cover, which is wider, what in them is not needed.

Each question is about documents alone; other layers of a decision are asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from passrole.iam.actions import action_matches
from passrole.iam.containment import ALL_REQUESTS, Answer, Domain, Witness, contained, overlapping
from passrole.iam.policies import Policy
from passrole.iam.requests import ContextValue
from passrole.iam.resource_search import EVERYTHING, Universe
from passrole.iam.statements import Condition, Item, PolicyKind, Statement
from passrole.records import NamedTuple
from passrole.values import Text, Truth, literal

__all__ = [
    "Answer", "Because", "Comparison", "Coverage", "Covered", "Domain", "Redundant", "Relation",
    "Requirement", "Unused", "Witness", "compare", "contained", "coverage", "joined",
    "overlapping", "redundant", "unused",
]  # fmt: skip


class Requirement(NamedTuple):
    """An action on a resource that somebody needs, under conditions if so, and why.

    Wildcards in ``resource`` mean all that they match; ``*`` alone means every resource of the
    action. ``context`` holds what is known of the request, by key in lower case. What is of
    different ``group`` is written in statements of its own.
    """

    action: str
    resource: Text
    conditions: tuple[Condition, ...] = ()
    context: Mapping[str, ContextValue] = {}
    reason: str = ""
    group: str = ""


class Coverage(StrEnum):
    """How much of a requirement is allowed."""

    COVERED = "yes"
    PARTIAL = "partial"
    UNCOVERED = "no"
    UNKNOWN = "unknown"


class Covered(NamedTuple):
    """The coverage of a requirement, a request of it that is not allowed, and what allows any."""

    coverage: Coverage
    witness: Witness | None = None
    by: tuple[Statement, ...] = ()
    reason: str = ""


class Relation(StrEnum):
    """How much one policy allows, seen from another."""

    EQUAL = "equal"
    MORE = "more"
    LESS = "less"
    INCOMPARABLE = "incomparable"
    UNKNOWN = "unknown"


class Comparison(NamedTuple):
    """How a policy relates to another, with the answers in both directions.

    The witness of ``a_in_b`` is a request that only the first allows, that of ``b_in_a`` one that
    only the second does.
    """

    relation: Relation
    a_in_b: Answer
    b_in_a: Answer


class Because(StrEnum):
    """Why a statement is without effect."""

    COVERED = "other statements say the same"
    DENIED = "other statements deny all that it allows"
    EMPTY = "none of its actions works on any of its resources"


class Redundant(NamedTuple):
    """A statement without effect, and why."""

    statement: Statement
    because: Because


class Unused(NamedTuple):
    """A part of a statement that no requirement needs: one of its actions on one of its resources.

    Where the statement excludes actions or resources, None stands for all of them.
    """

    statement: Statement
    action: Item | None
    resource: Item | None


def joined(policies: Iterable[Policy]) -> Policy:
    """The policies of one principal as one."""
    policies = tuple(policies)
    statements = tuple(statement for policy in policies for statement in policy.statements)
    kind = policies[0].kind if policies else PolicyKind.IDENTITY
    return Policy(kind, None, statements)


def compare(a: Policy, b: Policy, domain: Domain = ALL_REQUESTS) -> Comparison:
    """Whether ``a`` allows more than ``b``, less, the same, or some of each."""
    there, back = contained(a, b, domain), contained(b, a, domain)
    relation = {
        (Truth.TRUE, Truth.TRUE): Relation.EQUAL,
        (Truth.TRUE, Truth.FALSE): Relation.LESS,
        (Truth.FALSE, Truth.TRUE): Relation.MORE,
        (Truth.FALSE, Truth.FALSE): Relation.INCOMPARABLE,
    }.get((there.truth, back.truth), Relation.UNKNOWN)
    return Comparison(relation, there, back)


def coverage(policy: Policy, requirement: Requirement) -> Covered:
    """How much of a requirement a policy allows."""
    needed, domain = _as_policy(requirement), _domain(requirement)
    inside = contained(needed, policy, domain)
    if inside.truth is Truth.TRUE:
        return Covered(Coverage.COVERED, None, _allowing(policy, requirement))
    some = overlapping(needed, policy, domain)
    if some.truth is Truth.FALSE:
        witness = inside.witness or Witness(requirement.action, requirement.resource)
        return Covered(Coverage.UNCOVERED, witness)
    by = _allowing(policy, requirement)
    if inside.truth is Truth.UNKNOWN or some.truth is Truth.UNKNOWN:
        return Covered(Coverage.UNKNOWN, inside.witness, by, inside.reason or some.reason)
    return Covered(Coverage.PARTIAL, inside.witness, by)


def _as_policy(requirement: Requirement) -> Policy:
    return _policy((_statement(requirement),))


def _statement(requirement: Requirement) -> Statement:
    return Statement(
        "Allow",
        0,
        actions=(literal(requirement.action),),
        resources=(requirement.resource,),
        conditions=requirement.conditions,
        elements=frozenset(("Action", "Resource", "Effect")),
        variables=False,
    )


def _policy(statements: tuple[Statement, ...]) -> Policy:
    return Policy(PolicyKind.IDENTITY, None, statements)


def _domain(requirement: Requirement) -> Domain:
    every_resource = requirement.resource.known() == "*"
    universe = None if every_resource else _anything
    return Domain((requirement.action,), universe, requirement.context)


def _anything(_: str) -> Universe:
    return EVERYTHING


def _allowing(policy: Policy, requirement: Requirement) -> tuple[Statement, ...]:
    """The Allow statements that allow something of a requirement, or may."""
    needed, domain = _as_policy(requirement), _domain(requirement)
    return tuple(
        statement
        for statement in policy.statements
        if statement.effect == "Allow"
        and _may_be_about(statement, requirement.action)
        and overlapping(needed, _policy((statement,)), domain).truth is not Truth.FALSE
    )


def _may_be_about(statement: Statement, action: str) -> bool:
    if "NotAction" in statement.elements or statement.unresolved:
        return True
    return any(action_matches(item, action) for item in statement.actions)


def redundant(policy: Policy) -> list[Redundant]:
    """The statements that can go without any change, in their order.

    Of two that say the same the first one stays: each is judged without those found so far.
    """
    found: list[Redundant] = []
    kept = list(policy.statements)
    for statement in reversed(policy.statements):
        others = [each for each in kept if each is not statement]
        because = _why_redundant(statement, others)
        if because is not None:
            found.append(Redundant(statement, because))
            kept = others
    return found[::-1]


def _why_redundant(statement: Statement, others: Sequence[Statement]) -> Because | None:
    if statement.effect is None or statement.unresolved:
        return None
    # Denials are compared as if they allowed: what they cover is asked, not what is left.
    own = _policy((replace(statement, effect="Allow"),))
    for because, effect in (
        (Because.EMPTY, None),
        (Because.COVERED, statement.effect),
        (Because.DENIED, "Deny"),
    ):
        around = [each for each in others if each.effect == effect and not each.unresolved]
        as_allowed = tuple(replace(each, effect="Allow") for each in around if effect)
        if contained(own, _policy(as_allowed)).truth is Truth.TRUE:
            return because
    return None


def unused(policy: Policy, requirements: Iterable[Requirement]) -> list[Unused]:
    """The parts of Allow statements that none of the requirements needs, in their order.

    A part is needed where a requirement meets it and is not covered without it, or where that is
    not known. Parts with wildcards are tried first, so that the narrow ones stay. The answer says
    nothing of needs that are not among the requirements.
    """
    requirements = list(requirements)
    parts = [part for statement in policy.statements for part in _parts(statement)]
    left = list(parts)
    rest = tuple(each for each in policy.statements if each.effect != "Allow")
    for part in sorted(parts, key=_widest_first):
        others = [each for each in left if each is not part]
        without = (*(each.alone for each in others), *rest)
        if not any(_needs(requirement, part, without) for requirement in requirements):
            left = others
    return [part.unused for part in parts if part not in left]


class _Part(NamedTuple):
    """One action and one resource of a statement, and the statement with nothing else."""

    unused: Unused
    alone: Statement
    place: int


def _parts(statement: Statement) -> list[_Part]:
    if statement.effect != "Allow":
        return []
    actions: Sequence[Item | None] = tuple(dict.fromkeys(statement.actions))
    resources: Sequence[Item | None] = tuple(dict.fromkeys(statement.resources))
    if "NotAction" in statement.elements or statement.unresolved:
        actions = (None,)
    if "Resource" not in statement.elements or statement.unresolved:
        resources = (None,)
    parts: list[_Part] = []
    for action in actions:
        for resource in resources:
            alone = statement
            if action is not None:
                alone = replace(alone, actions=(action,))
            if resource is not None:
                alone = replace(alone, resources=(resource,))
            parts.append(_Part(Unused(statement, action, resource), alone, len(parts)))
    return parts


def _widest_first(part: _Part) -> tuple[int, int, int, int]:
    action, resource = str(part.unused.action or "*"), str(part.unused.resource or "*")
    literals = len(action.replace("*", "")) + len(resource.replace("*", ""))
    wild = "*" in action or "*" in resource
    return not wild, literals, part.unused.statement.index, part.place


def _needs(requirement: Requirement, part: _Part, without: tuple[Statement, ...]) -> bool:
    if not _may_be_about(part.alone, requirement.action):
        return False
    needed, domain = _as_policy(requirement), _domain(requirement)
    if overlapping(needed, _policy((part.alone,)), domain).truth is Truth.FALSE:
        return False
    about = tuple(each for each in without if _may_be_about(each, requirement.action))
    # What the rest covers for certain needs no more; what is not known may need it.
    return contained(needed, _policy(about), domain).truth is not Truth.TRUE
