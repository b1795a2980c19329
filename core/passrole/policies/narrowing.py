"""The present policies of a role without what nothing needs.

Statements keep their Sids and conditions, denials stay as they are, and where more may be needed
than is known nothing is taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from passrole.graph.questions import Graph
from passrole.graph.requirements import Requirement
from passrole.iam.actions import action_matches
from passrole.iam.patterns import intersects
from passrole.iam.policies import Policy
from passrole.iam.sets import Unused
from passrole.iam.statements import Item, Statement
from passrole.model.identities import Role
from passrole.records import NamedTuple
from passrole.values import Text, Truth, Unknown, literal


class Narrower(NamedTuple):
    """An action with a wildcard, and the actions that are needed of all that it allows."""

    statement: Statement
    wildcard: str
    needed: tuple[str, ...]


class NarrowedPolicy(NamedTuple):
    """One policy of a role: what is left of it, and what is not.

    ``kept_because`` says why it stays as it is, empty where it does not; ``removed`` is then what
    nothing is known to need, for a person to judge.
    """

    name: str
    policy: Policy | None
    statements: tuple[Statement, ...]
    removed: tuple[Unused, ...] = ()
    narrower: tuple[Narrower, ...] = ()
    kept_because: str = ""


class NarrowedRole(NamedTuple):
    """The policies of one role."""

    role: Role
    graph: Graph
    policies: tuple[NarrowedPolicy, ...]


def narrowed_roles(graphs: Iterable[Graph]) -> tuple[NarrowedRole, ...]:
    """The roles that pipelines use, in the order of their places.

    Of several parameter sets that make one role, something must be needed with none to go: where
    they differ, nothing goes.
    """
    found: dict[str, list[NarrowedRole]] = {}
    for graph in graphs:
        for role in graph.roles:
            if graph.uses.of(role):
                policies = tuple(_narrowed(graph, role))
                each = NarrowedRole(role, graph, policies)
                found.setdefault(role.resource.identity, []).append(each)
    chosen = [_agreed(each) for each in found.values()]
    return tuple(sorted(chosen, key=lambda each: (each.role.location, each.role.label)))


def _agreed(found: Sequence[NarrowedRole]) -> NarrowedRole:
    first = found[0]
    if len({_shape(each) for each in found}) == 1:
        return first
    because = "what is needed of it depends on the parameters"
    return first._replace(policies=tuple(_kept(each, because) for each in first.policies))


def _shape(role: NarrowedRole) -> tuple[object, ...]:
    return tuple((each.name, _texts(each.statements)) for each in role.policies)


def _texts(statements: Iterable[Statement]) -> str:
    return str([(each.actions, each.resources) for each in statements])


def _kept(policy: NarrowedPolicy, because: str) -> NarrowedPolicy:
    whole = policy.policy.statements if policy.policy is not None else ()
    return policy._replace(
        statements=whole, narrower=(), kept_because=policy.kept_because or because
    )


def _narrowed(graph: Graph, role: Role) -> Iterator[NarrowedPolicy]:
    excess = {id(each.policy): each for each in graph.uses.excess(role)}
    for policy in graph.policies_of(role):
        if isinstance(policy, Unknown):
            name = policy.id or "a policy"
            yield NarrowedPolicy(name, None, (), kept_because=policy.reason)
            continue
        name = policy.name or "a policy"
        found = excess.get(id(policy))
        unused = found.unused if found is not None else ()
        because = _kept_because(graph, role, policy)
        if because:
            yield NarrowedPolicy(name, policy, policy.statements, unused, kept_because=because)
        else:
            yield _without(graph, role, policy, name, unused)


def _kept_because(graph: Graph, role: Role, policy: Policy) -> str:
    """Why a policy stays as it is."""
    if policy.origin is None:
        return "it is AWS's own and cannot be edited: detach it and attach what is needed"
    if policy.unresolved or not all(map(_is_known, policy.statements)):
        return "a part of it cannot be resolved"
    because = graph.uses.open_because(role)
    if because == "what runs as the role of the build project is not known":
        return "the build's own commands may need it"
    return because


def _is_known(statement: Statement) -> bool:
    """Whether all of a statement can be written down again."""
    listed = (
        *statement.actions, *statement.not_actions, *statement.resources,
        *statement.not_resources, *statement.conditions,
    )  # fmt: skip
    return not statement.unresolved and not any(isinstance(each, Unknown) for each in listed)


def _without(
    graph: Graph, role: Role, policy: Policy, name: str, unused: Sequence[Unused]
) -> NarrowedPolicy:
    requirements = [
        each for each in graph.uses.requirements(role) if not each.need.documented_block
    ]  # fmt: skip
    left: list[Statement] = []
    narrower: list[Narrower] = []
    for statement in policy.statements:
        gone = [each for each in unused if each.statement is statement]
        for part in _remaining(statement, gone):
            narrow, made = _exact(part, requirements)
            left.append(narrow)
            narrower.extend(made)
    return NarrowedPolicy(name, policy, tuple(left), tuple(unused), tuple(narrower))


def _remaining(statement: Statement, gone: Sequence[Unused]) -> Iterator[Statement]:
    """What is left of a statement: one for each set of resources that some actions still need."""
    if not gone:
        yield statement
        return
    if any(each.action is None or each.resource is None for each in gone):
        # It excludes actions or resources: all of it goes, or nothing.
        if not all(each.action is None and each.resource is None for each in gone):
            yield statement
        return
    pairs = {(each.action, each.resource) for each in gone}
    by_resources: dict[tuple[Item, ...], list[Item]] = {}
    for action in dict.fromkeys(statement.actions):
        kept = tuple(
            each for each in dict.fromkeys(statement.resources) if (action, each) not in pairs
        )
        if kept:
            by_resources.setdefault(kept, []).append(action)
    for number, (resources, actions) in enumerate(by_resources.items(), 1):
        sid = f"{statement.sid}{number}" if statement.sid and number > 1 else statement.sid
        yield replace(statement, sid=sid, actions=tuple(actions), resources=resources)


def _exact(
    statement: Statement, requirements: Sequence[Requirement]
) -> tuple[Statement, list[Narrower]]:
    """The statement with the needed actions in place of wildcards."""
    if statement.effect != "Allow" or "NotAction" in statement.elements:
        return statement, []
    actions: dict[Item, None] = {}
    found = []
    for item in statement.actions:
        pattern = item.known() if isinstance(item, Text) else None
        needed = _needed(pattern, statement, requirements) if pattern and "*" in pattern else ()
        if pattern and needed:
            actions.update((literal(action), None) for action in needed)
            found.append(Narrower(statement, pattern, needed))
        else:
            actions[item] = None
    return replace(statement, actions=tuple(actions)), found


def _needed(
    pattern: str, statement: Statement, requirements: Sequence[Requirement]
) -> tuple[str, ...]:
    """The needed actions that a pattern allows on a resource of the statement, or may."""
    found = {
        action
        for requirement in requirements
        for action in requirement.iam_actions
        if action_matches(literal(pattern), action) is not Truth.FALSE
        and _meets(statement, requirement.resource)
    }
    return tuple(sorted(found))


def _meets(statement: Statement, resource: Text) -> bool:
    if "NotResource" in statement.elements or resource.known() == "*":
        return True
    return any(
        not isinstance(each, Text) or intersects(each, resource) is not Truth.FALSE
        for each in statement.resources
    )
