"""A run that looks at what depends on changed files alone, and says so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from passrole.documents.nodes import Document
from passrole.findings import LIMITED, Diagnostic
from passrole.settings import Settings
from passrole.stacks.components import Component
from passrole.stacks.resources import ResourceTypes

if TYPE_CHECKING:
    from passrole.documents.changed import Changes


def affected_by(
    changes: Changes,
    components: Sequence[Component],
    documents: Sequence[Document],
    types: ResourceTypes,
    settings: Settings,
) -> tuple[tuple[Component, ...], Diagnostic]:
    """The components to analyse, and in words how many they are."""
    if changes.everywhere:
        words = f"everything is analysed, because {changes.everywhere} changed"
        return tuple(components), Diagnostic(LIMITED, f"{words} since {changes.revision}")
    from passrole.stacks.affected import Scan, affected  # noqa: PLC0415 - most runs are whole

    scan = Scan(
        documents, types, settings.deployment, os.fspath(settings.root),
        tuple(map(os.fspath, settings.paths)), settings.limits,
    )  # fmt: skip
    found = affected(components, scan, changes)
    message = (
        f"only what depends on files that changed since {changes.revision} is analysed: "
        f"{len(found)} of {len(components)} components"
    )
    return found, Diagnostic(LIMITED, message)


def changed_of(settings: Settings, documents: Iterable[Document]) -> Iterable[Document]:
    """The documents that are judged each by itself: all of them, or those that changed."""
    changes = settings.changes
    if changes is None or changes.everywhere:
        return documents
    return [each for each in documents if changes.has_changed(each.path)]
