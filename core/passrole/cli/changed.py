"""``check --changed-since``: the settings of a run that looks at what changed alone."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from passrole.cli.options import layers_of
from passrole.configuration.keys import KEYS
from passrole.documents.changed import Changes
from passrole.documents.revisions import Revisions, revisions_of
from passrole.errors import UsageError
from passrole.settings import Settings

_WHOLE = {
    "repos": "--repos", "fix": "--fix", "diff": "--diff", "write_baseline": "--write-baseline",
}  # fmt: skip


@contextmanager
def limited(options: argparse.Namespace, settings: Settings) -> Iterator[Settings]:
    """The settings with what changed since the revision, as long as git is needed.

    Raises UsageError for what needs a whole run, and where there is no such revision.
    """
    for name, option in _WHOLE.items():
        if getattr(options, name, None) not in (None, False):
            raise UsageError(f"{option} needs a whole run, without --changed-since")
    first = Path(os.path.realpath(settings.paths[0] if settings.paths else settings.root))
    with revisions_of(first if first.is_dir() else first.parent) as revisions:
        top = revisions.repository.top
        if top is None:
            raise UsageError("this repository has no work tree")
        name = options.changed_since.removesuffix("...")
        commit = revisions.commit(name)
        if name != options.changed_since:
            commit = revisions.merge_base(commit, revisions.commit("HEAD"))

        def contents(oids: Sequence[str]) -> Mapping[str, bytes]:
            return _contents(revisions, oids)

        entries = revisions.entries(commit)
        words = f"{options.changed_since} ({commit[:12]})"
        changes = Changes(words, top, settings.root, entries, contents, settings.limits)
        changes.everywhere = next(filter(changes.has_changed, _inputs(options, settings)), "")
        yield replace(settings, changes=changes)


def _contents(revisions: Revisions, oids: Sequence[str]) -> dict[str, bytes]:
    found = {}
    for oid, pieces in revisions.contents(oids):
        if pieces is not None:
            found[oid] = b"".join(pieces)
    return found


def _inputs(options: argparse.Namespace, settings: Settings) -> Iterator[str]:
    """The files that have a say in everything, relative to the root of the run, if below it.

    They are the settings of the project, and what these or the command line name.
    """
    root = os.path.realpath(settings.root)
    for file in _named(options):
        shown = os.path.relpath(os.path.realpath(file), root).replace(os.sep, "/")
        if not shown.startswith("../"):
            yield shown
    given = (*settings.deployment.facts.documents, *settings.deployment.variables)
    yield from (each.path for each in given if not each.path.startswith(("../", "/")))


def _named(options: argparse.Namespace) -> Iterator[str]:
    layers, _ = layers_of(options)
    folders = ["."]
    if layers.project is not None:
        folders.append(layers.project.folder)
        yield str(Path(layers.project.folder, Path(layers.project.path).name))
    values = (layers.value(key.name) for key in KEYS if key.name != "files")
    texts = sorted({text for value in values for text in _texts(value)})
    for text in texts:
        for part in (text, text.rpartition(":")[0]):  # samconfig.toml:prod
            for folder in folders if part else ():
                if Path(folder, part).is_file():
                    yield str(Path(folder, part))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, (str, os.PathLike)):
        yield from os.fspath(value).split(",")
    elif isinstance(value, Mapping):
        yield from _texts([*value.values()])
    elif isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from _texts(each)
