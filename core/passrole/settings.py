"""Everything one run is asked to do, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from passrole.documents.limits import Limits
from passrole.findings import Severity
from passrole.stacks.deployments import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a run.

    ``root`` is the folder that paths in the output are relative to. ``select`` and ``ignore`` are
    rule ids; an empty ``select`` means what the ruleset says. ``fail_on`` is the severity from
    which findings give exit code 1, None for never; ``fail_on_unknown`` lets an undecided need do
    the same.
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
