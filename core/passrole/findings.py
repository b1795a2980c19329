"""What rules yield and what the engine makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from passrole.changes import Repairing
from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.records import NamedTuple, frozen
from passrole.values import EVERYWHERE, Origin, World


class Severity(StrEnum):
    """How bad it is when it happens, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _BY_SEVERITY[self]


class Confidence(StrEnum):
    """How sure the finding is: definite, relying on a default or a heuristic, or disputed."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return _BY_CONFIDENCE[self]


# Members of both are equal where their texts are.
_BY_SEVERITY: Mapping[Severity, int] = {each: rank for rank, each in enumerate(Severity)}
_BY_CONFIDENCE: Mapping[Confidence, int] = {each: rank for rank, each in enumerate(Confidence)}


class Category(StrEnum):
    """The groups of rules."""

    BREAKS = "breaks"
    RISK = "risk"
    POLICY = "policy"
    ACCESS = "access"
    STRUCTURE = "structure"
    LIFECYCLE = "lifecycle"


class Subject(NamedTuple):
    """Whom and what a finding is about, in the words of the JSON format."""

    pipeline: str | None = None
    stage: str | None = None
    action: str | None = None
    principal: str | None = None
    iam_action: str | None = None
    resource: str | None = None


class Related(NamedTuple):
    """Another place that belongs to a finding."""

    message: str
    location: Location


class Holding(StrEnum):
    """How a policy is somebody's."""

    ATTACHED = "attached"
    BOUNDARY = "boundary"
    WRITTEN = "written"


MOST_HOLDERS = 100
"""How many of those who have a policy a finding holds: there may be thousands, of many findings."""


class Holder(NamedTuple):
    """Whose policy a finding is about: a role, a user, a group or a permission set.

    ``kind`` says which of them, ``name`` is the one that its messages have, ``why`` as what a role
    works (``the role of pipeline Shop``), empty where no pipeline and no build that was read uses
    it. A policy that is ``written`` in its holder has the name of the holder in its own. There is
    no location of one that was not read.
    """

    kind: str
    name: str
    why: str = ""
    how: Holding = Holding.ATTACHED
    location: Location | None = None


def related_at(origin: Origin | None, message: str) -> tuple[Related, ...]:
    """A place that belongs to a finding, if what stands there is written in the scanned tree."""
    if origin is None:
        return ()
    document, node = origin
    return (Related(message, document.location(node)),)


class Edit(NamedTuple):
    """A replacement of a span of one file; start and end are (line, column), from 1, exclusive."""

    path: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class Fix(NamedTuple):
    """Edits that mend a finding. An unsafe fix may change what other pipelines rely on."""

    safe: bool
    edits: tuple[Edit, ...]


@frozen(eq=True, kw_only=True)
class Report:
    """What a rule says: a place and words. The engine stamps the rest.

    ``message`` says what is wrong and for which role; ``symptom`` what the user would see at run
    time; ``remedy`` what to do. ``defaults`` are the parameter defaults it relies on. ``repair`` is
    what would mend it, if that can be done to the files. ``causes`` are the places that make it so,
    the first that which has to be mended: rules that tell of one cause give way to each other
    (``yields_to`` of a rule).
    """

    origin: Origin
    message: str
    symptom: str = ""
    remedy: str = ""
    snippet: str = ""
    subject: Subject = Subject()
    related: tuple[Related, ...] = ()
    confidence: Confidence = Confidence.HIGH
    world: World = EVERYWHERE
    defaults: frozenset[str] = frozenset()
    repair: Repairing = None
    causes: tuple[Origin, ...] = ()


@frozen(eq=True, kw_only=True)
class Finding:
    """A report with its rule, severity, place and identity.

    ``parameter_sets`` names those with which it holds, and is empty where it holds with all.
    ``shared_by`` are the other principals whose policies the same text makes.
    ``repairs`` are those of its reports; ``fix`` is what the engine makes of them, when asked.
    ``when`` is the part of the message that says so. ``causes`` are places: path, start and end.
    ``held_by`` are those who have the policy that it is about, up to ``MOST_HOLDERS``: empty
    where surely nobody who was read has it, None where nobody knows or it is about no such policy.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    category: Category
    message: str
    location: Location
    symptom: str = ""
    remedy: str = ""
    snippet: str = ""
    subject: Subject = Subject()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    plugin: str = ""
    fingerprint: str = ""
    parameter_sets: tuple[str, ...] = ()
    shared_by: tuple[str, ...] = ()
    repairs: tuple[Repairing, ...] = field(default=(), compare=False, repr=False)
    when: str = ""
    causes: tuple[tuple[str, int, int], ...] = ()
    held_by: tuple[Holder, ...] | None = None


class Suppression(NamedTuple):
    """Somebody accepts findings, and says why: beside the code, or in the settings.

    ``role``, ``action`` and ``resource`` narrow it, and may hold ``*``; ``paths`` are patterns of
    files, for those of the settings. It counts up to the day ``expires``, written 2027-01-31.
    """

    rules: tuple[str, ...]
    reason: str
    location: Location
    in_source: bool = True
    paths: tuple[str, ...] = ()
    role: str = ""
    action: str = ""
    resource: str = ""
    expires: str = ""


class Suppressed(NamedTuple):
    """A finding that is accepted, and by what; by several where it is about several principals."""

    finding: Finding
    by: tuple[Suppression, ...]


class BaselineEntry(NamedTuple):
    """A finding that a baseline knows, with what tells people which one it is."""

    fingerprint: str
    rule: str
    path: str
    subject: Subject


class Comparison(NamedTuple):
    """What a baseline says of a run: which findings it knows, and which of its own are fixed.

    ``moved`` of the unchanged ones stood in a file of another name; ``unchecked`` entries are
    about files and rules that this run did not look at.
    """

    file: str
    unchanged: tuple[Finding, ...] = ()
    fixed: tuple[BaselineEntry, ...] = ()
    moved: int = 0
    unchecked: int = 0


class UnknownDecision(NamedTuple):
    """A need that could not be decided, and the value that blocks it."""

    location: Location
    subject: Subject
    reason: str


class Diagnostic(NamedTuple):
    """Something about the run itself: a file that could not be read, a rule that crashed."""

    kind: str
    message: str
    location: Location | None = None

    @property
    def incomplete(self) -> bool:
        """Whether passrole could not do its work on some part of the input."""
        return self.kind in INCOMPLETE


LIMITED = "limited"
"""The kind of diagnostic by which every report says that a run looked at what changed alone."""
CHANGED = "changed-meanwhile"
"""The kind of a file that was to be mended, and is not what was read."""

INCOMPLETE = frozenset(
    (
        CHANGED, "component-crash", "encoding", "internal", "limit", "multiple-documents",
        "parse-error", "reader-crash", "rule-crash", "unreadable", "worker-lost",
    )
)  # fmt: skip
"""The kinds of diagnostics that mean that passrole could not do its work."""


@frozen(eq=True, kw_only=True)
class Counts:
    """How much was looked at."""

    files: int = 0
    stacks: int = 0
    pipelines: int = 0
    roles: int = 0
    decided: int = 0
    unknown: int = 0


@frozen(eq=True, kw_only=True)
class Results:
    """All that one run found; the input of every reporter.

    ``incomplete`` says that passrole could not do its work on some part of the input.
    """

    findings: tuple[Finding, ...] = ()
    unknowns: tuple[UnknownDecision, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    counts: Counts = Counts()
    incomplete: bool = False
    assumptions: tuple[str, ...] = ()
    plugins: tuple[tuple[str, str, str], ...] = ()
    sources: Mapping[str, Document] = field(default_factory=dict, compare=False)
    """The documents by path, for the lines that reporters quote."""
    rules: tuple[Any, ...] = ()
    """The rules that were on."""
    passed_over: tuple[tuple[str, str], ...] = ()
    """Paths that were left out on purpose, each with the reason in a word."""
    set_aside: tuple[Finding, ...] = ()
    """What was found of causes that other findings tell; a baseline knows it as well."""
    suppressed: tuple[Suppressed, ...] = ()
    """What was found and is accepted: in no count, and of no weight for the exit code."""
    unused: tuple[Suppression, ...] = ()
    """Suppressions beside the code that accept nothing, though all their rules look there."""
    baseline: Comparison | None = None
    """What a baseline says of the run; ``findings`` are then those that are new."""
    pipelines: tuple[Any, ...] = ()
    """The map, for reporters that draw it; empty for all others."""


class ReportOptions(NamedTuple):
    """How to show results. ``colour`` is for terminals; ``show_unknown`` lists the undecided.

    ``suppressed`` is ``list`` or ``count``, which says how findings are shown that somebody
    accepts; when it is empty, programs are given the list and people the number.

    ``fail_on`` is the severity from which a finding fails the run, None for never; ``root`` the
    folder that paths are relative to.
    """

    colour: bool = False
    show_unknown: bool = False
    fail_on: Severity | None = Severity.HIGH
    fail_on_unknown: bool = False
    root: str = ""
    suppressed: str = ""


Reporter = Callable[[Results, ReportOptions], str]
"""Results in, text out."""
