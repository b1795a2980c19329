"""Every example in the page of every rule holds."""

import importlib

import pytest

from passrole.plugin_loading import find_plugins
from passrole.testing import Example, check_example, examples_of

OWN = [
    importlib.import_module(plugin.module)
    for plugin in find_plugins()
    if plugin.distribution == "passrole"
]


@pytest.mark.parametrize("example", examples_of(*OWN), ids=str)
def test_example(example: Example) -> None:
    check_example(example)
