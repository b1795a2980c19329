"""Arguments into settings, plugins and files: what several commands share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from passrole.cli.parameters import read_parameter_sets
from passrole.cli.policy_files import read_scps
from passrole.cli.variable_files import read_variable_files
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.errors import UsageError, did_you_mean
from passrole.findings import Severity
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment, ParameterSet


def settings_from(options: argparse.Namespace) -> Settings:
    """The settings of a scan. Raises UsageError for a path that is not there."""
    paths = tuple(Path(path) for path in options.paths)
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{path}: no such file or folder")
    root = find_root(paths)
    fail_on = getattr(options, "fail_on", "never")
    fails = fail_on not in ("never", "unknown")
    return Settings(
        paths=paths,
        root=root,
        limits=_limits(options),
        deployment=Deployment(
            sets=tuple(_below(root, each) for each in read_parameter_sets(options.parameters)),
            partition=options.partition,
            account=options.account or "",
            region=options.region or "",
            scps=read_scps(options.scp),
            variables=_variables(options, root),
        ),
        ruleset=getattr(options, "ruleset", "default"),
        select=_listed(getattr(options, "select", [])),
        ignore=_listed(getattr(options, "ignore", [])),
        fail_on=Severity(fail_on) if fails else Severity.HIGH if fail_on == "unknown" else None,
        fail_on_unknown=fail_on == "unknown",
        show_unknown=getattr(options, "show_unknown", False),
        allow_incomplete=getattr(options, "allow_incomplete", False),
        jobs=options.jobs,
        suppress=not getattr(options, "no_suppressions", False),
        suppressed=getattr(options, "suppressed", None) or "",
    )


def _variables(options: argparse.Namespace, root: Path) -> tuple[Document, ...]:
    real = os.path.realpath(root)
    return read_variable_files(
        options.var_file, lambda file: _shown(os.path.realpath(file), real), _limits(options)
    )


def _below(root: Path, given: ParameterSet) -> ParameterSet:
    """The same set, its places relative to the root as those of all other files are."""
    real = os.path.realpath(root)
    places = {
        name: place._replace(path=_shown(os.path.realpath(place.path), real))
        for name, place in given.places.items()
    }
    return given._replace(places=places)


def _shown(path: str, root: str) -> str:
    try:
        return os.path.relpath(path, root).replace(os.sep, "/")
    except ValueError:  # on another drive
        return path.replace(os.sep, "/")


def load_contributions(options: argparse.Namespace) -> Contributions:
    """What the plugins bring that the operator trusts."""
    named = [name for name in options.plugin if not name.startswith("no:")]
    found = find_plugins()
    names = {plugin.name for plugin in found}
    for name in [each.removeprefix("no:") for each in options.plugin]:
        if name not in names:
            raise UsageError(f"no plugin named {name!r} is installed{did_you_mean(name, names)}")
    chosen = select_plugins(
        found,
        third_party=not options.no_third_party,
        allowed=frozenset(named) if named else None,
        left_out=frozenset(n.removeprefix("no:") for n in options.plugin if n.startswith("no:")),
    )
    return gather(load_plugins(chosen), is_partial=len(chosen) < len(found))


def find_root(paths: Iterable[Path]) -> Path:
    """What paths in the output are relative to: the git root above the paths, else here."""
    first = Path(os.path.abspath(next(iter(paths), Path())))  # noqa: PTH100 - takes `..` away
    for folder in (first, *first.parents):
        if (folder / ".git").exists():
            return folder
    return Path.cwd()


def _limits(options: argparse.Namespace) -> Limits:
    usual = Limits()
    return Limits(
        depth=options.max_depth or usual.depth,
        nodes=options.max_nodes or usual.nodes,
        aliases=options.max_aliases or usual.aliases,
        size=options.max_file_size or usual.size,
    )


def _listed(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
