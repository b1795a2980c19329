"""What the settings of a project say of rules, as a ruleset on top of the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from passrole.configuration.layers import Layers
from passrole.documents.ignoring import Patterns
from passrole.documents.locations import Location
from passrole.findings import Confidence
from passrole.rulesets.places import Place
from passrole.rulesets.settings import OFF, PathSetting, Ruleset, RuleSetting

if TYPE_CHECKING:
    from passrole.configuration.project import PathEntry, ProjectFile


def overlay_of(project: ProjectFile | None, root: str) -> Ruleset | None:
    """Categories, rules and paths of the project; ``root`` is real. None where it says nothing."""
    if project is None or not (project.categories or project.rules or project.paths):
        return None
    paths = tuple(_path(each, project.folder, root) for each in project.paths)
    return Ruleset(project.path, "", Confidence.LOW, project.categories, project.rules, paths)


def _path(entry: PathEntry, folder: str, root: str) -> PathSetting:
    ignored = entry.values.get("ignore")
    off = {}
    if ignored is not None:
        place = Place(ignored.place.path, ignored.place.line, ignored.place.column)
        off = {name: RuleSetting(OFF, {}, place) for name in ignored.value}
    ruleset = entry.values.get("ruleset")
    return PathSetting(
        entry.match,
        entry.categories,
        {**entry.rules, **off},
        files=Patterns.below(folder, root, entry.match),
        ruleset=ruleset.value if ruleset is not None else "",
    )


def places_of_rules(layers: Layers) -> dict[str, Location]:
    """Where the settings of the project name rules that are selected and ignored, and rulesets."""
    found: dict[str, Location] = {}
    for name in ("select", "ignore", "ruleset"):
        said = layers.effective(name)
        if said.place is not None:
            names = (said.value,) if name == "ruleset" else said.value
            found.update(dict.fromkeys(names, said.place))
    for entry in layers.project.paths if layers.project is not None else ():
        ruleset = entry.values.get("ruleset")
        if ruleset is not None:
            found.setdefault(ruleset.value, ruleset.place)
    return found
