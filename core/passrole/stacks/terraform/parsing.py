"""The parser of what stands inside ``"${...}"``.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from typing import Literal, NoReturn

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
    Template,
    Unary,
)

DEPTH_CAP = 60
"""How deep expressions may nest inside one string."""

PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip


Refusal = Literal["malformed", "limit", "unsupported"]


class ExpressionError(ValueError):
    """Text that is no expression, that nests too deep, or that this parser does not read yet.

    ``offset`` counts characters of the string it stands in.
    """

    def __init__(self, message: str, offset: int, kind: Refusal = "malformed") -> None:
        super().__init__(message)
        self.offset = offset
        self.kind = kind


def parse_template(text: str) -> Expression:
    """The expression that a string stands for: itself, one interpolation, or a template.

    Raises ExpressionError where Terraform would refuse the string, or where it nests deeper than
    ``DEPTH_CAP``.
    """
    if "${" not in text and "%{" not in text:
        return Constant(text)
    return _Parser(text).template(quoted=False)


_BLANK = re.compile(r"(?:\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|[<>+\-*/%]")
_DIGITS = re.compile(r"\d+")
_ORDINARY = re.compile(r'[^$%"\\]*')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WORDS = {
    "true": Constant("true", "bool"), "false": Constant("false", "bool"),
    "null": Constant("", "null"),
}  # fmt: skip


class _Parser:
    """Recursive descent over one string; ``_deeper`` bounds the recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    # -- strings -----------------------------------------------------------------------------

    def template(self, quoted: bool) -> Expression:
        """Up to the closing quote, or to the end of the text."""
        parts: list[Expression] = []
        literal: list[str] = []
        text, end = self.text, len(self.text)
        while True:
            if self.at >= end:
                if quoted:
                    self._fail("a string has no closing quote")
                break
            two = text[self.at : self.at + 2]
            if quoted and two[0] == '"':
                break
            if text.startswith(("$${", "%%{"), self.at):
                literal.append(text[self.at] + "{")
                self.at += 3
            elif two in ("${", "%{"):
                if literal:
                    parts.append(Constant("".join(literal)))
                    literal = []
                parts.append(self._interpolation(two))
            elif quoted and two[0] == "\\":
                literal.append(self._escape())
            else:
                found = _ORDINARY.match(text, self.at + 1)
                stop = found.end() if found else self.at + 1
                literal.append(text[self.at : stop])
                self.at = stop
        if literal or not parts:
            parts.append(Constant("".join(literal)))
        return parts[0] if len(parts) == 1 else Template(tuple(parts))

    def _interpolation(self, opening: str) -> Expression:
        if opening == "%{":
            self._fail("template directives (%{...}) are not read", "unsupported")
        self.at += 2
        if self.text.startswith("~", self.at):
            self._fail("strip markers (${~ ... ~}) are not read", "unsupported")
        inner = self.expression()
        if self._next() == "~":
            self._fail("strip markers (${~ ... ~}) are not read", "unsupported")
        if self._next() != "}":
            self._fail("an interpolation has no closing brace")
        self.at += 1
        return inner

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

    # -- operators ---------------------------------------------------------------------------

    def expression(self) -> Expression:
        """One expression with everything that binds less tightly than a comma."""
        self._deeper()
        self._next()
        start = self.at
        test = self._binary(1)
        text = self.text[start : self.at].strip()
        if self._next() == "?":
            self.at += 1
            then = self.expression()
            self._expect(":")
            test = Conditional(test, then, self.expression(), text)
        self.depth -= 1
        return test

    def _binary(self, least: int) -> Expression:
        left = self._unary()
        while True:
            self._next()
            found = _OPERATOR.match(self.text, self.at)
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
        found = _WORD.match(self.text, self.at) or _DIGITS.match(self.text, self.at)
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
            self._deeper()
            self.at += 1
            template = self.template(quoted=True)
            self.at += 1
            self.depth -= 1
            # A quoted interpolation is a string, whatever it holds.
            return template if isinstance(template, (Constant, Template)) else Template((template,))
        if following == "(":
            self.at += 1
            inner = self.expression()
            self._expect(")")
            return inner
        if following == "[":
            return self._list()
        if following == "{":
            return self._object()
        if self.text.startswith("<<", self.at):
            self._fail("heredocs are not read", "unsupported")
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return Constant(number[0], "number")
        word = _WORD.match(self.text, self.at)
        if word is None:
            self._fail("an expression is expected")
        self.at = word.end()
        blank = _BLANK.match(self.text, self.at)
        after = blank.end() if blank else self.at
        if self.text.startswith("(", after) and "\n" not in self.text[self.at : after]:
            self.at = after + 1
            return self._call(word[0])
        return _WORDS.get(word[0]) or Name(word[0])

    def _call(self, function: str) -> Expression:
        arguments: list[Expression] = []
        expands = False
        while self._next() != ")":
            arguments.append(self.expression())
            if self._next() == "," and not expands:
                self.at += 1
            elif self.text.startswith("...", self.at) and not expands:
                self.at += 3
                expands = True
            elif self._next() != ")":
                self._fail("arguments of a function are not separated by commas")
        self.at += 1
        return Call(function, tuple(arguments), expands)

    def _list(self) -> Expression:
        start = self.at
        self.at += 1
        if self._word_follows("for"):
            return self._for("]", start)
        items: list[Expression] = []
        while self._next() != "]":
            items.append(self.expression())
            if self._next() == ",":
                self.at += 1
            elif self._next() != "]":
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
            key = self._key()
            if self._next() not in ("=", ":"):
                self._fail("a key of an object has no value")
            self.at += 1
            items.append((key, self.expression()))
            # A line break separates as well as a comma does.
            if self._next() == ",":
                self.at += 1
        self.at += 1
        return ObjectOf(tuple(items))

    def _key(self) -> Expression:
        word = _WORD.match(self.text, self.at)
        if word:
            blank = _BLANK.match(self.text, word.end())
            after = blank.end() if blank else word.end()
            follows = self.text[after : after + 2]
            if follows[:1] in ("=", ":") and follows != "==":
                self.at = word.end()
                return Constant(word[0])
        return self.expression()

    def _for(self, closing: str, start: int) -> Expression:
        names = [self._take_word()]
        if self._next() == ",":
            self.at += 1
            self._next()
            names.append(self._take_word())
        if not self._word_follows("in"):
            self._fail("a for expression has no 'in'")
        collection = self.expression()
        self._expect(":")
        key: Expression | None = None
        value = self.expression()
        if self._next() == "=" and self.text.startswith("=>", self.at):
            self.at += 2
            key, value = value, self.expression()
        grouped = self._next() == "." and self.text.startswith("...", self.at)
        if grouped:
            self.at += 3
        condition = self.expression() if self._word_follows("if") else None
        self._expect(closing)
        text = self.text[start : self.at]
        return For(tuple(names), collection, value, text, key, condition, grouped)

    # -- reading -----------------------------------------------------------------------------

    def _next(self) -> str:
        blank = _BLANK.match(self.text, self.at)
        if blank:
            self.at = blank.end()
        return self.text[self.at : self.at + 1]

    def _word_follows(self, word: str) -> bool:
        self._next()
        found = _WORD.match(self.text, self.at)
        if found is None or found[0] != word:
            return False
        self.at = found.end()
        self._next()
        return True

    def _take_word(self) -> str:
        found = _WORD.match(self.text, self.at)
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
