"""The whole run on one screen: discover, parse, link, read, graph, check, stamp."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from passrole.asking import check, read_entities
from passrole.causes import one_for_each_cause, without
from passrole.contributions import Contributions
from passrole.documents.candidates import Candidates, read_candidates
from passrole.documents.nodes import Document
from passrole.documents.recognition import classify
from passrole.documents.saved import is_saved
from passrole.documents.seen import Seen
from passrole.documents.tree import Tree
from passrole.documents.watching import Watch, nobody
from passrole.findings import Counts, Diagnostic, Finding, Results
from passrole.graph.questions import Graph
from passrole.limiting import affected_by, changed_of
from passrole.model.entities import Entity, PolicyDocument
from passrole.model.policy_files import policy_documents
from passrole.rules_in_force import rules_in_force
from passrole.rulesets.choosing import confidence_at
from passrole.settings import Settings
from passrole.stacks.cloudformation.stacksets import inline_templates
from passrole.stacks.components import read_components, stacks_of
from passrole.stacks.given import GivenStacks
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.stamping import stamp
from passrole.suppressions import Run, accepted_in
from passrole.telling import assumptions, in_order, problems, refused, unused
from passrole.undecided import undecided


@dataclass(frozen=True, slots=True)
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
    ruleset, contributions, rules = rules_in_force(settings, contributions)
    tree = Tree(settings.root, settings.paths, settings.limits, seen, edited)
    candidates = read_candidates(
        settings.paths, settings.root, settings.limits, seen, edited, settings.exclude, watch
    )
    scan = _read(settings, contributions, candidates, tree, watch)
    sets_of = _sets_by_path(scan.graphs)
    reported, crashes = check(scan.graphs, rules, contributions.owners, scan.presumed, watch)
    watch("looking at what is unknown", 0, 0)
    unknowns, decided = undecided(scan.graphs, sets_of)
    stamped = stamp(reported, sets_of, _nested_often(scan.stacks))
    diagnostics = [*settings.notices, *scan.diagnostics, *crashes]
    diagnostics.extend(refused(tree, {diagnostic[:2] for diagnostic in diagnostics}))
    incomplete = any(diagnostic.incomplete for diagnostic in diagnostics)
    run = Run(settings, contributions, rules, unknowns, incomplete)
    accepted = accepted_in(tree.documents, stamped, run)

    def is_sure(finding: Finding) -> bool:
        least = confidence_at(ruleset, finding.location.path)
        return finding.confidence.rank <= least.rank

    sure = [each for each in accepted.findings if is_sure(each)]
    told = one_for_each_cause(sure, {active.rule.id: active.rule.yields_to for active in rules})
    results = Results(
        findings=told,
        set_aside=without(sure, told),
        suppressed=tuple(each for each in accepted.suppressed if is_sure(each.finding)),
        unknowns=unknowns,
        diagnostics=tuple(sorted({*diagnostics, *accepted.diagnostics}, key=in_order)),
        counts=scan.counted(len(candidates.documents), decided, len(unknowns)),
        incomplete=incomplete,
        assumptions=assumptions(settings, scan.stacks),
        plugins=tuple((p.name, p.distribution, p.version) for p in contributions.plugins),
        # A line of a plan or a state may hold what is marked as sensitive: none is quoted.
        sources={
            each.path: each
            for each in (*settings.deployment.facts.documents, *tree.documents)
            if not is_saved(each)
        },
        rules=tuple(active.rule for active in rules),
        passed_over=tuple((each.path, each.reason) for each in candidates.passed_over),
    )
    return Analysis(results, scan.graphs, scan.stacks)


class _Scan(NamedTuple):
    """What is read of the files, before any rule is asked.

    ``given`` are the ids of the stacks that hold what the code does not.
    """

    graphs: tuple[Graph, ...]
    stacks: tuple[Stack, ...]
    given: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def presumed(self) -> dict[str, tuple[str, ...]]:
        """What was taken for granted of stacks, by their ids."""
        return {stack.id: stack.presumed for stack in self.stacks if stack.presumed}

    def counted(self, files: int, decided: int, unknown: int) -> Counts:
        """How much was looked at; what is given is not of the code."""
        roles = (each for graph in self.graphs for each in graph.roles)
        return Counts(
            files=files,
            stacks=len({stack.id for stack in self.stacks}),
            pipelines=_count(each for graph in self.graphs for each in graph.pipelines),
            roles=_count(each for each in roles if each.resource.stack not in self.given),
            decided=decided,
            unknown=unknown,
        )


def _read(
    settings: Settings,
    contributions: Contributions,
    candidates: Candidates,
    tree: Tree,
    watch: Watch,
) -> _Scan:
    """Link, resolve and read: the documents into a graph for each component."""
    documents = candidates.documents
    diagnostics = [
        Diagnostic(each.problem.kind, f"{each.path}: {each.problem.message}")
        for each in candidates.unread
    ]
    for document in documents:
        tree.add(document)
    watch("working out values", 0, 0)
    types = ResourceTypes.of(contributions.resource_types)
    templates = (*documents, *inline_templates(documents))
    components = read_components(templates, types, settings.deployment, tree)
    stacks = tuple(stacks_of(components))
    diagnostics.extend(problems(templates, stacks))
    diagnostics.extend(unused(settings.deployment, stacks))
    if settings.changes is not None:
        components, notice = affected_by(settings.changes, components, documents, types, settings)
        diagnostics.append(notice)
    watch("reading resources", 0, 0)
    graphs = []
    scps = settings.deployment.scps
    given = GivenStacks(settings.deployment, types, (each.text for each in tree.documents))
    for component, sets in components:
        entities, crashes = read_entities(component)
        beside = tuple(given.beside(component))
        known, more = read_entities(beside)
        entities.extend(_not_scanned(known, entities))
        diagnostics.extend((*problems((), beside), *crashes, *more))
        graphs.append(Graph(entities, contributions.providers, scps, sets=sets))
    policies = read_policies(changed_of(settings, documents), _read_by_stacks(graphs))
    if policies:
        graphs.append(Graph((), contributions.providers, scps, policies))
    return _Scan(tuple(graphs), stacks, frozenset(given.ids), tuple(diagnostics))


def _not_scanned(given: Iterable[Entity], scanned: Iterable[Entity]) -> Iterator[Entity]:
    """The entities that are given, but for those that the scanned code has itself."""
    known = {(type(each), each.resource.arn) for each in scanned}
    return (each for each in given if (type(each), each.resource.arn) not in known)


def _read_by_stacks(graphs: Iterable[Graph]) -> frozenset[str]:
    """The paths of files that hold a policy of some entity: they are judged as what it is."""
    return frozenset(
        policy.policy.origin.document.path
        for graph in graphs
        for policy in graph.documents
        if policy.policy.origin is not None
    )


def read_policies(
    documents: Iterable[Document], except_for: frozenset[str] = frozenset()
) -> tuple[PolicyDocument, ...]:
    """The policies that are files of their own, in the order of their paths."""
    ordered = sorted(documents, key=lambda each: each.path)
    return tuple(
        policy
        for document in ordered
        if document.format != "hcl" and document.path not in except_for
        if classify(document) == "policy"
        for policy in policy_documents(document)
    )


def _nested_often(stacks: Iterable[Stack]) -> dict[str, frozenset[str]]:
    """The ids of the stacks of each template that makes more than one."""
    found: dict[str, set[str]] = {}
    for stack in stacks:
        found.setdefault(stack.path, set()).add(stack.id)
    return {path: frozenset(ids) for path, ids in found.items() if len(ids) > 1}


def _sets_by_path(graphs: Iterable[Graph]) -> dict[str, frozenset[str]]:
    """The parameter sets that each file is analysed with, for files whose sets differ."""
    found: dict[str, set[str]] = {}
    for graph in graphs:
        if graph.sets:
            for entity in graph.entities:
                found.setdefault(entity.location.path, set()).update(graph.sets)
    return {path: frozenset(sets) for path, sets in found.items()}


def _count(entities: Iterable[Entity]) -> int:
    """How many there are; what several parameter sets make of one resource counts once."""
    return len({entity.resource.identity for entity in entities})
