"""``passrole simulate``: one decision from files and options, or a file of cases."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from passrole.cli import CLEAN
from passrole.cli.action_page import similar
from passrole.cli.policy_files import read_policy_file
from passrole.errors import UsageError, did_you_mean
from passrole.iam.policies import PolicyError
from passrole.iam.reference.catalogue import action
from passrole.iam.simulation import simulate_case, simulate_lines
from passrole.reporters.escaping import printable


def run_simulate(options: argparse.Namespace) -> int:
    """Print one decision, or one line of JSON for each case.

    Raises UsageError where an option is missing, a file cannot be read or a policy is malformed.
    """
    try:
        if options.cases:
            for answer in simulate_lines(_lines(options.cases)):
                sys.stdout.write(json.dumps(answer) + "\n")
            return CLEAN
        answer = simulate_case(_case(options))
        _tell_what_is_unknown(options.action)
    except PolicyError as error:
        raise UsageError(str(error)) from error
    except RecursionError as error:
        raise UsageError("a policy or a case is nested too deeply") from error
    sys.stdout.write(
        json.dumps(answer) + "\n" if options.format == "json" else _words(answer, options)
    )
    return CLEAN


def _tell_what_is_unknown(name: str) -> None:
    """An action that may be misspelt is decided all the same: AWS may have it since yesterday."""
    if action(name) is None:
        hint = did_you_mean(name, similar(name))
        words = f"IAM's reference data has no action {name!r}{hint}"
        print(f"passrole: {printable(words)}", file=sys.stderr)


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        yield from sys.stdin
        return
    try:
        with Path(name).open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or error
        raise UsageError(f"{name}: cannot be read: {words}") from error


def _case(options: argparse.Namespace) -> dict[str, Any]:
    if not options.action or not options.principal:
        raise UsageError("simulate needs --cases, or --action and --principal")
    account = options.resource_account or _account(options.resource) or _account(options.principal)
    case: dict[str, Any] = {
        "id": "1",
        "request": {
            "principal": options.principal,
            "action": options.action,
            "resource": options.resource,
            "resource_account": account,
            "context": dict(_context(options.context)),
        },
        "identity_policies": [read_policy_file(file) for file in options.identity],
    }
    if options.boundary:
        case["permission_boundaries"] = [read_policy_file(file) for file in options.boundary]
    if options.session:
        case["session_policy"] = read_policy_file(options.session)
    for option in ("scp", "rcp"):
        levels = [[read_policy_file(file)] for file in getattr(options, option)]
        if levels:
            case[f"{option}s"] = levels
    if options.resource_policy:
        case["resource_policy"] = read_policy_file(options.resource_policy)
    return case


def _account(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def _context(pairs: Iterable[str]) -> Iterator[tuple[str, str | list[str]]]:
    """Keys and values; a key that is given twice is a multivalued one."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--context {pair}: not KEY=VALUE")
        found.setdefault(key, []).append(value)
    for key, values in found.items():
        yield key, values[0] if len(values) == 1 else values


def _files(options: argparse.Namespace) -> dict[str, str]:
    """The files of the policies by their names in the case."""
    named = {"identity_policies": options.identity, "permission_boundaries": options.boundary}
    levels = {"scps": options.scp, "rcps": options.rcp}
    return {
        **{f"{key}[{n}]": file for key, files in named.items() for n, file in enumerate(files)},
        **{f"{key}[{n}][0]": file for key, files in levels.items() for n, file in enumerate(files)},
        "session_policy": options.session,
        "resource_policy": options.resource_policy,
    }


def _words(answer: dict[str, Any], options: argparse.Namespace) -> str:
    files = _files(options)
    lines = [str(answer["decision"])]
    for each in answer["decided_by"]:
        name = f" {each['sid']}" if each["sid"] else ""
        policy = f" of {files.get(each['policy'], each['policy'])}" if each["policy"] else ""
        lines.append(f"  {each['layer']}: statement {each['statement'] + 1}{name}{policy}")
    return "".join(f"{line}\n" for line in lines)
