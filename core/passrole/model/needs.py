"""What an action makes necessary, as data: each need with its condition and its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from passrole.records import NamedTuple, frozen


class Certainty(StrEnum):
    """High: documented today, and no source disagrees. Low: the sources disagree."""

    HIGH = "high"
    LOW = "low"


class Basis(StrEnum):
    """Where a need is known from."""

    CURRENT_DOCUMENTATION = "current documentation"
    OLDER_DOCUMENTATION = "older documentation"
    CDK = "AWS CDK"
    INFERRED = "inferred"


class Via(NamedTuple):
    """What a configuration key leads to: a chain of entity classes and the field to follow next.

    ``Via("ProjectName", ((BuildProject, "role"),))`` is the service role of the project that the
    action names. A step of class ``Action`` is a field of the action itself.
    """

    key: str
    steps: tuple[tuple[type[Any], str], ...]


class Setting(NamedTuple):
    """The configuration key has one of these values. ``default`` stands in where it is not set."""

    key: str
    values: tuple[str, ...]
    default: str | None = None


class Given(NamedTuple):
    """The configuration key is set."""

    key: str


class OwnRole(NamedTuple):
    """The action names a role of its own."""


class OwnStack(NamedTuple):
    """The configuration key names the very stack that the pipeline is a resource of."""

    key: str


class ReadsArtifacts(NamedTuple):
    """The action has an input artifact."""


class WritesArtifacts(NamedTuple):
    """The action has an output artifact."""


class EncryptedArtifacts(NamedTuple):
    """The artifact store names a customer managed key."""


class PipelineRoleReads(NamedTuple):
    """The role of the pipeline itself reads artifacts.

    An action that it runs has inputs, or they are copied to the stores of other Regions.
    """


class PipelineRoleWrites(NamedTuple):
    """The role of the pipeline itself writes artifacts.

    An action that it runs has outputs, or they are copied to the stores of other Regions.
    """


class OtherAccount(NamedTuple):
    """The action names a role of its own that is in another account than the pipeline."""


class Mentions(NamedTuple):
    """The text of the configuration key has ``part`` in it."""

    key: str
    part: str


class Reaches(NamedTuple):
    """What a configuration key leads to is set, to one of ``values`` where some are given."""

    via: Via
    values: tuple[str, ...] = ()


class Consumes(NamedTuple):
    """An input artifact comes from an action of this provider, whose setting holds.

    The need is asked once for each such action; ``{source.Key}`` in its templates is a
    configuration key of that action.
    """

    provider: str
    setting: Setting | None = None


class Unless(NamedTuple):
    """The opposite of a condition."""

    condition: When


class Both(NamedTuple):
    """Every one of the conditions. ``Both()`` always holds."""

    conditions: tuple[When, ...] = ()


class Either(NamedTuple):
    """At least one of the conditions."""

    conditions: tuple[When, ...]


When = (
    Setting | Given | Mentions | OwnRole | OtherAccount | OwnStack | ReadsArtifacts
    | WritesArtifacts | EncryptedArtifacts | PipelineRoleReads | PipelineRoleWrites | Reaches
    | Consumes | Unless | Both | Either
)  # fmt: skip
ALWAYS = Both()


class Service(NamedTuple):
    """A service principal, acting as itself."""

    name: str


class Actor(StrEnum):
    """Whose permission a need is, where it is a role of the pipeline.

    ``ACTION`` is the role that runs the action: its own, else the pipeline's. ``ARTIFACTS`` is the
    role that moves the action's artifacts, which its provider names.
    """

    ACTION = "action"
    PIPELINE = "pipeline"
    ARTIFACTS = "artifacts"


Principal = Actor | Via | Service


class Derived(NamedTuple):
    """The ARN that a key holds, with ``old`` in it replaced by ``new``, and what follows it.

    ``rest`` is a template; a configuration key in it that is not set gives nothing.
    """

    key: str
    old: str
    new: str
    rest: str = ""


@frozen(eq=True)
class Need:
    """One permission that an action makes necessary.

    ``resource`` is a template over the configuration keys of the action (``{ProjectName}``) and
    ``{partition}``, ``{region}``, ``{account}``, ``{pipeline}``, ``{artifacts.bucket}``,
    ``{artifacts.key}``, ``{action.role}``, ``{pipeline.role}``; or what a key leads to, or an ARN
    made of the one that a key holds. ``{Alarms,}`` asks the need once for each item of a list with
    commas.
    ``alternatives`` are IAM actions of which one, or ``iam_action``, is enough.
    ``context`` is what the request is known to carry: templates, keys included. ``{Key?}`` is some
    text where the key is not set; without the mark the request is then not said to carry it.
    ``limits`` are the keys of ``context`` by which a policy that is written for the need is
    limited, each with its operator; the service that a role is passed to is one without saying.
    ``beside`` are templates of what the same request works on as well: a policy that is written for
    the need names them too, as IAM asks for each.
    ``rule`` is the rule that reports the need when it is missing.
    ``policy_rule``, ``condition_rule`` and ``resource_rule`` are the rules that report it where a
    policy of the resource, nothing but a condition of a statement, or nothing but the resources
    that a statement names is in the way.
    ``symptom`` is what the user sees at run time, ``note`` who says what where sources disagree.
    """

    iam_action: str
    resource: str | Via | Derived = "*"
    when: When = ALWAYS
    principal: Principal = Actor.ACTION
    certainty: Certainty = Certainty.HIGH
    basis: Basis = Basis.CURRENT_DOCUMENTATION
    source: str = ""
    rule: str = "missing-action-permission"
    alternatives: tuple[str, ...] = ()
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    symptom: str = ""
    note: str = ""
    policy_rule: str = ""
    condition_rule: str = ""
    resource_rule: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    @property
    def documented_block(self) -> bool:
        """Whether this is a wildcard of the documentation: listed, never reported missing."""
        return "*" in self.iam_action


class ConfigurationKey(NamedTuple):
    """A key of the configuration of an action.

    ``required`` says that every action must have it, or those for which a setting holds;
    ``with_inputs`` that an action of so many input artifacts must. ``values`` are all that it may
    be, none where any text will do. ``artifact`` says that it names an input artifact, ``secret``
    that whoever reads it can act as someone else.
    """

    name: str
    required: bool | Setting = False
    values: tuple[str, ...] = ()
    with_inputs: int = 0
    artifact: bool = False
    secret: bool = False


TRUE_OR_FALSE = ("true", "false")


class Range(NamedTuple):
    """The least and the greatest number of something."""

    least: int
    most: int

    def __str__(self) -> str:
        """In words: ``none``, ``1``, ``0 to 5``."""
        if self.least == self.most:
            return str(self.least) if self.most else "none"
        return f"{self.least} to {self.most}"


@frozen(eq=True)
class ActionProvider:
    """What runs an action, and what that makes necessary.

    ``category`` is ``*`` for needs that every pipeline has; ``provider`` is ``*`` for what is known
    of all providers of an owner that nobody declares by their names. ``artifacts`` is who reads and
    writes the artifacts, None where nobody does. ``open_ended`` says that the documentation gives
    no complete list, so what else the role holds is not called excess. ``since`` is the day on
    which CodePipeline began to support it, empty for what it had from its start.
    ``configuration`` are all keys of its configuration, None where no page lists them; ``inputs``
    and ``outputs`` how many artifacts it takes and gives, None where that is not documented.
    ``v2_only`` says that only pipelines of type V2 have it. ``managed_policy`` is the path and name
    of the AWS managed policy that AWS itself uses where the documentation has no list of actions.
    """

    category: str
    owner: str
    provider: str
    needs: tuple[Need, ...] = ()
    version: str = "1"
    artifacts: Principal | None = Actor.ACTION
    open_ended: bool = False
    source: str = ""
    since: str = ""
    configuration: tuple[ConfigurationKey, ...] | None = None
    inputs: Range | None = None
    outputs: Range | None = None
    v2_only: bool = False
    managed_policy: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Category, owner and provider, as an action type names them."""
        return self.category, self.owner, self.provider

    @property
    def stands_for_others(self) -> bool:
        """Whether it is every provider of its owner that nobody declares by its name."""
        return self.provider == "*"

    def __str__(self) -> str:
        return f"{self.category}/{self.owner}/{self.provider}/{self.version}"
