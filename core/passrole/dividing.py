"""The files of a large scan in groups that seem to have nothing to do with each other.

A look into the bytes is all that it takes: what it misses is found out when the groups were looked
at (``bonds``), and costs time and no finding.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final

from passrole.bonds import shared_in
from passrole.documents.discovery import Discovery, Found
from passrole.documents.limits import Limits
from passrole.documents.modules import TerraformFiles
from passrole.documents.nodes import Problem
from passrole.documents.reading import read_file
from passrole.documents.recognition import is_terraform, may_be_root
from passrole.documents.saved import configured_in, is_binary_plan
from passrole.documents.seen import Seen
from passrole.documents.watching import Watch
from passrole.records import NamedTuple
from passrole.stacks.ordering import Groups

_EACH: Final = 2_000
"""What a file costs beside its bytes, in bytes."""

_MANIFEST: Final = "manifest.json"
_NESTING: Final = (b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application")
_PLANS: Final = (b'"planned_values"', b'"resource_changes"')
_FILE: Final = re.compile(rb"[\w.+/-]+\.(?:json|ya?ml|template)\b")
_FILE_ENDS: Final = (b".json", b".yaml", b".yml", b".template")
_MADE: Final = tuple(
    re.compile(name + rb"[\"']?\s*:\s*[\"']?([\w+=,.@-]+)")
    for name in (b"RoleName", b"ManagedPolicyName")
)
_NAMED: Final = tuple(re.compile(kind + rb"/([\w+=,.@/-]+)") for kind in (b"role", b"policy"))
_ACCOUNT: Final = re.compile(rb"(?<!\d)\d{12}(?!\d)")
_ENVIRONMENT: Final = re.compile(rb"aws://(\d{12})/")


class Group(NamedTuple):
    """Files that are looked at together, in their order, and what they cost, in bytes."""

    files: tuple[Found, ...]
    cost: int


def divided(
    found: Discovery, limits: Limits, types: Iterable[str], seen: Seen | None, watch: Watch
) -> list[Group]:
    """The files that may be ours, of those that were ``found``, in groups; in order of their paths.

    ``types`` are the resources and data sources of Terraform that somebody reads. What is looked at
    is written down in ``seen``.
    """
    survey = _Survey(limits, types, seen)
    for count, file in enumerate(found.files):
        watch("looking into files", count, len(found.files))
        survey.look(file)
    return sorted(survey.groups(), key=lambda group: group.files[0].path)


class _Survey:
    """What the files of a scan say of each other.

    A unit is one file, or the configuration in one folder, under the path of that with a slash.
    """

    def __init__(self, limits: Limits, types: Iterable[str], seen: Seen | None) -> None:
        self._limits = limits
        self._seen = seen
        self._terraform = TerraformFiles(types)
        self._waiting: dict[str, tuple[Found, int]] = {}
        self._units: dict[str, list[tuple[Found, int]]] = {}
        self._groups = Groups()
        self._manifests: dict[str, bytes] = {}
        self._plans: list[str] = []
        self._wanted: dict[str, set[str]] = {}
        self._made: dict[str, list[str]] = {}
        self._asked: dict[str, list[str]] = {}

    def look(self, file: Found) -> None:
        """Take note of a file."""
        data = read_file(file.location, self._limits)
        if self._seen is not None:
            self._seen.candidate(file.path, data)
        if isinstance(data, Problem):
            self._add(file.path, file, 0)
        elif data is None:
            return
        elif is_terraform(file.path):
            self._look_at_terraform(file, data)
        elif may_be_root(file.path, data) or is_binary_plan(data):
            self._add(file.path, file, len(data))
            self._look_at_template(file.path, data)
        if isinstance(data, bytes) and posixpath.basename(file.path) == _MANIFEST:
            self._manifests[posixpath.dirname(file.path)] = data

    def _add(self, unit: str, file: Found, size: int) -> None:
        self._units.setdefault(unit, []).append((file, size + _EACH))

    def _look_at_terraform(self, file: Found, data: bytes) -> None:
        folder = posixpath.dirname(file.path)
        unit = _unit(folder)
        self._wanted.setdefault(unit, set()).update(_beside(folder, _files_in(data)))
        if self._terraform.add(file.path, data):
            self._add(unit, file, len(data))
        else:
            self._waiting[file.path] = file, len(data)
        if b"assume_role" in data or b"allowed_account_ids" in data:
            self._name(self._made, unit, "account", _ACCOUNT.findall(data))

    def _look_at_template(self, path: str, data: bytes) -> None:
        text = data.decode("latin-1")
        makes, asks = shared_in(text)
        for names, of in ((makes, self._made), (asks, self._asked)):
            for name in names:
                of.setdefault(name, []).append(path)
        if any(each in data for each in _PLANS):
            self._plans.append(path)
        if b'"terraform_version"' in data:
            self._wanted[path] = {_unit(configured_in(path))}
        if any(each in data for each in _NESTING):
            files = _files_in(data)
            self._wanted.setdefault(path, set()).update(_beside(posixpath.dirname(path), files))
            self._name(self._asked, path, "template", map(posixpath.basename, files))
        self._name(self._made, path, "template", [posixpath.basename(path).encode()])
        for pattern in _MADE:
            self._name(self._made, path, "role", pattern.findall(data))
        for pattern in _NAMED:
            named = (each.rpartition(b"/")[2] for each in pattern.findall(data))
            self._name(self._asked, path, "role", named)

    def _name(self, of: dict[str, list[str]], unit: str, kind: str, names: Iterable[bytes]) -> None:
        for name in set(names):
            of.setdefault(f"{kind} {name.decode('utf-8', 'replace')}", []).append(unit)

    def groups(self) -> Iterator[Group]:
        """The groups, when all files were looked at."""
        for path, data in self._terraform.decided():
            self._add(_unit(posixpath.dirname(path)), self._waiting[path][0], len(data))
        for directory, called in self._terraform.calls.items():
            self._join(_unit(directory), *map(_unit, called))
        for unit, others in self._wanted.items():
            self._join(unit, *others)
        for name, makers in self._made.items():
            together = makers if name.startswith("account ") else self._asked.get(name)
            if together:
                self._join(*makers, *together)
        if self._plans:
            self._join(*self._plans, *(each for each in self._units if each.endswith("/")))
        self._join_assemblies()
        found: dict[str, list[tuple[Found, int]]] = {}
        for unit, costs in self._units.items():
            found.setdefault(self._groups.of(unit), []).extend(costs)
        for each in found.values():
            yield Group(tuple(sorted(file for file, _ in each)), sum(cost for _, cost in each))

    def _join(self, *units: str) -> None:
        first, *others = [each for each in units if each in self._units] or [""]
        for other in others:
            self._groups.join(first, other)

    def _join_assemblies(self) -> None:
        """Templates of the CDK below a manifest, and assemblies that go to one account."""
        first: dict[str, str] = {}
        in_account: dict[bytes, str] = {}
        for path in self._units:
            folder = posixpath.dirname(path)
            while folder and folder not in self._manifests:
                folder = posixpath.dirname(folder)
            if path.endswith(".template.json") and folder in self._manifests:
                self._join(first.setdefault(folder, path), path)
        for folder, path in first.items():
            parent = posixpath.dirname(folder)
            if folder and parent in first:
                self._join(path, first[parent])
            for account in set(_ENVIRONMENT.findall(self._manifests[folder])):
                self._join(in_account.setdefault(account, path), path)


def _unit(folder: str) -> str:
    """The configuration in a folder, as one unit."""
    return f"{folder or '.'}/"


def _beside(folder: str, names: Iterable[bytes]) -> Iterator[str]:
    """What files are that a file of ``folder`` may name, as paths of the scan."""
    for name in set(names):
        written = name.decode("utf-8", "replace").lstrip("/")
        yield posixpath.normpath(posixpath.join(folder, written))


def _files_in(data: bytes) -> list[bytes]:
    """The names of files that a text may hold."""
    # Most texts name none, and the expression looks at each word.
    return _FILE.findall(data) if any(each in data for each in _FILE_ENDS) else []
