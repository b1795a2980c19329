"""Text that may have holes: parts that nobody knows before deployment, yet keep their identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


class Text:
    """Literals and holes in their order. Equality looks at the parts and not at the origin.

    ``defaults`` are the parameters whose default this text relies on, as ``Name=value``.
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
        return "".join(map(str, self.parts))

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
            return [Text((piece,), self.origin, self.defaults) for piece in found]
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
        return [
            self._whole(tuple(filter(None, piece)), self.origin, self.defaults) for piece in pieces
        ]


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
