"""``passrole new-plugin``: a distribution to begin with."""

from __future__ import annotations

import argparse
from pathlib import Path

from passrole.cli import CLEAN
from passrole.new_plugin.names import new_name
from passrole.new_plugin.writing import files_of, write_plugin
from passrole.plugin_loading import find_plugins
from passrole.reporters.escaping import printable


def run_new_plugin(options: argparse.Namespace) -> int:
    """Write the plugin and say what to do next."""
    name = new_name(options.name, find_plugins())
    folder = write_plugin(name, Path(options.into))
    shown = printable(str(folder))
    print(f"{len(files_of(name))} files in {shown}: a provider, a resource type, a rule, tests.")
    print(f"Next:\n  cd {shown}\n  pip install tox && tox")
    print(
        "There is no licence in it: choose one. README.md says what to make your own, and to look "
        f"whether the name {name.distribution} is free before you publish it."
    )
    return CLEAN
