"""Why a permission is there: what needs it, and which statements grant or deny it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.documents.locations import Location
from passrole.graph.questions import Graph
from passrole.iam.matching import action_truth
from passrole.iam.patterns import intersects
from passrole.iam.policies import Policy, PolicyKind
from passrole.iam.reference.catalogue import expand
from passrole.iam.statements import Condition, Item, Statement
from passrole.model.identities import Identity, Role
from passrole.model.pipelines import Action, Pipeline
from passrole.records import NamedTuple
from passrole.reporters.map_data import MappedNeed, mapped_need, provider_name
from passrole.values import Text, Truth, Unknown, literal


class NeededBy(NamedTuple):
    """One need of one action, or of the pipeline as a whole where ``action`` is empty."""

    pipeline: str
    stage: str
    action: str
    provider: str
    location: Location
    need: MappedNeed


class Standing(NamedTuple):
    """A statement about the action. ``effect`` is empty, and ``certain`` false, where not known."""

    effect: str
    certain: bool
    statement: str
    kind: str
    location: Location | None
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    world: str


class Holder(NamedTuple):
    """A role, another identity, or the owner of a resource policy, with its statements.

    ``needed`` says whether a pipeline needs the action of it; ``unknown`` why it may hold more.
    """

    label: str
    kind: str
    location: Location | None
    statements: tuple[Standing, ...]
    unknown: tuple[str, ...]
    needed: bool


class Why(NamedTuple):
    """All that the tree says of an action, or of the ``actions`` that a pattern matches."""

    asked: str
    actions: tuple[str, ...]
    needs: tuple[NeededBy, ...]
    holders: tuple[Holder, ...]
    pipelines: int


def why_of(graphs: Iterable[Graph], asked: str, role: str = "") -> Why:
    """What needs ``asked``, an IAM action or a pattern of them, and who holds it.

    With ``role``, a name, a logical id, an address or an ARN, only what is of that role.
    """
    graphs = tuple(graphs)
    needs = dict.fromkeys(each for graph in graphs for each in _needs(graph, asked, role))
    holders: dict[tuple[str, str, Location | None], Holder] = {}
    for holder in (each for graph in graphs for each in _holders(graph, asked, role)):
        found = holders.setdefault(holder[:3], holder)
        if found is not holder:  # the same role with other parameters
            holders[holder[:3]] = found._replace(
                statements=tuple(dict.fromkeys((*found.statements, *holder.statements))),
                unknown=tuple(dict.fromkeys((*found.unknown, *holder.unknown))),
                needed=found.needed or holder.needed,
            )
    return Why(
        asked,
        expand(asked),
        tuple(sorted(needs, key=lambda each: (each.location, each.need.iam_action))),
        tuple(sorted(holders.values(), key=_order)),
        len({p.resource.identity for graph in graphs for p in graph.pipelines}),
    )


def _order(holder: Holder) -> tuple[bool, str, bool, Location | tuple[()]]:
    """Roles first, then by kind and place."""
    place = holder.location
    return holder.kind != "role", holder.kind, place is not None, place or ()


def role_names(graphs: Iterable[Graph]) -> tuple[str, ...]:
    """Every name by which a role of the tree, or one that a pipeline needs, can be asked for."""
    names: dict[str, None] = {}
    for graph in graphs:
        for identity in graph.principals:
            names.update(dict.fromkeys(_names(identity)))
        for subject in _subjects(graph):
            for requirement in graph.requirements_of(subject):
                names[requirement.principal.label] = None
    return tuple(names)


def _names(identity: Identity) -> tuple[str, ...]:
    return (identity.label, identity.resource.id, str(identity.resource.arn))


def _subjects(graph: Graph) -> Iterator[Pipeline | Action]:
    for pipeline in graph.pipelines:
        yield pipeline
        yield from pipeline.actions


def _needs(graph: Graph, asked: str, role: str) -> Iterator[NeededBy]:
    for subject in _subjects(graph):
        for requirement in graph.requirements_of(subject):
            if not any(_meet(each, asked) for each in requirement.iam_actions):
                continue
            holder = requirement.principal.role
            names = (requirement.principal.label, *(_names(holder) if holder else ()))
            if role and role not in names:
                continue
            action = subject if isinstance(subject, Action) else None
            for decision in graph.decide(requirement):
                yield NeededBy(
                    requirement.pipeline.label,
                    action.stage if action else "",
                    action.name if action else "",
                    provider_name(action) if action else "",
                    subject.location,
                    mapped_need(requirement, decision),
                )


def _meet(pattern: str, asked: str) -> bool:
    return intersects(literal(pattern.lower()), literal(asked.lower())) is Truth.TRUE


def _holders(graph: Graph, asked: str, role: str) -> Iterator[Holder]:
    needing = {
        requirement.principal.role
        for subject in _subjects(graph)
        for requirement in graph.requirements_of(subject)
        if any(_meet(each, asked) for each in requirement.iam_actions)
    }
    for identity in graph.principals:
        if role and role not in _names(identity):
            continue
        policies = (*graph.policies_of(identity), *(graph.policies.boundary(identity) or ()))
        statements = tuple(_standing(policies, asked))
        unknown = tuple(dict.fromkeys(_not_known(policies)))
        if statements or unknown:
            kind = "role" if isinstance(identity, Role) else type(identity).__name__.lower()
            needed = identity in needing
            yield Holder(identity.label, kind, identity.location, statements, unknown, needed)
    if role:
        return
    for document in graph.documents:
        own = document.policy.kind in (PolicyKind.RESOURCE, PolicyKind.TRUST)
        if own or document in graph.unattached:
            statements = tuple(_standing((document.policy,), asked))
            if statements:
                kind = f"{document.policy.kind} policy"
                yield Holder(document.label, kind, document.location, statements, (), False)


def _not_known(policies: Iterable[Policy | Unknown]) -> Iterator[str]:
    for policy in policies:
        if isinstance(policy, Unknown):
            yield policy.reason
        elif policy.unresolved:
            yield policy.unresolved


def _standing(policies: Iterable[Policy | Unknown], asked: str) -> Iterator[Standing]:
    for policy in policies:
        for statement in policy.statements if isinstance(policy, Policy) else ():
            truth = _about(statement, asked)
            if truth is not Truth.FALSE and isinstance(policy, Policy):
                yield _shown(policy, statement, truth)


def _shown(policy: Policy, statement: Statement, truth: Truth) -> Standing:
    origin = statement.origin
    return Standing(
        effect=statement.effect or "",
        certain=truth is Truth.TRUE and statement.effect is not None,
        statement=statement.label,
        kind=policy.kind.value,
        location=origin.document.location(origin.node) if origin is not None else None,
        actions=_written("", statement.actions) + _written("all but ", statement.not_actions),
        resources=_written("", statement.resources) + _written("all but ", statement.not_resources),
        conditions=tuple(_condition(each) for each in statement.conditions),
        world=statement.world.describe(),
    )


def _about(statement: Statement, asked: str) -> Truth:
    """Whether a statement is about the action, or about any that the pattern matches."""
    if "*" not in asked and "?" not in asked:
        return action_truth(statement, asked)
    if statement.unresolved:
        return Truth.UNKNOWN
    if "NotAction" in statement.elements:
        found = {action_truth(statement, each) for each in expand(asked)}
    else:
        found = {_shares(item, asked) for item in statement.actions}
    return next((each for each in (Truth.TRUE, Truth.UNKNOWN) if each in found), Truth.FALSE)


def _shares(item: Item, asked: str) -> Truth:
    if isinstance(item, Unknown):
        return Truth.UNKNOWN
    known = item.known()
    if known is None:
        return intersects(item, literal(asked))
    return Truth.of(_meet("*:*" if known == "*" else known, asked))


def _written(before: str, items: tuple[Item, ...]) -> tuple[str, ...]:
    return tuple(f"{before}{item if isinstance(item, Text) else '(not known)'}" for item in items)


def _condition(condition: Condition | Unknown) -> str:
    if isinstance(condition, Unknown):
        return "a condition that is not known"
    values = " or ".join(_written("", condition.values))
    return f"{condition.operator} {condition.key} {values}"
