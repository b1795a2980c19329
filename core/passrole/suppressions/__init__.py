"""Findings that somebody accepts, with the reason: beside the code, or in the settings."""

from __future__ import annotations

from typing import Final, NamedTuple

from passrole.findings import Diagnostic, Finding, Suppressed

MARK: Final = "passrole"
"""A document without this word holds no suppression."""


class Applied(NamedTuple):
    """The findings that are left, those that are accepted, and what is to be told."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
