"""Templates: literal text, interpolations and directives, put together into one expression.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from passrole.records import NamedTuple
from passrole.stacks.terraform.expressions import (
    Call,
    Conditional,
    Constant,
    Expression,
    For,
    Template,
)

Word = Literal["if", "else", "endif", "for", "endfor"]


class Directive(NamedTuple):
    """``%{...}``: its word, and for an ``if`` or a ``for`` what follows it.

    It stands from ``offset`` to ``end``. ``text`` is how the condition is written.
    """

    word: Word
    offset: int
    end: int
    names: tuple[str, ...] = ()
    expression: Expression | None = None
    text: str = ""


class TemplateError(ValueError):
    """Directives that do not match one another."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


Token = str | Expression | Directive
"""Literal text (of a heredoc, line by line), an interpolation, or a directive."""


class _Open(NamedTuple):
    """A directive that has not ended, what stands inside it, and that before its ``else``."""

    directive: Directive
    parts: list[Expression]
    before: list[Expression] | None = None


def template(tokens: Sequence[Token], source: str) -> Expression:
    """The expression that a template is; one interpolation alone is its value.

    ``source`` is the text that the offsets of directives count in.

    Raises TemplateError where the directives do not match one another.
    """
    around: list[_Open] = []
    parts: list[Expression] = []
    literal: list[str] = []
    for token in tokens:
        if isinstance(token, str):
            literal.append(token)
            continue
        if literal:
            _add(parts, literal)
        if not isinstance(token, Directive):
            parts.append(token)
        elif token.word in ("if", "for"):
            around.append(_Open(token, parts))
            parts = []
        elif token.word == "else":
            parts = _otherwise(around, parts, token)
        else:
            parts = _ended(around, parts, token, source)
    _add(parts, literal)
    if around:
        directive = around[-1].directive
        raise TemplateError(f"%{{{directive.word}}} has no end", directive.offset)
    if len(tokens) == 1 and not isinstance(tokens[0], (str, Directive)):
        return parts[0]
    return _joined(parts)


def _add(parts: list[Expression], literal: list[str]) -> None:
    text = "".join(literal)
    if text:
        parts.append(Constant(text))
    literal.clear()


def _joined(parts: list[Expression]) -> Expression:
    if not parts:
        return Constant("")
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Constant) else Template((*parts,))


def _otherwise(around: list[_Open], parts: list[Expression], token: Directive) -> list[Expression]:
    if not around or around[-1].directive.word != "if" or around[-1].before is not None:
        raise TemplateError("%{else} has no %{if}", token.offset)
    around[-1] = around[-1]._replace(before=parts)
    return []


def _ended(
    around: list[_Open], parts: list[Expression], token: Directive, source: str
) -> list[Expression]:
    """The parts around a directive, with what it gives."""
    wanted = token.word.removeprefix("end")
    if not around or around[-1].directive.word != wanted:
        raise TemplateError(f"%{{{token.word}}} has no %{{{wanted}}}", token.offset)
    directive, outer, before = around.pop()
    given = directive.expression or Constant("")
    if directive.word == "if":
        then, otherwise = (parts, []) if before is None else (before, parts)
        outer.append(Conditional(given, _joined(then), _joined(otherwise), directive.text))
    else:
        text = source[directive.offset : token.end]
        each = For(directive.names, given, _joined(parts), text)
        outer.append(Call("join", (Constant(""), each)))
    return outer


def unindented(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of a ``<<-`` heredoc without the indentation that all its lines share."""
    begins = [
        index for index in range(len(tokens))
        if not index or _ends_line(tokens[index - 1])
    ]  # fmt: skip
    widths = {}
    for index in begins:
        token = tokens[index]
        if not isinstance(token, str):
            widths[index] = 0
        elif token.strip() or not token.endswith("\n"):
            widths[index] = len(token) - len(token.lstrip())
    least = min(widths.values(), default=0)
    return [
        token[least:] if isinstance(token, str) and index in widths else token
        for index, token in enumerate(tokens)
    ]


def _ends_line(token: Token) -> bool:
    return isinstance(token, str) and token.endswith("\n")
