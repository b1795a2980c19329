"""Whose policies are looked at: roles that run the actions of pipelines, and what they need."""

from collections.abc import Iterator

from passrole import (
    Certainty,
    Confidence,
    Graph,
    Policy,
    Repairing,
    Report,
    Role,
    Statement,
    Subject,
    Text,
    Use,
    known,
)

# As what CodePipeline itself uses a role; what else a pipeline leads to runs code or templates of
# the user, and what that needs is not guessed.
BY_CODEPIPELINE = ("the role of the pipeline", "the role of the action")


def runs_actions(role: Role, graph: Graph) -> tuple[Use, ...]:
    """The uses of a role that only runs actions; none for one that code or templates run as."""
    uses = graph.uses.of(role)
    return uses if all(use.why in BY_CODEPIPELINE for use in uses) else ()


def policies_of(role: Role, graph: Graph) -> Iterator[Policy]:
    """The policies of a role that are known."""
    for policy in graph.policies_of(role):
        if isinstance(policy, Policy) and not policy.unresolved:
            yield policy


def needed_actions(role: Role, graph: Graph) -> frozenset[str]:
    """Every IAM action that a pipeline needs of a role, alternatives included."""
    return frozenset(
        iam_action
        for requirement in graph.uses.requirements(role)
        for iam_action in requirement.iam_actions
    )


def surely_needed(role: Role, graph: Graph) -> frozenset[str]:
    """Those of them that nobody disputes."""
    return frozenset(
        iam_action
        for requirement in graph.uses.requirements(role)
        if requirement.need.certainty is Certainty.HIGH
        for iam_action in requirement.iam_actions
    )


def service_of(item: object) -> str:
    """The service prefix of an entry of Action, empty where it is not known."""
    text = known(item) if isinstance(item, Text) else None
    service, colon, _ = (text or "").partition(":")
    return service.lower() if colon and "*" not in service and "?" not in service else ""


def users(uses: tuple[Use, ...]) -> str:
    """The pipelines of some uses, in words."""
    names = list(dict.fromkeys(use.pipeline.label for use in uses))
    some = ", ".join(names[:3]) + (", …" if names[3:] else "")
    return f"pipeline{'s' if len(names) > 1 else ''} {some}"


def excess_report(
    role: Role,
    graph: Graph,
    statement: Statement,
    message: str,
    remedy: str,
    *,
    iam_action: str | None = None,
    confidence: Confidence | None = None,
    repair: Repairing = None,
) -> Report:
    """A report at a statement of a role, less sure where more than is known may need it."""
    because = graph.uses.open_because(role)
    sure = confidence or (Confidence.LOW if because else Confidence.HIGH)
    open_end = f" It is not sure that nothing else needs it: {because}." if because else ""
    if statement.origin is None:
        name = statement.policy or "the policy"
        remedy = f"AWS wrote {name}: attach in its place a policy of your own with what is needed."
    return Report(
        origin=graph.place_of(statement, role),
        message=message + open_end,
        remedy=remedy,
        subject=Subject(principal=role.label, iam_action=iam_action),
        confidence=sure,
        world=statement.world,
        defaults=statement.defaults,
        repair=repair if statement.origin is not None else None,
    )
