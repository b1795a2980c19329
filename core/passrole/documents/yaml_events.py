"""Where YAML events come from: libyaml through PyYAML, or ruamel.yaml where there is no libyaml.

Both give YAML 1.1 events with marks that count code points. Where they are known to differ:
ruamel.yaml refuses a tab after a colon, lets the place of a node whose tag stands before its
anchor begin at the anchor, and that of an empty key right behind its ``?``, and sees no line break
in U+2028 and U+2029.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from passrole.records import NamedTuple


class EventKinds(NamedTuple):
    """The event classes of one library, and the class of its errors."""

    scalar: type[Any]
    alias: type[Any]
    mapping_start: type[Any]
    starts: tuple[type[Any], ...]
    ends: tuple[type[Any], ...]
    document_start: type[Any]
    document_end: type[Any]
    stream_end: type[Any]
    error: type[Exception]


@cache
def _kinds(events: ModuleType, error: type[Exception]) -> EventKinds:
    return EventKinds(
        events.ScalarEvent,
        events.AliasEvent,
        events.MappingStartEvent,
        (events.SequenceStartEvent, events.MappingStartEvent),
        (events.SequenceEndEvent, events.MappingEndEvent),
        events.DocumentStartEvent,
        events.DocumentEndEvent,
        events.StreamEndEvent,
        error,
    )


@cache
def _libyaml() -> ModuleType | None:
    try:
        return import_module("yaml._yaml")
    except ImportError:
        return None


def event_source(text: str) -> tuple[Callable[[], Any], EventKinds]:
    """A function that gives the next event of ``text`` at each call, and what events there are.

    The function raises ``kinds.error`` where the text is not YAML. With ``PASSROLE_PURE=1`` in
    the environment libyaml is not used. Python gives no types for either library: events are Any.
    """
    native = None if os.environ.get("PASSROLE_PURE") == "1" else _libyaml()
    if native is not None:
        kinds = _kinds(import_module("yaml.events"), import_module("yaml.error").YAMLError)
        return native.CParser(text).get_event, kinds
    ruamel = import_module("ruamel.yaml")
    kinds = _kinds(
        import_module("ruamel.yaml.events"), import_module("ruamel.yaml.error").YAMLError
    )
    reader = ruamel.YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    # A line break of YAML 1.1 that ruamel.yaml takes for a letter; both are one letter long.
    events = reader.parse(text.replace("\x85", "\n"))
    return events.__next__, kinds
