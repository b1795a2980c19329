"""For plugin authors: the examples in a rule's page are its tests.

    import acme_rules
    import pytest
    from passrole.testing import check_example, examples_of

    @pytest.mark.parametrize("example", examples_of(acme_rules), ids=str)
    def test_example(example):
        check_example(example)

A fenced ``yaml``, ``json`` or ``hcl`` block is an example. Each line that ends with ``# finding``
must be the first line of a finding of *this* rule, and no other line may be. In JSON, which has no
comments, the mark stands in the fence: ``json finding=7``. A rule needs one flagged and one
accepted example. A ``json scp`` block is a service control policy for the examples after it.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from types import ModuleType
from typing import NamedTuple

from passrole.analysis import check, read_entities, read_policies
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import classify, parse
from passrole.errors import PluginError
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.iam.policies import PolicyKind, policy_from_json
from passrole.plugin_loading import FoundPlugin, LoadedPlugins, find_plugins, load_plugins
from passrole.rules import Rule
from passrole.rulesets.choosing import ActiveRule
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.stamping import stamp

_FENCE = re.compile(
    r"^```(yaml|json|hcl)(?: finding=([0-9,]+)|( scp))?\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_MARK = "# finding"


class Example(NamedTuple):
    """One example of a rule's page; ``flagged`` are the lines that the rule must report."""

    rule: Rule
    number: int
    language: str
    text: str
    flagged: tuple[int, ...]
    contributions: Contributions
    deployment: Deployment = Deployment()

    def __str__(self) -> str:
        return f"{self.rule.id}-{self.number}"


def examples_of(*plugins: ModuleType, beside: Iterable[ModuleType] | None = None) -> list[Example]:
    """The examples of every rule that ``plugins`` bring.

    ``beside`` are the plugins whose readers and providers are at hand as well; left out, it is
    passrole's own. Plugins that happen to be installed play no part, so the same examples give
    the same answer everywhere. Raises PluginError where a rule lacks an example of either kind.
    """
    others = _own_plugins() if beside is None else list(beside)
    modules = list(dict.fromkeys((*plugins, *others)))
    contributions = gather(_registered(modules))
    names = {plugin.__name__ for plugin in plugins}
    owned = [r for r in contributions.rules if contributions.owners[r.id] in names]
    return [example for rule in owned for example in _examples(rule, contributions)]


def check_example(example: Example) -> None:
    """Raise AssertionError unless the rule flags exactly the marked lines."""
    findings = findings_in(
        example.text, example.rule, example.contributions, example.language, example.deployment
    )
    lines = tuple(sorted({finding.location.line for finding in findings}))
    if lines != example.flagged:
        told = "\n".join(f"  line {f.location.line}: {f.message}" for f in findings)
        message = f"{example}: flagged {list(lines)}, documented {list(example.flagged)}\n{told}"
        raise AssertionError(message)


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
    name = "example.tf" if language == "hcl" else f"example.{language}"
    document = parse(name, text.encode(), Limits())
    if language == "json" and document.root is not None and classify(document) is None:
        name = "example.tf.json"
        document = parse(name, text.encode(), Limits())
    if document.root is None or (language == "hcl" and document.problems):
        message = f"{PurePosixPath(name)}: {document.problems}"
        raise AssertionError(message)
    types = ResourceTypes.of(contributions.resource_types)
    facts = deployment or Deployment()
    stacks = read_stacks([document], types, facts)
    entities, crashes = read_entities(stacks)
    graph = Graph(entities, contributions.providers, facts.scps, read_policies([document]))
    reported, more = check([graph], (ActiveRule.alone(rule),), contributions.owners)
    if crashes or more:
        message = "\n".join(each.message for each in (*crashes, *more))
        raise AssertionError(message)
    return stamp(reported)


def _examples(rule: Rule, contributions: Contributions) -> Iterator[Example]:
    found = []
    deployment = Deployment()
    for number, match in enumerate(_FENCE.finditer(rule.page), 1):
        language, marked, is_scp, text = match.groups()
        if is_scp:
            scp = policy_from_json(json.loads(text), PolicyKind.SCP, "service control policy")
            deployment = Deployment(scps=((scp,),))
            continue
        if marked:
            flagged = tuple(sorted(int(line) for line in marked.split(",")))
        else:
            lines = enumerate(text.splitlines(), 1)
            flagged = tuple(index for index, line in lines if line.rstrip().endswith(_MARK))
        found.append(Example(rule, number, language, text, flagged, contributions, deployment))
    if not any(each.flagged for each in found) or all(each.flagged for each in found):
        message = f"the page of rule {rule.id} needs one flagged and one accepted example"
        raise PluginError(message)
    return iter(found)


def _own_plugins() -> list[ModuleType]:
    return [
        importlib.import_module(plugin.module)
        for plugin in find_plugins()
        if plugin.distribution == "passrole"
    ]


def _registered(modules: Iterable[ModuleType]) -> LoadedPlugins:
    return load_plugins(
        FoundPlugin(module.__name__, module.__name__, "tests", "") for module in modules
    )
