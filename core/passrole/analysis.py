"""The whole run on one screen: discover, parse, link, read, graph, check, stamp."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from passrole.causes import one_for_each_cause, without
from passrole.contributions import Contributions
from passrole.documents.candidates import parsed
from passrole.documents.discovery import Discovery, discover
from passrole.documents.nodes import Document
from passrole.documents.seen import Seen
from passrole.documents.tree import Tree
from passrole.documents.watching import Watch, nobody
from passrole.findings import Results
from passrole.graph.questions import Graph
from passrole.merging import summed
from passrole.parts import Kept, Part, examined
from passrole.records import frozen
from passrole.rules_in_force import RulesInForce, rules_in_force
from passrole.rulesets.choosing import is_shown
from passrole.settings import Settings
from passrole.stacks.resources import Stack
from passrole.stamping import finding_order
from passrole.suppressions import Run, accepted_in
from passrole.telling import assumptions, in_order, unused
from passrole.undecided import unknown_order


@frozen(eq=True)
class Analysis:
    """The results of a run, the graphs they were read from, one a component, and the stacks."""

    results: Results
    graphs: tuple[Graph, ...]
    stacks: tuple[Stack, ...] = ()


def analyse(
    settings: Settings,
    contributions: Contributions,
    seen: Seen | None = None,
    edited: Mapping[str, bytes] | None = None,
    watch: Watch = nobody,
) -> Analysis:
    """Analyse the files under ``settings.paths`` with the rules of the ruleset.

    What is looked at is written down in ``seen``; ``edited`` stands for some of the files, by path.
    ``watch`` is told how far it is.
    Raises UsageError where the settings name a rule or a ruleset that nobody brings.
    """
    kept = Kept()
    watch("looking for files", 0, 0)
    found = discover(settings.paths, settings.root, settings.exclude)
    chosen = rules_in_force(settings, contributions)
    results = found_in(found, settings, chosen, seen, edited, watch, kept)
    return Analysis(results, tuple(kept.graphs), kept.stacks)


def found_in(
    found: Discovery,
    settings: Settings,
    chosen: RulesInForce,
    seen: Seen | None = None,
    edited: Mapping[str, bytes] | None = None,
    watch: Watch = nobody,
    kept: Kept | None = None,
) -> Results:
    """The results of files that were ``found``, looked at together."""
    tree = Tree(settings.root, settings.paths, settings.limits, seen, edited)
    types = chosen.contributions.terraform_types
    candidates = parsed(found, settings.paths, settings.limits, types, seen, edited, watch)
    part = examined(settings, chosen, candidates, tree, watch, kept)
    documents = {each.path: each for each in tree.documents}
    quotable = frozenset(part.quotable)
    given = settings.deployment.facts.documents
    sources = {
        each.path: each
        for each in sorted((*given, *tree.documents), key=lambda each: each.path)
        if each.path in quotable or each in given
    }
    return concluded(settings, chosen, (part,), sources, [documents[path] for path in part.marked])


def concluded(
    settings: Settings,
    chosen: RulesInForce,
    parts: Sequence[Part],
    sources: Mapping[str, Document],
    marked: Iterable[Document],
) -> Results:
    """The results of a run whose files were looked at in ``parts``.

    ``sources`` are the documents that may be quoted, ``marked`` those that may hold a suppression.
    """
    ruleset, contributions, rules = chosen
    diagnostics = {*settings.notices, *(told for part in parts for told in part.diagnostics)}
    if settings.deployment.sets:
        names = {name for part in parts for name in part.parameters}
        diagnostics.update(unused(settings.deployment, names))
    incomplete = any(diagnostic.incomplete for diagnostic in diagnostics)
    unknowns = tuple(sorted((u for part in parts for u in part.unknowns), key=unknown_order))
    stamped = tuple(sorted((f for part in parts for f in part.findings), key=finding_order))
    run = Run(settings, contributions, rules, unknowns, incomplete)
    accepted = accepted_in(marked, (path for part in parts for path in part.files), stamped, run)
    sure = [each for each in accepted.findings if is_shown(each, ruleset)]
    told = one_for_each_cause(sure, {active.rule.id: active.rule.yields_to for active in rules})
    granted = {words for part in parts for words in part.granted}
    defaults = {default for part in parts for default in part.defaults}
    return Results(
        findings=told,
        set_aside=without(sure, told),
        suppressed=tuple(each for each in accepted.suppressed if is_shown(each.finding, ruleset)),
        unused=accepted.unused,
        unknowns=unknowns,
        diagnostics=tuple(sorted({*diagnostics, *accepted.diagnostics}, key=in_order)),
        counts=summed([part.counts for part in parts]),
        incomplete=incomplete,
        assumptions=assumptions(settings, granted, defaults),
        plugins=tuple((p.name, p.distribution, p.version) for p in contributions.plugins),
        sources=sources,
        rules=tuple(active.rule for active in rules),
        passed_over=tuple(sorted(each for part in parts for each in part.passed_over)),
    )
