"""What actions and pipelines need, and whether they may do it; worked out once and kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from passrole.graph.expansion import Requirements
from passrole.graph.homes import decide_for_outsider, in_account, without_account
from passrole.graph.identities import IdentityPolicies
from passrole.graph.requests import layers_for, region_of, request_for, requests_for
from passrole.graph.requirements import Requirement, deployable
from passrole.graph.shortcomings import Shortcoming, shortcomings
from passrole.graph.verdicts import NOT_AGAINST, explained, hope
from passrole.iam.decisions import Decision, Verdict, decide
from passrole.iam.layers import Layers
from passrole.iam.policies import Policy
from passrole.model.entities import Entity
from passrole.model.needs import ActionProvider
from passrole.model.pipelines import Action, Pipeline
from passrole.values import Text, Truth, World

Subject = Action | Pipeline
Decisions = tuple[Decision, ...]


class Needs:
    """The needs of the pipelines of a component, each with its verdict."""

    def __init__(
        self,
        requirements: Requirements,
        pipeline_of: Mapping[Action, Pipeline],
        policies: IdentityPolicies,
        policy_of: Callable[[Entity], Policy | None],
        accounts: Mapping[str, Text],
        scps: tuple[tuple[Policy, ...], ...] | None,
    ) -> None:
        """``policy_of`` gives the policy of a resource, ``accounts`` those of targets by their ids.

        ``scps`` are the service control policies, level by level, None where there are none.
        """
        self._requirements = requirements
        self._pipeline_of = pipeline_of
        self._policies = policies
        self._policy_of = policy_of
        self._accounts = accounts
        self._scps = scps
        self._needed: dict[Subject, tuple[Requirement, ...]] = {}
        self._decisions: dict[Requirement, Decisions] = {}
        self._answers: dict[tuple[object, ...], Decisions] = {}
        self._unmet: dict[Subject, Mapping[str, list[Shortcoming]]] = {}

    def provider_of(self, action: Action) -> ActionProvider | None:
        """What is known of the action's provider, None where no plugin declares it."""
        return self._requirements.provider_of(action)

    def of(self, subject: Subject) -> tuple[Requirement, ...]:
        """What an action needs, or what a pipeline needs as a whole, in the order of the facts."""
        found = self._needed.get(subject)
        if found is None:
            if isinstance(subject, Pipeline):
                found = tuple(self._requirements.of_pipeline(subject))
            else:
                found = tuple(self._requirements.of_action(self._pipeline_of[subject], subject))
            self._needed[subject] = found
        return found

    def decide(self, requirement: Requirement) -> Decisions:
        """The verdict on a need; several, each with its world, where deployments differ."""
        decisions = self._decisions.get(requirement)
        if decisions is None:
            # Many actions of a pipeline ask for the same.
            question = _question(requirement)
            decisions = self._answers.get(question)
            if decisions is None:
                decisions = self._answers[question] = self._decided(requirement)
            self._decisions[requirement] = decisions
        return decisions

    def decide_alone(self, requirement: Requirement) -> Decisions:
        """The verdict on a need as if the role had no policies of its own."""
        return self._decided(requirement, alone=True)

    def unmet(self, subject: Subject) -> Mapping[str, list[Shortcoming]]:
        """The needs of a subject that are definitely not met, by the rule that reports them."""
        found = self._unmet.get(subject)
        if found is None:
            by_rule: dict[str, list[Shortcoming]] = defaultdict(list)
            for requirement in self.of(subject):
                if not requirement.follows_pipeline:
                    for each in self._shortcomings_of(requirement):
                        by_rule[each.rule].append(each)
            found = self._unmet[subject] = by_rule
        return found

    def _shortcomings_of(self, requirement: Requirement) -> Iterator[Shortcoming]:
        decisions = self.decide(requirement)
        if all(decision.verdict in NOT_AGAINST for decision in decisions):
            return iter(())
        requests = [request_for(requirement, each) for each in requirement.iam_actions]
        return shortcomings(requirement, decisions, requests, self._policies)

    def _decided(self, requirement: Requirement, *, alone: bool = False) -> Decisions:
        world, possible = requirement.world, deployable(requirement)
        if not possible:
            return ()
        if requirement.condition is Truth.UNKNOWN:
            reason = "whether it is needed depends on a value that is not known"
            return (Decision(Verdict.UNKNOWN, blockers=(reason,), world=world),)
        principal = requirement.principal
        layers = layers_for(requirement, self._policies, self._policy_of, self._scps)
        if alone:
            layers = layers._replace(identity=())
        if principal.role is None and principal.service is None:
            return decide_for_outsider(requirement, layers, request_for)
        return tuple(
            decision
            for each in possible
            for decision in self._decided_in(requirement, layers, each)
        )

    def _decided_in(self, requirement: Requirement, layers: Layers, world: World) -> Decisions:
        target = requirement.pipeline.resource.target
        account = self._accounts.get(target.id)
        placed = in_account(world, target, account) if account is not None else None
        best: Decisions = ()
        for request in requests_for(requirement):
            decisions = decide(request, layers, placed or world)
            if all(decision.verdict is Verdict.ALLOWED for decision in decisions):
                best = decisions
                break
            # What else it may be helps only where it surely is allowed: a hole may be anything.
            as_named = request.resource is not requirement.or_else
            if as_named and (not best or hope(decisions) > hope(best)):
                best = decisions
        return tuple(
            explained(
                each._replace(world=without_account(each.world, world, placed)) if placed else each,
                requirement,
            )
            for each in best
        )


def _question(requirement: Requirement) -> tuple[object, ...]:
    """All of a need on which its verdict depends: who asks for what, and where.

    Texts by their parts, as verdicts tell what a hole stands for.
    """
    principal, resource = requirement.principal, requirement.resource
    insider = principal.role or principal.service
    return (
        # What is known of a role that is not in the tree is asked for each need anew.
        insider or requirement,
        requirement.iam_actions,
        resource.parts,
        resource.defaults,
        requirement.or_else,
        requirement.owner,
        requirement.condition,
        requirement.world,
        requirement.pipeline,
        region_of(requirement),
        tuple(requirement.context.items()),
    )
