"""Scans of small trees, with passrole's own plugins."""

from collections.abc import Callable
from pathlib import Path

import pytest

from passrole.analysis import Analysis, analyse
from passrole.contributions import Contributions, gather
from passrole.plugin_loading import find_plugins, load_plugins
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment

Scan = Callable[..., Analysis]


@pytest.fixture(scope="session")
def contributions() -> Contributions:
    """What passrole's own plugins contribute."""
    return gather(load_plugins(p for p in find_plugins() if p.distribution == "passrole"))


@pytest.fixture
def scan(tmp_path: Path, contributions: Contributions) -> Scan:
    """The analysis of files given by their names, a dot of the name written as ``_``."""

    def run(deployment: Deployment | None = None, **files: str) -> Analysis:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_yaml", ".yaml").replace(
                "_tf", ".tf"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        settings = Settings(paths=(tmp_path,), root=tmp_path, deployment=deployment or Deployment())
        return analyse(settings, contributions)

    return run
