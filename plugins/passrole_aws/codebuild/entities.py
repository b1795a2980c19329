"""What starts builds and how they read their sources; who runs commands, and as which role."""

from collections.abc import Iterable

from passrole import (
    ABSENT,
    Action,
    BuildProject,
    Entity,
    Graph,
    NamedTuple,
    Origin,
    Policy,
    Role,
    Subject,
    Value,
    frozen,
)


@frozen
class SourceCredential(Entity):
    """How every project of the account reads sources of one ``server`` (``GITHUB``).

    ``kind`` says what ``token`` is: of kind ``CODECONNECTIONS`` it is the ARN of a connection.
    """

    server: Value = ABSENT
    kind: Value = ABSENT
    token: Value = ABSENT


class WebhookFilter(NamedTuple):
    """One condition of a webhook: what kind (``ACTOR_ACCOUNT_ID``) must match which pattern."""

    kind: Value
    pattern: Value
    excludes: Value
    origin: Origin | None


@frozen
class BuildWebhook(Entity):
    """What starts builds of ``project`` when something happens in its repository.

    Each group of filters starts builds by itself; all filters of a group must match. ``approval``
    says for which pull requests a comment has to approve the build. ``origin`` is where the
    webhook is written.
    """

    project: Value = ABSENT
    groups: tuple[tuple[WebhookFilter, ...], ...] = ()
    approval: Value = ABSENT
    origin: Origin | None = None


Runner = Action | BuildProject
"""What runs shell commands: a build, or an action of provider ``Commands``."""


class Told(NamedTuple):
    """How messages speak of a runner: where it stands, who it is, and why it runs as a role."""

    origin: Origin
    who: str
    why: str
    subject: Subject


def role_of(runner: Runner, graph: Graph) -> Role | None:
    """The role that the commands run as, where it is in the scanned files."""
    if isinstance(runner, BuildProject):
        return graph.find(runner.role, Role, near=runner)
    pipeline = graph.pipeline_of(runner)
    return graph.find(runner.role or pipeline.role, Role, near=pipeline)


def told(runner: Runner, role: Role, graph: Graph) -> Told:
    """The words for a runner."""
    if isinstance(runner, Action):
        pipeline = graph.pipeline_of(runner).label
        about = Subject(pipeline, runner.stage, runner.name, principal=role.label)
        return Told(runner.origin, runner.label, "the role of the action", about)
    origin = runner.resource.key or runner.resource.origin
    about = Subject(principal=role.label)
    return Told(origin, f"Project {runner.label}", "its service role", about)


def may_allow(policy: Policy, iam_actions: Iterable[str]) -> bool:
    """Whether some statement of a policy allows, or may allow, one of some actions."""
    return any(each.effect != "Deny" for name in iam_actions for each in policy.about(name))
