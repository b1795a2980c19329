"""The user's own settings: which plugins may be loaded. No project can have a say in it."""

from __future__ import annotations

import os
from typing import Final

from passrole.records import NamedTuple

VARIABLE: Final = "PASSROLE_CONFIG"


class Trust(NamedTuple):
    """Whether third-party plugins may be loaded, and which; None for all that are installed."""

    third_party: bool = True
    allowed: frozenset[str] | None = None


def user_file() -> str | None:
    """Where the user settings are, None where there are none.

    The variable ``PASSROLE_CONFIG`` names the file; empty it stands for none. Else it is
    ``passrole/config.toml`` below ``XDG_CONFIG_HOME`` or ``~/.config``, on Windows ``APPDATA``.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return named or None
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    base = base or os.path.join(os.path.expanduser("~"), ".config")
    location = os.path.join(base, "passrole", "config.toml")
    return location if os.path.isabs(location) and os.path.lexists(location) else None
