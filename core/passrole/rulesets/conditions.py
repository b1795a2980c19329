"""A declared check as data: which subjects, which condition, which words."""

from __future__ import annotations

from passrole.findings import Category, Severity
from passrole.records import NamedTuple
from passrole.rulesets.places import Place


class Patterns(NamedTuple):
    """One of these patterns matches the text; ``*`` and ``?`` are wildcards."""

    patterns: tuple[str, ...]


class Exactly(NamedTuple):
    """It is this very text."""

    text: str


class IsSet(NamedTuple):
    """It is there, or it is not."""

    wanted: bool


class Items(NamedTuple):
    """``some``, ``every`` or ``none`` of the items of a list are so."""

    word: str
    condition: Condition


class Field(NamedTuple):
    """What a field of the subject has to be; ``path`` has more than one step in a record only."""

    path: tuple[str, ...]
    test: Test


class All(NamedTuple):
    """Every one of the conditions holds. ``All()`` always does."""

    conditions: tuple[Condition, ...] = ()


class Any(NamedTuple):
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]


class Not(NamedTuple):
    """The opposite of a condition."""

    condition: Condition


class Otherwise(NamedTuple):
    """The opposite of a test."""

    test: Test


Plain = Patterns | Exactly | IsSet
Test = Plain | Items | Otherwise
Condition = Field | All | Any | Not


class Sample(NamedTuple):
    """A template that has to be flagged or accepted; ``language`` is yaml, json or hcl."""

    text: str
    language: str


class Check(NamedTuple):
    """One declared check.

    A subject for which ``where`` surely holds is reported if ``condition`` surely does: or surely
    does not, where it is ``required``.
    """

    id: str
    of: str
    severity: Severity
    category: Category
    title: str
    description: str
    where: Condition
    condition: Condition
    required: bool
    message: str
    remedy: str
    flagged: tuple[Sample, ...]
    accepted: tuple[Sample, ...]
    place: Place
