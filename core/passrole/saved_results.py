"""Results as bytes and back: what a worker sends, and what the cache keeps.

JSON, and nothing but data: whoever reads it back builds only the types that results are made of,
and refuses what does not fit them. The rules and the texts of the files are not saved; whoever
reads has both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from passrole.findings import Results

T = TypeVar("T")

_LEFT_OUT = frozenset(("sources", "rules", "pipelines"))
_OF_FINDINGS = "repairs"
"""What is left out of findings: fixes are made of what was read, never of what was kept."""


class UnreadableResultsError(ValueError):
    """The bytes are no saved results; the reason is in the text."""


def save(results: Results) -> bytes:
    """The results without their rules, the texts of their files, and the map."""
    parts = {
        each.name: _plain(getattr(results, each.name))
        for each in fields(results)
        if each.name not in _LEFT_OUT
    }
    return json.dumps(parts, separators=(",", ":"), sort_keys=True).encode("ascii")


def restore(data: bytes) -> Results:
    """The results of ``save``. Raises UnreadableResultsError where the bytes are not its."""
    try:
        parts = json.loads(data)
        if not isinstance(parts, dict):
            raise _misfit(parts, Results)
        hints = _hints(Results)
        expected = hints.keys() - _LEFT_OUT
        if parts.keys() != expected:
            raise UnreadableResultsError(f"its keys are {sorted(parts)}")
        return Results(**{name: _typed(hints[name], part) for name, part in parts.items()})
    except (RecursionError, ValueError) as error:
        raise UnreadableResultsError(str(error)) from error


def as_bytes(value: Any) -> bytes:
    """A dataclass of what results are made of, as JSON; ``of_bytes`` reads it."""
    return json.dumps(_plain(value), separators=(",", ":")).encode("ascii")


def of_bytes(kind: type[T], data: bytes) -> T:
    """What ``as_bytes`` was given. Raises UnreadableResultsError where the bytes are not its."""
    try:
        found: T = _typed(kind, json.loads(data))
    except (RecursionError, ValueError) as error:
        raise UnreadableResultsError(str(error)) from error
    return found


def _plain(value: Any) -> Any:
    """A value of the results as JSON has it: fields in their order, without their names."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return [
            _plain(getattr(value, each.name)) for each in fields(value) if each.name != _OF_FINDINGS
        ]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    raise TypeError(f"results cannot hold a {type(value).__name__}")


def _typed(hint: Any, part: Any) -> Any:
    """What ``_plain`` was given, of the type that the hint names."""
    return _reader(hint)(part)


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    origin = get_origin(hint)
    if origin is Union or origin is UnionType:
        return _optional(hint)
    if origin is tuple:
        return _items(get_args(hint))
    if isinstance(hint, type):
        if issubclass(hint, Enum):
            return hint
        if issubclass(hint, tuple) or is_dataclass(hint):
            return _record(hint)
        if hint in (str, bool, int, NoneType):
            return _leaf(hint)
    raise TypeError(f"results cannot hold a {hint}")


def _optional(hint: Any) -> Callable[[Any], Any]:
    """``X | None``: all unions of results are such."""
    (only,) = (each for each in get_args(hint) if each is not NoneType)
    read = _reader(only)
    return lambda part: None if part is None else read(part)


def _items(hints: tuple[Any, ...]) -> Callable[[Any], Any]:
    if hints[-1] is Ellipsis:
        each = _reader(hints[0])
        return lambda part: tuple(map(each, _listed(part, None)))
    readers = tuple(map(_reader, hints))
    return lambda part: tuple(
        read(each) for read, each in zip(readers, _listed(part, len(readers)), strict=True)
    )


def _record(kind: Any) -> Callable[[Any], Any]:
    hints = {name: hint for name, hint in _hints(kind).items() if name != _OF_FINDINGS}
    readers = tuple(map(_reader, hints.values()))
    named = is_dataclass(kind)  # those of results take keywords only

    def read(part: Any) -> Any:
        parts = _listed(part, len(readers))
        values = (each(value) for each, value in zip(readers, parts, strict=True))
        return kind(**dict(zip(hints, values, strict=True))) if named else kind(*values)

    return read


def _leaf(kind: type[Any]) -> Callable[[Any], Any]:
    def read(part: Any) -> Any:
        if type(part) is not kind:
            raise _misfit(part, kind)
        return part

    return read


def _listed(part: Any, size: int | None) -> list[Any]:
    if not isinstance(part, list) or (size is not None and len(part) != size):
        raise _misfit(part, list)
    return part


def _misfit(part: Any, kind: type[Any]) -> UnreadableResultsError:
    return UnreadableResultsError(f"a {type(part).__name__} stands where a {kind.__name__} should")


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)
