"""HCL native syntax into nodes: Terraform's ``.tf`` files, by tree-sitter and its HCL grammar.

The tree has the shape of Terraform's JSON syntax:

- A body is a mapping. An argument is a pair of its name and a scalar with the tag ``expression``,
  whose text is the expression as it is written; what an expression means is not said here.
- The blocks of one type inside a body are one pair: the name where it stands first, and a sequence
  of their bodies. Labels are mappings between a block and its body. At the top of a file each
  block is a pair of its own, so a name can stand there more than once.

A file that is set out in lines is read as such (``hcl_lines``), which gives the very same tree.

A file with a mistake is read around it: block by block, and inside a broken block argument by
argument, as they are set out in lines. What is lost is a scalar with the tag ``broken``.
Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from passrole.documents.hcl_grammar import ParsedPart
from passrole.documents.hcl_lines import read_lines
from passrole.documents.hcl_shape import (
    BROKEN,
    EXPRESSION,
    MOST_DEPTH,
    NODES_PER_VALUE,
    Pair,
    body,
    labelled,
    value_of,
    word,
)
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Scalar
from passrole.documents.reports import Notes, Refused, over_limit

_MOST_MENDED: Final = 1_000_000  # characters of a file that is read around its mistakes
_READ_AGAIN: Final = 6  # times its length, to do so
_SHOWN: Final = 30
_WORD: Final = r"[^\W\d][\w-]*+"
_ITEM: Final = rf'(?={_WORD}[ \t]*+(?:=(?![=>])|\{{|"|{_WORD}[ \t]*+["{{]))'
_TOP: Final = re.compile(rf"^{_ITEM}", re.MULTILINE)
_FIRST_ITEM: Final = re.compile(rf"^([ \t]++){_ITEM}", re.MULTILINE)
_ARGUMENT: Final = re.compile(rf"[ \t]*+({_WORD})[ \t]*+=")
_HEADER: Final = re.compile(rf'[ \t]*+({_WORD})((?:[ \t]*+(?:"[^"\n]*+"|{_WORD}))*+)[ \t]*+\{{')
_MANY_TEMPLATES: Final = 1_000
_BRACE: Final = re.compile(r"[{}]")
_LABEL: Final = re.compile(rf'"[^"\n]*+"|{_WORD}')


def parse_hcl(path: str, text: str, limits: Limits) -> Document:
    """The document that ``text`` is; never raises for what is in the text.

    Problems: ``parse-error``, one for each part that cannot be read (the others are there),
    ``duplicate-key`` (of two arguments of one name the last one counts), ``limit`` (then the root
    is None). A byte order mark at the start is taken off, uncounted.
    """
    text = text.removeprefix("\ufeff")
    notes = Notes(path, text)
    try:
        _refuse_deep_templates(text, min(limits.depth, MOST_DEPTH))
        pairs = read_lines(text, limits, notes)
        if pairs is not None:
            return Document(path, text, Mapping(pairs, 0, len(text)), "hcl", notes.problems())
        notes = Notes(path, text)
        root = _Reader(text, limits, notes).read()
    except Refused as refusal:
        return Document(path, text, None, "hcl", (refusal.problem,))
    return Document(path, text, root, "hcl", notes.problems())


def _refuse_deep_templates(text: str, most: int) -> None:
    """The grammar takes kilobytes for each template in a template; the rest it leaves at once."""
    if text.count("${") + text.count("%{") <= _MANY_TEMPLATES:
        return
    open_ = 0
    for brace in _BRACE.finditer(text):
        open_ = open_ + 1 if brace[0] == "{" else max(0, open_ - 1)
        if open_ > _MANY_TEMPLATES:
            raise over_limit("depth", most, "levels of nesting", brace.start())


class _Reader:
    """One text, and how far places in its parts are from those in its bytes."""

    __slots__ = ("left", "limits", "noted", "notes", "text")

    def __init__(self, text: str, limits: Limits, notes: Notes) -> None:
        self.text = text
        self.limits = limits
        self.notes = notes
        self.noted = 0
        # How much text may be read again in order to read around mistakes.
        self.left = _READ_AGAIN * len(text)

    def read(self) -> Mapping:
        """The blocks of the file."""
        tree = ParsedPart(self.text, 0, len(self.text), skipping=True)
        most = self.limits.nodes
        if tree.root.descendant_count > most * NODES_PER_VALUE:
            raise over_limit("nodes", most, "nodes", 0)
        if tree.root.has_error and len(self.text) > _MOST_MENDED:
            tree = ParsedPart(self.text, 0, len(self.text))
        if not tree.root.has_error:
            pairs = list(self._items(tree, tree.root, 1))
        elif len(self.text) > _MOST_MENDED:
            self._note(tree)
            pairs = []
        else:
            pairs = list(self._parts(0, len(self.text), _TOP))
        return Mapping(tuple(pairs), 0, len(self.text))

    # -- what is well formed -------------------------------------------------------------------

    def _items(self, tree: ParsedPart, parent: Any, depth: int) -> Iterator[Pair]:
        """The arguments and blocks directly inside the node of a file, or of a block."""
        for inner in parent.named_children:
            if inner.type != "body":
                continue
            for item in inner.named_children:
                kind = item.type
                if kind == "attribute":
                    start, end = value_of(tree, item)
                    key = self._word(*tree.span(item.named_child(0)))
                    yield key, Scalar(self.text[start:end], True, start, end, EXPRESSION)
                elif kind == "block":
                    yield self._block(tree, item, depth)

    def _block(self, tree: ParsedPart, block: Any, depth: int) -> Pair:
        start, end = tree.span(block)
        name, *labels = (
            self._word(*tree.span(each))
            for each in block.named_children
            if each.type in ("identifier", "string_lit")
        )
        self._deeper(depth + len(labels), start)
        pairs = self._items(tree, block, depth + len(labels) + 1)
        return name, labelled(labels, body(pairs, start, end, self.notes))

    def _word(self, start: int, end: int) -> Scalar:
        return word(self.text, start, end)

    def _deeper(self, depth: int, at: int) -> None:
        most = min(self.limits.depth, MOST_DEPTH)
        if depth > most:
            raise over_limit("depth", most, "levels of nesting", at)

    # -- what is broken ------------------------------------------------------------------------

    def _parts(
        self,
        start: int,
        end: int,
        beginning: re.Pattern[str],
        whole: ParsedPart | None = None,
        depth: int = 1,
    ) -> Iterator[Pair]:
        """What can be read between two places, part by part.

        ``whole`` says what is wrong where no part does; it is made if it is not given.
        """
        before = self.noted
        text = self.text
        self.left -= end - start
        if self.left < 0:
            self._note_whole(whole, start, end)
            return
        starts = [each.start() for each in beginning.finditer(text, start, end)]
        if starts and text[start : starts[0]].strip():
            starts.insert(0, start)
        for at, stop in pairwise((*starts, end)):
            tree = ParsedPart(text, at, stop)
            if tree.root.has_error:
                yield from self._broken(tree, depth)
            else:
                yield from self._items(tree, tree.root, depth)
        if self.noted == before:
            self._note_whole(whole, start, end)

    def _broken(self, tree: ParsedPart, depth: int) -> Iterator[Pair]:
        """A part with a mistake: an argument without its value, or the rest of a block."""
        start, end, text = tree.start, tree.end, self.text
        argument = _ARGUMENT.match(text, start, end)
        block = _HEADER.match(text, start, end)
        if argument is not None:
            self._note(tree)
            value = Scalar("", True, argument.end(), end, BROKEN)
            yield self._word(*argument.span(1)), value
        elif block is None:
            self._note(tree)
        else:
            labels = [self._word(*each.span()) for each in _LABEL.finditer(text, *block.span(2))]
            depth += len(labels) + 1
            self._deeper(depth, start)
            closing = text.rfind("}", block.end(), end)
            inside = block.end(), closing if closing >= 0 else end
            first = _FIRST_ITEM.search(text, *inside)
            pairs: Iterable[Pair] = ()
            if first is None:
                self._note(tree)
            else:
                beginning = re.compile(rf"^{first[1]}{_ITEM}", re.MULTILINE)
                pairs = self._parts(*inside, beginning, tree, depth)
            yield self._word(*block.span(1)), labelled(labels, body(pairs, start, end, self.notes))

    def _note_whole(self, whole: ParsedPart | None, start: int, end: int) -> None:
        """Note what is wrong with a part as a whole, if anything is."""
        tree = whole or ParsedPart(self.text, start, end)
        if tree.root.has_error:
            self._note(tree)

    def _note(self, tree: ParsedPart) -> None:
        """Note the first mistake of a tree."""
        found = tree.mistake()
        start, end = tree.span(found)
        if found.is_missing:
            message = f"not HCL: expected {_MISSING.get(found.type) or repr(found.type)}"
        else:
            line = self.text[start:end].strip().partition("\n")[0].rstrip()
            shown = line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
            message = f"not HCL: unexpected {shown!r}" if shown else "not HCL: something is missing"
            newline = self.text.find("\n", start, end)
            end = newline if newline > start else end
        # What is missing at the end of a part is missed behind the last thing there is.
        last = tree.start + len(self.text[tree.start : tree.end].rstrip()) - 1
        start = max(min(start, last), tree.start)
        self.noted += 1
        self.notes.add("parse-error", message, start, max(end, min(start + 1, len(self.text))))


_MISSING: Final = {
    "identifier": "a name or a value",
    "block_end": "'}'", "object_end": "'}'", "tuple_end": "']'", "quoted_template_end": "'\"'",
    "template_interpolation_end": "'}'", "template_directive_end": "'}'",
    "heredoc_identifier": "the end of the heredoc",
}  # fmt: skip

__all__ = ["BROKEN", "EXPRESSION", "parse_hcl"]
