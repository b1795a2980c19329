"""The questions that rules, maps and reports ask; the answers are decided once and kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from passrole.findings import Holder, Report
from passrole.graph.escalations import Escalation, Escalations
from passrole.graph.expansion import Requirements
from passrole.graph.frames import store_for
from passrole.graph.guards import ResourcePolicies
from passrole.graph.homes import (
    account_known,
    accounts_by_keys,
    home_account,
    home_region,
    other_account,
    passes_to_other_account,
)
from passrole.graph.identities import IdentityPolicies
from passrole.graph.needs import Needs
from passrole.graph.network import Network
from passrole.graph.references import Place, References
from passrole.graph.repairs import Repairs
from passrole.graph.requests import assumption, question, service_request
from passrole.graph.requirements import Requirement
from passrole.graph.settings import Settings
from passrole.graph.uses import Uses, builds
from passrole.graph.wording import report
from passrole.iam.decisions import Decision, decide
from passrole.iam.layers import Layers
from passrole.iam.policies import Policy, PolicyKind
from passrole.iam.requests import ContextValue
from passrole.iam.statements import Statement
from passrole.model.entities import BuildProject, Entity, PolicyDocument
from passrole.model.guarded import Key
from passrole.model.identities import Identity, ManagedPolicy, Role
from passrole.model.needs import ActionProvider
from passrole.model.pipelines import Action, ArtifactStore, Pipeline
from passrole.values import EVERYWHERE, Absent, Origin, Text, Unknown, Value, World, cases

if TYPE_CHECKING:
    from passrole.graph.correctness import Correctness
    from passrole.graph.holders import Holders

E = TypeVar("E", bound=Entity)
T = TypeVar("T")


class Graph:
    """What is known of one component. Every answer is worked out when it is first asked for."""

    def __init__(
        self,
        entities: Iterable[Entity],
        providers: Iterable[ActionProvider],
        scps: tuple[tuple[Policy, ...], ...] = (),
        files: Iterable[PolicyDocument] = (),
        sets: tuple[str, ...] = (),
    ) -> None:
        """A graph of ``entities``; ``files`` are policy documents that stand in files alone."""
        self.entities = tuple(entities)
        self.sets = sets
        """The parameter sets that the component is deployed with, empty for any or none."""
        self._files = tuple(files)
        self._providers = tuple(providers)
        self._made: dict[Callable[[Graph], Any], Any] = {}
        self._of_kinds: dict[tuple[type[Entity], ...], tuple[Any, ...]] = {}
        self._scps = scps or None
        self._references = References(self.entities)
        self.policies = IdentityPolicies(self.entities, self._references)
        self._guards = ResourcePolicies(self.entities, self._references)
        self._settings = Settings(self.entities, self._references)
        self.pipelines = tuple(each for each in self.entities if isinstance(each, Pipeline))
        """The pipelines, in the order of their stacks."""
        self.roles = tuple(each for each in self.entities if isinstance(each, Role))
        """The roles, in the order of their stacks."""
        self.principals = tuple(each for each in self.entities if isinstance(each, Identity))
        """Roles, users, groups and permission sets, in the order of their stacks."""
        self._pipeline_of: dict[Action, Pipeline] = {
            action: pipeline for pipeline in self.pipelines for action in pipeline.actions
        }

    @cached_property
    def _needs(self) -> Needs:
        return Needs(
            Requirements(
                {provider.key: provider for provider in self._providers},
                self._references,
                self._settings,
            ),
            self._pipeline_of,
            self.policies,
            self._guards.of,
            accounts_by_keys(self.entities_of(Key)),
            self._scps,
        )

    @cached_property
    def network(self) -> Network:
        """The dependency graph, for questions about more than one action; imports networkx."""
        return Network(self)

    @cached_property
    def repairs(self) -> Repairs:
        """What would mend a refusal: grants in policies of the tree."""
        return Repairs(self.policies, self.policy_of)

    @cached_property
    def documents(self) -> tuple[PolicyDocument, ...]:
        """Every policy document: those of the entities in their order, then those in files."""
        written = (
            PolicyDocument(policy, policy.origin or entity.resource.origin, entity)
            for entity in self.entities
            for policy in entity.policies
        )
        return (*written, *self._files)

    def flaws(
        self,
        document: PolicyDocument,
        words: Mapping[str, str],
        *,
        symptom: str = "",
        remedy: str = "",
    ) -> Iterator[Report]:
        """What the checks named in ``words`` find in a policy, in these words.

        ``words`` maps a check to a sentence with the check's parameters in braces.
        """
        return self._correctness.reports(document, words, symptom, remedy)

    def flawed(self, document: PolicyDocument, checks: Iterable[str]) -> frozenset[str]:
        """Which of these checks find something in a policy."""
        return self._correctness.failed(document, checks)

    @cached_property
    def _correctness(self) -> Correctness:
        from passrole.graph.correctness import Correctness  # noqa: PLC0415 - no policy, no use

        return Correctness()

    @cached_property
    def pipeline_roles(self) -> frozenset[Role]:
        """The roles that pipelines and their actions name: they work for a pipeline."""
        found = {
            self.find(case, Role, near=pipeline)
            for pipeline in self.pipelines
            for reference in (pipeline.role, *(action.role for action in pipeline.actions))
            for _, case in cases(reference)
        }
        return frozenset(role for role in found if role is not None)

    @cached_property
    def builds(self) -> Mapping[Role, tuple[tuple[BuildProject, World], ...]]:
        """The build projects that run as each role, in a pipeline or not, each with its world."""
        return builds(self)

    @cached_property
    def unattached(self) -> frozenset[PolicyDocument]:
        """Identity policies that attach to nobody in the scanned tree: files, managed policies."""
        attached = {
            policy.origin
            for identity in self.principals
            for policy in self.policies_of(identity)
            if isinstance(policy, Policy)
        }
        return frozenset(
            document
            for document in self.documents
            if document.policy.kind is PolicyKind.IDENTITY
            and (document.holder is None or isinstance(document.holder, ManagedPolicy))
            and document.policy.origin not in attached
        )

    def holders_of(self, document: PolicyDocument) -> tuple[Holder, ...] | None:
        """Who has a policy: empty where surely nobody who was read, None where nobody knows.

        Those of whom it is known as what they work come first.
        """
        return self._holders.of(document)

    @cached_property
    def _holders(self) -> Holders:
        from passrole.graph.holders import Holders  # noqa: PLC0415 - most policies are flawless

        return Holders(self, self._references)

    @cached_property
    def uses(self) -> Uses:
        """Which role works for which pipeline, and what it holds that none of them needs."""
        return Uses(self)

    @cached_property
    def _escalations(self) -> Escalations:
        return Escalations(self)

    def escalations(self, role: Role) -> tuple[Escalation, ...]:
        """The known ways in which a role surely makes itself an administrator."""
        return self._escalations.of(role)

    def administrator(self, role: Role) -> Statement | None:
        """The statement that lets a role do everything, None where it may not or not for sure."""
        return self._escalations.administrator(role)

    def place_of(self, statement: Statement, identity: Identity) -> Origin:
        """Where a statement of a role is mended: there, or where a policy of AWS is attached."""
        return self.policies.place_of(statement, identity)

    def has_boundary(self, identity: Identity) -> bool:
        """Whether a permissions boundary limits an identity, or may."""
        absent = isinstance(identity.boundary, Absent)
        return not absent or self.policies.boundary(identity) is not None

    def inline_sizes(self, identity: Identity) -> tuple[tuple[int, ...], int]:
        """The least size of each inline policy of an identity that has several, and their quota.

        Nothing and 0 where it has one or none, or there is no quota.
        """
        from passrole.graph.correctness import inline_sizes  # noqa: PLC0415 - as above

        return inline_sizes(identity, self.policies.sources(identity))

    def entities_of(self, *kinds: type[E]) -> tuple[E, ...]:
        """The entities of some classes, in their order; rules of every pipeline ask for them."""
        found = self._of_kinds.get(kinds)
        if found is None:
            found = self._of_kinds[kinds] = tuple(
                each for each in self.entities if isinstance(each, kinds)
            )
        return found

    def once(self, make: Callable[[Graph], T]) -> T:
        """What ``make`` works out of this graph, worked out once: it is kept with the graph."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def find(self, reference: Value, kind: type[E], near: Entity) -> E | None:
        """The entity of ``kind`` that a value of ``near`` names, or None."""
        return self._references.find(reference, kind, Place.of(near.resource, near.world))

    def pipeline_of(self, action: Action) -> Pipeline:
        """The pipeline that an action belongs to."""
        return self._pipeline_of[action]

    def store_of(self, action: Action) -> ArtifactStore | None:
        """The artifact store of the region in which an action runs, if it is known which one."""
        return store_for(self._pipeline_of[action], action)

    def home_of(self, pipeline: Pipeline) -> tuple[Text | None, Text | None]:
        """The account and the region of a pipeline, each where it is known."""
        return home_account(pipeline), home_region(pipeline)

    def account_of(self, reference: Value, pipeline: Pipeline) -> Text | None:
        """The account in the ARN of a role or a key, where it is known for certain, else None."""
        return account_known(reference, pipeline)

    def other_account(self, action: Action) -> tuple[Text, Text] | None:
        """The account of a pipeline and that of an action's own role, where they surely differ."""
        return other_account(action, self._pipeline_of[action])

    def passes_to_other_account(self, requirement: Requirement) -> tuple[Text, Text] | None:
        """The account of a role and of the role it is to pass, where they surely differ."""
        return passes_to_other_account(requirement)

    def find_key(self, reference: Value, near: Entity) -> Key | None:
        """The KMS key that an ARN, a key id or an alias names."""
        return self._references.find_key(reference, Place.of(near.resource, near.world))

    def provider_of(self, action: Action) -> ActionProvider | None:
        """What is known of the action's provider, None where no plugin declares it."""
        return self._needs.provider_of(action)

    def requirements_of(self, subject: Action | Pipeline) -> tuple[Requirement, ...]:
        """What an action needs, or what a pipeline needs as a whole, in the order of the facts."""
        return self._needs.of(subject)

    def decide(self, requirement: Requirement) -> tuple[Decision, ...]:
        """The verdict on a need; several, each with its world, where deployments differ."""
        return self._needs.decide(requirement)

    def decide_alone(self, requirement: Requirement) -> tuple[Decision, ...]:
        """The verdict on a need as if the role had no policies of its own."""
        return self._needs.decide_alone(requirement)

    def unmet(self, subject: Action | Pipeline, rule_id: str) -> Iterator[Report]:
        """A report for each need of ``subject`` that is definitely not met and is this rule's."""
        for each in self._needs.unmet(subject).get(rule_id, ()):
            yield report(each, partial(self.repairs.meeting, each))

    def unmet_under(self, subject: Action | Pipeline) -> Collection[str]:
        """The ids of the rules under which needs of ``subject`` are definitely not met."""
        return self._needs.unmet(subject).keys()

    def grants_of(self, role: Identity) -> tuple[Statement, ...]:
        """The Allow statements of the identity policies of a role, or of another identity."""
        return tuple(
            statement
            for policy in self.policies.identity(role)
            for statement in getattr(policy, "statements", ())
            if statement.effect == "Allow"
        )

    def may(
        self,
        role: Role,
        iam_action: str,
        resource: Text,
        *,
        context: Mapping[str, ContextValue] | None = None,
        world: World = EVERYWHERE,
    ) -> tuple[Decision, ...]:
        """Whether a role may do something that is no need of an action; ``context`` in lower case.

        ``resource`` may hold wildcards: then it stands for everything that matches.
        """
        layers = Layers(
            identity=self.policies.identity(role),
            boundaries=self.policies.boundary(role),
            scps=self._scps,
            assume_delegating=True,
        )
        return decide(question(role, iam_action, resource, context or {}), layers, world)

    def may_assume(
        self, role: Role, other: Role, *, world: World = EVERYWHERE
    ) -> tuple[Decision, ...]:
        """Whether a role may assume another, by its own policies and by the other's trust."""
        layers = Layers(
            identity=self.policies.identity(role),
            boundaries=self.policies.boundary(role),
            scps=self._scps,
            resource=other.trust,
        )
        return decide(question(role, "sts:AssumeRole", other.resource.arn, {}), layers, world)

    def trusts(
        self, role: Role, service: str, *, world: World = EVERYWHERE
    ) -> tuple[Decision, ...]:
        """Whether a role's trust policy lets a service assume it."""
        return decide(assumption(service, role), Layers(resource=role.trust), world)

    def admits(
        self,
        owner: Entity,
        service: str,
        iam_action: str,
        *,
        context: Mapping[str, ContextValue] | None = None,
        world: World = EVERYWHERE,
    ) -> tuple[Decision, ...]:
        """Whether the policy of a key, a topic or the like lets a service do something.

        The keys of ``context`` are in lower case.
        """
        policy = self.policy_of(owner)
        request = service_request(service, iam_action, owner.resource.arn, context or {})
        return decide(request, Layers(resource=policy), world)

    def setting_of(self, entity: Entity, name: str) -> Value:
        """An attribute of an entity, also where a resource of its own sets it."""
        return self._settings.of(entity, name)

    def policy_of(self, owner: Entity) -> Policy | None:
        """The resource policy that the tree holds for a bucket, a key, a topic or the like."""
        return self._guards.of(owner)

    def policies_of(self, identity: Identity) -> tuple[Policy | Unknown, ...]:
        """The identity policies of a role, user, group or permission set, groups' included.

        One that is not in the scanned tree, or may attach or not, is an unknown.
        """
        return self.policies.identity(identity)
