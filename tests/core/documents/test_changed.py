"""Which files of a work tree are not what a revision has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha1
from pathlib import Path

import pytest

from passrole.documents.changed import Changes
from passrole.documents.limits import Limits
from passrole.documents.revisions import Entry


def oid(data: bytes) -> str:
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@pytest.fixture
def changes(tmp_path: Path) -> Changes:
    """A tree of which the revision knows five files and a submodule."""
    known = {"same": b"1\n2\n", "other": b"1", "gone": b"1", "sub/in": b"1"}
    entries = [Entry(path, "100644", oid(data), len(data)) for path, data in known.items()]
    entries += [Entry("link", "120000", oid(b"same"), 4), Entry("module", "160000", "0" * 40, None)]
    (tmp_path / "sub").mkdir()
    (tmp_path / "module").mkdir()
    for name, data in (("same", b"1\n2\n"), ("other", b"2"), ("sub/in", b"1"), ("new", b"")):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link").symlink_to("same")

    def contents(oids: Sequence[str]) -> Mapping[str, bytes]:
        return {oid(data): data for data in known.values() if oid(data) in oids}

    return Changes("main", tmp_path, tmp_path, entries, contents, Limits())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("same", False), ("sub/in", False), ("link", False), ("./sub/../same", False),
        ("nowhere", False), ("other", True), ("gone", True), ("new", True), ("module", True),
        ("../same", True), ("/etc/hostname", True),
    ],
)  # fmt: skip
def test_what_changed(changes: Changes, path: str, expected: bool) -> None:
    assert changes.has_changed(path) is expected


def test_what_is_gone_and_what_was_there_before(changes: Changes) -> None:
    assert changes.gone() == ("gone",)
    assert changes.before(["gone", "other", "new", "module", "link"]) == {
        "gone": b"1",
        "other": b"1",
    }
    assert changes.named("in") == ("sub/in",)


def test_a_link_changes_with_what_it_leads_to(changes: Changes, tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(b"changed")
    assert changes.has_changed("link")


def test_ends_of_lines_are_git_s_business(changes: Changes, tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(b"1\r\n2\r\n")
    assert not changes.has_changed("same")


def test_paths_are_relative_to_the_root_of_the_run(tmp_path: Path, changes: Changes) -> None:
    entries = [Entry("sub/in", "100644", oid(b"1"), 1), Entry("same", "100644", oid(b"0"), 1)]
    below = Changes("main", tmp_path, tmp_path / "sub", entries, lambda _: {}, Limits())
    assert not below.has_changed("in")
    assert below.has_changed("../same")
    assert below.gone() == ()


def test_a_circle_of_links_has_changed(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    entries = [Entry("a", "120000", oid(b"b"), 1), Entry("b", "120000", oid(b"a"), 1)]
    assert Changes("x", tmp_path, tmp_path, entries, lambda _: {}, Limits()).has_changed("a")
