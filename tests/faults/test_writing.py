"""Whatever command writes a file: where the system refuses, what stood there before stands there."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .test_system_calls import MOST, Failing

pytestmark = pytest.mark.faults

Run = Callable[..., Any]

NUMBERS = {
    "open": errno.EMFILE,
    "fsync": errno.ENOSPC,
    "replace": errno.EACCES,
    "unlink": errno.EROFS,
    "chmod": errno.EPERM,
}
COMMANDS = {
    "baseline": ("check", ".", "--no-cache", "--write-baseline"),
    "policy": ("policy", ".", "--format", "terraform", "-o"),
    "map": ("map", ".", "--format", "html", "-o"),
    "report": ("check", ".", "--no-cache", "--format", "html", "-o"),
}


def everything(folder: Path) -> dict[str, bytes]:
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


@pytest.mark.parametrize("call", NUMBERS)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_file_is_the_old_one_or_the_new_one(
    command: tuple[str, ...], call: str, repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repository.parent / "out"
    folder.mkdir()
    file = folder / "file"
    run(command[0], "clean", *command[2:], file)  # a baseline stands for no other file
    old = file.read_bytes()
    code = run(*command, file).code
    new = file.read_bytes()
    assert old and new != old
    refused = 0
    for at in range(1, MOST):
        file.write_bytes(old)
        failing = Failing(getattr(os, call), at, NUMBERS[call])
        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing)
            outcome = run(*command, file)
        if not failing.raised:
            break
        refused += 1
        (name, left), *others = everything(folder).items()
        assert name == "file" and not others
        if outcome.code == code:
            assert left == new, f"call {at} of {call}"
        elif outcome.code == 3 and left != old:
            assert left  # a whole report that says that it is not complete
        else:
            assert (outcome.code, left) in ((2, old), (3, old)) and outcome.err
    else:
        pytest.fail("it never ends")
    assert refused or call in ("unlink", "chmod")


@pytest.mark.parametrize("call", [*NUMBERS, "mkstemp"])
def test_a_file_that_is_mended_is_the_old_one_or_the_new_one(
    call: str, repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(repository)
    assert run("check", ".", "--no-cache", "--fix").code in (0, 1)
    after = everything(repository)
    changed = {path for path in before if before[path] != after[path]}
    assert changed and before.keys() == after.keys()
    room: Any = tempfile if call == "mkstemp" else os
    refused = 0
    for at in range(1, MOST):
        for path in changed:
            (repository / path).write_bytes(before[path])
        failing = Failing(getattr(room, call), at, NUMBERS.get(call, errno.EROFS))
        with monkeypatch.context() as patch:
            patch.setattr(room, call, failing)
            outcome = run("check", ".", "--no-cache", "--fix")
        if not failing.raised:
            break
        refused += 1
        left = everything(repository)
        assert left.keys() == before.keys()
        assert all(left[path] in (before[path], after[path]) for path in left)
        if left != after:
            assert outcome.code in (2, 3) and (outcome.err or "incomplete" in outcome.out)
    else:
        pytest.fail("it never ends")
    assert refused or call in ("unlink", "chmod")


@pytest.mark.parametrize("call", ["open", "mkdir", "replace"])
def test_a_plugin_is_written_as_a_whole_or_the_run_says_why_not(
    call: str, repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repository.parent / "plugins"
    folder.mkdir()
    assert run("new-plugin", "acme", "--into", folder).code == 0
    whole = everything(folder)
    for at in range(1, MOST):
        own = folder / str(at)
        own.mkdir()
        failing = Failing(getattr(os, call), at, errno.ENOSPC)
        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing)
            outcome = run("new-plugin", "acme", "--into", own)
        if not failing.raised:
            break
        if outcome.code == 0:
            assert everything(own) == whole
        else:
            assert outcome.code in (2, 3) and outcome.err
    else:
        pytest.fail("it never ends")
