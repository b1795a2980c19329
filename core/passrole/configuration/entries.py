"""One entry of a settings file: a value in it, with its place, what may be asked of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from passrole.configuration.finding import is_inside, shown
from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.errors import UsageError, did_you_mean
from passrole.records import NamedTuple

T = TypeVar("T")

LARGEST_FILE = 8_000_000
"""The largest file that a settings file may name, in bytes."""


class Source(NamedTuple):
    """A settings file. What it names lies in its ``folder`` or below the ``boundary``.

    Both are real; paths are shown relative to the boundary.
    """

    document: Document
    folder: str
    boundary: str

    def shown(self, real: str) -> str:
        """The path of a file as places show it."""
        try:
            return os.path.relpath(real, self.boundary).replace(os.sep, "/")
        except ValueError:  # on another drive
            return real.replace(os.sep, "/")

    def beside(self, real: str) -> str:
        """The folder that a file lies in."""
        return os.path.dirname(real)


class Entry(NamedTuple):
    """A value in a settings file; ``name`` is what leads to it."""

    source: Source
    name: str
    node: Node
    key: Scalar | None = None

    @property
    def place(self) -> Location:
        """Where it stands: its key, where it has one."""
        node = self.key or self.node
        return self.source.document.span(node.start, node.end)

    def refuse(self, words: str, node: Node | None = None) -> NoReturn:
        """Raise UsageError with the place of the value, or of a node of it."""
        at = node or self.node
        raise UsageError(f"{self.source.document.span(at.start, at.end)}: {words}")

    def expected(self, what: str) -> NoReturn:
        """Raise UsageError that says what is expected here."""
        self.refuse(f"{self.name} is {_described(self.node)}, not {what}")

    def entries(self, what: str = "a table") -> Iterator[Entry]:
        """The entries of a table."""
        if not isinstance(self.node, Mapping):
            self.expected(what)
        for key, value in self.node.pairs:
            yield Entry(
                self.source, f"{self.name}.{key.text}" if self.name else key.text, value, key
            )

    def known(
        self, names: Iterable[str], reasons: dict[str, str] | None = None
    ) -> dict[str, Entry]:
        """The entries of a table by their keys. Raises UsageError for a key not among ``names``.

        ``reasons`` says of some keys why they are refused.
        """
        found = {each.own_name: each for each in self.entries()}
        known = list(names)
        for name, each in found.items():
            if name not in known:
                where = f" in {self.name}" if self.name else ""
                words = f"unknown key {name!r}{where}{did_you_mean(name, known)}"
                each.refuse((reasons or {}).get(name) or words, each.key)
        return found

    @property
    def own_name(self) -> str:
        """Its key, without the names of the tables it is in."""
        return self.key.text if self.key is not None else self.name

    def items(self) -> Iterator[Entry]:
        """The items of a list; a value that is no list is the one item."""
        if not isinstance(self.node, Sequence):
            yield self
            return
        for item in self.node.items:
            yield self._replace(node=item, key=None)

    def text(self, what: str = "a text") -> str:
        """A text that is not empty and has no NUL."""
        node = self.node
        # YAML needs no quotes around a text.
        plain = isinstance(node, Scalar) and node.plain and self.source.document.format != "yaml"
        if not isinstance(node, Scalar) or plain or node.is_null:
            self.expected(what)
        if not node.text.strip() or "\0" in node.text:
            self.refuse(f"{self.name} is an empty text, not {what}")
        return node.text

    def boolean(self) -> bool:
        """True or false."""
        node = self.node
        if not isinstance(node, Scalar) or not node.plain or node.text not in ("true", "false"):
            self.expected("true or false")
        return node.text == "true"

    def number(self, most: int) -> int:
        """A whole number from 1 to ``most``."""
        node = self.node
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
            self.expected(f"a whole number from 1 to {most}")
        return int(text)

    def checked(self, check: Callable[[str], T], what: str) -> T:
        """A text that the option of the same name would take."""
        try:
            return check(self.text(what))
        except ValueError as error:
            self.refuse(f"{self.name}: {error}")

    def path(self) -> str:
        """The real place of a file or folder, which is relative to the settings file."""
        text = self.text("a path")
        real = os.path.realpath(os.path.join(self.source.folder, text))
        if not any(is_inside(real, each) for each in (self.source.folder, self.source.boundary)):
            self.refuse(f"{self.name}: {text!r} leads out of the tree that the settings are for")
        return real

    def relative_file(self) -> str:
        """The path of a file from the current folder. Raises UsageError where there is none."""
        real, text = self.path(), self.text()
        # samconfig.toml:prod is an environment of a file.
        file, colon, environment = real.rpartition(":")
        if not os.path.isfile(real) and not (colon and environment and os.path.isfile(file)):
            self.refuse(f"{self.name}: there is no file {text!r}, relative to this file")
        if os.path.isfile(real) and os.path.getsize(real) > LARGEST_FILE:
            self.refuse(f"{self.name}: {text!r} has more than {LARGEST_FILE:,} bytes")
        return shown(real)

    def part(self, text: str) -> Entry:
        """A part of its text as an entry of its own."""
        return self._replace(node=Scalar(text, False, self.node.start, self.node.end))


def _described(node: Node) -> Any:
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a table"
    if not node.plain:
        return repr(node.text if len(node.text) <= 40 else f"{node.text[:39]}…")
    return node.text if len(node.text) <= 40 else "a number"
