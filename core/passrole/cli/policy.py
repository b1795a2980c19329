"""``passrole policy``: the smallest policy of each role that a pipeline uses."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, TypeVar

from passrole.analysis import Analysis
from passrole.cli.answering import answer
from passrole.errors import UsageError, did_you_mean
from passrole.model.identities import Role
from passrole.policies.as_json import render_json
from passrole.policies.as_text import render_text
from passrole.policies.least import role_policies, roles_elsewhere
from passrole.policies.surroundings import Surroundings
from passrole.reporters.why_data import role_names


class _OfRole(Protocol):
    """What is made for one role."""

    @property
    def role(self) -> Role:
        """The role."""


T = TypeVar("T", bound=_OfRole)


def run_policy(options: argparse.Namespace) -> int:
    """Print the policies. Raises UsageError for a role that is not there."""
    return answer(options, lambda analysis, _: _rendered(analysis, options))


def _rendered(analysis: Analysis, options: argparse.Namespace) -> str:
    results, form = analysis.results, options.format
    around = Surroundings.of(analysis.stacks, results.sources.values())
    if options.narrow:
        from passrole.policies.as_narrowed import render_narrowed  # noqa: PLC0415 - when asked for
        from passrole.policies.narrowing import narrowed_roles  # noqa: PLC0415

        roles = _chosen(narrowed_roles(analysis.graphs), options.role, analysis)
        return render_narrowed(roles, results, around, form)
    policies = role_policies(analysis.graphs, include_disputed=options.include_disputed)
    policies = _chosen(policies, options.role, analysis)
    elsewhere = roles_elsewhere(analysis.graphs) if not options.role else ()
    if form == "text":
        return render_text(policies, results, elsewhere)
    if form == "json":
        return render_json(policies, results, elsewhere)
    # The formats of the option are the modules that write them.
    name = form.replace("-", "_")
    module = import_module(f"passrole.policies.as_{name}")
    rendered: str = getattr(module, f"render_{name}")(policies, around)
    return rendered


def _chosen(made: tuple[T, ...], names: Sequence[str], analysis: Analysis) -> tuple[T, ...]:
    """What was made for the roles that were asked for, by name, id or ARN; all if none was."""
    for name in names:
        if any(name in _names(each.role) for each in made):
            continue
        known = role_names(analysis.graphs)
        if name in known:
            raise UsageError(f"no pipeline here uses role {name!r}: nothing is needed of it")
        raise UsageError(f"there is no role {name!r} here{did_you_mean(name, known)}")
    return tuple(each for each in made if not names or _names(each.role) & set(names))


def _names(role: Role) -> set[str]:
    return {role.label, role.resource.id, str(role.resource.arn), str(role.resource.name)}
