"""A plugin of pytest: fixtures for the tests of a plugin of passrole.

In ``pyproject.toml``:

    [tool.pytest.ini_options]
    addopts = ["-p", "passrole.testing.fixtures"]
    passrole_plugins = ["passrole_acme"]

``passrole_plugins`` are the modules under test. They are at hand with passrole's own plugins and no
others, so that what else is installed changes no test.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from passrole.testing.templates import check_text as check_text_with
from passrole.testing.templates import contributions_of
from passrole.testing.templates import graph_of as graph_of_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from passrole.contributions import Contributions
    from passrole.findings import Finding
    from passrole.graph.questions import Graph


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting that names the modules under test."""
    words = "modules of the passrole plugins under test"
    parser.addini("passrole_plugins", words, type="args", default=[])


@pytest.fixture(scope="session")
def passrole_plugins(pytestconfig: pytest.Config) -> tuple[ModuleType, ...]:
    """The plugins under test, as the setting ``passrole_plugins`` names them."""
    names = pytestconfig.getini("passrole_plugins")
    if not names:
        message = 'say which plugins are tested: passrole_plugins = ["passrole_acme"]'
        raise pytest.UsageError(message)
    return tuple(importlib.import_module(name) for name in names)


@pytest.fixture(scope="session")
def contributions(passrole_plugins: tuple[ModuleType, ...]) -> Contributions:
    """What the plugins under test and passrole's own bring, and no others that are installed."""
    return contributions_of(*passrole_plugins)


@pytest.fixture(scope="session")
def check_text(contributions: Contributions) -> Callable[..., tuple[Finding, ...]]:
    """``check_text(template, language="yaml", rules=())``: what the rules find in a template."""

    def check(text: str, **options: Any) -> tuple[Finding, ...]:
        return check_text_with(text, contributions, **options)

    return check


@pytest.fixture(scope="session")
def graph_of(contributions: Contributions) -> Callable[..., Graph]:
    """``graph_of(template, language="yaml")``: the entities of a template and what they need."""

    def graph(text: str, **options: Any) -> Graph:
        return graph_of_with(text, contributions, **options)

    return graph
