"""Those who work with pipelines: users, groups, permission sets, roles of people and of CI."""

from collections.abc import Iterable

from passrole import (
    Absent,
    Confidence,
    Grant,
    Graph,
    Identity,
    NamedTuple,
    Origin,
    Policy,
    PolicyDocument,
    Related,
    Repairing,
    Report,
    Role,
    Statement,
    Subject,
    Unknown,
    World,
    grants_in,
    known,
)

# Who assumes a role that is not a service's: an account or its users, or somebody whom another
# identity provider vouches for. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
PEOPLE = ("AWS", "Federated", "*")


class Audience(NamedTuple):
    """Somebody, or whoever is given a policy, who works with pipelines and not for them.

    ``identity`` is None for a policy that attaches to nobody in the scanned tree. ``is_whole`` says
    that every policy is known and that no boundary limits them.
    """

    label: str
    policies: tuple[Policy, ...]
    place: Origin
    identity: Identity | None = None
    is_whole: bool = False
    world: World = World()

    @property
    def confidence(self) -> Confidence:
        """A policy alone may be meant for somebody else than it seems."""
        return Confidence.HIGH if self.identity is not None else Confidence.MEDIUM

    def grants(self, iam_action: str) -> tuple[Grant, ...]:
        """The statements that surely allow an action; none where another may forbid it."""
        if self.may("Deny", iam_action):
            return ()
        return tuple(grants_in(self.policies, iam_action))

    def may(self, effect: str, iam_action: str) -> bool:
        """Whether a statement of an effect is, or may be, about an action."""
        return any(
            statement.effect in (effect, None)
            for policy in self.policies
            for statement in policy.about(iam_action)
        )

    def lacks(self, iam_action: str) -> bool:
        """Whether surely no policy allows an action."""
        return self.is_whole and not self.may("Allow", iam_action)

    def report(
        self,
        at: Statement,
        message: str,
        remedy: str,
        *,
        iam_action: str,
        symptom: str = "",
        related: tuple[Related, ...] = (),
        repair: Repairing = None,
    ) -> Report:
        """A report at a statement, or at who has it where AWS wrote the statement."""
        return Report(
            origin=at.origin or self.place,
            message=message,
            symptom=symptom,
            remedy=remedy,
            subject=Subject(principal=self.label, iam_action=iam_action),
            related=related,
            confidence=self.confidence,
            world=at.world.joined(self.world) or at.world,
            defaults=at.defaults,
            repair=repair,
        )


def audience(subject: Identity | PolicyDocument, graph: Graph) -> Audience | None:
    """The audience that a subject is; None for a role that works for a service or a pipeline."""
    if isinstance(subject, PolicyDocument):
        if subject not in graph.unattached:
            return None
        label = subject.policy.name or subject.label
        return Audience(label, (subject.policy,), subject.origin, world=subject.world)
    if isinstance(subject, Role) and not _is_for_people(subject, graph):
        return None
    layers = graph.policies_of(subject)
    policies = tuple(layer for layer in layers if isinstance(layer, Policy))
    # What a boundary leaves of the policies is a question for a decision.
    limited = not isinstance(subject.boundary, Absent)
    if limited:
        return None
    whole = len(policies) == len(layers) and not any(each.unresolved for each in policies)
    place = subject.resource.key or subject.resource.origin
    return Audience(subject.label, policies, place, subject, whole, subject.world)


def places_of(names: Iterable[str], statement: Statement) -> tuple[Origin, ...]:
    """Where a statement names actions, so that what is said of one there is said once."""
    wanted = {name.lower() for name in names}
    found = ((known(item) or "", item.origin) for item in statement.actions)
    return tuple(place for name, place in found if place and name.lower() in wanted)


def _is_for_people(role: Role, graph: Graph) -> bool:
    kinds = {
        kind
        for statement in role.trust.statements
        if statement.effect == "Allow"
        for kind, _ in statement.principal_names
    }
    return bool(kinds.intersection(PEOPLE)) and role not in graph.pipeline_roles


def siblings(document: PolicyDocument, graph: Graph) -> tuple[Policy, ...] | None:
    """All policies of whom a document belongs to; None where some of them are not known."""
    if not isinstance(document.holder, Identity):
        return (document.policy,)
    layers = graph.policies_of(document.holder)
    if any(isinstance(layer, Unknown) or layer.unresolved for layer in layers):
        return None
    return tuple(layer for layer in layers if isinstance(layer, Policy))


def approval_arns(graph: Graph) -> str:
    """The ARNs of some approvals of the scanned tree, for a remedy; an example where none is."""
    arns = [
        str(pipeline.arn_of(action))
        for pipeline in graph.pipelines
        for action in pipeline.approvals
    ]
    return (
        ", ".join(arns[:3]) or "arn:aws:codepipeline:<region>:<account>:<pipeline>/<stage>/<action>"
    )
