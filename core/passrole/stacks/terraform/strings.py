"""The parser of strings and heredocs: literal text, escapes, interpolations and directives.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Literal

from passrole.stacks.terraform.expressions import Expression
from passrole.stacks.terraform.scanning import Scanner
from passrole.stacks.terraform.templates import (
    Directive,
    TemplateError,
    Token,
    template,
    unindented,
)

Kind = Literal["quoted", "text"]

_ORDINARY = {
    "quoted": re.compile(r'[^$%"\\]*'),
    "text": re.compile(r"[^$%\n]*\n?"),
}  # fmt: skip
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class StringParser(Scanner, ABC):
    """The part of the parser that reads strings; ``expression`` reads what stands in them."""

    @abstractmethod
    def expression(self) -> Expression:
        """One expression with everything that binds less tightly than a comma."""

    @abstractmethod
    def each(self) -> tuple[tuple[str, ...], Expression]:
        """``key, value in collection``."""

    def template(
        self, kind: Kind, closing: re.Pattern[str] | None = None,
        indented: bool = False,
    ) -> Expression:  # fmt: skip
        """Up to the closing quote, to what closes a heredoc, or to the end of the text."""
        self._deeper()
        tokens = self._tokens(kind, closing)
        try:
            found = template(unindented(tokens) if indented else tokens, self.text)
        except TemplateError as error:
            self.at = error.offset
            self._fail(str(error))
        self.depth -= 1
        return found

    def _tokens(self, kind: Kind, closing: re.Pattern[str] | None) -> list[Token]:
        tokens: list[Token] = []
        text, end, ordinary = self.text, len(self.text), _ORDINARY[kind]
        strips = False  # the whitespace of the literal text that follows
        literal: list[str] = []  # of this line, or of the quoted string
        fresh = True
        while True:
            if closing is not None and fresh and (closed := closing.match(text, self.at)):
                self.at = closed.end()
                break
            if self.at >= end:
                if kind == "quoted" or closing is not None:
                    self._fail(f"a {'heredoc has no end' if closing else 'string is not closed'}")
                break
            two = text[self.at : self.at + 2]
            if kind == "quoted" and two[0] == '"':
                self.at += 1
                break
            fresh = False
            if two in ("${", "%{"):
                strips = self._sequence(two, tokens, literal, strips)
                continue
            if text.startswith(("$${", "%%{"), self.at):
                literal.append(two[0] + "{")
                self.at += 3
            elif kind == "quoted" and two[0] == "\\":
                literal.append(self._escape())
            else:
                found = ordinary.match(text, self.at if two[0] == "\n" else self.at + 1)
                stop = found.end() if found else self.at + 1
                literal.append(text[self.at : stop])
                self.at = stop
                fresh = kind == "text" and text[stop - 1] == "\n"
                if fresh:
                    strips = _flush(tokens, literal, strips)
        _flush(tokens, literal, strips)
        return tokens

    def _sequence(
        self, opening: str, tokens: list[Token], literal: list[str], strips: bool
    ) -> bool:
        """An interpolation or a directive, and whether it strips what follows it."""
        start = self.at
        self.at += 2
        _flush(tokens, literal, strips)
        if self.text.startswith("~", self.at):
            self.at += 1
            if tokens and isinstance(tokens[-1], str):
                tokens[-1] = tokens[-1].rstrip()
        found = self.expression() if opening == "${" else self._directive(start)
        strips = self._next() == "~"
        self.at += strips
        if self._next() != "}":
            what = "an interpolation" if opening == "${" else "a directive"
            self._fail(f"{what} has no closing brace")
        self.at += 1
        if isinstance(found, Directive):
            found = found._replace(end=self.at)
        tokens.append(found)
        return strips

    def _directive(self, offset: int) -> Directive:
        self._next()
        word = self._take_word()
        if word == "if":
            self._next()
            start = self.at
            test = self.expression()
            return Directive("if", offset, 0, (), test, self.text[start : self.at].strip())
        if word == "for":
            self._next()
            names, collection = self.each()
            return Directive("for", offset, 0, names, collection)
        if word in ("else", "endif", "endfor"):
            return Directive(word, offset, 0)  # type: ignore[arg-type]
        return self._fail(f"%{{{word}}} is no directive")

    def heredoc(self, found: re.Match[str]) -> Expression:
        """What follows the first line of a heredoc, up to its closing word."""
        self.at = found.end()
        # A line that holds nothing but the word; what follows it belongs to the expression.
        closing = re.compile(rf"[^\S\n]*{re.escape(found[2])}(?=[^\S\n]*(?:\n|\Z))")
        return self.template("text", closing, indented=found[1] == "-")

    def _escape(self) -> str:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in _ESCAPES and letter:
            self.at += 2
            return _ESCAPES[letter]
        length = {"u": 4, "U": 8}.get(letter, 0)
        digits = self.text[self.at + 2 : self.at + 2 + length]
        if not length or not re.fullmatch(f"[0-9a-fA-F]{{{length}}}", digits):
            self._fail("an unknown escape in a string")
        code = int(digits, 16)
        if code > 0x10FFFF:
            self._fail("an escape that is no character")
        self.at += 2 + length
        # Half of a surrogate pair is no character, and could not be written.
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _flush(tokens: list[Token], literal: list[str], strips: bool) -> bool:
    """Make a token of literal text; False once there was text to strip."""
    if not literal:
        return strips
    text = "".join(literal)
    literal.clear()
    tokens.append(text.lstrip() if strips else text)
    return False
