"""Which findings are new and which are gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from passrole.comparison.changes import FindingChanges
from passrole.findings import Finding, Results

PATHS = "paths"
"""The plugin whose rules follow ways through a pipeline to what somebody must not reach."""


def finding_changes(
    base: Results, head: Results, moved: Mapping[str, str]
) -> tuple[FindingChanges, FindingChanges]:
    """All findings but those of paths, and those of paths; ``moved`` gives renamed stacks."""
    before = {each.fingerprint: each for each in base.findings}
    after = {each.fingerprint: each for each in head.findings}
    new = [each for each in head.findings if each.fingerprint not in before]
    gone = [each for each in base.findings if each.fingerprint not in after]
    new, gone = _without_moved(new, gone, moved)
    new, gone = _without_renamed(new, gone)
    unread = _unread(base)
    unsure = [each for each in new if _touches(each.location.path, unread)]
    new = [each for each in new if each not in unsure]
    unread = _unread(head)
    gone = [each for each in gone if not _touches(each.location.path, unread)]
    unchanged = len(head.findings) - len(new) - len(unsure)

    return (
        FindingChanges(_of(new), _of(gone), _of(unsure), unchanged),
        FindingChanges(_of(new, paths=True), _of(gone, paths=True), _of(unsure, paths=True)),
    )


def _of(findings: list[Finding], *, paths: bool = False) -> tuple[Finding, ...]:
    return tuple(each for each in findings if (each.plugin == PATHS) is paths)


def _without_moved(
    new: list[Finding], gone: list[Finding], moved: Mapping[str, str]
) -> tuple[list[Finding], list[Finding]]:
    """Without findings of files that were renamed: what they say is no news."""
    waiting: dict[object, list[Finding]] = defaultdict(list)
    for each in gone:
        waiting[_about(each, moved.get(each.location.path, each.location.path))].append(each)
    left: list[Finding] = []
    known: set[str] = set()
    for each in new:
        same = waiting.get(_about(each, each.location.path), [])
        old = next((one for one in same if one.location.path != each.location.path), None)
        if old is None:
            left.append(each)
        else:
            same.remove(old)
            known.add(old.fingerprint)
    return left, [each for each in gone if each.fingerprint not in known]


def _without_renamed(
    new: list[Finding], gone: list[Finding]
) -> tuple[list[Finding], list[Finding]]:
    """Without what a rule still says at one place, as badly, now that a name in it is another."""
    before, after = _by_place(gone), _by_place(new)
    same = {key for key, found in after.items() if len(found) == len(before.get(key, ())) == 1}
    return (
        [each for each in new if _at(each) not in same],
        [each for each in gone if _at(each) not in same],
    )


def _by_place(findings: list[Finding]) -> dict[object, list[Finding]]:
    found: dict[object, list[Finding]] = defaultdict(list)
    for each in findings:
        found[_at(each)].append(each)
    return found


def _at(finding: Finding) -> object:
    place, subject = finding.location, finding.subject
    named = subject.stage, subject.action, subject.iam_action
    return finding.rule, finding.severity, place.path, place.pointer or place.line, named


def _about(finding: Finding, path: str) -> object:
    return finding.rule, path, finding.subject


def _unread(results: Results) -> tuple[str, ...]:
    """Files and folders that one side could not read; everything where it is not known which."""
    lost = [each for each in results.diagnostics if each.incomplete]
    left = (path for path, reason in results.passed_over if reason in UNREAD)
    return (*(each.location.path if each.location else "" for each in lost), *left)


UNREAD = frozenset(("submodule", "lfs-pointer"))
"""Why a path is passed over that the other side may have read."""


def _touches(path: str, unread: Iterable[str]) -> bool:
    return any(
        not each or path == each or path.startswith(f"{each.rstrip('/')}/") for each in unread
    )
