"""Whether a run may use what earlier ones kept."""

from __future__ import annotations

import argparse
import os

from passrole.cache import Cache, cache_folder
from passrole.settings import Settings


def cache_of(options: argparse.Namespace, settings: Settings) -> Cache | None:
    """The user's cache; None where it is off, as it is in CI, where another's may be put back."""
    wanted = options.cache
    if wanted is None:
        wanted = not os.environ.get("CI")
    if not wanted:
        return None
    folder = cache_folder((settings.root, *settings.paths))
    return Cache(folder) if folder is not None else None
