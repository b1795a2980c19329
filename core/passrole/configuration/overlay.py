"""What the settings of a project say of rules, as a ruleset on top of the one that is chosen."""

from __future__ import annotations

from passrole.configuration.layers import Layers
from passrole.configuration.project import PathEntry, ProjectFile
from passrole.documents.ignoring import Patterns
from passrole.documents.locations import Location
from passrole.findings import Confidence
from passrole.rulesets.places import Place
from passrole.rulesets.settings import OFF, PathSetting, Ruleset, RuleSetting


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
    """Where the settings of the project name the rules that are selected and ignored."""
    found: dict[str, Location] = {}
    for name in ("select", "ignore"):
        said = layers.effective(name)
        if said.place is not None:
            found.update(dict.fromkeys(said.value, said.place))
    return found
