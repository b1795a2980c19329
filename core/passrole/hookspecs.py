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

hookspec = pluggy.HookspecMarker("passrole")
hookimpl = pluggy.HookimplMarker("passrole")


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
