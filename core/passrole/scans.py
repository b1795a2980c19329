"""A whole scan, done only where it was not done before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from passrole.analysis import found_in
from passrole.cache import Cache
from passrole.contributions import Contributions
from passrole.documents.discovery import discover
from passrole.documents.reading import read_file
from passrole.documents.seen import Looked, Seen, digest_of, listing_of
from passrole.documents.texts import Texts
from passrole.documents.tree import Tree
from passrole.documents.watching import Watch, nobody
from passrole.executors import Executor
from passrole.findings import Results
from passrole.rules_in_force import RulesInForce, rules_in_force
from passrole.settings import Settings

FEWEST = 16
"""How many candidate files make it worth to look for an earlier run: fewer are read as fast."""

MANY = 1_000
"""How many candidate files are looked at together at most, so that memory stays small."""
SOME = 200
"""How many may be worth a second process."""


def scan(
    settings: Settings,
    contributions: Contributions,
    cache: Cache | None,
    watch: Watch = nobody,
    executor: Executor | None = None,
    *,
    elsewhere: bool = False,
) -> Results:
    """The results of a run, those of an earlier one where nothing that they depend on changed.

    ``watch`` is told how far it is; parts of a large scan are given to ``executor``,
    and those of any scan if it is to be done ``elsewhere``.

    Raises UsageError as ``analyse`` does.
    """
    chosen = rules_in_force(settings, contributions)
    before = _candidates(settings) if cache is not None else None
    key = _key(settings, chosen, before.candidates) if before is not None else None
    if cache is None or before is None or key is None:
        return scanned(settings, chosen, None, watch, executor, elsewhere=elsewhere)
    kept = cache.load(key)
    results = unpacked(kept, settings, chosen) if kept is not None else None
    if results is not None:
        return results
    seen = Seen()
    results = scanned(settings, chosen, seen, watch, executor, elsewhere=elsewhere)
    # What changed while it was read has no name: nobody could say which state was looked at.
    if seen.candidates == before.candidates and not results.incomplete:
        cache.store(key, _entry(results, seen.others))
    return results


def scanned(
    settings: Settings,
    chosen: RulesInForce,
    seen: Seen | None,
    watch: Watch,
    executor: Executor | None,
    *,
    elsewhere: bool = False,
) -> Results:
    """What is found in the files under ``settings.paths``, in parts where these are many."""
    watch("looking for files", 0, 0)
    found = discover(settings.paths, settings.root, settings.exclude)
    if elsewhere or len(found.files) > (MANY if executor is None else SOME):
        from passrole.spreading import in_parts  # noqa: PLC0415 - large trees only

        spread = in_parts(found, settings, chosen, seen, watch, executor, elsewhere=elsewhere)
        if spread is not None:
            del found  # of a large tree, most are not ours
            results = spread.results()
            if results is not None:
                return results
            found = discover(settings.paths, settings.root, settings.exclude)
    return found_in(found, settings, chosen, seen, watch=watch)


def _candidates(settings: Settings) -> Seen | None:
    """The files that the search finds, with their digests; None for a handful."""
    found = discover(settings.paths, settings.root, settings.exclude)
    if len(found.files) < FEWEST:
        return None
    seen = Seen()
    seen.search(found)
    for file in found.files:
        seen.candidate(file.path, read_file(file.location, settings.limits))
    return seen


def _key(settings: Settings, chosen: RulesInForce, candidates: Mapping[str, str]) -> str | None:
    from passrole.cache_keys import CannotBeKeptError, key_of  # noqa: PLC0415 - large trees only

    try:
        return key_of(settings, chosen.ruleset, chosen.contributions, candidates)
    except CannotBeKeptError:
        return None


def _entry(results: Results, others: Looked) -> bytes:
    from passrole.saved_results import save  # noqa: PLC0415 - large trees only

    head = json.dumps({"others": others, "quoted": sorted(results.sources)}, sort_keys=True)
    return head.encode("ascii") + b"\n" + save(results)


def packed(results: Results) -> bytes:
    """The results as ``unpacked`` takes them, on this machine or from another one."""
    return _entry(results, {})


def unpacked(kept: bytes, settings: Settings, chosen: RulesInForce) -> Results | None:
    """What was packed, if all that was looked for beside the candidates is still the same.

    None as well for bytes that nobody packed.
    """
    from passrole.saved_results import UnreadableResultsError, restore  # noqa: PLC0415 - as above

    head, _, body = kept.partition(b"\n")
    tree = Tree(settings.root, settings.paths, settings.limits)
    try:
        about = json.loads(head)
        results = restore(body)
        others, quoted = about["others"].items(), frozenset(about["quoted"])
    except (UnreadableResultsError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if any(_look(tree, path) != digest for path, digest in others):
        return None
    return replace(
        results,
        rules=tuple(active.rule for active in chosen.rules),
        sources=Texts(tree, quoted),
    )


def _look(tree: Tree, path: str) -> str:
    if path.endswith("/"):
        return listing_of(tree.names(path.removesuffix("/")))
    return digest_of(tree.read(path))
