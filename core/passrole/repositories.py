"""Many checkouts in one run: each is scanned as if alone, wherever the executor does it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from passrole.cache import Cache
from passrole.contributions import Contributions, gather
from passrole.documents.watching import Watch, nobody
from passrole.executors import Executor, Lost, Note
from passrole.findings import Diagnostic, Results
from passrole.plugin_loading import FoundPlugin, load_plugins
from passrole.records import NamedTuple
from passrole.rules_in_force import rules_in_force
from passrole.scans import packed, scan, unpacked
from passrole.settings import Settings
from passrole.whereabouts import Whereabouts, noted_in


class Repository(NamedTuple):
    """A checkout, and what it is called in a report of several."""

    name: str
    settings: Settings


class _Task(NamedTuple):
    """What a worker needs to know to scan one checkout."""

    settings: Settings
    plugins: tuple[FoundPlugin, ...]
    is_partial: bool
    cache: Path | None


def scan_repositories(
    repositories: Sequence[Repository],
    contributions: Contributions,
    cache_folder: Path | None,
    executor: Executor,
) -> tuple[Results, ...]:
    """The results of each repository, in their order; those of one that was lost say so.

    Raises UsageError where the executor cannot work at all.
    """
    plugins = tuple(
        FoundPlugin(each.name, each.module, each.distribution, each.version)
        for each in contributions.plugins
    )
    tasks = [
        _Task(each.settings, plugins, contributions.is_partial, cache_folder)
        for each in repositories
    ]
    found: dict[int, Results] = {}
    for position, answer in executor(_Scanning(), tasks):
        found[position] = _results(answer, tasks[position].settings, contributions)
    return tuple(
        found.get(position) or _lost("no worker answered") for position in range(len(tasks))
    )


class _Scanning:
    """In the worker: one checkout after the other."""

    def __init__(self) -> None:
        self._watch: Watch = nobody

    def note_in(self, note: Note, /) -> None:
        """Note what it is at from now on."""
        self._watch = noted_in(note)

    def __call__(self, task: _Task) -> bytes:
        contributions = _contributions(task.plugins, task.is_partial)
        kept = Cache(task.cache) if task.cache is not None else None
        return packed(scan(task.settings, contributions, kept, self._watch))


@cache
def _contributions(plugins: tuple[FoundPlugin, ...], is_partial: bool) -> Contributions:
    """What the plugins bring that the operator trusts: loaded once for all checkouts."""
    return gather(load_plugins(plugins), is_partial=is_partial)


def _results(answer: bytes | Lost, settings: Settings, contributions: Contributions) -> Results:
    if isinstance(answer, Lost):
        at = f" {Whereabouts.of(answer.at).words(contributions)}" if answer.at else ""
        return _lost(f"{answer.reason}{at}")
    chosen = rules_in_force(settings, contributions)
    return unpacked(answer, settings, chosen) or _lost("its answer cannot be read")


def _lost(reason: str) -> Results:
    told = Diagnostic("worker-lost", f"it was not analysed: {reason}")
    return Results(diagnostics=(told,), incomplete=True)
