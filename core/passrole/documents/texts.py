"""The texts of files that are not kept in memory: each is read when something of it is quoted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from passrole.documents.decoding import decode
from passrole.documents.nodes import Document
from passrole.documents.tree import Tree


class Texts(Mapping[str, Document]):
    """Documents by path, with a text and nothing parsed; the last one is at hand."""

    def __init__(self, tree: Tree, paths: frozenset[str]) -> None:
        self._tree = tree
        self._paths = paths
        self._last = Document("", "", None, "")

    def __getitem__(self, path: str) -> Document:
        if path not in self._paths:
            raise KeyError(path)
        if self._last.path != path:
            data = self._tree.peek(path)
            text = decode(data).text if isinstance(data, bytes) else ""
            self._last = Document(path, text, None, "")
        return self._last

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __len__(self) -> int:
        return len(self._paths)
