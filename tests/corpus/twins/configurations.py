"""A whole template of CloudFormation as a configuration of Terraform."""

import re
from collections.abc import Mapping
from typing import Any

from tests.corpus.twins.arguments import snake
from tests.corpus.twins.documents import with_documents
from tests.corpus.twins.expressions import Written, in_json
from tests.corpus.twins.intrinsics import NoTwinError, Stack
from tests.corpus.twins.resources import Twin, twins_of

# What templates have besides resources that says nothing of the pipeline.
IGNORED = {"BootstrapVersion", "CheckBootstrapVersion", "CDKMetadata", "CDKMetadataAvailable"}


def twins_in(template: Mapping[str, Any], stack: Stack) -> list[Twin]:
    """The resources of Terraform that take the place of those of a template.

    Raises NoTwinError, naming what there is no counterpart of.
    """
    twins: list[Twin] = []
    for part in ("Conditions", "Mappings", "Transform"):
        if set(template.get(part, ())) - IGNORED:
            raise NoTwinError(part)
    for logical_id, resource in template["Resources"].items():
        made = list(twins_of(logical_id, stack)) if logical_id not in IGNORED else []
        if made and resource.get("DependsOn"):
            made[0].body["depends_on"] = _before(resource["DependsOn"], stack)
        twins += made
    return twins


def _before(named: str | list[str], stack: Stack) -> list[Written]:
    ids = [named] if isinstance(named, str) else named
    return [
        f"{twin.type}.{twin.name}"
        for logical_id in ids
        for twin in twins_of(logical_id, stack)
    ]  # fmt: skip


def stack_of(template: Mapping[str, Any]) -> Stack:
    """The template with a name for each of its parts."""
    parts = (*template.get("Resources", {}), *template.get("Parameters", {}))
    return Stack(template, {part: re.sub(r"\W", "_", snake(part)) for part in parts})


def configuration(template: Mapping[str, Any], *, documents: bool = True) -> dict[str, Any]:
    """The configuration, in JSON syntax; policies as data sources, or encoded. Raises NoTwinError.

    The data source writes a version and refuses much that IAM refuses.
    """
    stack = stack_of(template)
    resources: dict[str, dict[str, Any]] = {}
    for each in twins_in(template, stack):
        twin = with_documents(each, stack) if documents else each
        named = resources.setdefault(twin.type, {})
        if twin.name in named:
            raise NoTwinError(f"two resources {twin.type}.{twin.name}")
        named[twin.name] = in_json(twin.body)
    whole: dict[str, Any] = {"resource": resources}
    if stack.data:
        whole["data"] = in_json(stack.data)
    variables = {
        stack.names[name]: {"default": each["Default"]} if "Default" in each else {}
        for name, each in template.get("Parameters", {}).items()
        if name not in IGNORED
    }
    return whole | ({"variable": variables} if variables else {})
