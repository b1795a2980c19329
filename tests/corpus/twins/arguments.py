"""Properties of CloudFormation as arguments and blocks of Terraform."""

import re
from collections.abc import Mapping
from typing import Any

from tests.corpus.twins.expressions import Encoded, Written, blocks
from tests.corpus.twins.intrinsics import Stack
from tests.corpus.twins.types import ENCODED, MAPS, RENAMED

Body = dict[str, Written]

BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """A name of CloudFormation as Terraform writes names."""
    return BOUNDARY.sub("_", name).lower()


def arguments(type_name: str, written: Mapping[str, Any], stack: Stack, path: str = "") -> Body:
    """The arguments of a resource or of a block in it."""
    table = RENAMED.get(type_name, {})
    body: Body = {}
    for key, item in written.items():
        place = f"{path}{key}"
        name = table.get(place, snake(key))
        if name is not None:
            body[name] = _argument(type_name, key, place, item, stack)
    return body


def _argument(type_name: str, key: str, place: str, item: Any, stack: Stack) -> Written:
    if key == "Tags" and isinstance(item, list):
        return {tag["Key"]: stack.value(tag["Value"]) for tag in item}
    if key in ENCODED:
        return Encoded(stack.value(item))
    if key in MAPS or _is_function(item):
        return stack.value(item)
    if isinstance(item, dict):
        return blocks([arguments(type_name, item, stack, f"{place}.")])
    if isinstance(item, list) and item and all(map(_is_body, item)):
        return blocks(arguments(type_name, each, stack, f"{place}.") for each in item)
    return stack.value(item)


def _is_body(item: Any) -> bool:
    return isinstance(item, dict) and not _is_function(item)


def _is_function(item: Any) -> bool:
    return (
        isinstance(item, dict) and len(item) == 1 and next(iter(item)).startswith(("Ref", "Fn::"))
    )
