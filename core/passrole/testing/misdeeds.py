"""What no plugin should do: raise, exit, hang, print, change what it is given, answer oddly."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from passrole.believing import MOST_REPORTS
from passrole.documents.locations import Location
from passrole.documents.nodes import Mapping as MappingNode
from passrole.findings import Category, Related, Report, Severity, Subject
from passrole.model.identities import Role
from passrole.rules import Rule, rule
from passrole.values import Origin

RULE: Final = "misbehaving-rule"
PRINTED: Final = "a plugin says hello"


class NotEvenAnException(BaseException):
    """What a plugin may raise to get past whoever catches exceptions."""


class WordlessError(Exception):
    """An error that fails once more when it is asked what is wrong."""

    def __str__(self) -> str:
        raise ValueError("no words")


class _Node:
    """Looks like the node of a tree, and is none."""

    start, end = 0, 1


def bad_rule(check: Callable[..., Any]) -> Rule:
    """The rule of a bad plugin."""

    def page(role: Role, graph: Any) -> Any:
        """A rule that does something odd."""
        return check(role, graph)

    made = rule(RULE, checks=Role, severity=Severity.LOW, category=Category.RISK)
    return made(page)


def raising(error: BaseException) -> Callable[..., Any]:
    """What raises an error, whatever it is asked."""

    def does(*_: Any) -> Any:
        raise error

    return does


def yielding(**wrong: Any) -> Callable[..., Iterator[Report]]:
    """A rule whose reports have something wrong with them; a function makes it of the subject."""

    def does(role: Role, _: Any) -> Iterator[Report]:
        fields = {name: each(role) if callable(each) else each for name, each in wrong.items()}
        yield Report(**{"origin": role.resource.origin, "message": "Well.", **fields})

    return does


def prints(*_: Any) -> Any:
    """Prints, and answers as it should."""
    print(PRINTED)  # noqa: T201 - that is the point
    return ()


def prints_a_report(*_: Any) -> str:
    """Prints, and makes a report."""
    print(PRINTED)  # noqa: T201 - that is the point
    return "{}\n"


def loops(*_: Any) -> Any:
    """Never ends, in Python."""
    while True:
        pass


def sleeps(*_: Any) -> Any:
    """Never ends, in C."""
    time.sleep(3_600)


def matches(*_: Any) -> Any:
    """Hardly ever ends, in C, and lets nobody else run."""
    re.match(r"(?:a|a)+$", "a" * 60 + "b")


def counts(*_: Any) -> Any:
    """Hardly ever ends, in C, and hears no signal."""
    sum(range(10**18))


def half_way(role: Role, _: Any) -> Iterator[Report]:
    """Raises after its first report."""
    yield Report(origin=role.resource.origin, message="So far all is well.")
    raise RuntimeError("half way")


def leaves(*_: Any) -> Any:
    """Ends its process without a word."""
    os._exit(0)


def _endless(role: Role, _: Any) -> Iterator[Report]:
    while True:
        yield Report(origin=role.resource.origin, message="Again.")


def _deep(*given: Any) -> Any:
    return _deep(*given)


def _greedy(*_: Any) -> Iterator[Any]:
    yield bytearray(1 << 60)


def _changing(role: Role, _: Any) -> Iterator[Report]:
    role.resource = None  # type: ignore[misc,assignment] # that is the point
    yield Report(origin=role.resource.origin, message="Mine.")


def half_a_hook() -> Iterator[Any]:
    """Raises after its first rule."""
    yield bad_rule(half_way)
    raise RuntimeError("half way")


def _origin(role: Role) -> Origin:
    assert role.resource.origin is not None  # noqa: S101 - it stands in a template
    return role.resource.origin


def _odd_node(role: Role) -> Any:
    return _origin(role)._replace(node=_Node())  # type: ignore[arg-type] # that is the point


def _beyond(role: Role) -> Origin:
    document, node = _origin(role)
    return Origin(document, MappingNode((), node.start, 10**9))


ERRORS: Final[Mapping[str, tuple[BaseException, str]]] = {
    "raises": (RuntimeError("boom"), "RuntimeError: boom"),
    "raises what is no exception": (NotEvenAnException("boom"), "NotEvenAnException: boom"),
    "raises what has no words": (WordlessError(), "WordlessError: it cannot say what is wrong"),
    "raises an essay": (RuntimeError("x" * 100_000), "RuntimeError: xxx"),
    "raises orders to a terminal": (RuntimeError("\x1b[31mboom\n::error::"), "RuntimeError: "),
    "exits": (SystemExit(0), "SystemExit: 0"),
    "exits a generator": (GeneratorExit(), "GeneratorExit: it says nothing more"),
    "runs out of memory": (MemoryError(), "MemoryError"),
}  # fmt: skip

_LISTED: Final = Subject(principal=["Role"])  # type: ignore[arg-type] # that is the point
_THERE: Final = Related("there", Location("x", 1, 1, 1, 1, ""))
_ODD: Final = (
    ("no message", "message", None, "message: None"),
    ("a number as message", "message", 3, "message: a int"),
    ("bytes to paste", "snippet", b"{}", "snippet: a bytes"),
    ("no place", "origin", None, "origin: None"),
    ("a pair as place", "origin", ("a", "b"), "origin: a tuple"),
    ("a place of nothing", "origin", Origin(None, None), "origin"),  # type: ignore[arg-type] # odd
    ("a node of its own", "origin", _odd_node, "origin"),
    ("a text as subject", "subject", "Role", "subject: a str"),
    ("a list in the subject", "subject", _LISTED, "subject"),
    ("a text as related place", "related", ("there",), "related"),
    ("a related place nowhere", "related", (Related("there", None),), "related"),  # type: ignore[arg-type] # odd
    ("related places in a list", "related", [_THERE], "related"),
    ("a word as confidence", "confidence", "sure", "confidence"),
    ("a number as world", "world", 3, "world: a int"),
    ("defaults in a list", "defaults", ["a"], "defaults: a list"),
    ("a number as repair", "repair", 3, "repair: a int"),
    ("a number as cause", "causes", (1,), "causes: a tuple"),
)  # fmt: skip
"""What is wrong with a report: in words, in which of its fields, and what is said of it."""

RULES: Final[Mapping[str, tuple[Callable[..., Any], str]]] = {
    "asks for more memory than there is": (_greedy, "MemoryError"),
    "calls itself": (_deep, "RecursionError"),
    "is no generator": (lambda *_: None, "'NoneType' object is not iterable"),
    "yields half": (half_way, "RuntimeError: half way"),
    "yields without end": (
        _endless,
        f"it yields more than {MOST_REPORTS:,} reports of one subject",
    ),
    "yields a text": (lambda *_: ["text"], "it yields a str and not a Report"),
    "yields nothing": (lambda *_: [None], "it yields a NoneType and not a Report"),
    "changes what it is given": (_changing, "FrozenInstanceError"),
    "a place beyond the end": (yielding(origin=_beyond), "it yields a place that is not in "),
    **{
        misdeed: (yielding(**{field: wrong}), f"the {field} of what it yields is no {words}")
        for misdeed, field, wrong, words in _ODD
    },
}
"""What a rule does, and what is said of it."""

READERS: Final[Mapping[str, tuple[Callable[..., Any], str]]] = {
    "yields a text": (lambda _: ["no entity"], "it yields a str and not a Entity"),
    "returns a number": (lambda _: 3, "TypeError: 'int' object is not iterable"),
    "calls itself": (_deep, "RecursionError"),
}

HANGS: Final[Mapping[str, Callable[..., Any]]] = {
    "loops": loops, "sleeps in C": sleeps, "matches an expression for ever": matches,
    "counts for ever": counts,
}  # fmt: skip
DEAF: Final = frozenset(("counts for ever",))
"""What nothing in its own process can interrupt."""
