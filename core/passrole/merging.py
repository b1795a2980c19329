"""The results of several checkouts as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace

from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.findings import Comparison, Counts, Diagnostic, Finding, Results, Suppressed
from passrole.records import NamedTuple
from passrole.stamping import digest


class Named(NamedTuple):
    """The results of one checkout under its name."""

    name: str
    results: Results


def merged(checkouts: Sequence[Named]) -> Results:
    """One report of all: the name of its checkout stands before each path.

    A fingerprint holds the name as well, for two checkouts may have a file of one path.
    """
    parts = [_below(each.name, each.results) for each in checkouts]
    return Results(
        findings=tuple(sorted((f for each in parts for f in each.findings), key=_order)),
        set_aside=tuple(each for part in parts for each in part.set_aside),
        suppressed=tuple(each for part in parts for each in part.suppressed),
        baseline=_known([each.baseline for each in parts if each.baseline is not None]),
        unknowns=tuple(unknown for each in parts for unknown in each.unknowns),
        diagnostics=tuple(diagnostic for each in parts for diagnostic in each.diagnostics),
        counts=summed([each.counts for each in parts]),
        incomplete=any(each.incomplete for each in parts),
        assumptions=tuple(dict.fromkeys(text for each in parts for text in each.assumptions)),
        plugins=next((each.plugins for each in parts if each.plugins), ()),
        sources=_Sources({each.name: each.results.sources for each in checkouts}),
        rules=tuple({rule.id: rule for each in parts for rule in each.rules}.values()),
        passed_over=tuple(sorted(path for each in parts for path in each.passed_over)),
    )


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.location, finding.rule, finding.fingerprint


def summed(counts: Sequence[Counts]) -> Counts:
    """How much was looked at in all."""
    names = [each.name for each in fields(Counts)]
    return Counts(**{name: sum(getattr(each, name) for each in counts) for name in names})


def _below(name: str, results: Results) -> Results:
    """The same results with their paths below ``name``."""

    def placed(location: Location) -> Location:
        return location._replace(path=f"{name}/{location.path}")

    return replace(
        results,
        findings=tuple(_finding(name, each) for each in results.findings),
        set_aside=tuple(_finding(name, each) for each in results.set_aside),
        suppressed=tuple(
            Suppressed(
                _finding(name, each.finding),
                tuple(by._replace(location=placed(by.location)) for by in each.by),
            )
            for each in results.suppressed
        ),
        baseline=_compared(name, results.baseline),
        unknowns=tuple(each._replace(location=placed(each.location)) for each in results.unknowns),
        diagnostics=tuple(
            Diagnostic(
                each.kind,
                f"{name}: {each.message}",
                placed(each.location) if each.location is not None else None,
            )
            for each in results.diagnostics
        ),
        passed_over=tuple((f"{name}/{path}", reason) for path, reason in results.passed_over),
    )


def _compared(name: str, comparison: Comparison | None) -> Comparison | None:
    if comparison is None:
        return None
    fixed = (each._replace(path=f"{name}/{each.path}") for each in comparison.fixed)
    unchanged = (_finding(name, each) for each in comparison.unchanged)
    return comparison._replace(unchanged=tuple(unchanged), fixed=tuple(fixed))


def _known(comparisons: Sequence[Comparison]) -> Comparison | None:
    """What the baselines of all checkouts that have one say."""
    if not comparisons:
        return None
    return Comparison(
        file=", ".join(dict.fromkeys(each.file for each in comparisons)),
        unchanged=tuple(finding for each in comparisons for finding in each.unchanged),
        fixed=tuple(entry for each in comparisons for entry in each.fixed),
        moved=sum(each.moved for each in comparisons),
        unchecked=sum(each.unchecked for each in comparisons),
    )


def _finding(name: str, finding: Finding) -> Finding:
    fix = finding.fix
    if fix is not None:
        edits = tuple(each._replace(path=f"{name}/{each.path}") for each in fix.edits)
        fix = fix._replace(edits=edits)
    return replace(
        finding,
        location=finding.location._replace(path=f"{name}/{finding.location.path}"),
        related=tuple(
            each._replace(location=each.location._replace(path=f"{name}/{each.location.path}"))
            for each in finding.related
        ),
        fix=fix,
        fingerprint=digest(name, finding.fingerprint),
    )


class _Sources(Mapping[str, Document]):
    """The texts of all checkouts, each path below the name of its checkout."""

    def __init__(self, sources: Mapping[str, Mapping[str, Document]]) -> None:
        self._sources = sources

    def __getitem__(self, path: str) -> Document:
        # A name may hold slashes, and one name may begin another.
        for name, sources in self._sources.items():
            own = path.removeprefix(f"{name}/")
            if own != path and own in sources:
                return sources[own]
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        return (f"{name}/{path}" for name, sources in self._sources.items() for path in sources)

    def __len__(self) -> int:
        return sum(map(len, self._sources.values()))
