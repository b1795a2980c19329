"""Ask every plugin once what it brings, check it, and freeze the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from passrole.errors import PluginError, UsageError, told
from passrole.model.needs import ActionProvider
from passrole.model.operations import Operation
from passrole.records import NamedTuple, frozen
from passrole.rules import Rule
from passrole.rulesets.settings import Ruleset
from passrole.stacks.resources import POLICY_DOCUMENT, ResourceType

if TYPE_CHECKING:
    from passrole.plugin_loading import FoundPlugin, LoadedPlugins

T = TypeVar("T")


class Plugin(NamedTuple):
    """A plugin and what it contributes, as `passrole plugins` shows it."""

    name: str
    distribution: str
    version: str
    title: str
    providers: tuple[str, ...]
    resource_types: tuple[str, ...]
    rules: tuple[str, ...]
    rulesets: tuple[str, ...]
    reporters: tuple[str, ...]
    executors: tuple[str, ...] = ()
    module: str = ""


@frozen(eq=True, kw_only=True)
class Contributions:
    """Everything that the loaded plugins bring; ``owners`` maps a rule's id to its plugin.

    ``is_partial`` says that plugins that are installed were left out.
    """

    plugins: tuple[Plugin, ...] = ()
    providers: tuple[ActionProvider, ...] = ()
    resource_types: tuple[ResourceType, ...] = ()
    rules: tuple[Rule, ...] = ()
    operations: tuple[Operation, ...] = ()
    rulesets: Mapping[str, Any]
    reporters: Mapping[str, Any]
    executors: Mapping[str, Any] = field(default_factory=dict)
    owners: Mapping[str, str]
    is_partial: bool = False

    @property
    def terraform_types(self) -> frozenset[str]:
        """The resources and data sources of Terraform that somebody reads."""
        return frozenset(
            (POLICY_DOCUMENT, *filter(None, (each.terraform for each in self.resource_types)))
        )


def gather(loaded: LoadedPlugins, *, is_partial: bool = False) -> Contributions:
    """Collect the contributions of all plugins.

    Raises PluginError that names the plugin when one raises or answers with something malformed,
    and both plugins when two bring a thing of the same name.
    """
    hook = loaded.manager.hook
    found = {plugin.found.name: plugin.found for plugin in loaded.plugins}
    providers = _collected(hook.passrole_action_providers, ActionProvider, found)
    types = _collected(hook.passrole_resource_types, ResourceType, found)
    rules = _collected(hook.passrole_rules, Rule, found)
    operations = _collected(hook.passrole_operations, Operation, found)
    rulesets = _named(hook.passrole_rulesets, found)
    reporters = _named(hook.passrole_reporters, found)
    executors = _named(hook.passrole_executors, found)
    for what, named in (
        ("action provider", ((str(each), owner) for each, owner in providers)),
        ("resource type", _type_names(types)),
        ("rule", ((each.id, owner) for each, owner in rules)),
        ("API operation", ((each.iam_action, owner) for each, owner in operations)),
    ):
        _refuse_clashes(what, named, found)
    brought = {
        "providers": _by_owner((str(each), owner) for each, owner in providers),
        "resource_types": _by_owner(_type_names(types)),
        "rules": _by_owner((each.id, owner) for each, owner in rules),
        "rulesets": _by_owner((name, owner) for name, (_, owner) in rulesets.items()),
        "reporters": _by_owner((name, owner) for name, (_, owner) in reporters.items()),
        "executors": _by_owner((name, owner) for name, (_, owner) in executors.items()),
    }
    described = tuple(
        Plugin(
            name=plugin.found.name,
            distribution=plugin.found.distribution,
            version=plugin.found.version,
            title=(plugin.module.__doc__ or "").strip().partition("\n")[0],
            module=plugin.found.module,
            **{what: names.get(plugin.found.name, ()) for what, names in brought.items()},
        )
        for plugin in loaded.plugins
    )
    return Contributions(
        plugins=described,
        providers=tuple(sorted((each for each, _ in providers), key=str)),
        resource_types=tuple(each for each, _ in types),
        rules=tuple(sorted((each for each, _ in rules), key=lambda each: each.id)),
        operations=tuple(sorted(each for each, _ in operations)),
        rulesets={name: value for name, (value, _) in sorted(rulesets.items())},
        reporters={name: value for name, (value, _) in sorted(reporters.items())},
        executors={name: value for name, (value, _) in sorted(executors.items())},
        owners={each.id: owner for each, owner in rules},
        is_partial=is_partial,
    )


def with_checks_of(ruleset: Ruleset, contributions: Contributions) -> Contributions:
    """The contributions, and the rules that a ruleset declares itself.

    Raises UsageError where a plugin brings a rule of the same id.
    """
    if not ruleset.checks:
        return contributions
    from passrole.rulesets.declared.rules import rule_of  # noqa: PLC0415 - few rulesets have any

    for rule_id, check in ruleset.checks.items():
        if owner := contributions.owners.get(rule_id):
            raise UsageError(f"{check.place}: plugin {owner} has a rule {rule_id!r} already")
    declared = map(rule_of, ruleset.checks.values())
    return replace(
        contributions,
        rules=tuple(sorted((*contributions.rules, *declared), key=lambda each: each.id)),
        owners={
            **contributions.owners,
            **{each.id: f"ruleset {each.place.file}" for each in ruleset.checks.values()},
        },
    )


def _by_owner(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The names that each plugin brings, in their order."""
    found: dict[str, list[str]] = {}
    for name, owner in named:
        found.setdefault(owner, []).append(name)
    return {owner: tuple(sorted(names)) for owner, names in found.items()}


def _answers(hook: Any, found: Mapping[str, FoundPlugin]) -> Iterator[tuple[Any, str]]:
    # One implementation that raises would lose the answers of all, were the hook called as a whole.
    for implementation in sorted(hook.get_hookimpls(), key=lambda each: str(each.plugin_name)):
        name = implementation.plugin_name
        try:
            answer = implementation.function()
            if isinstance(answer, Iterator):  # a generator raises while it is gone through
                answer = tuple(answer)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise _complaint(found[name], f"raises {told(error)}", hook) from error
        yield answer, name


def _collected(
    hook: Any, expected: type[T], found: Mapping[str, FoundPlugin]
) -> tuple[tuple[T, str], ...]:
    collected: list[tuple[T, str]] = []
    for answer, name in _answers(hook, found):
        try:
            items = tuple(answer)
        except TypeError as error:
            message = f"returns {type(answer).__name__}, which is not iterable"
            raise _complaint(found[name], message, hook) from error
        for item in items:
            if not isinstance(item, expected):
                message = f"returns a {type(item).__name__} instead of a {expected.__name__}"
                raise _complaint(found[name], message, hook)
            collected.append((item, name))
    return tuple(collected)


def _named(hook: Any, found: Mapping[str, FoundPlugin]) -> dict[str, tuple[Any, str]]:
    named: dict[str, tuple[Any, str]] = {}
    for answer, owner in _answers(hook, found):
        if not isinstance(answer, Mapping):
            raise _complaint(found[owner], f"returns {type(answer).__name__}, not a mapping", hook)
        for name, value in answer.items():
            if name in named:
                raise _clash(found[named[name][1]], found[owner], repr(name))
            named[name] = (value, owner)
    return named


def _complaint(plugin: FoundPlugin, what: str, hook: Any) -> PluginError:
    return PluginError(f"{plugin.told}: {hook.name} {what}")


def _clash(first: FoundPlugin, second: FoundPlugin, what: str) -> PluginError:
    return PluginError(
        f"{first.told} and {second.told} both bring {what}; leave one out with -p no:NAME, "
        "or uninstall it"
    )


def _type_names(types: Iterable[tuple[ResourceType, str]]) -> Iterator[tuple[str, str]]:
    for each, owner in types:
        for name in (each.cloudformation, each.terraform):
            if name:
                yield name, owner


def _refuse_clashes(
    what: str, named: Iterable[tuple[str, str]], found: Mapping[str, FoundPlugin]
) -> None:
    owners: dict[str, str] = {}
    for name, owner in named:
        if name in owners:
            raise _clash(found[owners[name]], found[owner], f"the {what} {name!r}")
        owners[name] = owner
