"""The parser of expressions: of JSON's strings with ``"${...}"``, and of native syntax.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re

from passrole.documents.nodes import Document
from passrole.stacks.terraform.expressions import (
    Access,
    Attribute,
    Binary,
    Call,
    Conditional,
    Constant,
    Expression,
    For,
    Index,
    ListOf,
    Name,
    ObjectOf,
    Splat,
    Unary,
)
from passrole.stacks.terraform.scanning import BLANK, DEPTH_CAP, WORD, ExpressionError
from passrole.stacks.terraform.simple_expressions import WORDS, simple_at
from passrole.stacks.terraform.strings import StringParser

__all__ = ["DEPTH_CAP", "ExpressionError", "parse_expression", "parse_template"]

PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip


def parse_template(text: str) -> Expression:
    """The expression that a string stands for: itself, one interpolation, or a template.

    Raises ExpressionError where Terraform would refuse the string, or where it nests deeper than
    ``DEPTH_CAP``.
    """
    if "${" not in text and "%{" not in text:
        return Constant(text)
    return _Parser(text).template("text")


def parse_expression(document: Document, start: int, end: int) -> Expression:
    """The expression that stands between two offsets of a document of native syntax.

    Whatever a value may be made of has its place. Raises ExpressionError as ``parse_template``
    does.
    """
    simple = simple_at(document.text, start, end)
    if simple is not None and simple[1] == end:
        return simple[0]
    parser = _Parser(document.text[start:end], document, start)
    try:
        return parser.whole()
    except ExpressionError as error:
        raise ExpressionError(str(error), start + error.offset, error.kind) from None


_FUNCTION = re.compile(r"(?:::[^\W\d][\w-]*)*(?=[^\S\n]*\()")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|[<>+\-*/%]")
_OPERATORS = frozenset("|&=!<>+-*/%")  # what one may begin with
_DIGITS = re.compile(r"\d+")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[^\S\n]*\n")


class _Parser(StringParser):
    """Recursive descent over one string; ``_deeper`` bounds the recursion."""

    def whole(self) -> Expression:
        """The expression that the text is."""
        found = self.expression()
        if self._next():
            self._fail("something follows the expression")
        return found

    # -- operators ---------------------------------------------------------------------------

    def expression(self) -> Expression:
        """One expression with everything that binds less tightly than a comma."""
        self._next()
        return self._expression()

    def _expression(self) -> Expression:
        """The same where it begins right here."""
        simple = simple_at(self.text, self.at, len(self.text))
        if simple is not None:  # as most are
            found, self.at = simple
            return found
        self._deeper()
        start = self.at
        test = self._binary(1)
        text = self.text[start : self.at].strip()
        if self._next() == "?":
            self.at += 1
            then = self._item()
            self._expect(":")
            test = Conditional(test, then, self._item(), text)
        self.depth -= 1
        return test

    def _item(self) -> Expression:
        """An expression with its place: it may be the value of its own that a finding is about."""
        self._next()
        start = self.at
        return self._placed(self._expression(), start)

    def _binary(self, least: int) -> Expression:
        left = self._unary()
        while True:
            here = self._next()
            found = _OPERATOR.match(self.text, self.at) if here in _OPERATORS else None
            if found is None or PRECEDENCE[found[0]] < least:
                return left
            self.at = found.end()
            left = Binary(found[0], left, self._binary(PRECEDENCE[found[0]] + 1))

    def _unary(self) -> Expression:
        operator = self._next()
        if operator in ("!", "-"):
            self._deeper()
            self.at += 1
            operand = self._unary()
            self.depth -= 1
            return Unary(operator, operand)
        return self._steps(self._primary())

    def _steps(self, base: Expression) -> Expression:
        steps: list[Attribute | Index | Splat] = []
        while True:
            following = self._next()
            if following == "." and not self.text.startswith("...", self.at):
                self.at += 1
                steps.append(self._attribute())
            elif following == "[":
                self.at += 1
                if self._next() == "*":
                    self.at += 1
                    steps.append(Splat())
                else:
                    steps.append(Index(self.expression()))
                self._expect("]")
            else:
                return Access(base, tuple(steps)) if steps or isinstance(base, Name) else base

    def _attribute(self) -> Attribute | Splat:
        following = self._next()
        found = WORD.match(self.text, self.at) or _DIGITS.match(self.text, self.at)
        if following == "*":
            self.at += 1
            return Splat()
        if found is None:
            self._fail("an attribute name is missing after a dot")
        self.at = found.end()
        return Attribute(found[0])

    # -- the smallest parts ------------------------------------------------------------------

    def _primary(self) -> Expression:
        following = self._next()
        if following == '"':
            self.at += 1
            return self.template("quoted")
        if following == "(":
            self.at += 1
            inner = self.expression()
            self._expect(")")
            return inner
        if following == "[":
            return self._list()
        if following == "{":
            return self._object()
        heredoc = _HEREDOC.match(self.text, self.at) if following == "<" else None
        if heredoc:
            return self.heredoc(heredoc)
        number = _NUMBER.match(self.text, self.at) if following.isdecimal() else None
        if number:
            self.at = number.end()
            return Constant(number[0], "number")
        word = WORD.match(self.text, self.at)
        if word is None:
            self._fail("an expression is expected")
        self.at = word.end()
        function = _FUNCTION.match(self.text, self.at)
        if function:
            self.at = function.end()
            self._next()
            self.at += 1
            return self._call(word[0] + function[0])
        return WORDS.get(word[0]) or Name(word[0])

    def _call(self, function: str) -> Expression:
        arguments: list[Expression] = []
        expands = False
        while self._next() != ")":
            arguments.append(self._expression())
            following = self._next()
            if following == "," and not expands:
                self.at += 1
            elif self.text.startswith("...", self.at) and not expands:
                self.at += 3
                expands = True
            elif following != ")":
                self._fail("arguments of a function are not separated by commas")
        self.at += 1
        return Call(function, tuple(arguments), expands)

    def _list(self) -> Expression:
        start = self.at
        self.at += 1
        if self._word_follows("for"):
            return self._for("]", start)
        items: list[Expression] = []
        following = self._next()
        while following != "]":
            start = self.at
            items.append(self._placed(self._expression(), start))
            following = self._next()
            if following == ",":
                self.at += 1
                following = self._next()
            elif following != "]":
                self._fail("items of a list are not separated by commas")
        self.at += 1
        return ListOf(tuple(items))

    def _object(self) -> Expression:
        start = self.at
        self.at += 1
        if self._word_follows("for"):
            return self._for("}", start)
        items: list[tuple[Expression, Expression]] = []
        while self._next() != "}":
            start = self.at
            key = self._placed(self._key(), start)
            if self._next() not in ("=", ":"):
                self._fail("a key of an object has no value")
            self.at += 1
            items.append((key, self._item()))
            # A line break separates as well as a comma does.
            if self._next() == ",":
                self.at += 1
        self.at += 1
        return ObjectOf(tuple(items))

    def _key(self) -> Expression:
        word = WORD.match(self.text, self.at)
        if word:
            blank = BLANK.match(self.text, word.end())
            after = blank.end() if blank else word.end()
            follows = self.text[after : after + 2]
            if follows[:1] in ("=", ":") and follows != "==":
                self.at = word.end()
                return Constant(word[0])
        return self.expression()

    def _for(self, closing: str, start: int) -> Expression:
        names, collection = self.each()
        self._expect(":")
        key: Expression | None = None
        value = self._item()
        if self._next() == "=" and self.text.startswith("=>", self.at):
            self.at += 2
            key, value = value, self._item()
        if (key is None) != (closing == "]"):
            self._fail("a for expression gives pairs in braces, and values in brackets")
        grouped = self._next() == "." and self.text.startswith("...", self.at)
        if grouped:
            self.at += 3
        condition = self.expression() if self._word_follows("if") else None
        self._expect(closing)
        text = self.text[start : self.at]
        return For(names, collection, value, text, key, condition, grouped)

    def each(self) -> tuple[tuple[str, ...], Expression]:
        """``key, value in collection``."""
        names = [self._take_word()]
        if self._next() == ",":
            self.at += 1
            self._next()
            names.append(self._take_word())
        if not self._word_follows("in"):
            self._fail("a for expression has no 'in'")
        return tuple(names), self.expression()
