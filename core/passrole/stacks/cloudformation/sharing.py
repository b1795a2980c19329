"""Values that stacks share under names: exports, SSM parameters, the CDK's cross-region exports.

An export is certain: CloudFormation gives the importer the very value (CloudFormation User Guide,
*Fn::ImportValue*). An SSM parameter holds what its template writes unless somebody changes it
later, so what is read from one is an assumption, and is told as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

from passrole.records import NamedTuple
from passrole.stacks.resources import Resource, Stack, Target
from passrole.values import EVERYWHERE, Hole, Part, Record, Text, Value, get

Kind = Literal["export", "ssm", "cross-region"]

READER = "Custom::CrossRegionExportReader"
"""The CDK's custom resource whose attributes are what another region wrote (CDK ``aws-cdk-lib``,
*core/lib/custom-resource-provider/cross-region-export-providers*)."""

READER_PREFIX = "/cdk/exports/"

_WRITER = "Custom::CrossRegionExportWriter"
_PARAMETER = "AWS::SSM::Parameter"

_MARKS = (
    (re.compile("Export"), ("Export", "ImportValue")),
    (re.compile(r"AWS::SSM::Parameter\b(?!::Value)"), ("AWS::SSM::Parameter", "{{resolve:ssm:")),
)

_NAME_END = "@stack-name"
_LONGEST = 128
"""The longest name of a stack."""


class Shared(NamedTuple):
    """What is shared under a name, as it looks from any target."""

    kind: Kind
    name: Text


class Written(NamedTuple):
    """Which root and which stack of it share a value under a name, and the stack's template.

    ``place`` is the stack and the resource that nest it, None for the root itself.
    """

    root: str
    stack: str
    path: str
    place: tuple[str, str] | None = None


class Names(NamedTuple):
    """What the stacks under one root write and read."""

    written: tuple[tuple[Shared, Written], ...] = ()
    read: frozenset[Shared] = frozenset()


class Match(NamedTuple):
    """Who writes what is read under a name: one, or several and then nobody knows which.

    ``stack_name`` is the name that the writer's stack must have, where that was not given.
    """

    name: Shared
    writers: tuple[Written, ...]
    stack_name: Text | None = None


def marks_of(texts: Iterable[str]) -> tuple[str, ...]:
    """What stands in every template that shares a value, if any of the texts tells one at all."""
    texts = tuple(texts)
    return tuple(
        mark
        for tells, marks in _MARKS
        if any(tells.search(text) for text in texts)
        for mark in marks
    )


def neutral(name: Text, target: Target) -> Text:
    """The name with the account and region of any target, so that it can be looked up in all."""
    ids = {
        hole.id: f"@{what}"
        for what, text in (("account", target.account), ("region", target.region))
        for hole in text.holes
    }
    prefix = f"{target.id}@"
    return Text(
        part._replace(id=ids.get(part.id) or f"@{part.id.removeprefix(prefix)}")
        if isinstance(part, Hole) and (part.id in ids or part.id.startswith(prefix))
        else part
        for part in name.parts
    )


def values_shared(stack: Stack) -> Iterator[tuple[Shared, Value]]:
    """What a stack shares, by names without a target; of two of one name the first counts."""
    found: dict[Shared, Value] = {}
    for name, value in stack.exports:
        if isinstance(name, Text):
            found.setdefault(Shared("export", neutral(name, stack.target)), value)
    for resource in stack.resources.values():
        for kind, name, value in _kept(resource):
            found.setdefault(Shared(kind, neutral(name, stack.target)), value)
    yield from found.items()


def _kept(resource: Resource) -> Iterator[tuple[Kind, Text, Text]]:
    """What a resource keeps outside of its stack, where it surely exists."""
    if resource.world != EVERYWHERE:
        return
    if resource.type_name == _PARAMETER:
        name, value = (get(resource.properties, each) for each in ("Name", "Value"))
        if isinstance(name, Text) and isinstance(value, Text):
            yield "ssm", name, value
    elif resource.type_name == _WRITER:
        exports = get(resource.properties, "WriterProps", "exports")
        for key, value in exports.fields.items() if isinstance(exports, Record) else ():
            if isinstance(value, Text):
                yield "cross-region", Text((key,)), value


class Index:
    """Who shares what: names are looked up as they are, then with a stack's name left open.

    Templates often export ``${AWS::StackName}-Bucket``, and others import it as
    ``${NetworkStack}-Bucket`` with the name in a parameter. Where exactly one template exports a
    name that fits, and all that is imported from it calls its stack by one name, it is meant.
    """

    def __init__(self, names: Iterable[Names]) -> None:
        self._writers: dict[Shared, dict[str, Written]] = defaultdict(dict)
        self._ends: dict[tuple[Part, ...], set[Shared]] = defaultdict(set)
        self._starts: dict[tuple[Part, ...], set[Shared]] = defaultdict(set)
        names = tuple(names)
        for each in names:
            for name, written in each.written:
                self._writers[name][written.stack] = written
                self._leave_open(name)
        self._disputed = {stack for stack, called in self._called(names) if len(called) > 1}

    def find(self, name: Shared) -> Match | None:
        """Who writes what is read under ``name``, None where nobody does."""
        exact = self._writers.get(name)
        if exact:
            return Match(name, tuple(sorted(exact.values())))
        matches = [
            match
            for match in self._open_matches(name)
            if match.writers[0].stack not in self._disputed
        ]
        return matches[0] if len(matches) == 1 and len(matches[0].writers) == 1 else None

    def _called(self, names: Iterable[Names]) -> Iterator[tuple[str, set[Text]]]:
        """What importers call the stacks of templates: with two names they mean two stacks.

        Parameters without a value are different texts in different templates, and may be one name.
        """
        by_all: dict[str, set[Text]] = defaultdict(set)
        for each in names:
            by_one: dict[str, set[Text]] = defaultdict(set)
            for name in sorted(each.read, key=str):
                for match in self._open_matches(name):
                    if match.stack_name is not None:
                        for written in match.writers:
                            by_one[written.stack].add(match.stack_name)
            yield from by_one.items()
            for stack, called in by_one.items():
                by_all[stack] |= {name for name in called if name.known() is not None}
        yield from by_all.items()

    def _leave_open(self, name: Shared) -> None:
        """Remember a name that begins or ends with the name of its stack."""
        parts = name.name.parts
        if name.kind != "export" or len(parts) < 2:
            return
        first, last = parts[0], parts[-1]
        if isinstance(first, Hole) and first.id.endswith(_NAME_END):
            self._ends[parts[1:]].add(name)
        elif isinstance(last, Hole) and last.id.endswith(_NAME_END):
            self._starts[parts[:-1]].add(name)

    def _open_matches(self, name: Shared) -> Iterator[Match]:
        if name.kind != "export" or name in self._writers or not (self._ends or self._starts):
            return
        for called, rest in _divided(name.name.parts):
            for fitting in sorted(self._ends.get(rest, ()), key=str):
                yield Match(
                    fitting, tuple(sorted(self._writers[fitting].values())), Text((called,))
                )
        for called, rest in _divided(name.name.parts, backwards=True):
            for fitting in sorted(self._starts.get(rest, ()), key=str):
                yield Match(
                    fitting, tuple(sorted(self._writers[fitting].values())), Text((called,))
                )


def _divided(
    parts: tuple[Part, ...], *, backwards: bool = False
) -> Iterator[tuple[Part, tuple[Part, ...]]]:
    """The ways to take the name of a stack from the beginning of a name, or from its end."""
    if not parts:
        return
    part, others = (parts[-1], parts[:-1]) if backwards else (parts[0], parts[1:])
    if isinstance(part, Hole):
        if not part.id.startswith("@"):  # neither account nor region names a stack
            yield part, others
        return
    for at in range(1, min(len(part), _LONGEST)):
        called, rest = (part[-at:], part[:-at]) if backwards else (part[:at], part[at:])
        if called[0].isalpha() and all(each.isalnum() or each == "-" for each in called):
            yield called, (*others, rest) if backwards else (rest, *others)
