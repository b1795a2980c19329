"""Reading a text from left to right: what every part of the expression parser does."""

from __future__ import annotations

import re
from typing import Literal, NoReturn

from passrole.documents.nodes import Document, Scalar
from passrole.stacks.terraform.expressions import Constant, Expression, Placed
from passrole.values import Origin

DEPTH_CAP = 60
"""How deep expressions may nest inside one string."""

Refusal = Literal["malformed", "limit"]


class ExpressionError(ValueError):
    """Text that is no expression, or that nests too deep.

    ``offset`` counts characters of the string it stands in, or of the document.
    """

    def __init__(self, message: str, offset: int, kind: Refusal = "malformed") -> None:
        super().__init__(message)
        self.offset = offset
        self.kind = kind


BLANK = re.compile(r"(?:\s++|\#[^\n]*+|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
WORD = re.compile(r"[^\W\d][\w-]*")


class Scanner:
    """Where the reading of one string stands.

    With a ``document``, in which the string begins at ``base``, expressions get their places.
    """

    def __init__(self, text: str, document: Document | None = None, base: int = 0) -> None:
        self.text = text
        self.document = document
        self.base = base
        self.at = 0
        self.depth = 0
        self._blank = (0, 0)  # where blank text was last passed over: its end and its beginning

    def _placed(self, expression: Expression, start: int) -> Expression:
        """An expression that was just read, with its place where it has one."""
        if self.document is None:
            return expression
        after, before = self._blank
        end = before if self.at == after and before > start else self.at
        text = self.text[start:end] if isinstance(expression, Constant) else ""
        node = Scalar(text, True, self.base + start, self.base + end, "expression")
        return Placed(expression, Origin(self.document, node))

    def _next(self) -> str:
        here = self.text[self.at : self.at + 1]
        if "#" < here < "\x7f" and here != "/":
            return here  # neither a blank nor a comment begins with it
        blank = BLANK.match(self.text, self.at)
        if blank and blank.end() > self.at:
            self._blank = blank.end(), self.at
            self.at = blank.end()
        return self.text[self.at : self.at + 1]

    def _word_follows(self, word: str) -> bool:
        self._next()
        found = WORD.match(self.text, self.at)
        if found is None or found[0] != word:
            return False
        self.at = found.end()
        self._next()
        return True

    def _take_word(self) -> str:
        found = WORD.match(self.text, self.at)
        if found is None:
            self._fail("a name is expected")
        self.at = found.end()
        return found[0]

    def _expect(self, character: str) -> None:
        if self._next() != character:
            self._fail(f"{character} is expected")
        self.at += 1

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_CAP:
            self._fail(f"expressions nest deeper than {DEPTH_CAP}", "limit")

    def _fail(self, message: str, kind: Refusal = "malformed") -> NoReturn:
        raise ExpressionError(message, self.at, kind)
