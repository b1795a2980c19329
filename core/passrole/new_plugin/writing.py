"""Writes the files of a new plugin from templates."""

from __future__ import annotations

import re
from pathlib import Path

from passrole._version import __version__
from passrole.errors import UsageError
from passrole.new_plugin.names import NewName

_TEMPLATES = Path(__file__).parent / "files"
_SUFFIX = ".template"
_SLOT = re.compile(r"@([A-Za-z]+_?)@")

# Files whose names begin with a dot would be passed over or obeyed where the templates are kept.
_RENAMED = {"gitignore": ".gitignore", "github": ".github"}


def files_of(name: NewName) -> dict[str, str]:
    """Every file of a new plugin, by its path in the folder of the distribution."""
    words = {**name.words, "version": __version__}
    steps = {**_RENAMED, "module": name.module}
    found = {}
    for template in sorted(_TEMPLATES.rglob(f"*{_SUFFIX}")):
        parts = template.relative_to(_TEMPLATES).parts
        named = (*parts[:-1], parts[-1].removesuffix(_SUFFIX))
        path = "/".join(steps.get(part, part) for part in named)
        found[path] = _SLOT.sub(lambda slot: words[slot[1]], template.read_text("utf-8"))
    return found


def write_plugin(name: NewName, into: Path) -> Path:
    """Write a new plugin to a folder of its own in ``into``, and return that folder.

    Raises UsageError where the folder is there already: nothing is ever overwritten.
    """
    folder = into / name.distribution
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise UsageError(f"{folder} is there already; nothing was written") from error
    except NotADirectoryError as error:
        raise UsageError(f"{into} is no folder; nothing was written") from error
    for path, text in files_of(name).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    return folder
