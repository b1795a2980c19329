"""What most ``.gitignore`` files say, matched as git does it.

Any other file is left to pathspec, which takes longer to load and to compile its patterns than the
walk of many a tree. Source: https://git-scm.com/docs/gitignore, and git for what it leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

from passrole.records import NamedTuple

_SET: Final = r"\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9_])+\]"
# Nothing is quoted, there is no blank, and a set is one of letters and digits.
_PLAIN: Final = re.compile(rf"(?:[!-Z^-~]|{_SET})*")
_WILDCARD: Final = re.compile(r"[*?\[]")
# Two stars are special between slashes only.
_PART: Final = re.compile(
    r"(?<![^/])\*\*+(?P<folders>/|\Z)|(?P<stars>\*+)|(?P<one>\?)|(?P<text>[^*?\[]+)|\[[^\]]+\]"
)


class _Pattern(NamedTuple):
    """One line.

    It matches by the last part of a path, which is a name or has an ending, or by all of it;
    ``in_name`` and ``in_path`` are regular expressions.
    """

    ignores: bool
    only_folders: bool
    kind: Literal["name", "ending", "path", "in_name", "in_path"]
    text: str


class _Patterns:
    """Lines that say the same: which of them matches makes no difference."""

    __slots__ = ("endings", "ignores", "in_name", "in_path", "names", "only_folders", "paths")

    def __init__(self, patterns: Iterable[_Pattern], *, ignores: bool, only_folders: bool) -> None:
        texts: dict[str, list[str]] = {}
        for each in patterns:
            texts.setdefault(each.kind, []).append(each.text)
        self.ignores = ignores
        self.only_folders = only_folders
        self.names = frozenset(texts.get("name", ()))
        self.endings = tuple(texts.get("ending", ()))
        self.paths = frozenset(texts.get("path", ()))
        self.in_name, self.in_path = (
            re.compile("|".join(texts[kind]), re.DOTALL) if kind in texts else None
            for kind in ("in_name", "in_path")
        )

    def match(self, path: str, name: str) -> bool:
        """Whether one of them matches a path, whose last part is ``name``."""
        return (
            name in self.names
            or name.endswith(self.endings)
            or path in self.paths
            or (self.in_name is not None and self.in_name.fullmatch(name) is not None)
            or (self.in_path is not None and self.in_path.fullmatch(path) is not None)
        )


class GitIgnore:
    """The patterns of one file; paths are relative to its folder, one of a folder ends in ``/``."""

    __slots__ = ("_entered", "_patterns")

    def __init__(self, patterns: Iterable[_Patterns]) -> None:
        self._patterns = tuple(patterns)  # the first that matches decides
        self._entered: set[str] = set()  # folders that are not ignored, nor any above them

    @classmethod
    def of(cls, lines: Iterable[str]) -> GitIgnore | None:
        """What the lines of a file say; None where one of them is not that plain."""
        try:
            return cls(_together([found for line in lines if (found := _pattern(line))]))
        except (ValueError, re.error):  # re.error is a set from z to a
            return None

    def verdict(self, path: str) -> bool | None:
        """Whether ``path`` is ignored; None where nothing is said of it or of a folder above."""
        is_folder = path.endswith("/")
        path = path.removesuffix("/")
        folder, _, name = path.rpartition("/")
        if folder and folder not in self._entered:
            for end in (*_slashes(folder), len(folder)):
                above = folder[:end]
                if self._said(above, above.rpartition("/")[2], is_folder=True):
                    return True
            self._entered.add(folder)
        return self._said(path, name, is_folder=is_folder)

    def _said(self, path: str, name: str, *, is_folder: bool) -> bool | None:
        for each in self._patterns:
            if (is_folder or not each.only_folders) and each.match(path, name):
                return each.ignores
        return None


def _slashes(path: str) -> Iterator[int]:
    end = path.find("/")
    while end >= 0:
        yield end
        end = path.find("/", end + 1)


def _together(patterns: list[_Pattern]) -> Iterator[_Patterns]:
    """The last patterns first, as a later one beats an earlier one."""
    for ignores, run in groupby(reversed(patterns), key=lambda each: each.ignores):
        found = tuple(run)
        for only in (False, True):
            some = [each for each in found if each.only_folders is only]
            if some:
                yield _Patterns(some, ignores=ignores, only_folders=only)


@lru_cache(maxsize=1024)
def _pattern(line: str) -> _Pattern | None:
    """The pattern of a line, None for a blank one and a comment; ValueError if it is not plain."""
    text = line.rstrip(" ")
    if text.startswith("#"):
        return None
    if not _PLAIN.fullmatch(text):
        raise ValueError(line)
    ignores = not text.startswith("!")
    text = text.removeprefix("!")
    only_folders = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        return None
    if text.startswith("**/") and "/" not in text[3:]:
        text = text[3:]
    whole = "/" in text
    text = text.removeprefix("/")
    if not _WILDCARD.search(text):
        return _Pattern(ignores, only_folders, "path" if whole else "name", text)
    if not whole and text[0] == "*" and not _WILDCARD.search(text, 1):
        return _Pattern(ignores, only_folders, "ending", text[1:])
    expression = _PART.sub(_expression, text)
    return _Pattern(ignores, only_folders, "in_path" if whole else "in_name", expression)


def _expression(part: re.Match[str]) -> str:
    match part.lastgroup:
        case "folders":
            return "(?:.*/)?" if part["folders"] else ".*"
        case "stars":
            return "[^/]*"
        case "one":
            return "[^/]"
        case "text":
            return re.escape(part[0])
    return part[0]
