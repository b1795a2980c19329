"""Readers and rules of plugins are asked; one that crashes is named, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from passrole.believing import believed, not_a
from passrole.documents.watching import Watch, nobody
from passrole.errors import told
from passrole.findings import Diagnostic, Report
from passrole.graph.questions import Graph
from passrole.model.entities import Entity, PolicyDocument
from passrole.model.pipelines import Action, Pipeline
from passrole.rules import Rule
from passrole.rulesets.choosing import ActiveRule, Setting
from passrole.stacks.resources import Resource, Stack
from passrole.stamping import Reported

T = TypeVar("T")

_Held = tuple[Any, str]


def read_entities(
    stacks: Iterable[Stack], beginning: Callable[[Resource], None] | None = None
) -> tuple[list[Entity], list[Diagnostic]]:
    """The entities of a component; a reader that crashes is named and the rest is read.

    ``beginning`` is told of each resource before it is read.
    """
    entities: list[Entity] = []
    crashes = []
    for stack in stacks:
        for resource in stack.resources.values():
            if resource.type is None or resource.type.read is None:
                continue
            if beginning is not None:
                beginning(resource)
            try:
                entities.extend(_each(resource.type.read(resource), Entity))
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - sys.exit must not end the run either
                message = f"reading {resource.type_name} {resource.id} crashed: {told(error)}"
                crashes.append(Diagnostic("reader-crash", message, resource.location))
    return entities, crashes


@contextmanager
def surviving(path: str, crashes: list[Diagnostic]) -> Iterator[None]:
    """Whatever is raised costs what is known of one component; ``path`` is where its code stands.

    Readers and rules are caught one by one; this is for data of plugins that the graph works with.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - the other components go on
        message = f"analysing {path} and what goes with it crashed: {told(error)}"
        crashes.append(Diagnostic("component-crash", message))


def check(
    graphs: Iterable[Graph],
    rules: Sequence[ActiveRule],
    owners: Mapping[str, str],
    presumed: Mapping[str, tuple[str, ...]] | None = None,
    watch: Watch = nobody,
    total: int = 0,
    *,
    mending: bool = True,
) -> tuple[list[Reported], list[Diagnostic]]:
    """What the rules report of ``total`` graphs; a rule that crashes is named, the others go on.

    ``presumed`` is what was taken for granted of stacks, by their ids. Where nothing is to be
    mended, reports leave out how: that holds on to all that was known of a graph.
    """
    asking = _Asking(rules, owners, presumed or {}, mending=mending)
    for index, graph in enumerate(graphs):
        path = (
            graph.entities[0].resource.origin.document.path
            if graph.entities
            else "policies in files"
        )
        with surviving(path, asking.crashes):
            asking.ask(graph, watch, index, total)
        del graph  # the next one is made while this one would still be there
    return asking.reported, asking.crashes


class _Asking:
    """Every rule, and what it reports of one graph after the other."""

    def __init__(
        self,
        rules: Sequence[ActiveRule],
        owners: Mapping[str, str],
        presumed: Mapping[str, tuple[str, ...]],
        *,
        mending: bool,
    ) -> None:
        self._rules = rules
        self._owners = owners
        self._presumed = presumed
        self._mending = mending
        self._choosing = _Choosing(rules)
        self.reported: list[Reported] = []
        self.crashes: list[Diagnostic] = []

    def ask(self, graph: Graph, watch: Watch, index: int, total: int) -> None:
        """Ask the rules that have anything to check in a graph."""
        before, all_ = index * len(self._rules), total * len(self._rules)
        watch("asking rules", before, all_)
        for number, subjects in self._choosing.each(_subjects(graph), graph):
            active = self._rules[number]
            rule, setting = active.rule, active.setting
            watch("asking rules", before + number, all_, rule.id)
            for subject, stack in subjects:
                if active.paths:  # places are worked out only where settings differ by path
                    setting = active.at(subject.location.path)
                if setting is None:
                    continue
                try:
                    # Mostly there is nothing to report.
                    for count, each in enumerate(rule.run(subject, graph, setting.options)):
                        report = believed(each, count)
                        self._report(report, subject, stack, graph, rule, setting)
                except KeyboardInterrupt:
                    raise
                except BaseException as error:  # noqa: BLE001 - as above
                    self._crashed(rule, subject, error)

    def _report(
        self, report: Report, subject: Any, stack: str, graph: Graph, rule: Rule, setting: Setting
    ) -> None:
        plugin, granted = self._owners.get(rule.id, ""), self._presumed.get(stack, ())
        if not self._mending:
            report = replace(report, repair=None)
        holders = graph.holders_of(subject) if isinstance(subject, PolicyDocument) else None
        self.reported.append(
            Reported(report, rule, plugin, setting.severity, graph.sets, granted, stack, holders)
        )

    def _crashed(self, rule: Rule, subject: Any, error: BaseException) -> None:
        plugin = self._owners.get(rule.id, "")
        message = f"rule {rule.id} of plugin {plugin} crashed on {subject.label}: {told(error)}"
        self.crashes.append(Diagnostic("rule-crash", message, subject.location))


class _Choosing:
    """Which rules are asked of which subjects: those of its class that may have something to say.

    A rule of flaws or of needs has something to say of what is found alone.
    """

    def __init__(self, rules: Sequence[ActiveRule]) -> None:
        self._rules = [active.rule for active in rules]
        # Many rules check the same class.
        self._checking: dict[Any, list[int]] = {}
        self._of_flaws: dict[str, list[int]] = {}
        self._of_needs: dict[str, list[int]] = {}
        for number, rule in enumerate(self._rules):
            if rule.of_needs:
                self._of_needs.setdefault(rule.id, []).append(number)
            for flaw in rule.flaws:
                self._of_flaws.setdefault(flaw, []).append(number)
            if not (rule.of_needs or rule.flaws):
                self._checking.setdefault(rule.checks, []).append(number)
        self._flaws = tuple(self._of_flaws)
        self._covering: dict[type[Any], list[Any]] = {}

    def each(self, subjects: Iterable[_Held], graph: Graph) -> Iterator[tuple[int, list[_Held]]]:
        """The number of every rule that has anything to check, and what: both in their order."""
        checked: dict[Any, list[_Held]] = {}
        chosen: dict[int, list[_Held]] = {}
        for each in subjects:
            for checks in self._covered_by(each[0]):
                checked.setdefault(checks, []).append(each)
            for number in self._telling_of(each[0], graph):
                chosen.setdefault(number, []).append(each)
        for checks, held in checked.items():
            chosen.update(dict.fromkeys(self._checking[checks], held))
        return ((number, chosen[number]) for number in sorted(chosen))

    def _covered_by(self, subject: Any) -> list[Any]:
        """What rules check, as far as a subject of this class is among it."""
        found = self._covering.get(type(subject))
        if found is None:
            found = [checks for checks in self._checking if isinstance(subject, checks)]
            self._covering[type(subject)] = found
        return found

    def _telling_of(self, subject: Any, graph: Graph) -> Iterable[int]:
        """The rules of flaws or of needs that have something to say of a subject."""
        found: Iterable[str]
        if isinstance(subject, PolicyDocument):
            telling = self._of_flaws
        elif isinstance(subject, (Action, Pipeline)):
            telling = self._of_needs
        else:
            return ()
        try:
            if isinstance(subject, PolicyDocument):
                found = graph.flawed(subject, self._flaws)
            else:
                found = graph.unmet_under(subject)
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - each of them is asked: the one that crashes is named
            found = telling
        numbers = {number for name in found for number in telling.get(name, ())}
        return (each for each in numbers if isinstance(subject, self._rules[each].checks))


def _subjects(graph: Graph) -> Iterator[_Held]:
    """What rules are asked of, each with the id of its stack."""
    for entity in graph.entities:
        stack = entity.resource.stack
        yield entity, stack
        if isinstance(entity, Pipeline):
            yield from ((each, stack) for each in (*entity.stages, *entity.actions))
    for document in graph.documents:
        yield document, document.holder.resource.stack if document.holder is not None else ""


def _each(brought: Iterable[Any], expected: type[T]) -> Iterator[T]:
    """What a plugin yields, as long as it is what it should be."""
    for each in brought:
        if not isinstance(each, expected):
            raise not_a(expected, each)
        yield each
