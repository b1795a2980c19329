"""What a rule of a plugin yields, looked at before it is believed.

One report that is not what it should be would cost the reports of all other rules: whatever sorts,
joins or writes them would stumble over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from passrole.changes import Repair
from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Mapping, Scalar, Sequence
from passrole.findings import Confidence, Related, Report, Subject
from passrole.values import Origin, Veiled, World, hide

MOST_REPORTS: Final = 10_000
"""How many reports one rule may make of one subject."""
LONGEST: Final = {"message": 10_000, "symptom": 10_000, "remedy": 10_000, "snippet": 100_000}
"""How many characters of a text are kept: names in the scanned tree may be as long as files are."""


def believed(report: object, number: int) -> Report:
    """What a rule yielded, of a subject that it made ``number`` reports of before.

    Its texts are no longer than anybody reads. Raises TypeError or ValueError with what is wrong
    with it: it is no report, a field is of another type, a place lies outside its document, or
    there are too many.
    """
    if not isinstance(report, Report):
        raise not_a(Report, report)
    if number == MOST_REPORTS:
        raise ValueError(f"it yields more than {MOST_REPORTS:,} reports of one subject")
    for name, fits in _FITTING.items():
        value = getattr(report, name)
        if not fits(value):
            raise TypeError(f"the {name} of what it yields is no {name}: {_shown(value)}")
    for document, node in (report.origin, *report.causes):
        if not 0 <= node.start <= node.end <= len(document.text):
            raise ValueError(f"it yields a place that is not in {document.path}")
    return _shortened(_hidden(report))


def not_a(expected: type, each: object) -> TypeError:
    """The error for a plugin that yields something else than it should."""
    return TypeError(f"it yields a {type(each).__name__} and not a {expected.__name__}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_subject(value: Any) -> bool:
    return isinstance(value, Subject) and all(part is None or _is_text(part) for part in value)


def _is_place(value: Any) -> bool:
    if not isinstance(value, Origin):
        return False
    parts: tuple[Any, ...] = value
    return isinstance(parts[0], Document) and isinstance(parts[1], (Scalar, Sequence, Mapping))


def _is_related(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(each, Related) and _is_text(each[0]) and isinstance(each[1], Location)
        for each in value
    )


_FITTING: Final[dict[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(LONGEST, _is_text),
    "origin": _is_place,
    "subject": _is_subject,
    "related": _is_related,
    "confidence": lambda value: isinstance(value, Confidence),
    "world": lambda value: isinstance(value, World),
    "defaults": lambda value: isinstance(value, frozenset) and all(map(_is_text, value)),
    "repair": lambda value: value is None or isinstance(value, Repair) or callable(value),
    "causes": lambda value: isinstance(value, tuple) and all(map(_is_place, value)),
}


def _shown(value: object) -> str:
    return f"a {type(value).__name__}" if value is not None else "None"


def _hidden(report: Report) -> Report:
    """Without what is not to be seen, if the report says that it relies on such a default."""
    if not any(isinstance(each, Veiled) for each in report.defaults):
        return report
    told = partial(hide, defaults=report.defaults)
    texts: dict[str, Any] = {name: told(getattr(report, name)) for name in LONGEST}
    return replace(
        report,
        **texts,
        subject=Subject(*(part and told(part) for part in report.subject)),
        related=tuple(each._replace(message=told(each.message)) for each in report.related),
    )


def _shortened(report: Report) -> Report:
    long: dict[str, Any] = {
        name: f"{text[:most]}… ({len(text) - most:,} characters more)"
        for name, most in LONGEST.items()
        if len(text := getattr(report, name)) > most
    }
    return replace(report, **long) if long else report
