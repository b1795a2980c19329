"""Real templates by many hands: all of them are read, and nearly all of what they say is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import classify, load
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.values import Choice, Listing, Record, Text, Unknown, Value

pytestmark = pytest.mark.corpus


def _documents(folder: Path) -> list[Document]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    found = (
        load(path.relative_to(folder).as_posix(), path.read_bytes(), Limits()) for path in paths
    )
    return [each for each in found if each is not None and classify(each) == "cloudformation"]


def _leaves(value: Value) -> Iterator[Value]:
    if isinstance(value, Listing):
        for item in value.values:
            yield from _leaves(item)
    elif isinstance(value, Record):
        for item in value.fields.values():
            yield from _leaves(item)
    elif isinstance(value, Choice):
        yield from _leaves(value.then)
        yield from _leaves(value.otherwise)
    else:
        yield value


@pytest.mark.parametrize(("name", "at_least"), [("cloudformation", 800), ("cdk", 140)])
def test_every_template_is_read(
    shared: Path, types: ResourceTypes, name: str, at_least: int
) -> None:
    documents = _documents(shared / "corpus" / name)
    assert len(documents) >= at_least
    stacks = read_stacks(documents, types, Deployment())
    assert {stack.path for stack in stacks} == {document.path for document in documents}
    leaves = [
        leaf
        for stack in stacks
        for resource in stack.resources.values()
        for leaf in _leaves(resource.properties)
    ]
    unknown = sum(isinstance(leaf, Unknown) for leaf in leaves)
    assert sum(isinstance(leaf, Text) for leaf in leaves) > 10_000
    assert unknown / len(leaves) < 0.005


def test_what_the_cdk_writes_has_no_problems(shared: Path, types: ResourceTypes) -> None:
    stacks = read_stacks(_documents(shared / "corpus" / "cdk"), types, Deployment())
    assert [each for stack in stacks for each in stack.problems] == []
