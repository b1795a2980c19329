"""A parameter's value as it is given, and values that are written as ``Name=Value``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from passrole.documents.locations import Location
from passrole.errors import UsageError
from passrole.records import NamedTuple


class GivenValue(NamedTuple):
    """A value and where it stands; no text for a value that the stack keeps from before."""

    name: str
    text: str | None
    place: Location | None = None


# A parameter's name is letters and digits; a Terraform variable's may hold these two as well.
NAME = re.compile(r"[A-Za-z0-9_-]+")


def overrides(text: str, place: Location | None, file: str = "") -> Iterator[GivenValue]:
    """Words as the shell has them: ``Name=Value``, or ``ParameterKey=Name,ParameterValue=Value``.

    Raises UsageError where a word is neither, or a quote is not closed.
    """
    import shlex  # noqa: PLC0415 - only where words are given as a shell has them

    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{place or file}: {str(error).lower()}") from error
    return overrides_of(words, place, file)


def overrides_of(
    words: Iterable[str], place: Location | None, file: str = ""
) -> Iterator[GivenValue]:
    """The same, of words that are told apart already."""
    for word in words:
        name, equals, value = word.partition("=")
        text: str | None = value
        if name == "ParameterKey":
            name, _, rest = value.partition(",")
            key, equals, text = rest.partition("=")
            if key == "UsePreviousValue" and text.lower() == "true":
                text = None
            elif key != "ParameterValue":
                equals = ""
        if not equals or not NAME.fullmatch(name):
            raise UsageError(f"{place or file}: {word!r} is not Name=Value")
        yield GivenValue(name, text, place)
