"""``passrole policy``: the smallest policy of each role that a pipeline uses."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib import import_module

from passrole.analysis import Analysis, analyse
from passrole.cli import CLEAN, INCOMPLETE
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write
from passrole.cli.progress import tell, watched
from passrole.errors import UsageError, did_you_mean
from passrole.policies.as_json import render_json
from passrole.policies.as_text import render_text
from passrole.policies.least import RolePolicy, role_policies
from passrole.policies.surroundings import Surroundings
from passrole.reporters.why_data import role_names


def run_policy(options: argparse.Namespace) -> int:
    """Print the policies. Raises UsageError for a role that is not there."""
    settings = settings_from(options)
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of a policy
        contributions = load_contributions(options)
        with watched(options) as watch:
            analysis = analyse(settings, contributions, watch=watch)
    tell(options, settings, analysis.results)
    policies = role_policies(analysis.graphs, include_disputed=options.include_disputed)
    if options.role:
        policies = _chosen(policies, options.role, analysis)
    write(_rendered(policies, analysis, options.format), options.output)
    return INCOMPLETE if analysis.results.incomplete and not settings.allow_incomplete else CLEAN


def _chosen(
    policies: Sequence[RolePolicy], names: Sequence[str], analysis: Analysis
) -> tuple[RolePolicy, ...]:
    """The policies of the roles that were asked for, by name, id or ARN."""
    for name in names:
        if any(name in _names(policy) for policy in policies):
            continue
        known = role_names(analysis.graphs)
        if name in known:
            raise UsageError(f"no pipeline here uses role {name!r}: nothing is needed of it")
        raise UsageError(f"there is no role {name!r} here{did_you_mean(name, known)}")
    return tuple(policy for policy in policies if _names(policy) & set(names))


def _names(policy: RolePolicy) -> set[str]:
    role = policy.role
    return {role.label, role.resource.id, str(role.resource.arn), str(role.resource.name)}


def _rendered(policies: Sequence[RolePolicy], analysis: Analysis, format_: str) -> str:
    if format_ == "text":
        return render_text(policies, analysis.results)
    if format_ == "json":
        return render_json(policies, analysis.results)
    around = Surroundings.of(analysis.stacks, analysis.results.sources.values())
    # The formats of the option are the modules that write them.
    name = format_.replace("-", "_")
    module = import_module(f"passrole.policies.as_{name}")
    rendered: str = getattr(module, f"render_{name}")(policies, around)
    return rendered
