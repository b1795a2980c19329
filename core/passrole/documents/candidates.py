"""Every file of a scan that is ours, read and parsed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from passrole.documents.discovery import Discovery, Found, PassedOver, Unavailable
from passrole.documents.limits import Limits
from passrole.documents.modules import TerraformFiles
from passrole.documents.nodes import Document, Problem
from passrole.documents.reading import read_file
from passrole.documents.recognition import classify, is_terraform, load, parse
from passrole.documents.saved import is_binary_plan, is_unread, superseded
from passrole.documents.seen import Seen
from passrole.documents.templating import is_templated
from passrole.documents.watching import Watch, nobody
from passrole.records import NamedTuple

Path = str | os.PathLike[str]


class Candidates(NamedTuple):
    """Every file that is ours, parsed; what could not be read; what was left out on purpose."""

    documents: list[Document]
    unread: tuple[Unavailable, ...]
    passed_over: tuple[PassedOver, ...]


def parsed(
    found: Discovery,
    paths: tuple[Path, ...],
    limits: Limits,
    types: Iterable[str],
    seen: Seen | None = None,
    edited: Mapping[str, bytes] | None = None,
    watch: Watch = nobody,
) -> Candidates:
    """Read and parse the files that were ``found`` under ``paths``.

    ``types`` are the resources and data sources of Terraform that somebody reads.
    What is looked at is written down in ``seen``; ``edited`` stands for some of the files, by path.
    ``watch`` is told how many files are read.
    """
    reading = _Reading(found, limits, types, seen, edited or {}, watch)
    named = {os.path.realpath(path) for path in paths}
    documents = []
    for file, document in reading.documents():
        if file is not None and is_templated(document) and file.location not in named:
            reading.left_out.append(PassedOver(document.path, "templated"))
        else:
            documents.append(document)
    reading.left_out.extend(_replaced(documents))
    left = {each.path for each in reading.left_out}
    return Candidates(
        sorted((each for each in documents if each.path not in left), key=lambda each: each.path),
        (*found.problems, *reading.unread),
        tuple(sorted((*found.passed_over, *reading.left_out))),
    )


class _Reading:
    """The files of one search as they are read: what could not be read, and what need not be."""

    def __init__(
        self,
        found: Discovery,
        limits: Limits,
        types: Iterable[str],
        seen: Seen | None,
        edited: Mapping[str, bytes],
        watch: Watch,
    ) -> None:
        self._found = found
        self._watch = watch
        self._limits = limits
        self._types = types
        self._seen = seen
        self._edited = edited
        self.unread: list[Unavailable] = []
        self.left_out: list[PassedOver] = []
        if seen is not None:
            seen.search(found)

    def documents(self) -> Iterator[tuple[Found | None, Document]]:
        """Those that are ours; without its file what was decided on by its neighbours."""
        terraform = TerraformFiles(self._types)
        parsed: dict[str, Document] = {}
        for count, file in enumerate(self._found.files):
            self._watch("reading files", count, len(self._found.files), file.path)
            data = self._data(file)
            if data is None or (is_terraform(file.path) and not terraform.add(file.path, data)):
                continue
            if is_binary_plan(data):
                self.left_out.append(PassedOver(file.path, "binary-plan"))
                continue
            document = load(file.path, data, self._limits, parsed)
            if document is not None:
                yield file, document
        for path, data in terraform.decided():
            yield None, parse(path, data, self._limits, parsed)

    def _data(self, file: Found) -> bytes | None:
        data: bytes | Problem | None = self._edited.get(file.path)
        if data is None:
            data = read_file(file.location, self._limits)
        if self._seen is not None:
            self._seen.candidate(file.path, data)
        if data is None or isinstance(data, bytes):
            return data
        self.unread.append(Unavailable(file.path, data))
        return None


def _replaced(documents: Iterable[Document]) -> Iterator[PassedOver]:
    """Plans and states that a newer one stands for, and those of formats that are not read."""
    documents = tuple(documents)
    older = superseded(each for each in documents if classify(each) in ("terraform", "saved"))
    for document in documents:
        if document.path in older:
            yield PassedOver(document.path, "superseded")
        elif document.format == "json" and is_unread(document):
            yield PassedOver(document.path, "saved-format")
