"""What a comparison tells, as plain values that every report shows."""

from __future__ import annotations

from enum import StrEnum

from passrole.documents.locations import Location
from passrole.findings import Finding, Results
from passrole.iam.policies import Policy
from passrole.records import NamedTuple


class Needed(StrEnum):
    """Whether a pipeline of the tree needs a permission.

    ``WIDER``: it is needed, but not on all that it is given on, and all needs of the role are
    known.
    """

    YES = "needed"
    WIDER = "wider than needed"
    NO = "not needed"
    UNKNOWN = "unknown"


EXCESS = frozenset((Needed.NO, Needed.WIDER))
"""What nobody needs, as far as all needs are known."""


class How(StrEnum):
    """What makes the difference."""

    ALLOW = "allow"
    DENY = "deny"
    BOUNDARY = "boundary"
    SCP = "scp"
    TRUST = "trust"


class NeededBy(NamedTuple):
    """A need that a permission is for."""

    pipeline: str
    stage: str
    action: str
    iam_action: str
    resource: str
    source: str


class Permission(NamedTuple):
    """Requests that one side allows and the other does not.

    ``actions`` are patterns, without those ``but_actions``; ``number`` is how many they are.
    On ``resources``, or all but them (``excluded``); for ``principals``, where it is about a trust
    policy. ``beyond`` is what of it the other side allows as well, ``instead`` the resources of
    the same actions that were lost as these were gained, or the other way round. ``when`` says in
    which deployments it holds, ``why`` in words what ``needed`` rests on; ``reason`` why it is not
    ``certain``. ``statement`` is what makes the difference, cut down to it, as JSON.
    """

    how: How
    actions: tuple[str, ...]
    but_actions: tuple[str, ...]
    number: int
    resources: tuple[str, ...]
    excluded: bool
    principals: tuple[str, ...]
    conditions: tuple[str, ...]
    beyond: tuple[str, ...]
    instead: tuple[str, ...]
    when: str
    certain: bool
    reason: str
    needed: Needed
    why: str
    needed_by: tuple[NeededBy, ...]
    label: str
    location: Location | None
    statement: str


class State(StrEnum):
    """What became of a role, a pipeline or the like."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    MAYBE_NEW = "perhaps new"
    MAYBE_GONE = "perhaps gone"
    """It is on one side alone, and the other side could not be read whole."""


class IdentityChange(NamedTuple):
    """A role, user, group or permission set whose permissions or trust changed, or that moved.

    ``moved_from`` is its former place where that is another one. ``escalations`` are ways to become
    an administrator in words, ``unknown`` what is not known of its policies.
    """

    kind: str
    label: str
    id: str
    state: State
    location: Location
    moved_from: str
    sets: tuple[str, ...]
    gained: tuple[Permission, ...]
    lost: tuple[Permission, ...]
    escalations_gained: tuple[str, ...]
    escalations_lost: tuple[str, ...]
    unknown: tuple[str, ...]
    boundary: str


class NeedChange(NamedTuple):
    """A need that is new or gone; ``verdict`` is that of the side that has it."""

    pipeline: str
    stage: str
    action: str
    principal: str
    iam_action: str
    resource: str
    verdict: str
    certainty: str
    source: str


class PipelineChange(NamedTuple):
    """A pipeline with other actions or needs."""

    label: str
    state: State
    location: Location
    moved_from: str
    actions_new: tuple[str, ...]
    actions_gone: tuple[str, ...]
    needs_new: tuple[NeedChange, ...]
    needs_gone: tuple[NeedChange, ...]


class FindingChanges(NamedTuple):
    """Findings by fingerprint. ``unsure`` may be new: the base could not be read where they are."""

    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    unsure: tuple[Finding, ...] = ()
    unchanged: int = 0


class Side(NamedTuple):
    """One of the two trees: what the user called it, what it is, its commit, and its results.

    ``scps`` are the levels of an organization's policies that limit it.
    """

    name: str
    kind: str
    commit: str
    results: Results
    scps: tuple[tuple[Policy, ...], ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.commit[:12]})" if self.commit else self.name


class Comparison(NamedTuple):
    """All that changed from ``base`` to ``head``."""

    base: Side
    head: Side
    identities: tuple[IdentityChange, ...]
    pipelines: tuple[PipelineChange, ...]
    findings: FindingChanges
    paths: FindingChanges
    """Those findings that are ways through a pipeline to an administrator's rights."""

    @property
    def incomplete(self) -> bool:
        """Whether some part of either side could not be analysed."""
        return self.base.results.incomplete or self.head.results.incomplete

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that is told."""
        findings = (*self.findings.new, *self.findings.gone, *self.findings.unsure)
        paths = (*self.paths.new, *self.paths.gone, *self.paths.unsure)
        return not (self.identities or self.pipelines or findings or paths)
