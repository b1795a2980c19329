"""Text that may have holes: parts that nobody knows before deployment, yet keep their identity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Self

from passrole.documents.nodes import Document, Node
from passrole.records import NamedTuple


class Origin(NamedTuple):
    """Where a value was written: a node and the document it stands in."""

    document: Document
    node: Node

    @property
    def code(self) -> str:
        """What is written there."""
        return self.document.text[self.node.start : self.node.end]


class Alphabet(NamedTuple):
    """What a hole may turn out to be.

    ``excluded`` are characters it never holds. ``wildcards`` says whether it may bring ``*`` or
    ``?`` into a policy pattern, as a parameter without AllowedValues may. ``choices``, when given,
    are all the texts it may be. ``length`` is the least and the greatest number of characters.
    ``digits`` says that it holds nothing but 0 to 9. ``made_up`` says that a service chooses it for
    one resource alone, so that it is never equal to another such.
    """

    name: str
    excluded: str = ""
    wildcards: bool = False
    choices: frozenset[str] | None = None
    length: tuple[int, int | None] = (0, None)
    digits: bool = False
    made_up: bool = False

    def admits(self, character: str) -> bool:
        """Whether the hole may hold ``character``."""
        if self.digits:
            return character.isascii() and character.isdigit()
        if self.choices is not None:
            return any(character in choice for choice in self.choices)
        return character not in self.excluded

    def admits_text(self, text: str) -> bool:
        """Whether the hole, whole, may be exactly ``text``."""
        if self.choices is not None:
            return text in self.choices
        shortest, longest = self.length
        if len(text) < shortest or (longest is not None and len(text) > longest):
            return False
        return all(map(self.admits, text))


ANYTHING = Alphabet("any text", wildcards=True)
LITERAL = Alphabet("text without wildcards", excluded="*?")
NAME = Alphabet("name", excluded=":/*? ", length=(1, 512))
GENERATED = Alphabet("generated name", excluded=":/*? ", length=(1, 512), made_up=True)
PATH = Alphabet("name with slashes", excluded=":*? ", length=(1, 1024))
ACCOUNT = Alphabet("account id", digits=True, length=(12, 12))
REGION = Alphabet("region", excluded=":/*?._ ", length=(9, 24))
PARTITION = Alphabet("partition", excluded=":/*?._ ", length=(3, 16))


class Hole(NamedTuple):
    """A part of a text that is not known. Two holes are the same value when their ``id`` is equal.

    ``id`` names the stack instance, the logical id or address, and the attribute. ``reference`` is
    how the source writes it (``!GetAtt Bucket.Arn``), for messages and fixes. ``reason`` says what
    would make it known.
    """

    id: str
    alphabet: Alphabet = ANYTHING
    reference: str = ""
    reason: str = ""
    shown: bool = False

    def __str__(self) -> str:
        """How messages name it, alike for every format: ``${Project.name}``, ``${account}``."""
        tail = self.id.rpartition("#")[2].rpartition("@")[2]
        return f"${{{tail.removeprefix('param:')}}}"


Part = str | Hole


class Veiled(str):
    """What is not to be seen of a text, among the defaults that the text relies on.

    ``value`` is not to be seen, ``hole`` is shown in its place. As a default it says nothing: it is
    empty. What is decided about such a text is decided as about any other.
    """

    __slots__ = ("hole", "value")

    value: str
    hole: Hole

    def __new__(cls, value: str, hole: Hole) -> Self:
        """A value and what is shown of it."""
        veiled = super().__new__(cls)
        veiled.value, veiled.hole = value, hole
        return veiled

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Veiled) and (self.value, self.hole) == (other.value, other.hole)

    def __hash__(self) -> int:
        return hash((self.value, self.hole.id))


class Text:
    """Literals and holes in their order. Equality looks at the parts and not at the origin.

    ``defaults`` are the parameters whose default this text relies on, as ``Name=value``. What is
    shown of a text (``str``, ``shown``) has a hole in place of what is ``Veiled``; ``parts`` and
    ``known`` are for deciding.
    """

    __slots__ = ("_arn", "_identity", "defaults", "origin", "parts")

    parts: tuple[Part, ...]
    _arn: list[Text] | None
    _identity: tuple[str | tuple[str], ...]

    def __init__(
        self,
        parts: Iterable[Part] = (),
        origin: Origin | None = None,
        defaults: frozenset[str] = frozenset(),
    ) -> None:
        if type(parts) is tuple and len(parts) == 1 and parts[0]:
            self.parts = parts  # as most texts are
        else:
            self.parts = _merged(parts)
        self.origin = origin
        self.defaults = defaults

    @classmethod
    def _whole(
        cls, parts: tuple[Part, ...], origin: Origin | None, defaults: frozenset[str]
    ) -> Text:
        """A text of parts that are merged already."""
        text = cls.__new__(cls)
        text.parts, text.origin, text.defaults = parts, origin, defaults
        return text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    @property
    def identity(self) -> tuple[str | tuple[str], ...]:
        """What equal texts share: the literals, and the ids of the holes."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return (self.parts[0],)  # as of most texts
        try:
            return self._identity
        except AttributeError:
            self._identity = tuple(
                [part if isinstance(part, str) else (part.id,) for part in self.parts]
            )
            return self._identity

    def __repr__(self) -> str:
        return f"Text({str(self)!r})"

    def __str__(self) -> str:
        return "".join(map(str, self.shown.parts))

    @property
    def shown(self) -> Text:
        """The text as it may be seen: a hole in place of what is not to be."""
        hidden = _hidden(self.defaults) if self.defaults else None
        if not hidden:
            return self
        text = Text(_shown(self.parts, hidden), self.origin, self.defaults)
        return self if text == self else text

    def piece(self, parts: tuple[Part, ...]) -> Text:
        """A piece of this text, of parts as a text has them.

        A piece of what is not to be seen is not to be seen either.
        """
        text = self._whole(parts, self.origin, self.defaults)
        known = text.known() if self.defaults else None
        if not known or text.shown is not text:
            return text
        whole = "".join(part for part in self.parts if isinstance(part, str)).lower()
        for hidden in _hidden(self.defaults):
            value = hidden.value.lower()
            if known.lower() in value and known.lower() not in whole.replace(value, ""):
                return text.relying_on(frozenset((Veiled(known, part_of(hidden.hole)),)))
        return text

    def known(self) -> str | None:
        """The text, where there is no hole in it."""
        parts = self.parts
        if len(parts) == 1:
            first = parts[0]
            return first if isinstance(first, str) else None
        return None if parts else ""

    @property
    def holes(self) -> Iterator[Hole]:
        """The holes in their order."""
        return (part for part in self.parts if isinstance(part, Hole))

    def at(self, origin: Origin | None) -> Text:
        """The same text, written at ``origin``."""
        return self._whole(self.parts, origin, self.defaults)

    def relying_on(self, defaults: frozenset[str]) -> Text:
        """The same text, known to rely on more parameter defaults."""
        return self._whole(self.parts, self.origin, self.defaults | defaults)

    def split(self, separator: str, most: int = -1) -> list[Text] | None:
        """The pieces between separators, or None where a hole may hold the separator.

        ``most`` bounds the number of splits, as in ``str.split``; what follows the last split may
        hold anything.
        """
        if separator != ":" or most != 5:
            return self._split(separator, most)
        # The segments of an ARN are asked for again and again.
        try:
            return self._arn
        except AttributeError:
            self._arn = self._split(separator, most)
            return self._arn

    def _split(self, separator: str, most: int) -> list[Text] | None:
        parts = self.parts
        if len(parts) == 1 and isinstance(parts[0], str):  # as most texts are
            found = parts[0].split(separator, most)
            return self._pieces([(piece,) if piece else () for piece in found])
        pieces: list[list[Part]] = [[]]
        for part in parts:
            if isinstance(part, Hole):
                open_ended = 0 <= most == len(pieces) - 1
                if not open_ended and all(map(part.alphabet.admits, separator)):
                    return None
                pieces[-1].append(part)
                continue
            left = most - (len(pieces) - 1) if most >= 0 else -1
            first, *rest = part.split(separator, left)
            pieces[-1].append(first)
            pieces.extend([piece] for piece in rest)
        # No two literals stand side by side: only empty ones are to be left out.
        return self._pieces([tuple(filter(None, piece)) for piece in pieces])

    def _pieces(self, pieces: list[tuple[Part, ...]]) -> list[Text]:
        if self.defaults and _hidden(self.defaults):
            return list(map(self.piece, pieces))
        return [self._whole(piece, self.origin, self.defaults) for piece in pieces]


def join(pieces: Iterable[Text | str], separator: str = "", origin: Origin | None = None) -> Text:
    """One text of many, with ``separator`` between them."""
    parts: list[Part] = []
    defaults: frozenset[str] = frozenset()
    for index, piece in enumerate(pieces):
        if index and separator:
            parts.append(separator)
        if isinstance(piece, str):
            parts.append(piece)
        else:
            parts.extend(piece.parts)
            defaults |= piece.defaults
    return Text(parts, origin, defaults)


def literal(text: str, origin: Origin | None = None) -> Text:
    """A text that is known."""
    return Text((text,), origin)


def part_of(hole: Hole) -> Hole:
    """What is shown in place of a piece of a hidden value, or of the value in other letters."""
    reason = f"it is made of {hole}, which is not to be seen"
    return Hole(f"{hole.id} (part)", hole.alphabet, "", reason)


def hide(words: str, defaults: Iterable[str]) -> str:
    """The words without what is ``Veiled`` among the defaults that they rely on."""
    return "".join(map(str, _shown((words,), _hidden(defaults))))


def _shown(parts: tuple[Part, ...], hidden: Iterable[Veiled]) -> tuple[Part, ...]:
    for each in hidden:
        parts = tuple(_veiled(parts, each))
    return parts


def _hidden(defaults: Iterable[str]) -> list[Veiled]:
    """What is not to be seen, in an order: what is part of another comes later."""
    found = [each for each in defaults if isinstance(each, Veiled)]
    return sorted(found, key=lambda each: (-len(each.value), each.value, each.hole.id))


def _veiled(parts: tuple[Part, ...], hidden: Veiled) -> Iterator[Part]:
    """The parts with a hole where they hold what is not to be seen, in letters of any case."""
    for part in parts:
        if isinstance(part, Hole):
            yield part
            continue
        end = 0
        for found in re.finditer(re.escape(hidden.value), part, re.IGNORECASE):
            yield part[end : found.start()]
            yield hidden.hole if found[0] == hidden.value else part_of(hidden.hole)
            end = found.end()
        yield part[end:]


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    merged: list[Part] = []
    run: list[str] = []
    for part in parts:
        if isinstance(part, Hole):
            if run:
                merged.append("".join(run))
                run = []
            merged.append(part)
        elif part:
            run.append(part)
    if run:
        merged.append("".join(run))
    return tuple(merged)
