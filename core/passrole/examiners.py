"""Who looks at a part of a large scan: here, or in another process."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import Any, Final

from passrole.bonds import bonds_of
from passrole.contributions import Contributions, gather
from passrole.documents.candidates import parsed
from passrole.documents.discovery import Discovery, Found
from passrole.documents.seen import Seen
from passrole.documents.tree import Tree
from passrole.documents.watching import Watch, nobody
from passrole.executors import Note
from passrole.parts import Part, examined
from passrole.plugin_loading import FoundPlugin, load_plugins
from passrole.records import NamedTuple
from passrole.rules_in_force import RulesInForce, rules_in_force
from passrole.rulesets.choosing import is_shown
from passrole.rulesets.settings import Ruleset
from passrole.saved_results import as_bytes
from passrole.settings import Settings
from passrole.whereabouts import Culprit, leaving_out, noted_in

_SELDOM: Final = 8
"""After how many parts what they left is looked through for garbage; all, after as many times."""


class Task(NamedTuple):
    """Some files to look at, and whether what is looked at is written down.

    ``without`` are rules and readers that are not asked: they hung, or killed their process.
    """

    files: tuple[Found, ...]
    noting: bool
    without: tuple[Culprit, ...] = ()


class Done(NamedTuple):
    """A part, and the digests of what was looked at."""

    part: Part
    candidates: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()


class Examiner:
    """Looks at some files; in another process it has what this one has, or makes it anew."""

    def __init__(self, settings: Settings, chosen: RulesInForce | None, plugins: Plugins) -> None:
        self._settings = settings
        self._chosen = chosen
        self._plugins = plugins
        self._count = 0
        self._watch: Watch = nobody

    def __reduce__(self) -> tuple[Any, ...]:
        return Examiner, (self._settings, None, self._plugins)

    def note_in(self, note: Note, /) -> None:
        """Note what it is at from now on."""
        self._watch = noted_in(note)

    def __call__(self, task: Task) -> bytes:
        """What comes of the files, as another process gets it."""
        return as_bytes(self.done(task, self._watch))

    def done(self, task: Task, watch: Watch = nobody) -> Done:
        """What comes of the files; nothing else of them is left in memory."""
        if self._chosen is None:
            watch("loading plugins", 0, 0)
            self._chosen = rules_in_force(self._settings, self._plugins.contributions())
        settings = self._settings
        seen = Seen() if task.noting else None
        found = Discovery(task.files, (), ())
        chosen = leaving_out(self._chosen, task.without)
        types = chosen.contributions.terraform_types
        candidates = parsed(found, settings.paths, settings.limits, types, seen, None, watch)
        tree = Tree(settings.root, settings.paths, settings.limits, seen)
        part = examined(settings, chosen, candidates, tree, watch, tying=bonds_of)
        part = _of_weight(part, settings, self._chosen.ruleset)
        del candidates, tree
        # Parts go by themselves; what a plugin may leave of them is looked for now and then.
        self._count += 1
        if self._count % _SELDOM == 0:
            gc.collect(1 if self._count % _SELDOM**2 else 2)
        if seen is None:
            return Done(part)
        return Done(part, tuple(seen.candidates.items()), tuple(seen.others.items()))


def _of_weight(part: Part, settings: Settings, ruleset: Ruleset) -> Part:
    """A part without findings that no report shows and no suppression can be meant for."""
    if settings.suppressions:
        return part
    marked = frozenset(part.marked)
    weighing = tuple(
        each for each in part.findings if each.location.path in marked or is_shown(each, ruleset)
    )
    return replace(part, findings=weighing)


class Plugins(NamedTuple):
    """The plugins that the operator trusts, as another process loads them."""

    found: tuple[FoundPlugin, ...]
    is_partial: bool

    @classmethod
    def of(cls, contributions: Contributions) -> Plugins:
        """Those that were loaded here."""
        return cls(
            tuple(
                FoundPlugin(each.name, each.module, each.distribution, each.version)
                for each in contributions.plugins
            ),
            contributions.is_partial,
        )

    def contributions(self) -> Contributions:
        """What they contribute, loaded anew."""
        return gather(load_plugins(self.found), is_partial=self.is_partial)
