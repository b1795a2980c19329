"""What ``.gitignore`` files say, each for its own directory and all below it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from passrole.documents.gitignore import GitIgnore
from passrole.documents.limits import Limits
from passrole.documents.nodes import Problem
from passrole.documents.reading import read_file
from passrole.records import NamedTuple

# A pattern becomes a regular expression; one with many wildcards could take for ever to fail.
_MOST_WILDCARDS: Final = 3
_MOST_CHARACTERS: Final = 500
_MOST_LINES: Final = 1000
_LIMITS: Final = Limits(size=256_000)
_WILDCARDS: Final = re.compile(r"\*+")


class IgnoreFile(NamedTuple):
    """One ``.gitignore``: the directory it stands in, as a prefix of paths, and what it says.

    ``verdict`` is whether a path below that directory is ignored, None where nothing is said of it.
    """

    prefix: str
    verdict: Callable[[str], bool | None]


Ignores = tuple[IgnoreFile, ...]


def read_ignore_file(location: str, prefix: str) -> IgnoreFile | None:
    """The ``.gitignore`` at ``location``; None if there is none that can be read.

    Like git, links are not followed. A line that is no pattern, or too dear to match, and any
    line after the first thousand count for nothing: more is analysed then, never less.
    """
    data = read_file(location, _LIMITS)
    if data is None or isinstance(data, Problem):
        return None
    lines = os.fsdecode(data.removeprefix(b"\xef\xbb\xbf")).split("\n")
    tame = [line for each in lines[:_MOST_LINES] if is_tame(line := each.removesuffix("\r"))]
    plain = GitIgnore.of(tame)
    if plain is not None:
        return IgnoreFile(prefix, plain.verdict)
    spec = import_module("pathspec").GitIgnoreSpec(
        [each for line in tame for each in _patterns(line)]
    )
    return IgnoreFile(prefix, lambda path: spec.check_file(path).include)


@lru_cache(maxsize=1024)
def _patterns(line: str) -> tuple[Any, ...]:
    """The patterns of a line; the files of many folders have the same lines."""
    try:
        return tuple(import_module("pathspec").GitIgnoreSpec.from_lines([line]).patterns)
    except ValueError:
        return ()


def is_tame(line: str) -> bool:
    """Whether a pattern takes little time to match, or to fail."""
    if len(line) > _MOST_CHARACTERS or "//" in line:
        return False
    segments = line.split("/")
    return segments.count("**") <= _MOST_WILDCARDS and all(
        len(_WILDCARDS.findall(segment)) <= _MOST_WILDCARDS for segment in segments
    )


def is_ignored(path: str, ignores: Ignores) -> bool:
    """Whether git would ignore ``path`` (a directory ends in ``/``); the deepest file decides."""
    for ignore in reversed(ignores):
        verdict = ignore.verdict(path.removeprefix(ignore.prefix))
        if verdict is not None:
            return verdict
    return False


def matcher(patterns: Iterable[str]) -> Any:
    """What tells by ``match_file(path)`` whether a path is among patterns that the user wrote."""
    return import_module("pathspec").GitIgnoreSpec.from_lines(patterns)


class Patterns(NamedTuple):
    """Patterns as in a ``.gitignore``, for paths that are relative to the root of a run.

    They are relative to a folder: ``strip`` leads there from the root, or ``add`` from the folder
    down to the root.
    """

    lines: tuple[str, ...]
    strip: str = ""
    add: str = ""

    @classmethod
    def below(cls, folder: str, root: str, lines: Iterable[str]) -> Patterns:
        """Patterns relative to ``folder``, which like ``root`` is a real path."""
        try:
            down = os.path.relpath(folder, root).replace(os.sep, "/")
        except ValueError:  # on another drive: the paths of its files begin with it
            down = folder.replace(os.sep, "/")
        if down == ".":
            return cls(tuple(lines))
        if not down.replace("..", "").strip("/"):
            return cls(tuple(lines), add=os.path.relpath(root, folder).replace(os.sep, "/") + "/")
        return cls(tuple(lines), f"{down}/")

    def match_file(self, path: str) -> bool:
        """Whether a path, of a file or a folder that ends in ``/``, is among them."""
        if not path.startswith(self.strip):
            return False
        return bool(_compiled(self.lines).match_file(self.add + path.removeprefix(self.strip)))


@lru_cache(maxsize=64)
def _compiled(lines: tuple[str, ...]) -> Any:
    return matcher(lines)
