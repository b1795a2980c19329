"""Event patterns: which changes they let through, held against the source action they are for."""

from collections.abc import Iterator

from passrole import (
    Action,
    EventTarget,
    Graph,
    NamedTuple,
    Record,
    Text,
    Value,
    World,
    cases,
    elements,
    get,
    known,
    literal,
    value_from_json_text,
)
from passrole_aws.events.entities import name_in, rule_of


class Part(NamedTuple):
    """A field of an event, and the configuration key of the source action that it has to match.

    Without a key the event has to be ``default``.
    """

    path: tuple[str, ...]
    key: str
    what: str
    default: str = ""


PARTS: dict[str, tuple[str, tuple[Part, ...]]] = {
    "aws.codecommit": (
        "CodeCommit",
        (
            Part(("resources",), "RepositoryName", "repository"),
            Part(("detail", "repositoryName"), "RepositoryName", "repository"),
            Part(("detail", "referenceName"), "BranchName", "branch"),
            Part(("detail", "referenceType"), "", "reference type", "branch"),
            Part(("detail", "event"), "", "event", "referenceUpdated"),
        ),
    ),
    "aws.s3": (
        "S3",
        (
            Part(("resources",), "S3Bucket", "bucket"),
            Part(("detail", "bucket", "name"), "S3Bucket", "bucket"),
            Part(("detail", "object", "key"), "S3ObjectKey", "key"),
            Part(("detail", "requestParameters", "bucketName"), "S3Bucket", "bucket"),
            Part(("detail", "requestParameters", "key"), "S3ObjectKey", "key"),
            Part(("detail", "eventName"), "", "operation", "CompleteMultipartUpload"),
        ),
    ),
    "aws.ecr": (
        "ECR",
        (
            Part(("detail", "repository-name"), "RepositoryName", "repository"),
            Part(("detail", "image-tag"), "ImageTag", "image tag", "latest"),
            Part(("detail", "requestParameters", "repositoryName"), "RepositoryName", "repository"),
            Part(("detail", "requestParameters", "imageTag"), "ImageTag", "image tag", "latest"),
            Part(("detail", "action-type"), "", "operation", "PUSH"),
            Part(("detail", "result"), "", "result", "SUCCESS"),
        ),
    ),
}
"""By the source of the events: the provider of the source action, and what must agree."""


class Mismatch(NamedTuple):
    """A field of a pattern that no event of the source action matches."""

    action: Action
    part: Part
    listed: tuple[Value, ...]
    wanted: Text


def patterns_of(target: EventTarget, graph: Graph, world: World) -> Iterator[tuple[World, Record]]:
    """The patterns of the rule of a target, each with its world; none where that is not known."""
    event_rule = rule_of(target, graph)
    if event_rule is None:
        return
    for each, pattern in cases(event_rule.pattern, world):
        document = value_from_json_text(pattern) if isinstance(pattern, Text) else pattern
        if isinstance(document, Record):
            yield each, document


def provider_of(pattern: Record) -> str:
    """The provider whose source actions a pattern is for; ``none`` where it is for none or many."""
    sources = [known(each) for each in elements(get(pattern, "source"))]
    named = PARTS.get(sources[0] or "") if len(sources) == 1 else None
    return named[0] if named else "none"


def source_provider(action: Action) -> str | None:
    """The provider of a source action of AWS, None for any other action."""
    owned = known(action.category) == "Source" and known(action.owner) == "AWS"
    return known(action.provider) if owned else None


def mismatches(pattern: Record, action: Action) -> list[Mismatch]:
    """The fields that definitely do not match; empty for a pattern of another kind of source."""
    parts = [parts for provider, parts in PARTS.values() if provider == provider_of(pattern)]
    found = []
    for part in parts[0] if parts else ():
        listed = elements(get(pattern, *part.path))
        wanted = get(action.configuration, part.key) if part.key else literal(part.default)
        if not wanted and part.default:
            wanted = literal(part.default)
        if isinstance(wanted, Text) and listed and all(_differs(each, wanted) for each in listed):
            found.append(Mismatch(action, part, listed, wanted))
    return found


def _differs(item: Value, wanted: Text) -> bool:
    """Whether one alternative of a pattern definitely does not match; unknown is no."""
    text = wanted.known()
    if text is None:
        return False
    if isinstance(item, Record):
        prefix = known(get(item, "prefix"))
        return prefix is not None and not text.startswith(prefix)
    resource = name_in(item)
    named = known(item)
    if resource is not None:
        # An event of CloudTrail names objects: arn:aws:s3:::bucket/key.
        named = (resource.known() or "").partition("/")[0] or None
    return named is not None and named != text
