from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole.documents.decoding import decode

TEXT = "é: 😀\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_the_byte_order_mark_tells_the_encoding(mark: bytes, encoding: str) -> None:
    decoded = decode(mark + TEXT.encode(encoding))
    assert decoded.problem is None
    assert (decoded.text, decoded.encoding, decoded.mark) == (TEXT, encoding, mark)
    assert decoded.mark + decoded.text.encode(decoded.encoding) == mark + TEXT.encode(encoding)


@pytest.mark.parametrize(
    ("data", "before"),
    [
        (b"a: caf\xe9\n", "a: caf"),
        ("é😀".encode() + b"\xff", "é😀"),
        (b"a\xed\xa0\x80", "a"),
        (codecs.BOM_UTF8 + b"a\xff", "a"),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\xd8", "a"),
        (codecs.BOM_UTF32_LE + b"a\x00\x00\x00\xff\xff\xff\xff", "a"),
        (b"a: \x00b", "a: "),
        ('{"a": 1}'.encode("utf-16-be"), ""),
        (codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"), "a"),
    ],
)
def test_what_is_not_text_is_a_problem_at_its_place(data: bytes, before: str) -> None:
    decoded = decode(data)
    assert decoded.text == before
    assert decoded.problem is not None
    assert (decoded.problem.kind, decoded.problem.start) == ("encoding", len(before))


@given(st.binary())
def test_any_bytes_are_text_or_a_problem(data: bytes) -> None:
    decoded = decode(data)
    if decoded.problem is None:
        assert decoded.mark + decoded.text.encode(decoded.encoding) == data
    else:
        assert decoded.problem.start == len(decoded.text)
