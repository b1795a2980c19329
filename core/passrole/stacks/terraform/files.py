"""The files that a configuration reads while it is evaluated: those of the scanned tree only."""

from __future__ import annotations

import posixpath

from passrole.documents.nodes import Problem
from passrole.documents.tree import Tree
from passrole.values import Hole, Text, Value

CURRENT_FOLDER = "path.cwd"


class Files:
    """Files by the paths that expressions give, relative to the folder of the root module.

    Without a tree there are none.
    """

    __slots__ = ("_folder", "_tree")

    def __init__(self, tree: Tree | None = None, folder: str = ".") -> None:
        self._tree = tree
        self._folder = folder

    def path(self, value: Value) -> str | None:
        """The path inside the tree that a value names, None where it is not known."""
        if not isinstance(value, Text) or not value.parts:
            return None
        first, *rest = value.parts
        if isinstance(first, Hole) and first.id.endswith(f"#{CURRENT_FOLDER}"):
            # Terraform runs in the folder of the root module, wherever that will be.
            if len(rest) != 1 or not isinstance(rest[0], str) or not rest[0].startswith("/"):
                return None
            first, rest = rest[0].lstrip("/"), []
        if rest or not isinstance(first, str) or posixpath.isabs(first) or first.startswith("~"):
            return None
        return posixpath.normpath(posixpath.join(self._folder, first))

    def read(self, path: str) -> bytes | Problem | None:
        """The bytes of a file; as ``Tree.read``."""
        return self._tree.read(path) if self._tree is not None else None
