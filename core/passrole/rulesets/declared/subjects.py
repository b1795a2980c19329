"""What declared checks can ask: the kinds of subjects and their fields, version 1.

docs/declarative.md has this table for those who write checks. Fields are added; none goes away or
changes its meaning within a version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from passrole.graph.questions import Graph
from passrole.graph.requirements import Requirement
from passrole.iam.grants import Breadth, Grant
from passrole.iam.patterns import covers, intersects
from passrole.iam.statements import Item, Statement
from passrole.model.entities import BuildProject, Entity, EventRule, Repository
from passrole.model.guarded import Bucket, Function, Key, Queue, Topic
from passrole.model.identities import Group, Identity, Role, User
from passrole.model.pipelines import Action, Pipeline, Stage
from passrole.records import NamedTuple
from passrole.values import (
    EVERYWHERE,
    Absent,
    Text,
    Truth,
    Unknown,
    Value,
    World,
    literal,
    some,
)

VERSION = 1
MOST_ITEMS = 1000
"""How many items of a list are looked at; those after them are one that is not known."""


class Maybe(NamedTuple):
    """An item that may be there or not."""

    item: Any


class Shape(NamedTuple):
    """What a field holds.

    ``kind`` is ``text``, ``texts``, ``record``, ``about`` (a question with a pattern), or the name
    of the kind of its items. ``get`` takes the subject, the graph, and for ``about`` the pattern.
    """

    kind: str
    get: Callable[..., Any]


class Kind(NamedTuple):
    """A kind of subjects, or of what is only an item of a list."""

    type: type[Any]
    fields: dict[str, Shape]
    is_subject: bool = True


class NeedOf(NamedTuple):
    """A need of an action with the verdicts on it."""

    requirement: Requirement
    verdict: Value


def _text(get: Callable[[Any], Value | str]) -> Shape:
    def read(subject: Any, graph: Graph) -> Value:
        del graph
        value = get(subject)
        return _literal(value) if isinstance(value, str) else value

    return Shape("text", read)


def _literal(text: str) -> Value:
    """A label as a text; one with a hole in it is no text that anybody knows."""
    return Unknown("it is not known") if "${" in text else literal(text)


def _label(get: Callable[[Any], str]) -> Shape:
    """The name of a stage or an action; where it is not known it is called ``stage 3``."""

    def read(subject: Any, graph: Graph) -> Value:
        del graph
        label = get(subject)
        return Unknown("its name is not known") if " " in label else _literal(label)

    return Shape("text", read)


def _texts(get: Callable[[Any], Iterable[Value]]) -> Shape:
    return Shape("texts", lambda subject, _graph: tuple(get(subject)))


def _capped(items: Iterable[Any]) -> tuple[Any, ...]:
    found = tuple(islice(items, MOST_ITEMS + 1))
    if len(found) > MOST_ITEMS:
        return (*found[:MOST_ITEMS], Unknown(f"more than {MOST_ITEMS} items"))
    return found


def _certain(item: Any, within: World) -> Any:
    """The item, or that it may be there, where that depends on a condition of its own."""
    there = item.world == EVERYWHERE or within.implies(item.world)
    return item if there else Maybe(item)


def _stages(pipeline: Pipeline, graph: Graph) -> tuple[Any, ...]:
    del graph
    return _capped(
        (*(_certain(each, pipeline.world) for each in pipeline.stages), *pipeline.unresolved)
    )


def _actions(pipeline: Pipeline, graph: Graph) -> tuple[Any, ...]:
    del graph
    return _capped(
        (*(_certain(each, pipeline.world) for each in pipeline.actions), *pipeline.unresolved)
    )


def _stage_actions(stage: Stage, graph: Graph) -> tuple[Any, ...]:
    del graph
    return _capped(_certain(each, stage.world) for each in stage.actions)


def _earlier(stage: Stage, graph: Graph) -> tuple[Any, ...]:
    """The actions of the stages before this one."""
    pipeline = pipeline_of(stage, graph)
    if pipeline is None:
        return (Unknown("its pipeline is not known"),)
    before: list[Any] = []
    for each in pipeline.stages:
        if each is stage:
            break
        before += each.actions
    return _capped((*(_certain(each, stage.world) for each in before), *pipeline.unresolved))


def pipeline_of(stage: Stage, graph: Graph) -> Pipeline | None:
    """The pipeline that a stage belongs to."""
    if stage.actions:
        return graph.pipeline_of(stage.actions[0])
    return next((each for each in graph.pipelines if stage in each.stages), None)


def _pipeline_name(part: Stage | Action, graph: Graph) -> Value:
    pipeline = graph.pipeline_of(part) if isinstance(part, Action) else pipeline_of(part, graph)
    return Unknown("its pipeline is not known") if pipeline is None else pipeline.resource.name


def _run_order(action: Action) -> Value:
    """Its place in the stage, which is the first where nothing says otherwise."""
    return literal("1") if isinstance(action.run_order, Absent) else action.run_order


def _provider(action: Action) -> Value:
    """``Build/AWS/CodeBuild/1``, as the map names it."""
    parts: list[Any] = []
    for value in (action.category, action.owner, action.provider, action.version):
        if not isinstance(value, Text):
            return Unknown("its provider is not known")
        parts += [*value.parts, "/"]
    return Text(parts[:-1])


def _needs(action: Action, graph: Graph) -> tuple[Any, ...]:
    found: list[Any] = []
    if graph.provider_of(action) is None:
        found.append(Unknown("its provider is not known"))
    for requirement in graph.requirements_of(action):
        verdicts = {decision.verdict.value for decision in graph.decide(requirement)}
        verdict: Value = Unknown("it depends on a condition")
        if len(verdicts) == 1:
            verdict = literal(verdicts.pop())
        need = NeedOf(requirement, verdict)
        found.append(need if requirement.condition is Truth.TRUE else Maybe(need))
    return _capped(found)


def _grants(identity: Identity, graph: Graph) -> tuple[Any, ...]:
    """The Allow statements of all its policies; what cannot be read is an item not known."""
    return _capped(_granted(graph.policies_of(identity), identity.world))


def _granted(policies: Iterable[Any], world: World) -> Iterator[Any]:
    for policy in policies:
        if isinstance(policy, Unknown):
            yield policy
            continue
        for statement in policy.statements:
            if statement.unresolved or statement.effect is None:
                yield Unknown(statement.unresolved or "its effect is not known")
            elif statement.effect == "Allow":
                yield _certain(statement, world)


def _about_action(statement: Statement, _graph: Graph, pattern: str) -> Truth:
    """Whether it grants some action of a pattern."""
    if "NotAction" in statement.elements:
        wanted = literal(pattern)
        return some(
            Truth.UNKNOWN
            if isinstance(item, Unknown)
            else covers(item, wanted, subject_is_pattern=True, ignoring_case=True)
            for item in statement.not_actions
        ).negated()
    return some(_shares(item, pattern) for item in statement.actions)


def _shares(item: Item, pattern: str) -> Truth:
    if isinstance(item, Unknown):
        return Truth.UNKNOWN
    text = item.known()
    if text is not None:
        return intersects(literal(text.lower()), literal(pattern.lower()))
    return covers(literal(pattern), item, subject_is_pattern=True, ignoring_case=True)


def _about_resource(statement: Statement, _graph: Graph, pattern: str) -> Truth:
    return Grant(statement, None, Breadth.NAMED).reaches(pattern)


def _all_resources(statement: Statement) -> Value:
    items = statement.resources
    if any(isinstance(item, Text) and item.known() in ("*", "arn:*") for item in items):
        return literal("true")
    if "Resource" not in statement.elements or not all(
        isinstance(item, Text) and item.known() is not None for item in items
    ):
        return Unknown("which resources it names is not known")
    return literal("false")


def _trusted(role: Role) -> Iterator[Value]:
    for statement in role.trust.statements:
        if statement.unresolved or statement.effect is None or statement.not_principals:
            yield Unknown("whom it trusts is not known")
        elif statement.effect == "Allow" and statement.world == EVERYWHERE:
            for entry in statement.principals:
                yield entry if isinstance(entry, Unknown) else entry.value
        elif statement.effect == "Allow":
            yield Unknown("whom it trusts depends on a condition")


_ENTITY = {
    "name": _text(lambda entity: entity.resource.name),
    "id": Shape("text", lambda entity, _graph: literal(entity.resource.id)),
    "arn": _text(lambda entity: entity.resource.arn),
    "type": _text(lambda entity: entity.resource.type_name),
    "format": _text(lambda entity: entity.resource.format),
    "properties": Shape("record", lambda entity, _graph: entity.resource.properties),
}


def _entity(type_: type[Entity], *values: str, **more: Shape) -> Kind:
    """An entity with some of its values as texts."""
    texts = {name: Shape("text", lambda e, _g, name=name: getattr(e, name)) for name in values}
    return Kind(type_, {**_ENTITY, **texts, **more})


_GRANTS = {"grants": Shape("grant", _grants), "boundary": _text(lambda each: each.boundary)}

KINDS = {
    "pipeline": _entity(
        Pipeline, "role", "execution_mode",
        version=_text(lambda pipeline: pipeline.type),
        stages=Shape("stage", _stages),
        actions=Shape("action", _actions),
    ),
    "stage": Kind(Stage, {
        "name": _label(lambda stage: stage.name),
        "pipeline": Shape("text", _pipeline_name),
        "actions": Shape("action", _stage_actions),
        "earlier": Shape("action", _earlier),
    }),
    "action": Kind(Action, {
        "name": _label(lambda action: action.name),
        "stage": _label(lambda action: action.stage),
        "pipeline": Shape("text", _pipeline_name),
        "provider": _text(_provider),
        "role": _text(lambda action: action.role),
        "region": _text(lambda action: action.region),
        "run_order": _text(_run_order),
        "namespace": _text(lambda action: action.namespace),
        "inputs": _texts(lambda action: action.inputs),
        "outputs": _texts(lambda action: action.outputs),
        "configuration": Shape("record", lambda action, _graph: action.configuration),
        "needs": Shape("need", _needs),
    }),
    "need": Kind(NeedOf, {
        "iam_action": _text(lambda need: need.requirement.need.iam_action),
        "resource": _text(lambda need: need.requirement.resource),
        "principal": _text(lambda need: need.requirement.principal.label),
        "certainty": _text(lambda need: need.requirement.need.certainty.value),
        "verdict": _text(lambda need: need.verdict),
    }, is_subject=False),
    "role": _entity(Role, **_GRANTS, trusts=_texts(_trusted)),
    "user": _entity(User, **_GRANTS),
    "group": _entity(Group, **_GRANTS),
    "grant": Kind(Statement, {
        "iam_action": Shape("about", _about_action),
        "resource": Shape("about", _about_resource),
        "all_resources": _text(_all_resources),
        "conditional": _text(lambda each: "true" if each.conditions else "false"),
        "sid": _text(lambda statement: statement.sid),
        "policy": _text(lambda statement: statement.policy),
    }, is_subject=False),
    "build_project": _entity(
        BuildProject, "role", "vpc", "source", "artifacts", "connection", "buildspec"
    ),
    "bucket": _entity(Bucket, "key"),
    "key": _entity(Key),
    "topic": _entity(Topic),
    "queue": _entity(Queue),
    "function": _entity(Function),
    "repository": _entity(Repository),
    "event_rule": _entity(EventRule, "schedule", "state", "role"),
}  # fmt: skip
