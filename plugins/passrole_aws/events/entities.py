"""Starts: the targets of event rules that are pipelines, and the roles they are started with."""

from collections.abc import Iterator

from passrole import (
    ABSENT,
    Absent,
    EventRule,
    EventTarget,
    Graph,
    NamedTuple,
    Pipeline,
    Record,
    Text,
    Value,
    World,
    arn_in,
    cases,
    get,
    known,
)


class Start(NamedTuple):
    """A pipeline that an event target starts, in one world.

    ``pipeline`` is None where the ARN names a pipeline that is not in the scanned tree.
    """

    pipeline: Pipeline | None
    arn: Text
    role: Value
    world: World

    @property
    def name(self) -> str:
        """The pipeline as messages name it."""
        return self.pipeline.label if self.pipeline else str(self.arn).rpartition(":")[2]


def starts_of(target: EventTarget, graph: Graph) -> Iterator[Start]:
    """The pipelines that a target starts; several where a condition decides which."""
    event_rule = rule_of(target, graph)
    of_rule = event_rule.role if event_rule else ABSENT
    whole = Record({"arn": target.arn, "role": target.role, "role of rule": of_rule})
    for world, parts in cases(whole, target.world):
        arn = get(parts, "arn")
        if not isinstance(arn, Text):
            continue
        pipeline = graph.find(arn, Pipeline, near=target)
        if pipeline is None and service_of(arn) == "codepipeline":
            # The account may be written out in the one place and not in the other.
            pipeline = graph.find(name_in(arn) or ABSENT, Pipeline, near=target)
        if pipeline is not None or service_of(arn) == "codepipeline":
            role = get(parts, "role") or get(parts, "role of rule")
            yield Start(pipeline, arn, role, world)


def rule_of(target: EventTarget, graph: Graph) -> EventRule | None:
    """The rule that a target belongs to, None where it is not in the tree."""
    return graph.find(target.rule, EventRule, near=target)


def label_of(target: EventTarget, graph: Graph) -> str:
    """The rule of a target as messages name it, in either format."""
    event_rule = rule_of(target, graph)
    return event_rule.label if event_rule else target.label


def service_of(value: Text) -> str | None:
    """The service whose ARN a text is, None where it is no ARN or that is not known."""
    arn = arn_in(value)
    return arn.service.known() if arn is not None else None


def account_of(value: Value) -> str | None:
    """The account in an ARN, where it is written out."""
    arn = arn_in(value)
    return arn.account.known() if arn is not None else None


def name_in(value: Value) -> Text | None:
    """What an ARN ends in: the name of a resource; None for a text that is no ARN."""
    arn = arn_in(value)
    return arn.resource if arn is not None else None


def is_on(rule: EventRule) -> bool:
    """Whether a rule is enabled, as far as that is known."""
    return isinstance(rule.state, Absent) or (known(rule.state) or "").upper() != "DISABLED"
