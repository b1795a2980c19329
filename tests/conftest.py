"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]

# Time tells nothing on a shared machine; a property that hangs is stopped by the job's own limit.
settings.register_profile("passrole", deadline=None)
settings.load_profile("passrole")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_user() -> Iterator[None]:
    """Whoever runs the tests may have settings of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSROLE_CONFIG", "")
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout that the tests belong to."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The corpus, facts and oracle that stand beside a checkout, where they do."""
    folder = Path(os.environ.get("PASSROLE_SHARED") or REPOSITORY.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"needs the shared corpus and facts: no folder {folder.name} (PASSROLE_SHARED)")
    return folder
