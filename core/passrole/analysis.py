"""The whole run on one screen: discover, parse, link, read, graph, check, stamp."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, TypeVar

from passrole.causes import one_for_each_cause, without
from passrole.contributions import Contributions, with_checks_of
from passrole.documents.candidates import read_candidates
from passrole.documents.nodes import Document
from passrole.documents.recognition import classify
from passrole.documents.saved import is_saved
from passrole.documents.seen import Seen
from passrole.documents.tree import Tree
from passrole.documents.watching import Watch, nobody
from passrole.errors import did_you_mean
from passrole.findings import (
    Counts,
    Diagnostic,
    Report,
    Results,
)
from passrole.graph.questions import Graph
from passrole.limiting import affected_by, changed_of
from passrole.model.entities import Entity, PolicyDocument
from passrole.model.pipelines import Pipeline
from passrole.model.policy_files import policy_documents
from passrole.rulesets.choosing import ActiveRule, active_rules, confidence_at
from passrole.rulesets.reading import load_ruleset
from passrole.settings import Settings
from passrole.stacks.cloudformation.stacksets import inline_templates
from passrole.stacks.components import read_components, stacks_of
from passrole.stacks.deployments import Deployment
from passrole.stacks.given import GivenStacks
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.stamping import Reported, stamp
from passrole.suppressions import Run, accepted_in
from passrole.undecided import undecided

T = TypeVar("T")

# A plugin that calls sys.exit must not decide how the run ends.
_CRASHES = (Exception, SystemExit)


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
    ruleset = load_ruleset(
        settings.ruleset, contributions.rulesets, settings.project, settings.rule_places
    )
    contributions = with_checks_of(ruleset, contributions)
    rules = active_rules(
        ruleset,
        contributions.rules,
        settings.select,
        settings.ignore,
        lenient=contributions.is_partial,
        places=settings.rule_places,
    )
    tree = Tree(settings.root, settings.paths, settings.limits, seen, edited)
    documents, unread, passed_over = read_candidates(
        settings.paths, settings.root, settings.limits, seen, edited, settings.exclude, watch
    )
    diagnostics = [
        *settings.notices,
        *(Diagnostic(each.problem.kind, f"{each.path}: {each.problem.message}") for each in unread),
    ]
    for document in documents:
        tree.add(document)
    watch("working out values", 0, 0)
    types = ResourceTypes.of(contributions.resource_types)
    templates = (*documents, *inline_templates(documents))
    components = read_components(templates, types, settings.deployment, tree)
    stacks = tuple(stacks_of(components))
    diagnostics.extend(_problems(templates, stacks))
    diagnostics.extend(_unused(settings.deployment, stacks))
    if settings.changes is not None:
        components, notice = affected_by(settings.changes, components, documents, types, settings)
        diagnostics.append(notice)
    watch("reading resources", 0, 0)
    graphs = []
    given = GivenStacks(settings.deployment, types, (each.text for each in tree.documents))
    for component, sets in components:
        entities, crashes = read_entities(component)
        beside = tuple(given.beside(component))
        if beside:
            known, more = read_entities(beside)
            entities.extend(_not_scanned(known, entities))
            crashes.extend(more)
            diagnostics.extend(_problems((), beside))
        diagnostics.extend(crashes)
        scps = settings.deployment.scps
        graphs.append(Graph(entities, contributions.providers, scps, sets=sets))
    policies = read_policies(changed_of(settings, documents), _read_by_stacks(graphs))
    if policies:
        scps = settings.deployment.scps
        graphs.append(Graph((), contributions.providers, scps, policies))
    sets_of = _sets_by_path(graphs)
    presumed = {stack.id: stack.presumed for stack in stacks if stack.presumed}
    reported, crashes = check(graphs, rules, contributions.owners, presumed, watch)
    diagnostics.extend(crashes)
    watch("looking at what is unknown", 0, 0)
    unknowns, decided = undecided(graphs, sets_of)
    stamped = stamp(reported, sets_of, _nested_often(stacks))
    diagnostics.extend(_refused(tree, {diagnostic[:2] for diagnostic in diagnostics}))
    incomplete = any(diagnostic.incomplete for diagnostic in diagnostics)
    run = Run(settings, contributions, rules, unknowns, incomplete)
    accepted = accepted_in(tree.documents, stamped, run)
    diagnostics.extend(accepted.diagnostics)
    sure = [
        each
        for each in accepted.findings
        if each.confidence.rank <= confidence_at(ruleset, each.location.path).rank
    ]
    told = one_for_each_cause(sure, {active.rule.id: active.rule.yields_to for active in rules})
    results = Results(
        findings=told,
        set_aside=without(sure, told),
        suppressed=tuple(
            each
            for each in accepted.suppressed
            if each.finding.confidence.rank
            <= confidence_at(ruleset, each.finding.location.path).rank
        ),
        unknowns=unknowns,
        diagnostics=tuple(sorted(set(diagnostics), key=_order)),
        counts=Counts(
            files=len(documents),
            stacks=len({stack.id for stack in stacks}),
            pipelines=_count(each for graph in graphs for each in graph.pipelines),
            roles=_count(
                each
                for graph in graphs
                for each in graph.roles
                if each.resource.stack not in given.ids
            ),
            decided=decided,
            unknown=len(unknowns),
        ),
        incomplete=incomplete,
        assumptions=assumptions(settings, stacks),
        plugins=tuple((p.name, p.distribution, p.version) for p in contributions.plugins),
        # A line of a plan or a state may hold what is marked as sensitive: none is quoted.
        sources={
            each.path: each
            for each in (*settings.deployment.facts.documents, *tree.documents)
            if not is_saved(each)
        },
        rules=tuple(active.rule for active in rules),
        passed_over=tuple((each.path, each.reason) for each in passed_over),
    )
    return Analysis(results, tuple(graphs), stacks)


def read_entities(stacks: Iterable[Stack]) -> tuple[list[Entity], list[Diagnostic]]:
    """The entities of a component; a reader that crashes is named and the rest is read."""
    entities: list[Entity] = []
    crashes = []
    for stack in stacks:
        for resource in stack.resources.values():
            if resource.type is None or resource.type.read is None:
                continue
            try:
                entities.extend(_each(resource.type.read(resource), Entity))
            except _CRASHES as error:
                message = (
                    f"reading {resource.type_name} {resource.id} crashed: "
                    f"{type(error).__name__}: {error}"
                )
                crashes.append(Diagnostic("reader-crash", message, resource.location))
    return entities, crashes


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


def check(
    graphs: Sequence[Graph],
    rules: Sequence[ActiveRule],
    owners: Mapping[str, str],
    presumed: Mapping[str, tuple[str, ...]] | None = None,
    watch: Watch = nobody,
) -> tuple[list[Reported], list[Diagnostic]]:
    """What the rules report; a rule that crashes is named and the others go on.

    ``presumed`` is what was taken for granted of stacks, by their ids.
    """
    presumed = presumed or {}
    reported: list[Reported] = []
    crashes: list[Diagnostic] = []
    total = len(graphs) * len(rules)
    for index, graph in enumerate(graphs):
        subjects = [(*each, presumed.get(each[1], ())) for each in _subjects(graph)]
        # Many rules check the same class.
        of_class: dict[Any, list[tuple[Any, str, tuple[str, ...]]]] = {}
        for count, active in enumerate(rules, index * len(rules)):
            watch("asking rules", count, total)
            rule, plugin = active.rule, owners.get(active.rule.id, "")
            asked = of_class.get(rule.checks)
            if asked is None:
                asked = [each for each in subjects if isinstance(each[0], rule.checks)]
                of_class[rule.checks] = asked
            for subject, stack, granted in asked:
                # Places are worked out only where settings differ by path.
                setting = active.at(subject.location.path) if active.paths else active.setting
                if setting is None:
                    continue
                try:
                    for each in rule.run(subject, graph, setting.options):
                        # As ``_each`` does, which takes longer than most rules.
                        if not isinstance(each, Report):
                            raise _not_a(Report, each)
                        reported.append(
                            Reported(
                                each, rule, plugin, setting.severity, graph.sets, granted, stack
                            )
                        )
                except _CRASHES as error:
                    message = (
                        f"rule {rule.id} of plugin {plugin} crashed on {subject.label}: "
                        f"{type(error).__name__}: {error}"
                    )
                    crashes.append(Diagnostic("rule-crash", message, subject.location))
    return reported, crashes


def _each(brought: Iterable[Any], expected: type[T]) -> Iterator[T]:
    """What a plugin yields, as long as it is what it should be."""
    for each in brought:
        if not isinstance(each, expected):
            raise _not_a(expected, each)
        yield each


def _not_a(expected: type[Any], each: object) -> TypeError:
    return TypeError(f"it yields a {type(each).__name__} and not a {expected.__name__}")


def assumptions(settings: Settings, stacks: Iterable[Stack]) -> tuple[str, ...]:
    """What the verdicts take for granted, in words."""
    defaults = sorted({text for stack in stacks for text in stack.assumptions})
    return (
        f"the partition is {settings.deployment.partition}",
        (
            "no other service control policy than those given, and no resource control policy"
            if settings.deployment.scps
            else "there is no service control policy and no resource control policy"
        ),
        "attachments and resource policies that are not in the scanned tree do not exist",
        "an action and what it works on are in one account, unless both accounts are known",
        *sorted({words for stack in stacks for words in (stack.located, *stack.presumed) if words}),
        *(f"parameter {default}, its default" for default in defaults),
    )


def _nested_often(stacks: Iterable[Stack]) -> dict[str, frozenset[str]]:
    """The ids of the stacks of each template that makes more than one."""
    found: dict[str, set[str]] = {}
    for stack in stacks:
        found.setdefault(stack.path, set()).add(stack.id)
    return {path: frozenset(ids) for path, ids in found.items() if len(ids) > 1}


def _subjects(graph: Graph) -> Iterator[tuple[Any, str]]:
    """What rules are asked of, each with the id of its stack."""
    for entity in graph.entities:
        stack = entity.resource.stack
        yield entity, stack
        if isinstance(entity, Pipeline):
            yield from ((each, stack) for each in (*entity.stages, *entity.actions))
    for document in graph.documents:
        yield document, document.holder.resource.stack if document.holder is not None else ""


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


def _unused(deployment: Deployment, stacks: Iterable[Stack]) -> Iterator[Diagnostic]:
    """Values that are given for parameters that no template has."""
    if not deployment.sets:
        return
    names = frozenset[str]().union(*(stack.parameters for stack in stacks))
    for given in deployment.sets:
        for name in sorted(given.values.keys() - names):
            message = f"{given.name} gives {name} a value, and no template has such a parameter"
            message += did_you_mean(name, names)
            yield Diagnostic("unknown-parameter", message, given.places.get(name))


def _problems(documents: Iterable[Document], stacks: Iterable[Stack]) -> Iterator[Diagnostic]:
    for document in documents:
        for problem in document.problems:
            place = document.span(problem.start, problem.end)
            yield Diagnostic(problem.kind, problem.message, place)
    for stack in stacks:
        for problem, place in stack.problems:
            yield Diagnostic(problem.kind, problem.message, place)


def _refused(tree: Tree, told: AbstractSet[tuple[str, str]]) -> Iterator[Diagnostic]:
    """Files that something names and that could not be read, but those that were told of."""
    for path, problem in tree.refused:
        message = f"{path}: {problem.message}"
        if (problem.kind, message) not in told:
            yield Diagnostic(problem.kind, message)


def _order(diagnostic: Diagnostic) -> tuple[object, ...]:
    place = diagnostic.location
    return (place.path, place.line, place.column) if place else ("", 0, 0), diagnostic[:2]
