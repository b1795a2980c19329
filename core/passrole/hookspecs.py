"""What a plugin may contribute, in the order in which it is used.

Every hook is asked once and its answer is frozen: values that are contributed can be listed,
documented and tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from passrole.executors import Executor
    from passrole.findings import Reporter
    from passrole.model.needs import ActionProvider
    from passrole.model.operations import Operation
    from passrole.rules import Rule
    from passrole.stacks.resources import ResourceType

_PROJECT = "passrole"
_MARK = "passrole_impl"

hookspec = pluggy.HookspecMarker(_PROJECT)
hookimpl = pluggy.HookimplMarker(_PROJECT)


class Hooks(pluggy.PluginManager):
    """Calls the hooks of the plugins; looks closer only at what ``hookimpl`` has marked."""

    def __init__(self) -> None:
        super().__init__(_PROJECT)

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        """The options of a hook, None for whatever else is in a plugin's module."""
        if not hasattr(vars(plugin).get(name), _MARK):
            return None
        return super().parse_hookimpl_opts(plugin, name)


@hookspec
def passrole_resource_types() -> Iterable[ResourceType]:
    """Types of resources in both formats: how their names and ARNs are built, how they are read."""
    raise NotImplementedError


@hookspec
def passrole_action_providers() -> Iterable[ActionProvider]:
    """Action providers with the permissions that they make necessary."""
    raise NotImplementedError


@hookspec
def passrole_operations() -> Iterable[Operation]:
    """API operations and what each is for; ``passrole explain ACTION`` shows them."""
    raise NotImplementedError


@hookspec
def passrole_rules() -> Iterable[Rule]:
    """Rules; their ids are unique among all plugins."""
    raise NotImplementedError


@hookspec
def passrole_rulesets() -> Mapping[str, Path]:
    """Named rulesets: YAML files that turn rules on and off and set their severity."""
    raise NotImplementedError


@hookspec
def passrole_reporters() -> Mapping[str, Reporter]:
    """Named reporters: results in, text out."""
    raise NotImplementedError


@hookspec
def passrole_executors() -> Mapping[str, Callable[[str], Executor]]:
    """Named ways to spread work; each makes an executor of what follows ``NAME://``."""
    raise NotImplementedError
