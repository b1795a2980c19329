"""Publications: the topics that a service of AWS tells what happens to a pipeline."""

from collections.abc import Iterator

from passrole import (
    Absent,
    EventRule,
    EventTarget,
    Graph,
    NamedTuple,
    NotificationRule,
    Origin,
    Record,
    Text,
    Topic,
    World,
    cases,
    elements,
    get,
    known,
    value_from_json_text,
)

NOTIFICATIONS = "codestar-notifications.amazonaws.com"
DEVELOPER_TOOLS = frozenset(
    {"aws.codepipeline", "aws.codebuild", "aws.codecommit", "aws.codedeploy"}
)


class Publication(NamedTuple):
    """A topic of the scanned tree that a service publishes to as itself, in one world.

    ``rule`` is the notification rule or event rule, as messages name it.
    """

    rule: str
    service: str
    topic: Topic
    origin: Origin
    world: World


def publications(subject: NotificationRule | EventTarget, graph: Graph) -> Iterator[Publication]:
    """The topics that a notification rule, or an event rule about developer tools, tells."""
    if isinstance(subject, NotificationRule):
        for target in subject.targets:
            for world, address in cases(target, subject.world):
                topic = graph.find(address, Topic, near=subject)
                if topic is not None:
                    origin = address.origin or subject.resource.place("targets")
                    yield Publication(subject.label, NOTIFICATIONS, topic, origin, world)
        return
    event_rule = graph.find(subject.rule, EventRule, near=subject)
    if event_rule is not None and _is_about_developer_tools(event_rule):
        whole = Record({"arn": subject.arn, "role": subject.role})
        for world, parts in cases(whole, subject.world):
            topic = graph.find(get(parts, "arn"), Topic, near=subject)
            # A target with a role is published to by the role.
            if topic is not None and isinstance(get(parts, "role"), Absent):
                origin = subject.origin or subject.resource.origin
                yield Publication(event_rule.label, subject.service, topic, origin, world)


def _is_about_developer_tools(event_rule: EventRule) -> bool:
    pattern = event_rule.pattern
    if isinstance(pattern, Text):
        pattern = value_from_json_text(pattern)
    if not isinstance(pattern, Record):
        return False
    return any(known(each) in DEVELOPER_TOOLS for each in elements(get(pattern, "source")))
