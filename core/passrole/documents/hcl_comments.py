"""Comments of HCL, ``#``, ``//`` and ``/* */``: nodes of the grammar's tree."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Final

from passrole.documents.hcl_grammar import ParsedPart
from passrole.documents.marks import Found, line_of, marked_lines

_PARTS: Final = frozenset(("attribute", "block", "object_elem", "expression"))
_OPENINGS: Final = frozenset(("block_start", "object_start"))
_CLOSINGS: Final = frozenset(("block_end", "object_end", "tuple_end"))


def find(text: str, mark: str) -> list[Found]:
    """The comments of ``text``, which is HCL, that hold ``mark``.

    The first comment inside a block is also about what is told of the block itself, at its head.
    """
    marks = list(marked_lines(text, mark))
    walk = _Walk(text, ParsedPart(text, 0, len(text)), marks)
    walk.through()
    return walk.found


class _Walk:
    """Goes through the tree where there are marks, and tells each comment what comes next."""

    def __init__(self, text: str, tree: ParsedPart, marks: list[tuple[int, int, int]]) -> None:
        self.text = text
        self.tree = tree
        self.places = [at for _, at, _ in marks]
        self.ends = [end for _, _, end in marks]
        self.found: list[Found] = []
        self.pending: list[Found] = []
        self.opened: tuple[int, int] | None = None  # a block of which nothing is read yet

    def through(self) -> None:
        """Visit every node that holds a mark, and those behind a comment up to the next part."""
        cursor = self.tree.root.walk()
        enclosing: list[tuple[int, int]] = []
        while True:
            node = cursor.node
            span = self.tree.span(node)
            if self._visit(node, span, enclosing) and cursor.goto_first_child():
                enclosing.append(span)
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return
                enclosing.pop()

    def _visit(self, node: Any, span: tuple[int, int], enclosing: list[tuple[int, int]]) -> bool:
        """Whether to look inside."""
        kind, (start, end) = node.type, span
        if kind == "comment":
            self._comment(start, end)
            return False
        if kind in _PARTS:
            for each in self.pending:
                each.covers.append((line_of(self.text, start)[0], end))
            self.pending, self.opened = [], None
        elif kind in _OPENINGS:
            self.opened = enclosing[-1]
            return False
        elif kind in _CLOSINGS:
            self.pending, self.opened = [], None
            return False
        look = bool(self.pending) or self._marks_before(start) < self._marks_before(end)
        if not look:
            self.opened = None
        return look

    def _comment(self, start: int, end: int) -> None:
        for index in range(self._marks_before(start), self._marks_before(end)):
            comment = Found(self.text, start, min(self.ends[index], end))
            self.found.append(comment)
            if not comment.behind_code:
                self.pending.append(comment)
            if self.opened is None:
                continue
            if not comment.behind_code:
                comment.covers.append((self.opened[0], self.opened[0] + 1))
            elif self.opened[0] >= comment.line[0]:
                comment.covers.append(self.opened)

    def _marks_before(self, place: int) -> int:
        return bisect_left(self.places, place)
