"""Policies that are given on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from passrole.errors import PolicyError, UsageError
from passrole.iam.policies import Policy, PolicyKind, policy_from_json


def read_policy_file(file: str) -> object:
    """The JSON of a policy file. Raises UsageError that names the file and the place."""
    try:
        return json.loads(Path(file).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or error
        raise UsageError(f"{file}: cannot be read: {words}") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{file}:{error.lineno}:{error.colno}: {error.msg}") from error


def read_scps(levels: Iterable[Iterable[str]]) -> tuple[tuple[Policy, ...], ...]:
    """Service control policies: the files of each level, the root's first.

    Raises UsageError where a file cannot be read or is no service control policy.
    """
    return tuple(tuple(map(_scp, level)) for level in levels)


def _scp(file: str) -> Policy:
    try:
        return policy_from_json(read_policy_file(file), PolicyKind.SCP, f"{Path(file).name} policy")
    except PolicyError as error:
        raise UsageError(f"{file}: {error}") from error
