"""Whoever can change the tree can write its settings: nothing runs, nothing hangs, nothing is hidden."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from passrole.plugin_loading import FoundPlugin

Run = Callable[..., "tuple[int, str, str]"]

AUDITED = """
import os, sys
def seen(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"):
        os.write(2, f"\\nCANARY {event}\\n".encode())
    if event == "import" and arguments[1] and os.path.realpath(str(arguments[1])).startswith(TREE):
        os.write(2, f"\\nCANARY import {arguments[0]}\\n".encode())
TREE = os.path.realpath(sys.argv.pop(1))
sys.addaudithook(seen)
from passrole.cli import main
sys.exit(main(sys.argv[1:]))
"""


def refused(run: Run) -> str:
    code, out, err = run("check", ".")
    assert (code, out) == (2, "")
    assert err.startswith("passrole: error: ")
    assert err.count("\n") == 1
    assert "\x1b" not in err
    return err


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a" * 2_000_000, "more than 1,000,000 bytes; settings are never that long"),
        (b"jobs = " + b"[" * 100_000, "passrole.toml:1:41: nested more than 32 deep"),
        (b"a." * 100_000 + b"a = 1", "passrole.toml:1:1: nested more than 32 deep"),
        (b"jobs = 1\0", "passrole.toml:1:9: not TOML"),
        ("jobs = 1".encode("utf-16"), "passrole.toml:1:1: not UTF-8"),
        (b"\xff\xfe", "passrole.toml:1:1: not UTF-8"),
        (b"jobs = " + b"1" * 100_000, "passrole.toml:1:"),
        (b'"\\u001b[31mred" = 1', "passrole.toml:1:1: unknown key"),
        (b"fail-on = '''\n::error::x\n'''", "passrole.toml:1:11: fail-on: "),
        (b"account = '\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1'", "is no account id"),
        (b"files = '\\u0000'", "passrole.toml:1:9: files: "),
        (b'files = "a\\u0000b"', "passrole.toml:1:9: files is an empty text"),
        (b"exclude = '" + b"**/" * 400 + b"'", "has too many wildcards"),
        (b"[[paths]]\nmatch = '" + b"[a-" * 100 + b"'", ""),
    ],
)  # fmt: skip
def test_a_file_that_is_not_meant_well_is_refused_in_one_line(
    data: bytes, words: str, tree: Path, run: Run
) -> None:
    (tree / "passrole.toml").write_bytes(data)
    if words:
        assert words in refused(run)
    else:
        assert run("check", ".")[0] in (1, 2)
    assert run("check", ".", "--isolated")[0] == 1


def test_what_is_no_file_is_refused(tree: Path, run: Run) -> None:
    own = tree / "passrole.toml"
    own.mkdir()
    assert refused(run) == "passrole: error: passrole.toml: cannot be read: is a directory\n"
    own.rmdir()
    own.symlink_to("passrole.toml")
    assert "this link leads nowhere" in refused(run)
    own.unlink()
    own.symlink_to("none.toml")
    assert "this link leads nowhere" in refused(run)
    own.unlink()
    (tree.parent / "secret.toml").write_text("secret = 'canary'\n")
    own.symlink_to(tree.parent / "secret.toml")
    assert "canary" not in refused(run)
    own.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(own)
        assert "not a regular file" in refused(run)
        own.unlink()
    (tree / "team.toml").write_text("fail-on = 'never'\n")
    own.symlink_to("team.toml")
    assert run("check", ".")[0] == 0, "a link to a neighbour is the author's own business"


def test_files_that_settings_name_lie_in_the_tree(tree: Path, run: Run) -> None:
    (tree.parent / "secret.json").write_text('{"canary": {"deep": 1}}')
    (tree / "out.json").symlink_to(tree.parent / "secret.json")
    (tree / "out").symlink_to(tree.parent)
    for text in ("parameters = 'out.json'", "scp = ['../secret.json']", "facts.files = 'out/secret.json'",
                 "ruleset = '/etc/x.yaml'", "baseline = 'out/b.json'", "var-file = 'out.json'"):  # fmt: skip
        (tree / "passrole.toml").write_text(text)
        err = refused(run)
        assert "leads out of the tree" in err
        assert "canary" not in err


def test_what_fills_the_disk_of_a_reader_is_not_read(tree: Path, run: Run) -> None:
    with (tree / "large.json").open("wb") as file:
        file.truncate(9_000_000)
    (tree / "passrole.toml").write_text("parameters = 'large.json'")
    assert "'large.json' has more than 8,000,000 bytes" in refused(run)


def test_no_key_makes_code_run_a_process_start_or_a_connection_open(tree: Path) -> None:
    (tree / "evil.py").write_text("import os\nos.write(2, b'CANARY evil')\n")
    policy = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    (tree / "p.json").write_text(json.dumps(policy))
    (tree / "own.yaml").write_text("extends: default\n")
    (tree / "passrole.toml").write_text("""
ruleset = "own.yaml"
exclude = "evil.py"
format = "sarif"
files = "."
account = "111122223333"
[facts.roles.deployer]
policies = ["p.json"]
[facts.exports]
url = "http://169.254.169.254/latest/meta-data/"
command = "$(touch canary)"
""")
    for keys in ("", "plugins = ['evil']\n", "format = 'evil'\n", "ruleset = 'https://example.com/x.yaml'\n",
                 "ruleset = 'evil'\n", "[tool]\n", "extends = 'evil'\n"):  # fmt: skip
        if keys:
            (tree / "passrole.toml").write_text(keys)
        done = subprocess.run(
            [sys.executable, "-P", "-c", AUDITED, str(tree), "check", "."],
            cwd=tree, capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "PYTHONPATH": ""},
        )  # fmt: skip
        assert "CANARY" not in done.stderr, keys
        assert "Traceback" not in done.stderr
        assert done.returncode in (1, 2), done.stderr
    assert not (tree / "canary").exists()


# Who is trusted


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin of somebody else is installed."""
    from passrole.cli import options  # noqa: PLC0415 - what the test puts it into
    from passrole.plugin_loading import find_plugins  # noqa: PLC0415 - as above

    found = (*find_plugins(), FoundPlugin("acme", "acme_that_is_never_imported", "dist-acme", "1"))
    monkeypatch.setattr(options, "find_plugins", lambda: found)


def user(tree: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tree.parent / "config" / "passrole" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    monkeypatch.delenv("PASSROLE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tree.parent / "config"))


@pytest.mark.usefixtures("stranger")
def test_the_user_settings_say_which_plugins_are_loaded(
    tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "acme_that_is_never_imported" in run("plugins")[2]
    with monkeypatch.context() as patch:
        user(tree, "no-third-party = true\n", patch)
        assert run("plugins")[0] == 0
        assert run("check", ".", "--isolated")[0] == 1, "trust is not what --isolated ignores"
        assert "acme_that_is_never_imported" in run("plugins", "-p", "acme")[2]
    with monkeypatch.context() as patch:
        user(tree, "plugins = ['other']\n", patch)
        assert run("plugins")[0] == 0
    with monkeypatch.context() as patch:
        user(tree, "plugins = ['acme']\n", patch)
        assert "acme_that_is_never_imported" in run("plugins")[2]
        patch.setenv("PASSROLE_CONFIG", "")
        assert run("plugins", "--no-third-party")[0] == 0


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plugin = 'x'", "config.toml:1:1: unknown key 'plugin'; did you mean 'plugins'?"),
        ("plugins = 1", "config.toml:1:11: plugins is 1, not a name, or a list of names"),
        ("no-third-party = 'no'", "config.toml:1:18: no-third-party is 'no', not true or false"),
        (
            "fail-on = 'low'",
            "config.toml:1:1: fail-on is a setting of a project: put it into its passrole.toml",
        ),
        ("plugins = [", "not TOML"),
    ],
)
def test_user_settings_that_mean_nothing_stop_every_command(
    text: str, words: str, tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    user(tree, text, monkeypatch)
    for command in (("check", "."), ("plugins",), ("rules",)):
        code, _, err = run(*command)
        assert code == 2
        assert words in err


def test_user_settings_that_are_named_must_be_there(
    tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSROLE_CONFIG", str(tree / "none.toml"))
    code, _, err = run("check", ".")
    assert code == 2
    assert "none.toml: no such file" in err


def test_a_project_cannot_hold_them(tree: Path, run: Run) -> None:
    for text in ("no-third-party = false", "plugins = ['acme']"):
        (tree / "passrole.toml").write_text(text)
        assert "what is scanned may not say which code is loaded" in refused(run)


# What weakens the verdict is named everywhere


@pytest.mark.parametrize(
    "format_", ["text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html"]
)
def test_every_format_names_what_weakens_the_verdict(format_: str, tree: Path, run: Run) -> None:
    (tree / "passrole.toml").write_text(
        "fail-on = 'never'\nallow-incomplete = true\nignore = 'polling-source'\n"
    )
    out = run("check", ".", "--format", format_)[1]
    for words in ("no finding fails the run", "an incomplete analysis does not fail the run"):
        assert words in out, format_
    assert "not checked" in out.replace("%3A", ":")
    assert "no finding fails the run" not in run("check", ".", "--format", format_, "--isolated")[1]
