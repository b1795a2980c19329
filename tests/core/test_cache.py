"""The cache keeps bytes by a key, and whatever is wrong with it, it is empty."""

import os
import threading
from pathlib import Path

import pytest

from passrole import cache as module
from passrole.cache import Cache, cache_folder

KEY = "0" * 48
BODY = b'{"findings": []}' * 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache"


def entry_of(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_what_is_stored_is_loaded(folder: Path) -> None:
    Cache(folder).store(KEY, BODY)
    assert Cache(folder).load(KEY) == BODY
    assert Cache(folder).load("1" * 48) is None


def test_nothing_is_there_before(folder: Path) -> None:
    assert Cache(folder).load(KEY) is None
    assert not folder.exists()


def test_every_flipped_byte_is_noticed(folder: Path) -> None:
    Cache(folder).store(KEY, BODY)
    entry = entry_of(folder)
    data = entry.read_bytes()
    for at in range(len(data)):
        entry.write_bytes(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
        assert Cache(folder).load(KEY) is None, at
    for size in range(len(data)):
        entry.write_bytes(data[:size])
        assert Cache(folder).load(KEY) is None, size


def test_an_entry_under_another_name_is_not_taken(folder: Path) -> None:
    Cache(folder).store(KEY, BODY)
    entry_of(folder).rename(folder / f"{'1' * 48}.json")
    assert Cache(folder).load("1" * 48) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows keeps a user's folders apart")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_write_to_is_left_alone(folder: Path, mode: int) -> None:
    Cache(folder).store(KEY, BODY)
    folder.chmod(mode)
    assert Cache(folder).load(KEY) is None
    before = entry_of(folder).read_bytes()
    Cache(folder).store(KEY, b"{}")
    assert entry_of(folder).read_bytes() == before


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    Cache(folder).store(KEY, BODY)
    entry = entry_of(folder)
    elsewhere = tmp_path / "elsewhere"
    entry.rename(elsewhere)
    entry.symlink_to(elsewhere)
    assert Cache(folder).load(KEY) is None
    Cache(folder).store(KEY, b"{}")
    assert BODY in elsewhere.read_bytes()

    link = tmp_path / "link"
    link.symlink_to(folder)
    assert Cache(link).load(KEY) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    Cache(tmp_path / "file" / "cache").store(KEY, BODY)
    assert Cache(tmp_path / "file" / "cache").load(KEY) is None


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    Cache(folder).store(KEY, BODY)
    assert list(folder.iterdir()) == []


def test_old_entries_go_when_it_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 5 * (len(BODY) + 100))
    cache = Cache(folder)
    keys = [f"{number:048}" for number in range(8)]
    for age, key in enumerate(keys):
        cache.store(key, BODY)
        os.utime(folder / f"{key}.json", (age, age))
    kept = [key for key in keys if cache.load(key) is not None]
    assert keys[-1] in kept and keys[0] not in kept


def test_runs_at_the_same_time_see_whole_entries(folder: Path) -> None:
    bodies = {bytes((ord("a") + number,)) * 100_000 for number in range(8)}
    seen: list[bytes | None] = []

    def work(body: bytes) -> None:
        for _ in range(10):
            Cache(folder).store(KEY, body)
            seen.append(Cache(folder).load(KEY))

    threads = [threading.Thread(target=work, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 80 and set(seen) <= bodies
    assert [each.name for each in folder.iterdir()] == [f"{KEY}.json"]


def test_it_is_never_in_the_scanned_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSROLE_CACHE_DIR", str(tmp_path / "repository" / "cache"))
    assert cache_folder([tmp_path / "repository"]) is None
    assert cache_folder([tmp_path / "repository" / "cache"]) is None
    assert cache_folder([tmp_path / "other"]) == tmp_path / "repository" / "cache"


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PASSROLE_CACHE_DIR", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder([]) == tmp_path / "passrole"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert cache_folder([]) == tmp_path / "home" / ".cache" / "passrole"
