"""The triggers of a pipeline, each in one world."""

from collections.abc import Iterator

from passrole import (
    Record,
    Resource,
    Trigger,
    TriggerFilter,
    Value,
    World,
    cases,
    elements,
    get,
)
from passrole_aws.codepipeline.resources.layouts import Layout, Path, layout_of

TRIGGER: dict[str, tuple[Path, Path]] = {
    "provider": (("ProviderType",), ("provider_type",)),
    "source": (
        ("GitConfiguration", "SourceActionName"),
        ("git_configuration", 0, "source_action_name"),
    ),
    "push": (("GitConfiguration", "Push"), ("git_configuration", 0, "push")),
    "pull request": (
        ("GitConfiguration", "PullRequest"),
        ("git_configuration", 0, "pull_request"),
    ),
    "branches": (("Branches",), ("branches", 0)),
    "tags": (("Tags",), ("tags", 0)),
    "paths": (("FilePaths",), ("file_paths", 0)),
    "types": (("Events",), ("events",)),
}
"""Where a trigger and its filters keep their parts."""


def triggers(resource: Resource) -> Iterator[Trigger]:
    """The triggers that can be read before deployment."""
    layout = layout_of(resource.format, TRIGGER)
    for item in elements(resource["triggers"]):
        for world, written in cases(item, resource.world):
            if isinstance(written, Record):
                yield _trigger(resource, written, world, layout)


def _trigger(resource: Resource, written: Record, world: World, layout: Layout) -> Trigger:
    return Trigger(
        provider=get(written, *layout["provider"]),
        source=get(written, *layout["source"]),
        filters=tuple(
            _filter(event, each, layout)
            for event in ("push", "pull request")
            for each in elements(get(written, *layout[event]))
        ),
        origin=written.origin or resource.origin,
        world=world,
    )


def _filter(event: str, written: Value, layout: Layout) -> TriggerFilter:
    return TriggerFilter(
        event,
        branches=get(written, *layout["branches"]),
        tags=get(written, *layout["tags"]),
        paths=get(written, *layout["paths"]),
        types=get(written, *layout["types"]),
        origin=getattr(written, "origin", None),
    )
