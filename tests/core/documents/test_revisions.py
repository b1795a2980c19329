"""Revisions of git, read without running or obeying anything of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from passrole.documents.checkout import Checkout, check_out
from passrole.documents.limits import Limits
from passrole.documents.repositories import find_repository
from passrole.documents.revisions import find_git, revisions_of
from passrole.errors import IncompleteError, UsageError

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(
    GIT is None, reason="there is no git here to make repositories with"
)
Git = Callable[..., str]
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": os.devnull,
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "PATH": os.environ.get("PATH", os.defpath),
}  # fmt: skip


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Runs git in a new repository, which is ``tmp_path / "repo"``."""
    top = tmp_path / "repo"
    top.mkdir()

    def run(*arguments: str | Path, at: Path = top, data: str | None = None) -> str:
        done = subprocess.run(
            [str(GIT), *map(str, arguments)],
            cwd=at, env=ENVIRONMENT, capture_output=True, text=True, check=True, input=data,
        )  # fmt: skip
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    return run


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "repo"


def committed(git: Git, top: Path, **files: str) -> str:
    """Commit files; ``__`` in a name is a dot, ``_`` a slash."""
    for name, text in files.items():
        path = top / name.replace("__", ".").replace("_", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    return git("rev-parse", "HEAD")


def read(top: Path, revision: str, into: Path, limits: Limits | None = None) -> Checkout:
    into.mkdir()
    with revisions_of(top) as revisions:
        commit = revisions.commit(revision)
        return check_out(revisions, revisions.entries(commit), into, limits or Limits())


def test_a_revision_is_what_was_committed(git: Git, top: Path, tmp_path: Path) -> None:
    committed(git, top, a__yaml="one", deep_er_b__tf="two")
    committed(git, top, a__yaml="changed")
    (top / "a.yaml").write_text("not committed", "utf-8")
    (top / "c.yaml").write_text("untracked", "utf-8")
    assert read(top, "HEAD~1", tmp_path / "old") == Checkout((), ())
    assert read(top, "main", tmp_path / "new") == Checkout((), ())
    assert (tmp_path / "old" / "a.yaml").read_text() == "one"
    assert (tmp_path / "old" / "deep" / "er" / "b.tf").read_text() == "two"
    assert (tmp_path / "new" / "a.yaml").read_text() == "changed"
    assert not (tmp_path / "new" / "c.yaml").exists()


@pytest.mark.parametrize(
    "name",
    ["HEAD", "main", "topic/one", "v1", "refs/heads/main", "@", "origin", "main^0", "packed"],
)
def test_a_revision_has_many_names(git: Git, top: Path, name: str) -> None:
    commit = committed(git, top, a__yaml="one")
    git("branch", "packed")
    git("pack-refs", "--all")
    git("branch", "topic/one")
    git("tag", "-a", "v1", "-m", "annotated")
    git("update-ref", "refs/remotes/origin/main", commit)
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    with revisions_of(top) as revisions:
        assert revisions.commit(name) == commit
        assert revisions.commit(commit[:9]) == commit


def test_a_work_tree_of_its_own_and_a_bare_repository(git: Git, top: Path, tmp_path: Path) -> None:
    committed(git, top, a__yaml="one")
    git("worktree", "add", "-q", "-b", "other", tmp_path / "other")
    (tmp_path / "other" / "a.yaml").write_text("other", "utf-8")
    git("commit", "-q", "-am", "x", at=tmp_path / "other")
    commit = git("rev-parse", "HEAD", at=tmp_path / "other")
    git("clone", "-q", "--bare", top, tmp_path / "bare.git")
    with revisions_of(tmp_path / "other") as revisions:
        assert revisions.commit("HEAD") == commit
        assert revisions.repository.top == (tmp_path / "other").resolve()
    with revisions_of(tmp_path / "bare.git") as revisions:
        assert revisions.commit("other") == commit
        assert revisions.repository.top is None


def test_where_two_lines_parted(git: Git, top: Path) -> None:
    parted = committed(git, top, a__yaml="one")
    git("branch", "topic")
    one = committed(git, top, a__yaml="two")
    git("checkout", "-q", "topic")
    other = committed(git, top, b__yaml="three")
    git("checkout", "-q", "--orphan", "alone")
    alone = committed(git, top, c__yaml="four")
    with revisions_of(top) as revisions:
        assert revisions.merge_base(one, other) == parted
        with pytest.raises(UsageError, match="no common history"):
            revisions.merge_base(one, alone)


@pytest.mark.parametrize(
    "revision",
    [
        "nowhere",
        "",
        " ",
        "--output=x",
        "-h",
        "--all",
        "HEAD:a.yaml",
        "HEAD^{tree}",
        "a\0b",
        "main..x",
    ],
)
def test_what_is_no_revision_is_refused(git: Git, top: Path, revision: str) -> None:
    committed(git, top, a__yaml="one")
    with revisions_of(top) as revisions, pytest.raises(UsageError):
        revisions.commit(revision)
    assert not (top / "x").exists()


def test_no_repository_and_no_git_are_told(
    git: Git, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(git, top, a__yaml="one")
    alone = tmp_path / "alone"
    alone.mkdir()
    with pytest.raises(UsageError, match="no git repository around"), revisions_of(alone):
        pass
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="no git on the PATH"), revisions_of(top):
        pass


def test_a_git_of_the_repository_itself_is_not_started(
    top: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(git, top, a__yaml="one")
    canary = tmp_path / "canary"
    fake = top / "git"
    fake.write_text(f"#!/bin/sh\ntouch {canary}\n", "utf-8")
    fake.chmod(0o755)
    monkeypatch.chdir(top)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", str(top), os.environ["PATH"])))
    found = find_git(top.resolve())
    assert found is not None
    assert not Path(found).is_relative_to(top)
    with revisions_of(top) as revisions:
        assert revisions.commit("HEAD")
    assert not canary.exists()


def test_links_are_links_and_never_written_through(git: Git, top: Path, tmp_path: Path) -> None:
    committed(git, top, a__yaml="one")
    (top / "inside.yaml").symlink_to("a.yaml")
    (top / "outside.yaml").symlink_to("/etc/hostname")
    committed(git, top)
    read(top, "HEAD", tmp_path / "out")
    assert (tmp_path / "out" / "inside.yaml").read_text() == "one"
    assert (tmp_path / "out" / "outside.yaml").is_symlink()


def test_a_tree_with_a_link_and_a_folder_of_one_name_writes_nothing_outside(
    git: Git, top: Path, tmp_path: Path
) -> None:
    committed(git, top, a__yaml="one")
    outside = tmp_path / "outside"
    outside.mkdir()
    blob = git("hash-object", "-w", "--stdin", data="canary")
    target = git("hash-object", "-w", "--stdin", data=str(outside))
    inner = git("mktree", data=f"100644 blob {blob}\tcanary.yaml\n")
    tree = git("mktree", data=f"120000 blob {target}\tx\n040000 tree {inner}\tx\n")
    commit = git("commit-tree", tree, "-m", "hostile")
    checkout = read(top, commit, tmp_path / "out")
    assert not list(outside.iterdir())
    assert (tmp_path / "out" / "x" / "canary.yaml").read_text() == "canary"
    assert checkout.passed_over == ()


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT"])
def test_a_tree_with_names_that_lead_out_is_not_written(
    git: Git, top: Path, tmp_path: Path, name: str
) -> None:
    committed(git, top, a__yaml="one")
    blob = git("hash-object", "-w", "--stdin", data="canary")
    inner = git("mktree", data=f"100644 blob {blob}\tcanary.yaml\n")
    # mktree writes what fsck would refuse.
    tree = git("mktree", data=f"040000 tree {inner}\t{name}\n")
    commit = git("commit-tree", tree, "-m", "hostile")
    checkout = read(top, commit, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
    assert not (tmp_path / "canary.yaml").exists()
    assert [problem.kind for _, problem in checkout.problems] == ["unreadable"]


def test_submodules_and_pointers_are_told(git: Git, top: Path, tmp_path: Path) -> None:
    commit = committed(git, top, a__yaml="one")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n"
    committed(git, top, big__json=pointer)
    git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/mod")
    git("commit", "-q", "-m", "x")
    checkout = read(top, "HEAD", tmp_path / "out")
    assert checkout.passed_over == (("big.json", "lfs-pointer"), ("vendor/mod/", "submodule"))
    assert checkout.problems == ()


def test_a_large_file_is_taken_only_if_it_may_be_ours(git: Git, top: Path, tmp_path: Path) -> None:
    committed(git, top, a__yaml="x" * 500, b__bin="x" * 500)
    read(top, "HEAD", tmp_path / "out", Limits(size=100))
    assert (tmp_path / "out" / "a.yaml").exists()  # whoever reads it says that it is too large
    assert not (tmp_path / "out" / "b.bin").exists()


def test_a_shallow_clone_says_so(git: Git, top: Path, tmp_path: Path) -> None:
    committed(git, top, a__yaml="one")
    committed(git, top, a__yaml="two")
    git("clone", "-q", "--depth", "1", top.as_uri(), tmp_path / "shallow")
    with revisions_of(tmp_path / "shallow") as revisions:
        assert revisions.commit("HEAD")
        with pytest.raises(UsageError, match="this clone is shallow"):
            revisions.commit("HEAD~1")


def test_a_partial_clone_says_what_it_lacks_and_fetches_nothing(
    git: Git, top: Path, tmp_path: Path
) -> None:
    committed(git, top, a__yaml="one", b__txt="two")
    committed(git, top, a__yaml="changed")
    git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    git("clone", "-q", "--filter=blob:none", "--no-checkout", top.as_uri(), partial)
    before = sorted((partial / ".git" / "objects").rglob("*"))
    checkout = read(partial, "HEAD~1", tmp_path / "out")
    assert [(path, problem.kind) for path, problem in checkout.problems] == [
        ("a.yaml", "unreadable")
    ]
    assert sorted((partial / ".git" / "objects").rglob("*")) == before
    git("clone", "-q", "--filter=tree:0", "--no-checkout", top.as_uri(), tmp_path / "treeless")
    with revisions_of(tmp_path / "treeless") as revisions:
        commit = revisions.commit("HEAD~1")
        with pytest.raises(IncompleteError, match="partial clone"):
            revisions.entries(commit)


HOOKS = (
    "post-checkout",
    "pre-commit",
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
)


def test_a_hostile_repository_runs_nothing(
    git: Git, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n", "utf-8")
    program.chmod(0o755)
    committed(
        git,
        top,
        a__yaml="one",
        __gitattributes="* filter=evil diff=evil merge=evil text eol=crlf\n",
    )
    committed(git, top, a__yaml="two")
    for key in (
        "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass",
        "core.gitProxy", "core.alternateRefsCommand", "filter.evil.smudge", "filter.evil.clean",
        "filter.evil.process", "diff.external", "diff.evil.textconv", "diff.evil.command",
        "merge.evil.driver", "uploadpack.packObjectsHook", "credential.helper", "pager.log",
        "pager.rev-parse", "pager.cat-file", "gpg.program", "gpg.ssh.program", "alias.rev-parse",
        "alias.cat-file", "alias.ls-tree", "sequence.editor", "interactive.diffFilter",
    ):  # fmt: skip
        git("config", key, f"!{program}" if key.startswith("alias") else str(program))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for folder in (hooks, top / ".git" / "hooks"):
        for name in HOOKS:
            shutil.copy(program, folder / name)
    git("config", "core.hooksPath", hooks)
    git("config", "include.path", tmp_path / "nowhere")
    git("config", "extensions.partialClone", "origin")
    git("config", "remote.origin.promisor", "true")
    git("config", "remote.origin.url", f"ext::{program}")
    git("config", "protocol.ext.allow", "always")
    for name in ("GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_ASKPASS", "GIT_EDITOR"):
        monkeypatch.setenv(name, str(program))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(program))
    canary.unlink(missing_ok=True)  # what the test itself did with git
    read(top, "HEAD~1", tmp_path / "old")
    with revisions_of(top) as revisions:
        revisions.merge_base(revisions.commit("HEAD"), revisions.commit("HEAD~1"))
    assert not canary.exists()
    assert (tmp_path / "old" / "a.yaml").read_bytes() == b"one"


def test_a_dot_git_that_leads_into_the_tree_is_read_and_not_obeyed(
    git: Git, top: Path, tmp_path: Path
) -> None:
    committed(git, top, a__yaml="one")
    commit = git("rev-parse", "HEAD")
    (top / ".git").rename(top / "elsewhere")
    (top / ".git").write_text("gitdir: elsewhere\n", "utf-8")
    with revisions_of(top) as revisions:
        assert revisions.commit("main") == commit
    (top / ".git").write_text("gitdir: ../nowhere\n", "utf-8")
    assert find_repository(top) is None


def test_references_that_are_no_references_are_passed_over(git: Git, top: Path) -> None:
    commit = committed(git, top, a__yaml="one")
    heads = top / ".git" / "refs" / "heads"
    (heads / "pipe").parent.mkdir(exist_ok=True)
    os.mkfifo(heads / "pipe")
    (heads / "loop").symlink_to("loop")
    (heads / "nonsense").write_text("../../../etc/passwd\n", "utf-8")
    (heads / "circle").write_text("ref: refs/heads/circle\n", "utf-8")
    (top / ".git" / "packed-refs").write_text(f"{commit} refs/../x\nrubbish\n\0\n", "utf-8")
    with revisions_of(top) as revisions:
        assert revisions.commit("main") == commit
        for name in ("pipe", "loop", "nonsense", "circle"):
            with pytest.raises(UsageError):
                revisions.commit(name)


def test_a_store_that_blocks_is_given_up(
    git: Git, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = committed(git, top, a__yaml="one")
    blob = git("rev-parse", "HEAD:a.yaml")
    loose = top / ".git" / "objects" / blob[:2] / blob[2:]
    loose.unlink()
    os.mkfifo(loose)
    monkeypatch.setattr("passrole.documents.revisions.SECONDS", 1)
    with pytest.raises(IncompleteError):
        read_whole(top, commit)


def read_whole(top: Path, commit: str) -> list[object]:
    with revisions_of(top) as revisions:
        return list(revisions.contents([each.oid for each in revisions.entries(commit)]))
