"""The findings that were there when the baseline was written: known again, they no longer count.

A finding is known by its fingerprint, which holds its rule, its file and its subject and no line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from passrole.errors import UsageError
from passrole.findings import BaselineEntry, Comparison, Finding, Results, Subject

VERSION: Final = 1
LARGEST: Final = 64_000_000
"""The most bytes of a baseline that is read."""
KIND: Final = "passrole-baseline"

_FINGERPRINT: Final = re.compile("[0-9a-f]{32}")
_KEYS: Final = frozenset(("fingerprint", "rule", "path", "subject"))


def as_text(findings: Iterable[Finding]) -> str:
    """A baseline of these findings: JSON, sorted, each on a line of its own."""
    entries = sorted(
        (each.location.path, each.rule, _told(each.subject), each.fingerprint) for each in findings
    )
    lines = [
        json.dumps({"path": path, "rule": rule, "subject": dict(subject), "fingerprint": own})
        for path, rule, subject, own in entries
    ]
    listed = ",\n".join(f"  {line}" for line in lines)
    findings_text = f"[\n{listed}\n ]" if lines else "[]"
    return f'{{"kind": "{KIND}", "version": {VERSION},\n "findings": {findings_text}}}\n'


def _told(subject: Subject) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in subject._asdict().items() if text is not None)


def read_baseline(data: bytes, file: str) -> tuple[BaselineEntry, ...]:
    """The entries of a baseline. Raises UsageError for what is none, or is not whole."""
    if len(data) > LARGEST:
        raise UsageError(f"{file}: more than {LARGEST:,} bytes are no baseline")
    try:
        parts = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        words = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise UsageError(f"{file}: this is no baseline: {words}") from error
    if not isinstance(parts, dict) or parts.get("kind") != KIND:
        raise UsageError(f"{file}: this is no baseline of passrole: --write-baseline makes one")
    version = parts.get("version")
    if type(version) is not int or version != VERSION:
        raise UsageError(
            f"{file}: a baseline of version {version!r}; this passrole reads {VERSION}"
        )
    listed = parts.get("findings")
    if not isinstance(listed, list) or parts.keys() != {"kind", "version", "findings"}:
        raise UsageError(f"{file}: this baseline is not whole: `findings` is to be a list")
    return tuple(_entry(each, f"{file}: finding {n}") for n, each in enumerate(listed, 1))


def _entry(part: Any, where: str) -> BaselineEntry:
    if not isinstance(part, dict) or part.keys() != _KEYS:
        raise UsageError(f"{where}: it is to have {', '.join(sorted(_KEYS))}, and nothing else")
    own, rule, path, subject = (part[k] for k in ("fingerprint", "rule", "path", "subject"))
    if not (isinstance(own, str) and _FINGERPRINT.fullmatch(own)):
        raise UsageError(f"{where}: the fingerprint is to be 32 hexadecimal digits")
    if not (isinstance(rule, str) and isinstance(path, str)) or "\0" in path:
        raise UsageError(f"{where}: rule and path are to be texts")
    names = frozenset(Subject._fields)
    if not isinstance(subject, dict) or not all(
        name in names and isinstance(text, str) for name, text in subject.items()
    ):
        raise UsageError(f"{where}: the subject is to have texts, of {', '.join(Subject._fields)}")
    return BaselineEntry(own, rule, path, Subject(**subject))


def compare(
    results: Results,
    entries: Iterable[BaselineEntry],
    file: str,
    is_looked_at: Callable[[str], bool],
    is_gone: Callable[[str], bool],
) -> Results:
    """The results with what is new as their findings, and what the baseline knows beside them.

    As many equal findings are known as the baseline has. A finding is known as well where the file
    of its entry ``is_gone`` and rule and subject are the same: the file was renamed. An entry is
    fixed where its rule and its file were looked at and nothing is found; in an incomplete run
    nobody can say so.
    """
    entries = tuple(entries)
    room = Counter(each.fingerprint for each in entries)
    for each in (*(suppressed.finding for suppressed in results.suppressed), *results.set_aside):
        _take(room, each.fingerprint)
    known = {id(each) for each in results.findings if _take(room, each.fingerprint)}
    new = [each for each in results.findings if id(each) not in known]
    left = [each for each in entries if _take(room, each.fingerprint)]
    moved, left = _moved(new, left, is_gone)
    known.update(map(id, moved))
    rules = {rule.id for rule in results.rules}
    fixed = [
        each
        for each in left
        if each.rule in rules and is_looked_at(each.path) and not results.incomplete
    ]
    comparison = Comparison(
        file=file,
        unchanged=tuple(each for each in results.findings if id(each) in known),
        fixed=tuple(fixed),
        moved=len(moved),
        unchecked=len(left) - len(fixed),
    )
    left_over = tuple(each for each in new if id(each) not in known)
    return replace(results, findings=left_over, baseline=comparison)


def _take(room: Counter[str], fingerprint: str) -> bool:
    if not room[fingerprint]:
        return False
    room[fingerprint] -= 1
    return True


def _moved(
    new: Iterable[Finding], left: Iterable[BaselineEntry], is_gone: Callable[[str], bool]
) -> tuple[list[Finding], list[BaselineEntry]]:
    """The findings that stood in a file of another name, and the entries that are not theirs."""
    waiting: dict[tuple[str, Subject], list[BaselineEntry]] = {}
    others = []
    gone: dict[str, bool] = {}
    for entry in left:
        if entry.path not in gone:
            gone[entry.path] = is_gone(entry.path)
        # Without a subject, nothing but the rule would be the same.
        if gone[entry.path] and any(entry.subject):
            waiting.setdefault((entry.rule, entry.subject), []).append(entry)
        else:
            others.append(entry)
    moved = []
    for finding in new:
        same = waiting.get((finding.rule, finding.subject))
        if same:
            same.pop()
            moved.append(finding)
    return moved, [*others, *(each for entries in waiting.values() for each in entries)]
