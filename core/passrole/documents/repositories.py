"""Where the repository around a folder is, and a copy of its references alone.

The configuration, the hooks and the attributes of a repository are a stranger's: git is never
shown them. What it gets is a private folder with the references, and the store of objects.
Source of the layout: https://git-scm.com/docs/gitrepository-layout
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from passrole.documents.limits import Limits
from passrole.documents.reading import read_file
from passrole.records import NamedTuple

_MOST_REFERENCES: Final = 200_000
_SMALL: Final = Limits(size=4_096)
_LARGE: Final = Limits(size=64_000_000)
_DEPTH: Final = 32
_OBJECT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NAME: Final = re.compile(
    r"refs/(?!.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)))[^\s\x00-\x1f\x7f~^:?*\[\\]+"
)
_HEADS: Final = ("HEAD", "ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD")


class Repository(NamedTuple):
    """A repository: ``top`` is its work tree, None where it is bare.

    ``own`` is the folder with what this work tree has for itself, ``shared`` the one with the
    references and objects that all its work trees have.
    """

    top: Path | None
    own: Path
    shared: Path

    @property
    def objects(self) -> Path:
        """The store of objects."""
        return self.shared / "objects"

    @property
    def is_shallow(self) -> bool:
        """Whether older commits were left out when it was cloned."""
        return (self.shared / "shallow").is_file()


def find_repository(start: Path) -> Repository | None:
    """The repository around a folder, or the bare one that the folder itself is."""
    start = Path(os.path.realpath(start))
    for folder in (start, *start.parents):
        own = _git_folder(folder / ".git")
        if own is not None:
            return Repository(folder, own, _shared(own))
    return Repository(None, start, start) if _is_git_folder(start) else None


def _git_folder(path: Path) -> Path | None:
    """What ``.git`` is or names: work trees and submodules have a file with the place."""
    if path.is_dir():
        return path if _is_git_folder(path) else None
    written = _text(path)
    if written is None or not written.startswith("gitdir:"):
        return None
    own = Path(os.path.realpath(path.parent / written.removeprefix("gitdir:").strip()))
    return own if _is_git_folder(own) else None


def _shared(own: Path) -> Path:
    written = _text(own / "commondir")
    return Path(os.path.realpath(own / written.strip())) if written else own


def _is_git_folder(folder: Path) -> bool:
    try:
        return (folder / "HEAD").is_file() and (_shared(folder) / "objects").is_dir()
    except (OSError, ValueError):
        return False


def copy_references(repository: Repository, folder: Path) -> None:
    """Make ``folder`` what git takes for a repository: references, and no setting of a stranger."""
    (folder / "refs").mkdir(parents=True)
    (folder / "objects").mkdir()
    references = _references(repository.shared)
    lines = (f"{oid} {name}\n" for name, oid in sorted(references.items()))
    (folder / "packed-refs").write_text("".join(lines), "utf-8")
    (folder / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    for name in _HEADS:
        oid = _target(_text(repository.own / name), references)
        if oid:
            (folder / name).write_text(f"{oid}\n", "utf-8")
    shallow = read_file(str(repository.shared / "shallow"), _LARGE)
    if isinstance(shallow, bytes):
        (folder / "shallow").write_bytes(shallow)
    extensions = ""
    if any(len(oid) == 64 for oid in references.values()):
        extensions += "\tobjectFormat = sha256\n"
    if _copied_tables(repository.shared / "reftable", folder / "reftable"):
        extensions += "\trefStorage = reftable\n"
    version = 1 if extensions else 0
    settings = f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n"
    if extensions:
        settings += f"[extensions]\n{extensions}"
    (folder / "config").write_text(settings, "utf-8")


def _references(shared: Path) -> dict[str, str]:
    """Every reference with its object; a loose one beats a packed one, as in git."""
    found: dict[str, str] = {}
    packed = read_file(str(shared / "packed-refs"), _LARGE)
    for line in packed.decode("utf-8", "replace").splitlines() if isinstance(packed, bytes) else ():
        oid, _, name = line.partition(" ")
        if _OBJECT.fullmatch(oid) and _NAME.fullmatch(name) and "\ufffd" not in name:
            found[name] = oid
    symbolic: dict[str, str] = {}
    for name, written in _loose(shared):
        if written.startswith("ref:"):
            symbolic[name] = written
        elif _OBJECT.fullmatch(written.strip()):
            found[name] = written.strip()
    for name, written in symbolic.items():
        oid = _target(written, found)
        if oid:
            found[name] = oid
    return found


def _loose(shared: Path) -> Iterator[tuple[str, str]]:
    pending, count = [("refs", 0)], 0
    while pending:
        name, depth = pending.pop()
        try:
            with os.scandir(shared / name) as listed:
                entries = sorted(listed, key=lambda each: each.name)
        except OSError:
            continue
        for entry in entries:
            inside = f"{name}/{entry.name}"
            count += 1
            if count > _MOST_REFERENCES or not _NAME.fullmatch(inside):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEPTH:
                    pending.append((inside, depth + 1))
            elif written := _text(Path(entry.path)):
                yield inside, written


def _target(written: str | None, references: dict[str, str]) -> str:
    """The object that a reference as it is written stands for, empty where there is none."""
    if not written:
        return ""
    if written.startswith("ref:"):
        return references.get(written.removeprefix("ref:").strip(), "")
    found = _OBJECT.match(written)
    return found[0] if found else ""


def _text(path: Path) -> str | None:
    """A small text file, None where there is none; links are not followed."""
    data = read_file(str(path), _SMALL)
    return data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else None


def _copied_tables(source: Path, target: Path) -> bool:
    """Copy references that are kept in tables: binary files that git alone reads."""
    if not source.is_dir():
        return False
    target.mkdir()
    for entry in sorted(os.scandir(source), key=lambda each: each.name):
        data = read_file(entry.path, _LARGE)
        if isinstance(data, bytes):
            (target / entry.name).write_bytes(data)
    return True
