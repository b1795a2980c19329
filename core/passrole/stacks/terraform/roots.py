"""Which directories of Terraform configuration are root modules, and their stacks.

A directory that a module of the scan calls is analysed through its instances alone. One that has
none in the end (``count = 0``, modules that call each other in a circle) is a root after all:
nothing is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from passrole.documents.nodes import Document
from passrole.documents.tree import Tree
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.stacks.terraform.configuration import (
    Configuration,
    Configurations,
    local_directory,
)
from passrole.stacks.terraform.reading import read_root


def read_roots(
    modules: Mapping[str, Sequence[Document]],
    types: ResourceTypes,
    deployment: Deployment,
    tree: Tree | None = None,
    saved: Sequence[Document] = (),
) -> Iterator[Stack]:
    """The stacks of the directories of a scan, given as their documents. Never raises.

    ``saved`` are plans and states; a plan stands for the configuration that it was made of.
    """
    configurations = Configurations(modules, tree)
    planned: set[str] = set()
    if saved:
        from passrole.stacks.terraform.saved.reading import read_saved  # noqa: PLC0415 - seldom

        for document in saved:
            found = read_saved(document, configurations, types, deployment, sorted(modules))
            if found is not None:
                yield found[0]
                planned |= found[1]
    waiting = {
        directory: _called(directory, configurations)
        for directory in sorted(modules)
        if directory not in planned
    }
    while waiting:
        called = {each for directory in waiting for each in waiting[directory] - {directory}}
        roots = [directory for directory in waiting if directory not in called]
        # In a circle, the first one has to begin.
        for directory in roots or [min(waiting)]:
            configuration = configurations.of(directory)
            read = {directory}
            if isinstance(configuration, Configuration):
                target_id = f"target:{directory}"
                stack, inside = read_root(
                    configuration, configurations, types, deployment, target_id
                )
                yield stack
                read |= inside
            for each in read:
                waiting.pop(each, None)


def _called(directory: str, configurations: Configurations) -> frozenset[str]:
    """The directories that the module of a directory calls."""
    found = configurations.of(directory)
    if not isinstance(found, Configuration):
        return frozenset()
    sources = (local_directory(each, directory) for each in found.blocks.get("module", ()))
    return frozenset(each for each in sources if each is not None)
