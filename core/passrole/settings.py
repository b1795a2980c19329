"""Everything one run is asked to do, frozen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from passrole.documents.ignoring import Patterns
from passrole.documents.limits import Limits
from passrole.documents.locations import Location
from passrole.findings import Diagnostic, Severity
from passrole.records import NamedTuple, frozen
from passrole.rulesets.settings import Ruleset
from passrole.stacks.deployments import Deployment

if TYPE_CHECKING:
    import datetime

    from passrole.documents.changed import Changes


class Suppression(NamedTuple):
    """An entry of ``[[suppressions]]``: what is known and accepted, and why.

    What is empty holds for all. ``path`` are patterns as in a ``.gitignore``, relative to the
    settings file; ``place`` is where the entry stands.
    """

    rule: str
    reason: str
    path: tuple[str, ...] = ()
    role: str = ""
    action: str = ""
    resource: str = ""
    expires: datetime.date | None = None
    place: Location | None = None
    files: Patterns | None = None
    """The same patterns, relative to the root of the run."""


def today() -> str:
    """The date in UTC, written 2027-01-31; ``SOURCE_DATE_EPOCH`` has no say in what expires."""
    return time.strftime("%Y-%m-%d", time.gmtime())


@frozen(eq=True, kw_only=True)
class Settings:
    """The settings of a run.

    ``root`` is the folder that paths in the output are relative to. ``select`` and ``ignore`` are
    rule ids; an empty ``select`` means what the ruleset says. ``fail_on`` is the severity from
    which findings give exit code 1, None for never; ``fail_on_unknown`` lets an undecided need do
    the same. ``suppress`` is false where nothing is to be accepted, whatever the code and
    ``suppressions`` say; ``suppressed`` is how it is shown, as in ``ReportOptions``, and ``today``
    decides what has expired. ``project`` is what the settings of the project, read from
    ``project_file``, say of rules, and
    ``rule_places`` where it names those of ``select`` and ``ignore``; ``notices`` are its settings
    that weaken the verdict, for every report to name. ``exclude`` are files that are left out,
    ``format`` is that of a report for which none is asked.
    """

    paths: tuple[Path, ...] = (Path(),)
    root: Path = field(default_factory=Path)
    limits: Limits = Limits()
    deployment: Deployment = field(default_factory=Deployment)
    ruleset: str = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.HIGH
    fail_on_unknown: bool = False
    show_unknown: bool = False
    allow_incomplete: bool = False
    jobs: int = 1
    suppress: bool = True
    suppressions: tuple[Suppression, ...] = ()
    suppressed: str = ""
    today: str = field(default_factory=today)
    format: str = "text"
    exclude: Patterns | None = None
    project: Ruleset | None = None
    project_file: str = field(default="", compare=False)
    baseline: Path | None = None
    notices: tuple[Diagnostic, ...] = field(default=(), compare=False)
    rule_places: Mapping[str, Location] = field(default_factory=dict, compare=False)
    changes: Changes | None = None
    """Where given, only what depends on a file that changed is analysed."""
