"""Find, trust and load plugins; the only file that touches entry points.

Plugins are what the operator installed. Nothing in the scanned tree can name one.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from passrole.errors import PluginError, did_you_mean, told
from passrole.records import NamedTuple

if TYPE_CHECKING:
    from types import ModuleType

    import pluggy

GROUP = "passrole"
OWN_DISTRIBUTION = "passrole"
NAMED_WITH_P = "the command line"
"""Stands for the distribution of a module that only the command line names."""
_PREFIX = "passrole_"


class FoundPlugin(NamedTuple):
    """An entry point of the group, before anything of it is imported."""

    name: str
    module: str
    distribution: str
    version: str

    @property
    def told(self) -> str:
        """The plugin and who brings it, as messages name them."""
        return f"plugin {self.name!r} of {self.distribution} {self.version}".rstrip()


class LoadedPlugin(NamedTuple):
    """A plugin that is imported and registered."""

    found: FoundPlugin
    module: ModuleType


class LoadedPlugins(NamedTuple):
    """All loaded plugins, by name, and the manager that calls their hooks."""

    plugins: tuple[LoadedPlugin, ...]
    manager: pluggy.PluginManager


def find_plugins(paths: Iterable[str] | None = None) -> tuple[FoundPlugin, ...]:
    """Every installed plugin, sorted by name.

    Reads the ``entry_points.txt`` files directly: importlib.metadata would cost more than reading
    and checking a template does. Raises PluginError where two distributions claim one name.
    """
    found: dict[str, FoundPlugin] = {}
    seen: set[str] = set()
    for folder in _search_path() if paths is None else paths:
        for distribution, version, text in _entry_point_files(folder):
            if distribution in seen:
                continue
            seen.add(distribution)
            for name, module in _entries(text):
                plugin = FoundPlugin(name, module, distribution, version)
                other = found.setdefault(name, plugin)
                if other != plugin:
                    message = (
                        f"two distributions bring a plugin named {name!r}: "
                        f"{other.distribution} {other.version} and {distribution} {version}; "
                        "uninstall one of them"
                    )
                    raise PluginError(message)
    return tuple(found[name] for name in sorted(found))


def select_plugins(
    found: Iterable[FoundPlugin],
    *,
    third_party: bool = True,
    allowed: frozenset[str] | None = None,
    left_out: frozenset[str] = frozenset(),
) -> tuple[FoundPlugin, ...]:
    """The plugins that may be loaded.

    ``allowed`` are the names of third-party plugins that the operator trusts, None for all that
    are installed; ``left_out`` are names that the operator turned off.
    """
    return tuple(
        plugin
        for plugin in found
        if plugin.name not in left_out
        and (
            plugin.distribution == OWN_DISTRIBUTION
            or (third_party and (allowed is None or plugin.name in allowed))
        )
    )


def named_module(name: str) -> FoundPlugin | None:
    """A module that the operator names as a plugin (``-p``), None where there is none.

    It is one that is installed or on ``PYTHONPATH``. Raises PluginError for one that would come
    from the current folder, which may be the very tree that is scanned.
    """
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    top = name.partition(".")[0]
    found, first = PathFinder.find_spec(top, _search_path()), PathFinder.find_spec(top)
    if first is None:
        return None
    if found is None or found.origin != first.origin:
        raise PluginError(f"-p {name}: a module of the current folder is never loaded")
    return FoundPlugin(name, name, NAMED_WITH_P, "")


def load_plugins(found: Iterable[FoundPlugin]) -> LoadedPlugins:
    """Import and register plugins. Raises PluginError that names the plugin and what is wrong."""
    from passrole import hookspecs  # noqa: PLC0415 - imports pluggy

    manager = hookspecs.Hooks()
    manager.add_hookspecs(hookspecs)
    hooks = [name for name in vars(hookspecs) if name.startswith(_PREFIX)]
    loaded = []
    for plugin in found:
        try:
            module = _imported(plugin)
            _check_hooks(module, hooks)
            manager.register(module, name=plugin.name)
            manager.check_pending()
        except KeyboardInterrupt as error:
            error.add_note(f"while {plugin.told} was loaded")
            raise
        except BaseException as error:
            message = f"{plugin.told} cannot be loaded: {told(error)}"
            raise PluginError(message) from error
        loaded.append(LoadedPlugin(plugin, module))
    return LoadedPlugins(tuple(loaded), manager)


def _imported(plugin: FoundPlugin) -> ModuleType:
    name, colon, _ = plugin.module.partition(":")
    if colon:
        message = f"an entry point names a module, {name}, and nothing in it: {plugin.module}"
        raise PluginError(message)
    return importlib.import_module(name)


def _check_hooks(module: ModuleType, hooks: Iterable[str]) -> None:
    """Raise PluginError for a function that is called as hooks are, and is none."""
    for name, value in vars(module).items():
        if not name.startswith(_PREFIX) or getattr(value, "__module__", "") != module.__name__:
            continue
        if not callable(value) or isinstance(value, type):
            continue
        if name not in hooks:
            raise PluginError(f"there is no hook {name}{did_you_mean(name, hooks)}")
        if not hasattr(value, f"{_PREFIX}impl"):
            raise PluginError(f"{name} is not marked as a hook: put @hookimpl before it")


def _search_path() -> list[str]:
    """Where installed distributions are: all of ``sys.path`` but the current folder.

    ``python -m passrole`` puts it there, and it may be the very tree that is scanned.
    """
    here = os.getcwd()
    return [folder for folder in sys.path if folder and os.path.abspath(folder) != here]


def _entry_point_files(folder: str) -> Iterator[tuple[str, str, str]]:
    """Distribution, version and text of each entry_points.txt in ``folder`` that names our group.

    The order is that of the names, so that it does not depend on the file system.
    """
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if not name.endswith((".dist-info", ".egg-info")):
            continue
        try:
            with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                data = file.read()
        except OSError:
            continue
        if b"[" + GROUP.encode() + b"]" in data:
            stem = name.rpartition(".")[0]
            distribution, _, version = stem.partition("-")
            yield distribution.replace("_", "-").lower(), version, data.decode("utf-8", "replace")


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Names and modules in our section of an entry_points.txt."""
    ours = False
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("["):
            ours = line == f"[{GROUP}]"
        elif ours and "=" in line:
            name, _, module = line.partition("=")
            yield name.strip(), module.partition("[")[0].strip()
