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

from passrole.cli.baselines import Baseline, after_writing, baseline_of, compared, to_write
from passrole.cli.caching import cache_of
from passrole.cli.options import load_contributions, settings_from
from passrole.cli.output import write_all
from passrole.cli.rendering import exit_code, reporter_of, shown
from passrole.cli.reports import Wanted, wanted_reports
from passrole.contributions import Contributions
from passrole.errors import UsageError, did_you_mean
from passrole.executors import Executor, serial
from passrole.findings import Results
from passrole.merging import Named, merged
from passrole.reporters import DRAW_THE_MAP, Reporter
from passrole.repositories import Repository, scan_repositories

PLACE = "{repo}"
"""What stands for the name of the checkout in the files of ``-o`` and of baselines."""

_OWN_BASELINE = (
    "a baseline is one checkout's, and {repo} in the name of the file stands for its name: "
    "'baselines/{repo}.json'"
)


def check_repositories(options: argparse.Namespace) -> int:
    """Scan every checkout that the file of ``--repos`` lists; one exit code, the worst, for all."""
    wanted = wanted_reports(options.reports, usual="text")
    _refuse_what_does_not_go(options, wanted)
    with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the report
        contributions = load_contributions(options)
        reporters, seconds = dict(contributions.reporters), options.timeout
        renders = [reporter_of(each.format, reporters, seconds) for each in wanted]
        repositories = tuple(_repositories(options))
        cache = cache_of(options, repositories[0].settings)
        baselines = [_baseline(options, each) for each in repositories]
        scanned = scan_repositories(
            repositories,
            contributions,
            cache.folder if cache is not None else None,
            _executor(options, repositories, contributions),
        )
        found = [
            (repository, compared(results, baseline, repository.settings))
            for repository, results, baseline in zip(repositories, scanned, baselines, strict=True)
        ]
        total = merged([Named(repository.name, results) for repository, results in found])
        texts = [
            text
            for render, report in zip(renders, wanted, strict=True)
            for text in _rendered(render, report, total, found)
        ]
    written, codes = [], []
    for (repository, results), baseline in zip(found, baselines, strict=True):
        known = to_write(results, baseline, repository.settings)
        written.extend(known)
        codes.append(exit_code(after_writing(results, bool(known)), repository.settings))
    write_all([*written, *texts])
    return max(codes)


def _rendered(
    render: Reporter,
    report: Wanted,
    total: Results,
    found: Sequence[tuple[Repository, Results]],
) -> Iterator[tuple[str, str | None]]:
    """The texts of one report with their files: one of all checkouts, or one of each."""
    if report.target is None or PLACE not in report.target:
        first, _ = found[0]
        here = replace(first.settings, root=Path())
        yield render(total, shown(here, report)), report.target
        return
    for repository, results in found:
        text = render(results, shown(repository.settings, report))
        yield text, file_of(report.target, repository.name)


def file_of(target: str, name: str) -> str:
    """The file of one checkout; ``{repo}`` is its name, with - for each slash."""
    return target.replace(PLACE, name.strip("./").replace("/", "-") or "here")


def _refuse_what_does_not_go(options: argparse.Namespace, wanted: Sequence[Wanted]) -> None:
    if options.paths:
        raise UsageError("give --repos FILE or paths, not both")
    for file in (options.baseline, options.write_baseline):
        if file and PLACE not in file:
            raise UsageError(f"{file}: {_OWN_BASELINE}")
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
        if options.baseline:
            own.baseline = file_of(options.baseline, name)
        yield Repository(name, settings_from(own))


def _baseline(options: argparse.Namespace, repository: Repository) -> Baseline:
    """What is known of a checkout, and the file to write: the one of its settings unless named."""
    target = options.write_baseline
    if target == "" and repository.settings.baseline is None:
        raise UsageError(f"{repository.name}: its settings name no baseline; {_OWN_BASELINE}")
    if target:
        target = file_of(target, repository.name)
    return baseline_of(repository.settings, target)


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


def _executor(
    options: argparse.Namespace, repositories: Sequence[Repository], contributions: Contributions
) -> Executor:
    """The one that is named, else processes: as many as the settings of any checkout ask for."""
    if options.executor:
        return _named(options.executor, contributions)
    jobs = max(each.settings.jobs for each in repositories)
    if jobs > 1 or options.timeout is not None:
        from passrole.executors.processes import processes  # noqa: PLC0415 - seldom asked for

        return processes(jobs, options.timeout)
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
