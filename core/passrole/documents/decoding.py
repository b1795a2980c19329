"""Bytes into text: never by guessing, and never by leaving out what cannot be decoded."""

from __future__ import annotations

import codecs
from typing import Final

from passrole.documents.nodes import Problem
from passrole.records import NamedTuple

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Decoded(NamedTuple):
    """The text of a file without its byte order mark.

    With a ``problem`` the text is what stands before the place of the problem, and nobody should
    take it for the file. ``mark`` and ``encoding`` tell how to write the text back.
    """

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""
    problem: Problem | None = None


def decode(data: bytes) -> Decoded:
    """The text of ``data``: UTF-8, or UTF-16 or UTF-32 where a byte order mark says so.

    Whatever is not valid in that encoding, and any NUL, is a problem of kind ``encoding``.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        before = data[len(mark) :][: error.start].decode(encoding)
        message = f"not {encoding.upper()}: {error.reason} (byte {len(mark) + error.start})"
        at = len(before)
        return Decoded(before, encoding, mark, Problem("encoding", message, at, at))
    at = text.find("\0")
    if at >= 0:
        message = "the text has a NUL character; UTF-16 needs a byte order mark"
        return Decoded(text[:at], encoding, mark, Problem("encoding", message, at, at))
    return Decoded(text, encoding, mark)
