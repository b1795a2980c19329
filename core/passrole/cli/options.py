"""Arguments into settings, plugins and files: what several commands share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passrole.cli.deadlines import ended_after
from passrole.cli.deployments import deployment_of
from passrole.cli.parameters import given_sets
from passrole.cli.settings_files import found_project, user_trust
from passrole.configuration.keys import KEYS
from passrole.configuration.layers import NOTICE, Layers
from passrole.configuration.overlay import overlay_of, places_of_rules
from passrole.contributions import Contributions, gather
from passrole.documents.ignoring import Patterns
from passrole.documents.limits import Limits
from passrole.errors import UsageError, did_you_mean
from passrole.findings import Diagnostic, Severity
from passrole.plugin_loading import (
    FoundPlugin,
    find_plugins,
    load_plugins,
    named_module,
    select_plugins,
)
from passrole.settings import Settings, Suppression
from passrole.stacks.deployments import Facts

if TYPE_CHECKING:
    from passrole.configuration.project import ProjectFile


def settings_from(options: argparse.Namespace, root: Path | None = None) -> Settings:
    """The settings of a scan; ``root`` is what paths are relative to, usually the git root.

    Raises UsageError for a path that is not there.
    """
    layers, root = layers_of(options, root)
    paths = tuple(Path(path) for path in layers.value("files", ["."]))
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{path}: no such file or folder")
    fail_on = layers.value("fail-on", "high") if hasattr(options, "fail_on") else "never"
    fails = fail_on not in ("never", "unknown")
    project, limits = layers.project, limits_of(layers)
    baseline = layers.value("baseline")
    deployment = deployment_of(layers, root, limits)
    return Settings(
        paths=paths,
        root=root,
        limits=limits,
        deployment=deployment,
        ruleset=layers.value("ruleset", "default"),
        select=layers.value("select", ()),
        ignore=layers.value("ignore", ()),
        fail_on=Severity(fail_on) if fails else Severity.HIGH if fail_on == "unknown" else None,
        fail_on_unknown=fail_on == "unknown",
        show_unknown=layers.value("show-unknown", False),
        allow_incomplete=layers.value("allow-incomplete", False),
        jobs=layers.value("jobs", 1),
        format=layers.value("format", "text"),
        suppress=not getattr(options, "no_suppressions", False),
        suppressed=getattr(options, "suppressed", None) or "",
        exclude=_excluded(layers, root),
        project_file=project.path if project is not None else "",
        project=overlay_of(project, os.path.realpath(root)),
        suppressions=_suppressions(project, root),
        baseline=Path(baseline) if baseline else None,
        notices=(*layers.notices(), *_given_facts(project, deployment.facts)),
        rule_places=places_of_rules(layers),
    )


def layers_of(options: argparse.Namespace, root: Path | None = None) -> tuple[Layers, Path]:
    """The command line over the settings of the project, and the root of the paths in the output.

    Raises UsageError for settings that cannot be read or mean nothing.
    """
    paths = tuple(Path(path) for path in options.paths or ["."])
    root = root or find_root(paths)
    project = found_project(options, paths, root)
    if project is not None and root is None:
        root = Path(project.folder)
    return Layers(given(options), project), root or Path.cwd()


def given(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line gives, by the names of keys, as a settings file would give it."""
    named = {"files": tuple(options.paths)} if getattr(options, "paths", ()) else {}
    return {**named, **dict(_given(options))}


def _given(options: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    for key in KEYS:
        said = getattr(options, key.attribute, None) if key.option else None
        if said is None or said == []:
            continue
        as_in_files = _AS_IN_FILES.get(key.name)
        yield key.name, said if as_in_files is None else as_in_files(said)


def _listed(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _levels(values: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(file for file in level.split(",") if file) for level in values)


_AS_IN_FILES: dict[str, Callable[[Any], Any]] = {
    "exclude": tuple, "select": _listed, "ignore": _listed, "parameters": given_sets,
    "var-file": tuple, "scp": _levels,
}  # fmt: skip


def _suppressions(project: ProjectFile | None, root: Path) -> tuple[Suppression, ...]:
    if project is None:
        return ()
    real, folder = os.path.realpath(root), project.folder
    return tuple(
        each._replace(files=Patterns.below(folder, real, each.path)) if each.path else each
        for each in project.suppressions
    )


def _given_facts(project: ProjectFile | None, facts: Facts) -> Iterator[Diagnostic]:
    if project is not None and project.facts is not None and facts.counts:
        words = f"facts: {facts} taken as given, not scanned"
        yield Diagnostic(NOTICE, words, project.facts.place)


def _excluded(layers: Layers, root: Path) -> Patterns | None:
    found = layers.effective("exclude")
    if not found.value:
        return None
    project = layers.project
    in_file = found.place is not None and project is not None
    folder = project.folder if in_file and project is not None else os.path.realpath(os.curdir)
    return Patterns.below(folder, os.path.realpath(root), found.value)


def load_contributions(options: argparse.Namespace) -> Contributions:
    """What the plugins bring that the operator trusts.

    The command line names them, else the user's own settings; no other file does. A plugin that
    takes longer than ``--timeout`` for that cannot be loaded.
    """
    found = find_plugins()
    found, wanted, left_out = _named(options.plugin, found)
    trust = user_trust()
    chosen = select_plugins(
        found,
        third_party=not options.no_third_party and (bool(wanted) or trust.third_party),
        allowed=wanted or trust.allowed,
        left_out=left_out,
    )
    seconds = getattr(options, "timeout", None)
    late = TimeoutError(f"it did not end within {seconds} s (--timeout)")
    # What a plugin prints is no part of any answer.
    with redirect_stdout(sys.stderr), ended_after(seconds, late):
        return gather(load_plugins(chosen), is_partial=len(chosen) < len(found))


def _named(
    given: Iterable[str], found: tuple[FoundPlugin, ...]
) -> tuple[tuple[FoundPlugin, ...], frozenset[str], frozenset[str]]:
    """What ``-p`` names: all that may be loaded, the names of it, and those that are left out.

    A name is that of a plugin, or of a module: that of a plugin, or any that can be imported.
    """
    plugins = {plugin.name: plugin for plugin in found}
    by_module = {plugin.module: plugin.name for plugin in found}
    wanted: set[str] = set()
    left_out: set[str] = set()
    for each in given:
        name = each.removeprefix("no:")
        known = name if name in plugins else by_module.get(name)
        if known is None and each == name and (module := named_module(name)) is not None:
            plugins[name], known = module, name
        if known is None:
            hint = did_you_mean(name, plugins) or ", and there is no such module"
            raise UsageError(f"no plugin named {name!r} is installed{hint}")
        (wanted if each == name else left_out).add(known)
    return tuple(plugins.values()), frozenset(wanted), frozenset(left_out)


def find_root(paths: Iterable[Path]) -> Path | None:
    """The git root above the paths, which paths in the output are relative to; None without one."""
    first = Path(os.path.abspath(next(iter(paths), Path())))  # noqa: PTH100 - takes `..` away
    for folder in (first, *first.parents):
        if (folder / ".git").exists():
            return folder
    return None


def limits_of(layers: Layers) -> Limits:
    """How large one file may be."""
    usual = Limits()
    return Limits(
        depth=layers.value("max-depth", usual.depth),
        nodes=layers.value("max-nodes", usual.nodes),
        aliases=layers.value("max-aliases", usual.aliases),
        size=layers.value("max-file-size", usual.size),
    )
