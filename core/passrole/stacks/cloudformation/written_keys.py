"""Where the names of a mapping are written, told when somebody asks: hardly anybody does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from passrole.documents.nodes import Document
from passrole.documents.nodes import Mapping as MappingNode
from passrole.values import Origin


class WrittenKeys(Mapping[str, Origin]):
    """The places of the keys of a mapping in a document; what a transform made knows its own."""

    __slots__ = ("_document", "_node")

    def __init__(self, document: Document, node: MappingNode) -> None:
        self._document = document
        self._node = node

    def __getitem__(self, name: str) -> Origin:
        for key, _ in self._node.pairs:
            if key.text == name:
                return Origin(self._document if key.made is None else key.made.document, key)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (key.text for key, _ in self._node.pairs)

    def __len__(self) -> int:
        return len(self._node.pairs)
