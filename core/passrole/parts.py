"""What comes of files that are looked at together: all of a scan, or some that go without others.

Components are worked out one after the other, and each is let go when its rules were asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from passrole.asking import check, read_entities, surviving
from passrole.documents.candidates import Candidates
from passrole.documents.nodes import Document
from passrole.documents.recognition import classify
from passrole.documents.saved import is_saved
from passrole.documents.tree import Tree
from passrole.documents.watching import Watch, nobody
from passrole.findings import Counts, Diagnostic, Finding, UnknownDecision
from passrole.graph.questions import Graph
from passrole.limiting import affected_by, changed_of
from passrole.model.entities import Entity, PolicyDocument
from passrole.model.policy_files import policy_documents
from passrole.records import NamedTuple, frozen
from passrole.rules_in_force import RulesInForce
from passrole.settings import Settings
from passrole.stacks.cloudformation.stacksets import inline_templates
from passrole.stacks.components import Component, read_components, stacks_of
from passrole.stacks.given import GivenStacks
from passrole.stacks.resources import Resource, ResourceTypes, Stack
from passrole.stamping import stamp
from passrole.suppressions import MARK
from passrole.telling import problems, refused, unread
from passrole.undecided import Undecided


class Bonds(NamedTuple):
    """Names of what a part has, which no other one may have, of what it makes and asks for."""

    has: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


NO_BONDS: Final = Bonds()
Tying = Callable[[Candidates, Tree, tuple[Stack, ...]], Bonds]
"""What tells how some files and their stacks are tied to others."""


@frozen(eq=True, kw_only=True)
class Part:
    """What was found in some files, with what else a report of the whole run is made of.

    ``granted`` is what is taken for granted of stacks, in words; ``defaults`` are the parameter
    defaults that were used, ``parameters`` those that a deployment may give a value. Of the files,
    ``quotable`` are those that reports may show lines of, ``marked`` those that may hold a
    suppression.
    """

    findings: tuple[Finding, ...] = ()
    unknowns: tuple[UnknownDecision, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    counts: Counts = field(default_factory=Counts)
    granted: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    quotable: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    passed_over: tuple[tuple[str, str], ...] = ()
    bonds: Bonds = NO_BONDS


@dataclass(slots=True)
class Kept:
    """The graphs, one a component, and the stacks, for those who have more to ask than rules do."""

    graphs: list[Graph] = field(default_factory=list)
    stacks: tuple[Stack, ...] = ()


def examined(
    settings: Settings,
    chosen: RulesInForce,
    candidates: Candidates,
    tree: Tree,
    watch: Watch = nobody,
    kept: Kept | None = None,
    *,
    tying: Tying | None = None,
) -> Part:
    """Link, resolve, read and ask the rules: from documents to findings.

    What is known of a component goes with it, unless it is to be ``kept``. Where there are other
    parts, ``tying`` tells what ties this one to them.
    """
    documents = candidates.documents
    for document in documents:
        tree.add(document)
    watch("working out values", 0, 0)
    types = ResourceTypes.of(chosen.contributions.resource_types)
    templates = (*documents, *inline_templates(documents))
    components = read_components(templates, types, settings.deployment, tree)
    stacks = tuple(stacks_of(components))
    diagnostics = [
        *unread(candidates.unread),
        *problems(templates, stacks),
    ]
    if settings.changes is not None:
        components, notice = affected_by(settings.changes, components, documents, types, settings)
        diagnostics.append(notice)
    of_stacks = _OfStacks(stacks)
    bonds = tying(candidates, tree, stacks) if tying is not None else NO_BONDS
    if kept is not None:
        kept.stacks = stacks
    del stacks
    walk = _Walk(settings, chosen, GivenStacks(
        settings.deployment, types, (each.text for each in tree.documents)
    ), watch, kept)  # fmt: skip
    left = [*reversed(components)]
    del components
    reported, crashes = check(
        walk.graphs(left, documents),
        chosen.rules,
        chosen.contributions.owners,
        of_stacks.presumed,
        watch,
        len(left) + 1,
        mending=kept is not None,
    )
    diagnostics += (*walk.diagnostics, *crashes)
    diagnostics.extend(refused(tree, {diagnostic[:2] for diagnostic in diagnostics}))
    unknowns = walk.undecided.told(walk.sets_of)
    return Part(
        findings=stamp(reported, walk.sets_of, of_stacks.nested_often),
        unknowns=unknowns,
        diagnostics=tuple(diagnostics),
        counts=Counts(
            files=len(documents),
            stacks=of_stacks.count,
            pipelines=len(walk.pipelines),
            roles=len(walk.roles),
            decided=walk.undecided.decided,
            unknown=len(unknowns),
        ),
        granted=tuple(sorted(of_stacks.granted)),
        defaults=tuple(sorted(of_stacks.defaults)),
        parameters=tuple(sorted(of_stacks.parameters)) if settings.deployment.sets else (),
        files=tuple(each.path for each in tree.documents),
        # A line of a plan or a state may hold what is marked as sensitive: none is quoted.
        quotable=tuple(each.path for each in tree.documents if not is_saved(each)),
        marked=tuple(each.path for each in tree.documents if MARK in each.text),
        passed_over=tuple((each.path, each.reason) for each in candidates.passed_over),
        bonds=bonds,
    )


class _OfStacks:
    """What is to be known of all stacks when they are gone."""

    def __init__(self, stacks: Iterable[Stack]) -> None:
        self.presumed: dict[str, tuple[str, ...]] = {}
        """What was taken for granted of stacks, by their ids."""
        self.granted: set[str] = set()
        self.defaults: set[str] = set()
        self.parameters: set[str] = set()
        ids: dict[str, set[str]] = {}
        for stack in stacks:
            ids.setdefault(stack.path, set()).add(stack.id)
            if stack.presumed:
                self.presumed[stack.id] = stack.presumed
            self.granted.update(words for words in (stack.located, *stack.presumed) if words)
            self.defaults.update(filter(None, map(str, stack.assumptions)))
            self.parameters.update(stack.parameters)
        self.count = len({each for found in ids.values() for each in found})
        self.nested_often = {
            path: frozenset(found) for path, found in ids.items() if len(found) > 1
        }
        """The ids of the stacks of each template that makes more than one."""


class _Walk:
    """The way through the components: the graph of each, and what is counted of all of them."""

    def __init__(
        self,
        settings: Settings,
        chosen: RulesInForce,
        given: GivenStacks,
        watch: Watch,
        kept: Kept | None,
    ) -> None:
        self._settings = settings
        self._providers = chosen.contributions.providers
        self._given = given
        self._watch = watch
        self._kept = kept
        self._policies: set[str] = set()
        self._sets: dict[str, set[str]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.undecided = Undecided()
        # What several parameter sets make of one resource counts once.
        self.pipelines: set[str] = set()
        self.roles: set[str] = set()

    @property
    def sets_of(self) -> dict[str, frozenset[str]]:
        """The parameter sets that each file is analysed with, for files whose sets differ."""
        return {path: frozenset(sets) for path, sets in self._sets.items()}

    def graphs(self, left: list[Component], documents: list[Document]) -> Iterator[Graph]:
        """The graph of each component that is ``left``, the last one first, then that of files."""
        total = len(left) + 1
        while left:
            component = left.pop()
            path = component.stacks[0].path
            read = partial(self._watch, "reading resources", total - 2 - len(left), total)
            read(path)
            made: list[Graph] = []
            with surviving(path, self.diagnostics):
                made.append(self._graph(component, read))
                self._count(made[0])
            if not made:
                continue
            yield made[0]
            self._watch("looking at what is unknown", total - 2 - len(left), total)
            with surviving(path, self.diagnostics):
                self._close(made[0], component.stacks)
            del made, component
        changed = changed_of(self._settings, documents)
        policies = read_policies(changed, frozenset(self._policies))
        if policies:
            self._watch("reading resources", total - 1, total)
            scps = self._settings.deployment.scps
            graph = Graph((), self._providers, scps, policies)
            yield graph
            self._close(graph)

    def _graph(self, component: Component, read: Callable[[Resource], None]) -> Graph:
        stacks, sets = component
        entities, crashes = read_entities(stacks, read)
        self.diagnostics.extend(crashes)
        beside = tuple(self._given.beside(stacks))
        if beside:
            known, more = read_entities(beside, read)
            entities.extend(_not_scanned(known, entities))
            self.diagnostics.extend((*problems((), beside), *more))
        return Graph(entities, self._providers, self._settings.deployment.scps, sets=sets)

    def _count(self, graph: Graph) -> None:
        given = self._given.ids
        self.pipelines.update(each.resource.identity for each in graph.pipelines)
        self.roles.update(
            each.resource.identity for each in graph.roles if each.resource.stack not in given
        )
        if graph.sets:
            for entity in graph.entities:
                self._sets.setdefault(entity.location.path, set()).update(graph.sets)
        # Files that hold a policy of some entity are judged as what it is.
        self._policies.update(
            policy.policy.origin.document.path
            for policy in graph.documents
            if policy.policy.origin is not None
        )

    def _close(self, graph: Graph, stacks: Iterable[Stack] = ()) -> None:
        """The last look at a component; nothing of it is asked any more unless it is kept."""
        self.undecided.add(graph)
        if self._kept is not None:
            self._kept.graphs.append(graph)
            return
        # What a graph has worked out refers back to it, and would wait for a look for garbage.
        vars(graph).clear()
        for stack in stacks:
            stack.let_go()


def _not_scanned(given: Iterable[Entity], scanned: Iterable[Entity]) -> Iterator[Entity]:
    """The entities that are given, but for those that the scanned code has itself."""
    known = {(type(each), each.resource.arn) for each in scanned}
    return (each for each in given if (type(each), each.resource.arn) not in known)


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
