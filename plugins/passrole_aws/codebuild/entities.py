"""How CodeBuild reads sources that a pipeline does not hand over, and what starts a build then."""

from typing import NamedTuple

from passrole import ABSENT, Entity, Origin, Value, frozen


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
