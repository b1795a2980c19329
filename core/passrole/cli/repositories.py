"""``passrole check --repos FILE``: many checkouts in one run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from copy import copy
from dataclasses import replace
from pathlib import Path

from passrole.cli.baselines import baseline_of, compared
from passrole.cli.caching import cache_of
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write_all
from passrole.cli.rendering import exit_code, reporter_of, shown
from passrole.cli.reports import Wanted, wanted_reports
from passrole.contributions import Contributions
from passrole.errors import UsageError, did_you_mean
from passrole.executors import Executor, serial
from passrole.merging import Named, merged
from passrole.reporters import DRAW_THE_MAP
from passrole.repositories import Repository, scan_repositories

PLACE = "{repo}"
"""What stands for the name of the checkout in ``-o``."""


def check_repositories(options: argparse.Namespace) -> int:
    """Scan every checkout that the file of ``--repos`` lists; one exit code, the worst, for all."""
    wanted = wanted_reports(options.reports, usual="text")
    _refuse_what_does_not_go(options, wanted)
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the report
        contributions = load_contributions(options)
        renders = [reporter_of(each.format, dict(contributions.reporters)) for each in wanted]
        repositories = tuple(_repositories(options))
        cache = cache_of(options, repositories[0].settings)
        baselines = [baseline_of(each.settings) for each in repositories]
        scanned = scan_repositories(
            repositories,
            contributions,
            cache.folder if cache is not None else None,
            _executor(options, contributions),
        )
        found = [
            compared(results, baseline, repository.settings)
            for results, baseline, repository in zip(scanned, baselines, repositories, strict=True)
        ]
        total = merged(list(map(Named, (each.name for each in repositories), found)))
        texts: list[tuple[str, str | None]] = []
        for render, report in zip(renders, wanted, strict=True):
            if report.target is None or PLACE not in report.target:
                here = replace(repositories[0].settings, root=Path())
                texts.append((render(total, shown(here, report)), report.target))
                continue
            for repository, results in zip(repositories, found, strict=True):
                text = render(results, shown(repository.settings, report))
                texts.append((text, file_of(report.target, repository.name)))
    write_all(texts)
    pairs = zip(repositories, found, strict=True)
    return max(exit_code(results, repository.settings) for repository, results in pairs)


def file_of(target: str, name: str) -> str:
    """The file of one checkout's report; ``{repo}`` is its name, with - for each slash."""
    return target.replace(PLACE, name.strip("./").replace("/", "-") or "here")


def _refuse_what_does_not_go(options: argparse.Namespace, wanted: Sequence[Wanted]) -> None:
    if options.paths:
        raise UsageError("give --repos FILE or paths, not both")
    if options.baseline or options.write_baseline is not None:
        raise UsageError("a baseline is one checkout's: name it in the settings of each checkout")
    for each in wanted:
        if each.format in DRAW_THE_MAP:
            raise UsageError(f"--format {each.format} draws the map of one tree, not of --repos")


def _repositories(options: argparse.Namespace) -> Iterator[Repository]:
    seen: set[str] = set()
    for name in _names(options.repos):
        if not os.path.isdir(name):  # noqa: PTH112 - a text, as it was written
            raise UsageError(f"{options.repos}: {name} is no folder")
        file = file_of(PLACE, name)
        if file in seen:
            raise UsageError(f"{options.repos}: two checkouts are called {file}")
        seen.add(file)
        own = copy(options)
        own.paths = [os.path.abspath(name)]  # noqa: PTH100 - a worker may be in another folder
        yield Repository(name, settings_from(own))


def _names(file: str) -> list[str]:
    try:
        text = Path(file).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error
    lines = [line.strip() for line in text.splitlines()]
    names = [line.rstrip("/") or "/" for line in lines if line and not line.startswith("#")]
    if not names:
        raise UsageError(f"{file} lists no checkout: one folder a line")
    return names


def _executor(options: argparse.Namespace, contributions: Contributions) -> Executor:
    if options.executor:
        return _named(options.executor, contributions)
    if options.jobs is not None and options.jobs > 1:
        from passrole.executors.processes import processes  # noqa: PLC0415 - where it pays

        return processes(options.jobs, options.timeout)
    return serial


def _named(url: str, contributions: Contributions) -> Executor:
    name, mark, address = url.partition("://")
    if name == "dask" and mark and address:
        from passrole.executors.cluster import cluster  # noqa: PLC0415 - heavy, an extra

        return cluster(address)
    make = contributions.executors.get(name)
    if make is None or not mark:
        names = ("dask", *contributions.executors)
        hint = did_you_mean(name, names) or f", only {', '.join(f'{each}://' for each in names)}"
        raise UsageError(f"there is no executor {url!r}{hint}")
    executor: Executor = make(address)
    return executor
