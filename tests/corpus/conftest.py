"""Whole scans of the corpus."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.corpus.cases import Case

from passrole.analysis import Analysis, analyse
from passrole.contributions import Contributions, gather
from passrole.plugin_loading import find_plugins, load_plugins
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment


@pytest.fixture(scope="session")
def cdk_cases(shared: Path) -> list[Case]:
    """Every case of the corpus that the AWS CDK made."""
    root = shared / "corpus" / "cdk"
    index = json.loads((root / "INDEX.json").read_text(encoding="utf-8"))
    return [
        Case(each["case"], root / each["case"], each["templates"], each["oracle_sufficient"])
        for each in index["cases"]
    ]


@pytest.fixture(scope="session")
def contributions() -> Contributions:
    """What passrole's own plugins contribute; others that are installed play no part."""
    return gather(load_plugins(p for p in find_plugins() if p.distribution == "passrole"))


@pytest.fixture(scope="session")
def scan(contributions: Contributions) -> Callable[..., Analysis]:
    """One run over one folder."""

    def run(
        folder: Path, root: Path, deployment: Deployment | None = None, ruleset: str = "default"
    ) -> Analysis:
        settings = Settings(
            paths=(folder,), root=root, deployment=deployment or Deployment(), ruleset=ruleset
        )
        return analyse(settings, contributions)

    return run
