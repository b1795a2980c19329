"""What a text is called from one place of the code: by references that the code there may use.

A text is taken apart into literals, references and holes that nothing there refers to. Each format
says what its references are, in a module of its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from passrole.records import NamedTuple, frozen
from passrole.stacks.resources import Resource, Stack, Target
from passrole.values import Hole, Part, Text, texts_in

LONGEST_SUFFIX = 8
WALK_CAP = 50_000
"""How many values of a stack are looked at for the references that its code uses."""


class Reference(NamedTuple):
    """An expression of a format that stands for a text."""

    expression: Any


Piece = str | Reference | Hole


class Placeholder(NamedTuple):
    """A name that stands for what the code at hand cannot say, and what to put there."""

    name: str
    words: str


@frozen(eq=True)
class Vocabulary:
    """The references that may be used at one place of the code.

    ``names`` gives them by the text that they stand for, ``defaults`` those of inputs by the
    default that a text relies on (``Name=value``). ``partition``, ``account`` and ``region`` say
    where the stack itself goes, None where its code has no word for it.
    """

    target: Target
    names: Mapping[Text, Reference]
    defaults: Mapping[str, Reference] = field(default_factory=dict)
    partition: Reference | None = None
    account: Reference | None = None
    region: Reference | None = None
    stack: str = ""


def spelled(text: Text, vocabulary: Vocabulary) -> list[Piece]:
    """The literals, references and unnamed holes that make up a text, in their order."""
    whole = vocabulary.names.get(text)
    if whole is not None:
        return [whole]
    prefix = _longest_prefix(text, vocabulary)
    if prefix is not None:
        known, rest = prefix
        return [known, *_parts(rest, text.defaults, vocabulary)]
    segments = text.split(":", 5)
    if segments is None or len(segments) < 6 or segments[0].known() != "arn":
        return _parts(text.parts, text.defaults, vocabulary)
    target = vocabulary.target
    own = (
        (1, target.partition, vocabulary.partition),
        (3, target.region, vocabulary.region),
        (4, target.account, vocabulary.account),
    )
    places = {at: word for at, value, word in own if word is not None and segments[at] == value}
    found: list[Piece] = []
    for at, segment in enumerate(segments):
        found.append(":" if at else "")
        word = places.get(at)
        found.extend([word] if word else _parts(segment.parts, text.defaults, vocabulary))
    return merged(found)


def merged(pieces: list[Piece]) -> list[Piece]:
    """The pieces with literals that stand side by side as one, without empty ones."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return found


def _longest_prefix(
    text: Text, vocabulary: Vocabulary
) -> tuple[Reference, tuple[Part, ...]] | None:
    """The longest ARN of the vocabulary that the text lies under, and what follows it."""
    best: tuple[int, Reference, tuple[Part, ...]] | None = None
    for name, reference in vocabulary.names.items():
        rest = _under(text, name)
        if rest is not None and (best is None or len(str(name)) > best[0]):
            best = len(str(name)), reference, rest
    return best[1:] if best is not None else None


def _under(text: Text, name: Text) -> tuple[Part, ...] | None:
    parts, begin = text.parts, name.parts
    first = begin[0] if begin else None
    if len(begin) > len(parts) or not (isinstance(first, str) and first.startswith("arn:")):
        return None
    if text.identity[: len(begin) - 1] != name.identity[:-1]:
        return None
    last, part = begin[-1], parts[len(begin) - 1]
    if isinstance(last, Hole):
        rest = parts[len(begin) :]
        same = isinstance(part, Hole) and part.id == last.id
    else:
        same = isinstance(part, str) and part.startswith(last)
        left = part[len(last) :] if isinstance(part, str) else ""
        rest = (*([left] if left else ()), *parts[len(begin) :])
    follows = rest[0] if rest else None
    return rest if same and isinstance(follows, str) and follows[0] in "/:" else None


def _parts(
    parts: tuple[Part, ...], defaults: frozenset[str], vocabulary: Vocabulary
) -> list[Piece]:
    found: list[Piece] = []
    for part in Text(parts, None, defaults).shown.parts:
        if isinstance(part, Hole):
            found.append(vocabulary.names.get(Text((part,)), wildcards_of(part) or part))
        else:
            found.extend(_with_defaults(part, defaults, vocabulary))
    return merged(found)


def _with_defaults(part: str, defaults: frozenset[str], vocabulary: Vocabulary) -> Iterator[Piece]:
    """A literal, with the inputs whose defaults it was made of in their places."""
    used = {
        default.partition("=")[2]: vocabulary.defaults[default]
        for default in sorted(defaults)
        if default in vocabulary.defaults
    }
    values = sorted((value for value in used if len(value) > 1), key=len, reverse=True)
    if not values:
        yield part
        return
    either = "|".join(map(re.escape, values))
    for at, piece in enumerate(re.split(f"(?<![A-Za-z0-9])({either})(?![A-Za-z0-9])", part)):
        yield used[piece] if at % 2 else piece


def texts_of(stack: Stack, prefix: str = "") -> Iterator[Text]:
    """Every text in the properties of the resources whose ids begin with ``prefix``."""
    found = (each.properties for name, each in stack.resources.items() if name.startswith(prefix))
    return texts_in(found, WALK_CAP)


def wildcards_of(hole: Hole) -> str:
    """A pattern in place of a few characters that a service makes up: one mark for each.

    As AWS writes the suffix of a secret (Secrets Manager User Guide, *Attach a permissions policy
    to an identity*). Empty for what has a name to put in.
    """
    least, most = hole.alphabet.length
    if least != most or least > LONGEST_SUFFIX or hole.alphabet.digits:
        return ""
    return "?" * least


def is_of(resource: Resource, text: Text) -> bool:
    """Whether a text is this resource's alone: its ARN, or what is not known but to the service.

    What is known may be the name of other things as well, and so may what is given to it.
    """
    own = f"{resource.identity}."
    return bool(text.parts) and (
        text == resource.arn or any(hole.id.startswith(own) for hole in text.holes)
    )


def placeholder_words(hole: Hole, vocabulary: Vocabulary) -> list[str]:
    """The words of a name for a hole: what it is, and of which other stack, as two may have one."""
    owner = hole.id.rpartition("#")[0] or hole.id.rpartition("@")[0]
    stem = posixpath.basename(owner).partition(".")[0] if owner != vocabulary.stack else ""
    return re.findall(r"[A-Za-z0-9]+", f"{stem} {label_of(hole)}")


def label_of(hole: Hole) -> str:
    """What a message calls a hole, without the mark that it is one: ``Bucket.name``."""
    return str(hole).removeprefix("${").removesuffix("}")
