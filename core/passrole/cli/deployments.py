"""What is said of a deployment, with the files that say it read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from passrole.cli.parameters import read_values
from passrole.cli.policy_files import read_scps
from passrole.cli.variable_files import read_variable_files
from passrole.configuration.layers import Layers
from passrole.configuration.values import GivenSet
from passrole.documents.ignoring import Patterns
from passrole.documents.limits import Limits
from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.stacks.deployments import Deployment, Facts, ParameterSet, PathFacts

if TYPE_CHECKING:
    from passrole.configuration.project import ProjectFile


def deployment_of(layers: Layers, root: Path, limits: Limits) -> Deployment:
    """The deployment that the layers describe. Raises UsageError for a file that is amiss."""
    reader = _Reader(root, limits)
    sets = [reader.parameters(each) for each in layers.value("parameters", ())]
    places = []
    project = layers.project
    for entry in project.paths if project is not None else ():
        values = {name: given.value for name, given in entry.values.items()}
        files = Patterns.below(project.folder, reader.real, entry.match) if project else None
        if files is None:
            continue
        sets.extend(reader.parameters(each, files) for each in values.get("parameters", ()))
        variables = reader.variables(values.get("var-file", ()))
        account, region = values.get("account", ""), values.get("region", "")
        if account or region or variables:
            places.append(PathFacts(files, account, region, variables))
    return Deployment(
        sets=tuple(sets),
        partition=layers.value("partition", "aws"),
        account=layers.value("account", ""),
        region=layers.value("region", ""),
        scps=read_scps(layers.value("scp", ())),
        variables=reader.variables(layers.value("var-file", ())),
        by_path=tuple(places),
        facts=_facts(project),
    )


def _facts(project: ProjectFile | None) -> Facts:
    if project is None or project.facts is None:
        return Facts()
    from passrole.configuration.facts import read_facts  # noqa: PLC0415 - few projects give any

    return read_facts(project.facts)


class _Reader:
    """Reads files of values and shows their paths as those of all other files."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.real = os.path.realpath(root)
        self._limits = limits

    def parameters(self, given: GivenSet, paths: Patterns | None = None) -> ParameterSet:
        """One deployment: a later file beats an earlier one, values of its own beat them all."""
        values: dict[str, str | None] = {}
        places: dict[str, Location] = {}
        for name, text, place in self._values(given):
            values[name] = text
            places.pop(name, None)
            if place is not None:
                places[name] = place
        return ParameterSet(given.name, values, places, paths)

    def _values(self, given: GivenSet) -> Iterator[tuple[str, str | None, Location | None]]:
        for file in given.files:
            for name, text, place in read_values(file):
                shown = place and place._replace(path=self._shown(place.path))
                yield name, text, shown
        yield from given.values

    def variables(self, files: Iterable[str]) -> tuple[Document, ...]:
        """Files of Terraform variables."""
        return read_variable_files(files, self._shown, self._limits)

    def _shown(self, file: str) -> str:
        real = os.path.realpath(file)
        try:
            return os.path.relpath(real, self.real).replace(os.sep, "/")
        except ValueError:  # on another drive
            return real.replace(os.sep, "/")
