"""Readers and rules of plugins are asked; one that crashes is named, and the others go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from passrole.documents.watching import Watch, nobody
from passrole.findings import Diagnostic, Report
from passrole.graph.questions import Graph
from passrole.model.entities import Entity
from passrole.model.pipelines import Pipeline
from passrole.rulesets.choosing import ActiveRule
from passrole.stacks.resources import Stack
from passrole.stamping import Reported

T = TypeVar("T")

# A plugin that calls sys.exit must not decide how the run ends.
_CRASHES = (Exception, SystemExit)


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


def _subjects(graph: Graph) -> Iterator[tuple[Any, str]]:
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
            raise _not_a(expected, each)
        yield each


def _not_a(expected: type[Any], each: object) -> TypeError:
    return TypeError(f"it yields a {type(each).__name__} and not a {expected.__name__}")
