"""The smallest policy of each role that a pipeline uses, every statement with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from passrole.graph.questions import Graph
from passrole.graph.uses import OF_ACTION, OF_BUILD, OF_PIPELINE, Use
from passrole.iam.managed_policies import managed_policy
from passrole.iam.policies import policy_from_json
from passrole.iam.sets import Coverage, coverage
from passrole.iam.smallest_policy import (
    INLINE_POLICIES_OF_A_ROLE_QUOTA,
    MANAGED_POLICY_QUOTA,
    smallest_policies,
)
from passrole.iam.statements import PolicyKind
from passrole.model.identities import Role
from passrole.model.pipelines import Action, Pipeline
from passrole.policies.commands import calls_as, left_open, permissions_for
from passrole.policies.permissions import (
    Kind,
    Permission,
    permissions_of,
    starts,
    widest,
    without_covered,
)
from passrole.policies.statements import Option, Written, options, written
from passrole.policies.trust import Trusted, trusted_by
from passrole.records import NamedTuple
from passrole.stacks.resources import Resource


class Block(NamedTuple):
    """Wildcards that the documentation names for an action, and what stands in for them.

    ``managed_policy`` is a path and name, empty where AWS has no policy for it; ``holds`` are the
    known needs of the action that the policy grants.
    """

    action: str
    wildcards: tuple[str, ...]
    source: str
    managed_policy: str
    holds: tuple[str, ...]


class RolePolicy(NamedTuple):
    """What a role needs for its pipelines, and who must be able to assume it.

    ``policies`` are as many as the quotas ask for: one inline policy, or managed ones.
    ``open_because`` says why more may be needed, empty where nothing is open.
    """

    role: Role
    graph: Graph
    used: tuple[tuple[str, str], ...]
    policies: tuple[tuple[Written, ...], ...]
    options: tuple[Option, ...]
    blocks: tuple[Block, ...]
    trust: tuple[Trusted, ...]
    open_because: tuple[str, ...]

    @property
    def is_inline(self) -> bool:
        """Whether all fits into one inline policy of the role."""
        return len(self.policies) < 2

    @property
    def waiting(self) -> tuple[Resource, ...]:
        """The pipelines that run with the role, and so should wait for what is attached to it."""
        uses = self.graph.uses.of(self.role)
        named = (OF_PIPELINE, OF_ACTION)
        return tuple(dict.fromkeys(u.pipeline.resource for u in uses if u.why in named))

    @property
    def statements(self) -> tuple[Written, ...]:
        """The statements of all policies."""
        return tuple(statement for policy in self.policies for statement in policy)


def role_policies(
    graphs: Iterable[Graph], *, include_disputed: bool = False
) -> tuple[RolePolicy, ...]:
    """The policy of each role of the graphs that a pipeline uses, in the order of their places.

    What several parameter sets make of one role is one policy that does for all of them.
    """
    found: dict[str, list[tuple[Graph, Role]]] = {}
    for graph in graphs:
        for role in graph.roles:
            if _used(graph, role):
                found.setdefault(role.resource.identity, []).append((graph, role))
    made = (_role_policy(each, include_disputed) for each in found.values())
    return tuple(sorted(made, key=lambda each: (each.role.location, each.role.label)))


def roles_elsewhere(graphs: Iterable[Graph]) -> tuple[tuple[str, str, str], ...]:
    """Pipelines with roles that are not in the tree: the pipeline, the role and what it is there.

    What they need is known, yet not by which references a policy would name it.
    """
    found = {
        (requirement.pipeline.label, requirement.principal.label, requirement.principal.why)
        for graph in graphs
        for pipeline in graph.pipelines
        for subject in _subjects(pipeline)
        for requirement in graph.requirements_of(subject)
        if requirement.principal.role is None and requirement.principal.service is None
    }
    return tuple(sorted(found))


def _subjects(pipeline: Pipeline) -> tuple[Action | Pipeline, ...]:
    return (pipeline, *pipeline.actions)


def _role_policy(found: Sequence[tuple[Graph, Role]], include_disputed: bool) -> RolePolicy:
    graph, role = found[0]
    used = dict.fromkeys(use for each, of in found for use in _used(each, of))
    wanted = [p for each, of in found for p in permissions_of(each, of)]
    called = tuple(dict.fromkeys(call for each, of in found for call in calls_as(each, of)))
    wanted += permissions_for(called)
    blocks = tuple(dict.fromkeys(b for each, of in found for b in _blocks(each, of, wanted)))
    held = {(block.action, action) for block in blocks for action in block.holds}
    wanted = [p for p in wanted if (p.reason.action, p.iam_action) not in held]
    wanted = without_covered(dict.fromkeys(wanted))
    required = [p for p in wanted if include_disputed or p.kind is Kind.REQUIRED]
    optional = [p for p in wanted if p not in required]
    trust = {(t.kind, t.principal): t for each, of in found for t in trusted_by(each, of)}
    because = dict.fromkeys(b for each, of in found for b in _open_because(each, of))
    needs = [each.requirement for each in widest(required)]
    policies = smallest_policies(needs, INLINE_POLICIES_OF_A_ROLE_QUOTA)
    if len(policies) > 1:
        policies = smallest_policies(needs, MANAGED_POLICY_QUOTA)
    listed = {name for policy in policies for grant in policy for name in grant.actions}
    because.update(dict.fromkeys(left_open(called, listed)))
    taken: set[str] = set()
    return RolePolicy(
        role,
        graph,
        tuple(used),
        tuple(written(grants, required, taken) for grants in policies),
        tuple(options(optional, taken)),
        blocks,
        tuple(trust.values()),
        tuple(because),
    )


def _used(graph: Graph, role: Role) -> list[tuple[str, str]]:
    """The pipelines that use a role, each with what it is to them."""
    found = [(use.pipeline.label, use.why) for use in graph.uses.of(role)]
    found += [(start.pipeline, "the events role") for start in starts(graph) if start.role is role]
    if not found:
        for trusted in trusted_by(graph, role):
            service = str(trusted.principal).partition(".")[0]
            found += [
                (reason.pipeline, f"the role that {service} works with")
                for reason in trusted.reasons
            ]
    return list(dict.fromkeys(found))


def _open_because(graph: Graph, role: Role) -> Iterator[str]:
    uses = graph.uses.of(role)
    if not uses and not any(start.role is role for start in starts(graph)):
        yield "what is done with it depends on what is deployed, which no pipeline says"
    for use in uses:
        if use.open_because:
            yield _because(use)
    for statement in role.trust.statements:
        if statement.unresolved:
            yield "who may assume it is not known"


def _because(use: Use) -> str:
    if use.why == OF_BUILD:
        return "the build's own commands may need more"
    return use.open_because


def _blocks(graph: Graph, role: Role, wanted: Sequence[Permission]) -> Iterator[Block]:
    """The wildcards that the documentation names for the actions of a role."""
    by_action: dict[str, list[str]] = {}
    about = {}
    for requirement in graph.uses.requirements(role):
        if requirement.need.documented_block and requirement.action is not None:
            label = requirement.action.label
            by_action.setdefault(label, []).append(requirement.need.iam_action)
            about[label] = graph.provider_of(requirement.action), requirement.need.source
    for label, wildcards in by_action.items():
        provider, source = about[label]
        name = provider.managed_policy if provider is not None else ""
        of_action = [p for p in wanted if p.reason.action == label and not p.artifacts]
        holds = tuple(_granted_by(name, of_action)) if name else ()
        yield Block(label, tuple(dict.fromkeys(wildcards)), source, name, holds)


def _granted_by(name: str, wanted: Iterable[Permission]) -> Iterator[str]:
    """The actions that an AWS managed policy grants already."""
    document = managed_policy(name)
    if document is None:
        return
    policy = policy_from_json(document, PolicyKind.IDENTITY, name)
    for each in wanted:
        if coverage(policy, each.requirement).coverage is Coverage.COVERED:
            yield each.iam_action
