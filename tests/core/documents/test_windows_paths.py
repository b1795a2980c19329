"""Paths of Windows, worked out with its own functions: what is shown, and what is inside.

Nothing is opened here: this says what becomes of the texts. ``ntpath`` has no files to ask, so
that links and names of devices are not among it.
"""

import ntpath
import os
from types import SimpleNamespace
from typing import Any

import pytest

from passrole.configuration import entries, finding
from passrole.documents import checkout, discovery, ignoring, tree
from passrole.documents.ignoring import Patterns
from passrole.documents.nodes import Problem
from passrole.reporters import sarif

ROOT = "C:\\repo"
ROOMS = (checkout, discovery, entries, finding, ignoring, sarif, tree)


@pytest.fixture(autouse=True)
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rooms that turn paths into what is shown, as they are on Windows."""
    names = {name: getattr(ntpath, name) for name in ntpath.__all__ if hasattr(ntpath, name)}
    path = SimpleNamespace(**{**names, "isdir": lambda _: True, "islink": lambda _: False})
    there = SimpleNamespace(
        path=path, sep="\\", curdir=".", name="nt", fspath=os.fspath, fsencode=os.fsencode
    )
    for room in ROOMS:
        monkeypatch.setattr(room, "os", there)


@pytest.mark.parametrize(
    ("root", "location", "shown"),
    [
        (ROOT, r"C:\repo\infra\a.yaml", "infra/a.yaml"),
        (ROOT, r"C:\repo\a b.yaml", "a b.yaml"),
        (ROOT, r"c:\REPO\infra\a.yaml", "infra/a.yaml"),
        (ROOT, r"C:\repository\a.yaml", "../repository/a.yaml"),
        (ROOT, r"C:\other\a.yaml", "../other/a.yaml"),
        (ROOT, r"D:\x\a.yaml", "D:/x/a.yaml"),
        (ROOT, r"\\server\share\a.yaml", "//server/share/a.yaml"),
        ("C:\\", r"C:\infra\a.yaml", "infra/a.yaml"),
        (r"\\server\share\repo", r"\\server\share\repo\infra\a.yaml", "infra/a.yaml"),
        (r"\\?\C:\repo", r"\\?\C:\repo\infra\a.yaml", "infra/a.yaml"),
    ],
)
def test_what_is_shown_of_a_file(root: str, location: str, shown: str) -> None:
    assert discovery._Search(root).shown(location) == shown
    assert entries.Source(None, root, root).shown(location) == shown


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        (r"C:\repo", ROOT, True),
        (r"C:\repo\a.yaml", ROOT, True),
        (r"C:\repository\a.yaml", ROOT, False),
        (r"D:\repo\a.yaml", ROOT, False),
        (r"C:\a.yaml", "C:\\", True),
        (r"\\?\C:\repo\a.yaml", r"\\?\C:\repo", True),
    ],
)
def test_what_is_inside(path: str, folder: str, inside: bool) -> None:
    assert discovery._inside(path, folder) is inside
    assert finding.is_inside(path, folder) is inside


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("infra/a.yaml", r"C:\repo\infra\a.yaml"),
        ("a/../b.yaml", r"C:\repo\b.yaml"),
        ("../given/a.yaml", r"C:\given\a.yaml"),
        ("D:/given/a.yaml", r"D:\given\a.yaml"),
        ("infra\\a.yaml", r"C:\repo\infra\a.yaml"),
    ],
)
def test_what_a_file_names_in_the_tree_is_found(path: str, location: str) -> None:
    found = tree.Tree(ROOT, (r"C:\given", r"D:\given")).location(path)
    assert found == location


@pytest.mark.parametrize(
    "path",
    [
        "../other/a.yaml", r"..\..\a.yaml", r"infra\..\..\a.yaml", "/a.yaml", r"\a.yaml",
        "C:/Windows/win.ini", r"C:\Windows\win.ini", "C:a.yaml", "D:a.yaml", "D:", "D:/a.yaml",
        "D:/given/../a.yaml", "//server/share/a.yaml", r"\\server\share\a.yaml",
        r"\\?\C:\Windows\win.ini", r"\\.\PhysicalDrive0", "C:/repo\0/a.yaml",
    ],
)  # fmt: skip
def test_nothing_leads_out_of_the_tree(path: str) -> None:
    found = tree.Tree(ROOT, (r"C:\given", r"D:\given")).location(path)
    assert isinstance(found, Problem) and found.kind == "outside-tree"


@pytest.mark.parametrize(
    ("lines", "location", "reason"),
    [
        (("infra/",), "C:\\repo\\infra\\", "excluded"),
        (("infra/*.yaml",), r"C:\repo\infra\a.yaml", "excluded"),
        (("/infra/**",), r"C:\repo\infra\x\a.yaml", "excluded"),
        (("infra/",), r"C:\repo\more\a.yaml", ""),
        (("C:/repo/infra/",), "C:\\repo\\infra\\", ""),
    ],
)
def test_patterns_are_written_with_slashes(
    lines: tuple[str, ...], location: str, reason: str
) -> None:
    search = discovery._Search(ROOT, Patterns.below(ROOT, ROOT, lines))
    assert search._left_out(location, ()) == reason


@pytest.mark.parametrize(
    ("folder", "matched", "other"),
    [
        (r"C:\repo\team", "team/infra/a.yaml", "infra/a.yaml"),
        ("C:\\", "infra/a.yaml", "infrared/a.yaml"),
        (r"D:\settings", "D:/settings/infra/a.yaml", "infra/a.yaml"),
    ],
)
def test_patterns_are_relative_to_their_settings(folder: str, matched: str, other: str) -> None:
    patterns = Patterns.below(folder, ROOT, ("infra/", "/repo/infra/"))
    assert patterns.match_file(matched)
    assert not patterns.match_file(other)


def test_a_file_of_another_drive_has_an_absolute_uri() -> None:
    assert sarif._artifact("D:/x y/a.yaml", "C:/repo") == {"uri": "file:///D%3A/x%20y/a.yaml"}
    assert sarif._artifact("../x/a.yaml", ROOT) == {"uri": "file:///C%3A/x/a.yaml"}


@pytest.mark.parametrize("path", ["a\\b", "..\\b", "C:b", "a.yaml:stream", ".GIT/config", "../b"])
def test_a_revision_writes_nothing_beside_its_folder(path: str) -> None:
    assert not checkout._is_safe(path)


def test_as_many_processes_as_windows_can_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from passrole.executors import processes  # noqa: PLC0415 - its name is that of a function

    monkeypatch.setattr(processes, "os", SimpleNamespace(name="nt"))
    made: Any = processes.processes(200)
    assert made.keywords["jobs"] < 63
