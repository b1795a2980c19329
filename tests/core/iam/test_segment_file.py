from __future__ import annotations

from pathlib import Path

import pytest

from passrole.iam.segment_file import SegmentFileError, packed, read_index


def test_what_is_packed_is_read_one_segment_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "some.dat"
    file.write_bytes(packed({"date": "2026-01-02"}, {"b": [1, "é"], "a": {"x": None}}))
    index = read_index(file)
    assert index.header == {"date": "2026-01-02"}
    assert list(index.places) == ["a", "b"]
    assert index.read("b") == [1, "é"]
    assert index.read("a") == {"x": None}
    with pytest.raises(KeyError):
        index.read("c")


def test_equal_content_gives_equal_bytes() -> None:
    assert packed({"b": 1, "a": 2}, {"y": 1, "x": 2}) == packed({"a": 2, "b": 1}, {"x": 2, "y": 1})


@pytest.mark.parametrize("content", [b"", b"{}", b"passrole segments 2 10\n", b"x" * 100])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.dat"
    file.write_bytes(content)
    with pytest.raises(SegmentFileError, match=r"other\.dat"):
        read_index(file)
