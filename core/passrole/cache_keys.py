"""What a result depends on beside the scanned files, as one digest.

Whatever cannot be written down in full makes a run one that is not kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import Any

from passrole._version import __version__
from passrole.contributions import Contributions
from passrole.documents.nodes import Document
from passrole.rulesets.settings import Ruleset
from passrole.settings import Settings

_UNRELATED = frozenset(
    ("allow_incomplete", "fail_on", "fail_on_unknown", "jobs", "show_unknown", "suppressed")
)
"""Settings that change what is shown of a result, and not the result."""


class CannotBeKeptError(Exception):
    """Something that a run depends on is of a kind that has no stable text."""


def key_of(
    settings: Settings,
    ruleset: Ruleset,
    contributions: Contributions,
    candidates: Mapping[str, str],
) -> str:
    """The name of a run over ``candidates``, the digests of its files by path.

    Raises CannotBeKeptError where the settings or the ruleset hold what has no stable text.
    """
    digest = blake2b(digest_size=24)
    about = {each.name: getattr(settings, each.name) for each in fields(settings)}
    told = (
        __version__,
        sys.version,
        tuple(sorted(code_stamps(contributions))),
        {name: value for name, value in about.items() if name not in _UNRELATED},
        ruleset,
        candidates,
        os.environ.get("PASSROLE_PURE", ""),
    )
    for part in _texts(told):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def code_stamps(contributions: Contributions) -> Iterator[str]:
    """What tells one state of the installed code from another: sizes and times of its files.

    A plugin that its author is working on keeps its version.
    """
    roots = {Path(__file__).parent}
    for plugin in contributions.plugins:
        yield f"{plugin.name} {plugin.distribution} {plugin.version}"
        # It is loaded, so its module is there and tells its folder.
        file = getattr(sys.modules.get(plugin.module), "__file__", None)
        if file:
            roots.add(Path(file).parent)
    seen: set[str] = set()
    for root in sorted(roots):
        yield from _files_below(os.fspath(root), seen)
    yield from _distributions()


def _files_below(folder: str, seen: set[str]) -> Iterator[str]:
    if folder in seen:
        return
    seen.add(folder)
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda each: each.name)
    except OSError as error:
        raise CannotBeKeptError(str(error)) from error
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _files_below(entry.path, seen)
        elif not entry.name.endswith(".pyc"):
            found_stat = entry.stat()
            yield f"{entry.path} {found_stat.st_size} {found_stat.st_mtime_ns}"


def _distributions() -> Iterator[str]:
    """The names of the installed distributions, which hold their versions."""
    for folder in sys.path:
        try:
            names = os.listdir(folder)  # noqa: PTH208 - names are all that it takes
        except OSError:
            continue
        yield from (name for name in names if name.endswith((".dist-info", ".egg-info")))


def _texts(value: Any) -> Iterator[str]:
    """A value as texts of which no other value has the same."""
    if value is None or isinstance(value, (str, bool, int, float, date, Enum, os.PathLike)):
        yield f"{type(value).__name__} {value}"
    elif isinstance(value, Document):
        yield from ("document", value.path, value.text)
    elif isinstance(value, Mapping):
        yield from _each("mapping", (part for pair in value.items() for part in pair), len(value))
    elif isinstance(value, AbstractSet):
        yield from _each("set", sorted("\0".join(_texts(each)) for each in value), len(value))
    elif isinstance(value, (tuple, list)):
        yield from _each(type(value).__name__, value, len(value))
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, each.name) for each in fields(value)]
        yield from _each(type(value).__name__, parts, len(parts))
    else:
        raise CannotBeKeptError(f"a {type(value).__name__}")


def _each(kind: str, values: Iterable[Any], size: int) -> Iterator[str]:
    yield f"{kind} {size}"
    for value in values:
        yield from _texts(value)
