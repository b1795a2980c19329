"""What a git revision holds. The only file that starts a process: the user named a revision.

Nothing of a repository runs or is obeyed: git works in a private folder without its configuration,
hooks and attributes, on commands that read objects alone, and never speaks to anybody.
Sources: https://git-scm.com/docs/git#_environment_variables, https://git-scm.com/docs/git-config
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Final

from passrole.documents.repositories import Repository, copy_references, find_repository
from passrole.errors import IncompleteError, UsageError
from passrole.records import NamedTuple

SECONDS: Final = 120
"""How long one command of git may take."""
MOST_FILES: Final = 500_000
MOST_BYTES: Final = 2_000_000_000
"""How many files, and bytes of them, of one revision are taken in."""

# What a repository may set is overruled as well, though its configuration is never read.
_SETTINGS: Final = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null",
    "core.pager=", "core.sshCommand=false", "core.askPass=", "core.commitGraph=false",
    "credential.helper=", "diff.external=", "protocol.allow=never", "gc.auto=0",
    "maintenance.auto=false", "safe.bareRepository=explicit", "submodule.recurse=false",
)  # fmt: skip
_CHUNK: Final = 1 << 20


class Entry(NamedTuple):
    """One file of a revision. ``size`` is None where the repository does not have its content."""

    path: str
    mode: str
    oid: str
    size: int | None

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        """Whether it is another repository, of which only the commit is named."""
        return self.mode == "160000"


class Revisions:
    """The revisions of one repository; made by ``revisions_of``."""

    def __init__(self, git: str, repository: Repository, folder: Path) -> None:
        self.repository = repository
        self._git = git
        self._private = folder / "private.git"
        self._said = folder / "said"
        copy_references(repository, self._private)

    def commit(self, revision: str) -> str:
        """The id of the commit that a revision names. Raises UsageError where there is none."""
        if revision.startswith("-") or not revision.strip() or "\0" in revision:
            raise UsageError(f"{revision!r} is no revision of git")
        wanted = f"{revision}^{{commit}}"
        code, out, _ = self._run("rev-parse", "--quiet", "--verify", "--end-of-options", wanted)
        found = out.strip()
        if code or not re.fullmatch(r"[0-9a-f]{40,64}", found):
            raise UsageError(f"{revision}: no such folder, and no such revision{self._hint()}")
        return found

    def merge_base(self, one: str, other: str) -> str:
        """The commit at which two lines of history parted. Raises UsageError without one."""
        code, out, _ = self._run("merge-base", "--end-of-options", one, other)
        found = out.strip()
        if code or not found:
            raise UsageError(f"{one[:12]} and {other[:12]} have no common history{self._hint()}")
        return found

    def entries(self, commit: str) -> list[Entry]:
        """Every file of a commit. Raises IncompleteError where the repository lacks a folder."""
        code, out, said = self._run("ls-tree", "-r", "-z", "-l", "--full-tree", commit)
        if code:
            raise IncompleteError(
                f"revision {commit[:12]} cannot be read whole: {said or 'git failed'}; in a "
                "partial clone, fetch it first: git fetch --refetch --filter=blob:none"
            )
        found = [entry for record in out.split("\0") if (entry := _entry(record)) is not None]
        if len(found) > MOST_FILES:
            raise IncompleteError(f"revision {commit[:12]} has more than {MOST_FILES:,} files")
        return found

    def contents(self, oids: Sequence[str]) -> Iterator[tuple[str, Iterator[bytes] | None]]:
        """The content of each object in pieces, in their order; None for one that is not there.

        Each content is read before the next is asked for. Raises IncompleteError.
        """
        if not oids:
            return
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{oid}\n" for oid in oids).encode("ascii"))
            asked.seek(0)
            with self._started(("cat-file", "--batch"), asked) as out:
                for oid in oids:
                    header = out.readline(4_096).decode("ascii", "replace").split()
                    if len(header) == 2 and header[1] == "missing":
                        yield oid, None
                        continue
                    if len(header) != 3 or not header[2].isdigit():
                        raise IncompleteError(f"git gives no content of object {oid[:12]}")
                    left = int(header[2])
                    pieces = _pieces(out, left)
                    yield oid, pieces
                    for _ in pieces:
                        continue
                    if out.read(1) != b"\n":
                        raise IncompleteError(f"git gives half of object {oid[:12]}")

    def _hint(self) -> str:
        if self.repository.is_shallow:
            return (
                ": this clone is shallow, so older commits are not in it "
                "(git fetch --unshallow, or fetch-depth: 0 in actions/checkout)"
            )
        return f" in the repository {self.repository.top or self.repository.shared}"

    def _run(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code of git, what it writes, and the first line of what it complains of."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
            try:
                code = subprocess.run(  # noqa: S603 - git itself, by an absolute path
                    self._command(arguments), stdin=subprocess.DEVNULL, stdout=out, stderr=said,
                    env=_environment(self._git, self._private, self.repository),
                    cwd=self._private, timeout=SECONDS, check=False,
                ).returncode  # fmt: skip
            except subprocess.TimeoutExpired:
                raise IncompleteError(f"git {arguments[0]} took more than {SECONDS} s") from None
            return code, _all(out), _all(said).strip().partition("\n")[0]

    @contextmanager
    def _started(self, arguments: Sequence[str], asked: IO[bytes]) -> Iterator[IO[bytes]]:
        with subprocess.Popen(  # noqa: S603 - git itself, by an absolute path
            self._command(arguments), stdin=asked, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=self._private,
            env=_environment(self._git, self._private, self.repository),
        ) as process:  # fmt: skip
            # A pack that is a pipe, or made to be unpacked without end, must not hold us.
            limit = Timer(SECONDS, process.kill)
            limit.daemon = True
            limit.start()
            try:
                if process.stdout is None:
                    raise IncompleteError("git gives no output")
                yield process.stdout
            finally:
                limit.cancel()
                process.kill()

    def _command(self, arguments: Sequence[str]) -> list[str]:
        settings = (part for each in _SETTINGS for part in ("-c", each))
        return [
            self._git, "--no-pager", "--no-optional-locks", "--no-replace-objects",
            "--literal-pathspecs", *settings, *arguments,
        ]  # fmt: skip


@contextmanager
def revisions_of(start: Path) -> Iterator[Revisions]:
    """The revisions of the repository around a folder.

    Raises UsageError where there is none, or no git to read it with.
    """
    repository = find_repository(start)
    if repository is None:
        raise UsageError(f"there is no git repository around {start}")
    git = find_git(repository.top)
    if git is None:
        raise UsageError("a revision is read with git, and there is no git on the PATH")
    with tempfile.TemporaryDirectory(prefix="passrole-git-") as folder:
        yield Revisions(git, repository, Path(folder))


def find_git(outside: Path | None) -> str | None:
    """The absolute path of git. One that lies in the repository ``outside`` is not taken."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if not Path(folder).is_absolute():
            continue  # the current folder, which may be a stranger's
        real = Path(os.path.realpath(Path(folder) / name))
        if outside is not None and real.is_relative_to(outside):
            continue
        if real.is_file() and os.access(real, os.X_OK):
            return str(Path(folder) / name)
    return None


def _environment(git: str, private: Path, repository: Repository) -> dict[str, str]:
    """Nothing of the caller's but where temporary files go: all else may steer git."""
    kept = {
        name: os.environ[name]
        for name in ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
        if name in os.environ
    }
    return {
        **kept,
        "PATH": str(Path(git).parent),
        "LC_ALL": "C",
        "HOME": str(private),
        "GIT_DIR": str(private),
        "GIT_OBJECT_DIRECTORY": str(repository.objects),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_PAGER": "",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_PROTOCOL_FROM_USER": "0",
    }


def _entry(record: str) -> Entry | None:
    about, tab, path = record.partition("\t")
    parts = about.split()
    if not tab or len(parts) != 4:
        return None
    mode, _, oid, size = parts
    return Entry(path, mode, oid, int(size) if size.isdigit() else None)


def _pieces(out: IO[bytes], left: int) -> Iterator[bytes]:
    while left:
        piece = out.read(min(left, _CHUNK))
        if not piece:
            raise IncompleteError("git ended in the middle of an object")
        left -= len(piece)
        yield piece


def _all(file: IO[bytes]) -> str:
    file.seek(0)
    return os.fsdecode(file.read())
