"""Roles with other policies than they have, on entities that are read already."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from passrole.contributions import Contributions
from passrole.graph.questions import Graph
from passrole.iam.policies import Policy, PolicyKind, policy_from_json
from passrole.model.entities import Entity
from passrole.model.identities import Attachment, BoundaryAttachment, Role
from passrole.policies.least import RolePolicy
from passrole.policies.plain import document, managed_policy_arns, trust_document
from passrole.policies.statements import Written
from passrole.values import Listing, Text, Value, elements


class Made(NamedTuple):
    """The policies of one component, and the same component with them in place of the old ones.

    ``roles`` are the roles whose policies are replaced, not only their trust, each with the new one.
    """

    name: str
    graph: Graph
    policies: tuple[RolePolicy, ...]
    roles: Mapping[Role, Role]
    trusting: Mapping[Role, Role]


def as_it_is(text: Text) -> Text:
    """A text stays one: its holes keep what they are."""
    return text


def identity_policy(statements: Iterable[Written]) -> Policy:
    """The statements as a policy, the values of the templates in it."""
    data = document(statements, as_it_is)
    return policy_from_json(data, PolicyKind.IDENTITY, "least-privilege")


def with_statements(policy: RolePolicy, statements: Iterable[Written]) -> Role:
    """The role with these statements and the new trust in place of all that it has."""
    listed = tuple(statements)
    return replace(
        with_trust(policy),
        inline=(identity_policy(listed),) if listed else (),
        managed=Listing(tuple(managed_policy_arns(policy))),
    )


def with_trust(policy: RolePolicy) -> Role:
    """The role with the new trust policy."""
    if not policy.trust:
        return policy.role
    data = trust_document(policy, as_it_is)
    return replace(policy.role, trust=policy_from_json(data, PolicyKind.TRUST, "trust"))


def make(name: str, graph: Graph, policies: tuple[RolePolicy, ...]) -> Made:
    """The new roles of a component. What nothing is known of keeps its own policies."""
    roles = {p.role: with_statements(p, p.statements) for p in policies if p.policies}
    trusting = {p.role: with_trust(p) for p in policies if p.role not in roles}
    return Made(name, graph, policies, roles, trusting)


def graph_with(
    graph: Graph,
    roles: Mapping[Role, Role],
    trusting: Mapping[Role, Role],
    contributions: Contributions,
) -> Graph:
    """The same component with other roles; what attached policies to the first kind is gone."""
    entities = tuple(_replaced(graph, roles, trusting))
    return Graph(entities, contributions.providers)


def _replaced(
    graph: Graph, roles: Mapping[Role, Role], trusting: Mapping[Role, Role]
) -> Iterator[Entity]:
    for entity in graph.entities:
        if isinstance(entity, Role):
            yield roles.get(entity) or trusting.get(entity) or entity
        elif isinstance(entity, Attachment) and not isinstance(entity, BoundaryAttachment):
            named: list[Value] = list(elements(entity.roles))
            kept = [each for each in named if graph.find(each, Role, near=entity) not in roles]
            if len(kept) == len(named):
                yield entity
            else:
                yield replace(entity, roles=Listing(tuple(kept)))
        else:
            yield entity
