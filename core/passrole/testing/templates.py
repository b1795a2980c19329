"""Templates given as text, read with the plugins under test and passrole's own."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from types import ModuleType

from passrole.asking import check, read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import classify, parse
from passrole.errors import UsageError, did_you_mean
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.parts import read_policies
from passrole.plugin_loading import FoundPlugin, find_plugins, load_plugins
from passrole.rules import Rule
from passrole.rulesets.choosing import ActiveRule
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.stamping import stamp


def contributions_of(
    *plugins: ModuleType, beside: Iterable[ModuleType] | None = None
) -> Contributions:
    """What ``plugins`` bring together with ``beside``: left out, passrole's own.

    Plugins that happen to be installed play no part, so that a test gives the same answer
    everywhere. Raises PluginError that names the plugin where one is malformed or two clash.
    """
    others = _own_plugins() if beside is None else list(beside)
    modules = list(dict.fromkeys((*plugins, *others)))
    return gather(
        load_plugins(
            FoundPlugin(module.__name__, module.__name__, "tests", "") for module in modules
        )
    )


def check_text(
    text: str,
    contributions: Contributions,
    *,
    language: str = "yaml",
    rules: Sequence[str] = (),
    deployment: Deployment | None = None,
) -> tuple[Finding, ...]:
    """What the rules find in one template, given as text, without any ruleset.

    ``rules`` are the ids of those to run, all of ``contributions`` where it is empty. The order is
    that of the places. Raises AssertionError where the text cannot be parsed or a rule crashes,
    and UsageError for an id that no rule has.
    """
    by_id = {rule.id: rule for rule in contributions.rules}
    for rule_id in rules:
        if rule_id not in by_id:
            raise UsageError(f"there is no rule {rule_id!r}{did_you_mean(rule_id, by_id)}")
    chosen = [by_id[rule_id] for rule_id in rules] if rules else contributions.rules
    return _found(text, chosen, contributions, language, deployment)


def findings_in(
    text: str,
    rule: Rule,
    contributions: Contributions,
    language: str = "yaml",
    deployment: Deployment | None = None,
) -> tuple[Finding, ...]:
    """What one rule finds in one template, given as text.

    ``language`` is ``yaml``, ``json`` or ``hcl``; HCL is Terraform's, and so is JSON that is no
    template and no policy. Raises AssertionError where the text cannot be parsed or the rule
    crashes.
    """
    return _found(text, (rule,), contributions, language, deployment)


def graph_of(
    text: str,
    contributions: Contributions,
    *,
    language: str = "yaml",
    deployment: Deployment | None = None,
) -> Graph:
    """The graph of one template, given as text: its entities, what they need, what is granted.

    Raises AssertionError where the text cannot be parsed or a reader crashes.
    """
    document = _document(text, language)
    types = ResourceTypes.of(contributions.resource_types)
    facts = deployment or Deployment()
    entities, crashes = read_entities(read_stacks([document], types, facts))
    if crashes:
        raise AssertionError("\n".join(each.message for each in crashes))
    return Graph(entities, contributions.providers, facts.scps, read_policies([document]))


def _found(
    text: str,
    rules: Iterable[Rule],
    contributions: Contributions,
    language: str,
    deployment: Deployment | None,
) -> tuple[Finding, ...]:
    graph = graph_of(text, contributions, language=language, deployment=deployment)
    active = tuple(map(ActiveRule.alone, rules))
    reported, crashes = check([graph], active, contributions.owners)
    if crashes:
        raise AssertionError("\n".join(each.message for each in crashes))
    return stamp(reported)


def _document(text: str, language: str) -> Document:
    name = "example.tf" if language == "hcl" else f"example.{language}"
    document = parse(name, text.encode(), Limits())
    if language == "json" and document.root is not None and classify(document) is None:
        name = "example.tf.json"
        document = parse(name, text.encode(), Limits())
    if document.root is None or (language == "hcl" and document.problems):
        raise AssertionError(f"{name}: {document.problems}")
    return document


def _own_plugins() -> list[ModuleType]:
    return [
        importlib.import_module(plugin.module)
        for plugin in find_plugins()
        if plugin.distribution == "passrole"
    ]
