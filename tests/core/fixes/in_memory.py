"""Texts mended in memory: one document, some rules, no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from passrole.asking import check, read_entities
from passrole.contributions import Contributions
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import parse
from passrole.findings import Results
from passrole.fixes.mending import Checked, Mended, mend
from passrole.graph.questions import Graph
from passrole.parts import read_policies
from passrole.rules import Rule
from passrole.rulesets.choosing import ActiveRule
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.stamping import stamp


def checked(
    document: Document,
    rules: Iterable[Rule],
    contributions: Contributions,
    deployment: Deployment,
) -> Checked:
    """What rules find in a document, and the stacks in it."""
    types = ResourceTypes.of(contributions.resource_types)
    stacks = tuple(read_stacks([document], types, deployment))
    entities, crashes = read_entities(stacks)
    policies = read_policies([document]) if not stacks else ()
    graph = Graph(entities, contributions.providers, deployment.scps, policies)
    reported, more = check([graph], tuple(map(ActiveRule.alone, rules)), contributions.owners)
    assert not crashes and not more
    results = Results(findings=stamp(reported), sources={document.path: document})
    return Checked(results, stacks)


def mended(
    path: str,
    text: str,
    rules: Iterable[Rule],
    contributions: Contributions,
    deployment: Deployment | None = None,
    *,
    unsafe: bool = True,
) -> Mended:
    """What comes of mending a text."""
    rules = tuple(rules)

    def recheck(texts: Mapping[str, str]) -> Checked:
        document = parse(path, texts.get(path, text).encode(), Limits())
        return checked(document, rules, contributions, deployment or Deployment())

    return mend(recheck({}), recheck, Limits(), unsafe=unsafe)
