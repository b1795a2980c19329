"""The two trees that a comparison is about: folders as they are, revisions in private folders."""

from __future__ import annotations

import argparse
import copy
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from passrole.cli.options import given, limits_of, settings_from
from passrole.configuration.finding import shown
from passrole.configuration.layers import Layers
from passrole.documents.checkout import Checkout, check_out
from passrole.documents.locations import Location
from passrole.documents.revisions import Revisions, revisions_of
from passrole.errors import UsageError
from passrole.findings import Diagnostic, Results
from passrole.records import NamedTuple
from passrole.settings import Settings

FOLDER, REVISION, WORK_TREE = "folder", "revision", "work tree"


class Tree(NamedTuple):
    """One side before its analysis; ``checkout`` tells what of a revision could not be had."""

    name: str
    kind: str
    commit: str
    settings: Settings
    checkout: Checkout | None = None

    def refused(self, error: UsageError) -> UsageError:
        """An error in the settings of a revision, with its name; any other one as it is."""
        if self.checkout is None:
            return error
        return _refused(self.name, _without(self.settings.root, str(error)))

    def completed(self, results: Results) -> Results:
        """The results with what could not be read of the revision; nothing names its folder."""
        if self.checkout is None:
            return results
        root = self.settings.root
        problems = tuple(
            Diagnostic(problem.kind, f"{path}: {problem.message}", Location(path, 1, 1, 1, 1))
            for path, problem in self.checkout.problems
        )
        told = (each._replace(message=_without(root, each.message)) for each in results.diagnostics)
        found = (replace(each, plugin=_without(root, each.plugin)) for each in results.findings)
        return replace(
            results,
            findings=tuple(found),
            diagnostics=(*problems, *told),
            incomplete=results.incomplete or any(each.incomplete for each in problems),
            passed_over=tuple(sorted((*self.checkout.passed_over, *results.passed_over))),
        )


def _without(root: Path, text: str) -> str:
    """A text in which the private folder of a revision has no name: it has another each time."""
    return text.replace(f"{shown(os.fspath(root))}/", "")


def _refused(name: str, words: str) -> UsageError:
    hint = "--config FILE gives other settings to both sides, --isolated takes none"
    return UsageError(f"{name}: {words}; {hint}")


class _Named(NamedTuple):
    """A side as the user names it; a revision with its commit."""

    name: str
    folder: Path | None
    commit: str = ""


@contextmanager
def both_sides(options: argparse.Namespace) -> Iterator[tuple[Tree, Tree]]:
    """Base and head, each with its own settings, as long as their folders are needed.

    Raises UsageError for what is neither a folder nor a revision, IncompleteError where a revision
    cannot be read.
    """
    with ExitStack() as needed:
        base, head, revisions = _named(options, needed)
        shared = _shared(options, head, revisions)
        sides = (
            _tree(base, options, shared, revisions, needed),
            _tree(head, options, shared, revisions, needed),
        )
        for path in options.within:
            if not any((side.settings.root / path).exists() for side in sides):
                raise UsageError(f"--path {path}: neither side has it")
        yield sides


def _named(
    options: argparse.Namespace, needed: ExitStack
) -> tuple[_Named, _Named, Revisions | None]:
    """Both sides; the repository is opened only where a revision is named."""
    base, head = options.base, options.head
    if Path(base).is_dir():
        one = _Named(base, Path(base))
        if head and Path(head).is_dir():
            return one, _Named(head, Path(head)), None
        revisions = needed.enter_context(revisions_of(Path(options.repo)))
        return one, _side(head, revisions), revisions
    revisions = needed.enter_context(revisions_of(Path(options.repo)))
    first, dots, last = base.partition("...") if "..." in base else base.partition("..")
    if not dots:
        return _side(base, revisions), _side(head, revisions), revisions
    if head:
        raise UsageError(f"{base} names both sides; {head} is one too many")
    other = _Named(last or "HEAD", None, revisions.commit(last or "HEAD"))
    commit = revisions.commit(first or "HEAD")
    if dots == "...":
        commit = revisions.merge_base(commit, other.commit)
        return _Named(f"where it left {first or 'HEAD'}", None, commit), other, revisions
    return _Named(first or "HEAD", None, commit), other, revisions


def _side(name: str, revisions: Revisions) -> _Named:
    if not name:
        top = revisions.repository.top
        if top is None:
            raise UsageError("this repository has no work tree: name HEAD, or another revision")
        return _Named(WORK_TREE, top)
    if Path(name).is_dir():
        return _Named(name, Path(name))
    return _Named(name, None, revisions.commit(name))


def _shared(
    options: argparse.Namespace, head: _Named, revisions: Revisions | None
) -> Settings | None:
    """The settings of ``--config``, which hold for both sides; None where each has its own."""
    if not options.config:
        return None
    folder = head.folder or (revisions.repository.top if revisions else None) or Path()
    return settings_from(_about(folder, options), Path(os.path.realpath(folder)))


def _about(folder: Path, options: argparse.Namespace) -> argparse.Namespace:
    asked = copy.copy(options)
    asked.paths = [str(folder)]
    asked.baseline = ""  # a comparison has no use for one
    return asked


def _tree(
    named: _Named,
    options: argparse.Namespace,
    shared: Settings | None,
    revisions: Revisions | None,
    needed: ExitStack,
) -> Tree:
    if named.folder is not None:
        root = Path(os.path.realpath(named.folder))
        kind = WORK_TREE if named.name == WORK_TREE else FOLDER
        settings = shared or settings_from(_about(named.folder, options), root)
        return Tree(named.name, kind, "", _at(root, settings, options.within))
    if revisions is None:
        raise UsageError(f"{named.name}: no such folder")
    made = needed.enter_context(tempfile.TemporaryDirectory(prefix="passrole-diff-"))
    root = Path(os.path.realpath(made))
    # Here the search for settings ends; no revision has such a folder.
    (root / ".git").mkdir()
    limits = limits_of(Layers(given(options), None))
    checkout = check_out(revisions, revisions.entries(named.commit), root, limits)
    settings = shared or _own(named, options, root)
    return Tree(named.name, REVISION, named.commit, _at(root, settings, options.within), checkout)


def _own(named: _Named, options: argparse.Namespace, root: Path) -> Settings:
    """The settings that a revision has. Raises UsageError where they cannot be read."""
    try:
        return settings_from(_about(root, options), root)
    except UsageError as error:
        raise _refused(named.name, _without(root, str(error))) from error


def _at(root: Path, settings: Settings, within: list[str]) -> Settings:
    """The settings for a tree; a path that it does not have holds nothing."""
    paths = [root]
    if within:
        paths = [root / each for each in within]
        for path in paths:
            if not Path(os.path.normpath(path)).is_relative_to(root):
                raise UsageError(f"--path {path}: leads out of the tree")
    return replace(settings, root=root, paths=tuple(path for path in paths if path.exists()))
