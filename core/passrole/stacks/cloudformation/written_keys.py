"""Where the names of a mapping are written, told when somebody asks: hardly anybody does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from passrole.documents.nodes import Document, Scalar
from passrole.documents.nodes import Mapping as MappingNode
from passrole.values import Origin


class WrittenKeys(Mapping[str, Origin]):
    """The places of the keys of a mapping in a document; what a transform made knows its own."""

    __slots__ = ("_document", "_named", "_node")

    def __init__(self, document: Document, node: MappingNode) -> None:
        self._document = document
        self._node = node
        self._named: dict[str, Scalar] | None = None

    def __getitem__(self, name: str) -> Origin:
        if self._named is None:
            self._named = {key.text: key for key, _ in self._node.pairs}
        key = self._named[name]
        return Origin(self._document if key.made is None else key.made.document, key)

    def __iter__(self) -> Iterator[str]:
        return (key.text for key, _ in self._node.pairs)

    def __len__(self) -> int:
        return len(self._node.pairs)
