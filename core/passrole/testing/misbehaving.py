"""Plugins that do what no plugin should: to see that a run survives them, and what it says.

    import pytest
    from passrole.testing.misbehaving import BAD_PLUGINS, check_beside

    @pytest.mark.parametrize("bad", BAD_PLUGINS, ids=str)
    def test_ours_is_found_whatever_others_do(bad, tmp_path):
        (tmp_path / "template.yaml").write_text(TEMPLATE)
        done = check_beside(bad, tmp_path)
        if done.report is not None:
            assert "acme-rule" in [each["rule"] for each in done.report["findings"]]

``check_beside`` runs ``passrole check`` in a process of its own, with one bad plugin beside those
that are installed, and raises AssertionError where the run is not what it should be: it ends, it
names the plugin, and it is never clean where something was not looked at.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from passrole.hookspecs import hookimpl
from passrole.records import NamedTuple
from passrole.stacks.resources import ResourceType
from passrole.testing.misdeeds import (
    DEAF,
    ERRORS,
    HANGS,
    PRINTED,
    READERS,
    RULE,
    RULES,
    bad_rule,
    half_a_hook,
    leaves,
    prints,
    prints_a_report,
    raising,
)  # fmt: skip

TYPE: Final = "Acme::Misbehaving::Thing"
FORMAT: Final = "misbehaving"
BAIT: Final = f"""\
Resources:
  Thing: {{Type: {TYPE}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          Effect: Allow
          Principal: {{Service: codebuild.amazonaws.com}}
          Action: sts:AssumeRole
"""
"""A template that has something for the rule and the reader of a bad plugin."""
_MODULE: Final = """\
from passrole.testing.misbehaving import BAD_PLUGINS

globals().update(next(each for each in BAD_PLUGINS if str(each) == {}).hooks())
"""


class BadPlugin(NamedTuple):
    """Where it does something bad, what, and what comes of it.

    ``moment`` is import, registration, read, rule or report. ``code`` is the exit code of a run
    over ``BAIT``, ``words`` stand in the report, or on standard error where there is none.
    ``limit`` is for what never ends: the run needs ``--timeout``.
    """

    moment: str
    misdeed: str
    does: Callable[..., Any]
    code: int
    words: str
    limit: bool = False

    def __str__(self) -> str:
        return f"{self.moment}: {self.misdeed}"

    def hooks(self) -> dict[str, Any]:
        """The attributes of the plugin's module. What is bad at import is done now."""
        does = self.does
        if self.moment == "import":
            does()
        if self.moment == "registration":
            return {"passrole_rules": hookimpl(does)}
        if self.moment == "read":
            types = (ResourceType(cloudformation=TYPE, read=does),)
            return {"passrole_resource_types": hookimpl(lambda: types)}
        if self.moment == "report":
            return {"passrole_reporters": hookimpl(lambda: {FORMAT: does})}
        rules = (bad_rule(does),) if self.moment == "rule" else ()
        return {"passrole_rules": hookimpl(lambda: rules)}

    def install(self, folder: Path) -> None:
        """Install it in a folder that is to be on the import path, under the name `misbehaving`."""
        text = _MODULE.format(repr(str(self)))
        (folder / "misbehaving_plugin.py").write_text(text, "utf-8")
        about = folder / "misbehaving-1.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: misbehaving\nVersion: 1\n")
        entry = "[passrole]\nmisbehaving = misbehaving_plugin\n"
        (about / "entry_points.txt").write_text(entry, "utf-8")


_HALF_WAY: Final = "passrole_rules raises RuntimeError: half way"


_LATE: Final = (
    ("import", 2, "cannot be loaded: TimeoutError: it did not end within"),
    ("registration", 2, "passrole_rules raises TimeoutError: it did not end within"),
    ("report", 3, f"the report as {FORMAT} was not made within"),
)
"""What is said of a plugin that never ends in this very process, and the exit code."""


def _all() -> Iterator[BadPlugin]:
    for misdeed, (error, words) in ERRORS.items():
        does = raising(error)
        yield BadPlugin("import", misdeed, does, 2, f"cannot be loaded: {words}")
        yield BadPlugin("registration", misdeed, does, 2, f"passrole_rules raises {words}")
        yield BadPlugin("read", misdeed, does, 3, words)
        yield BadPlugin("rule", misdeed, does, 3, words)
        yield BadPlugin("report", misdeed, does, 3, f"internal error: {words}")
    for moment in ("import", "registration", "read", "rule"):
        yield BadPlugin(moment, "prints", prints, 0, "")
    yield BadPlugin("report", "prints", prints_a_report, 0, "")
    yield BadPlugin("registration", "returns a number", lambda: 3, 2, "passrole_rules")
    yield BadPlugin("registration", "yields a text", lambda: ["text"], 2, "passrole_rules")
    yield BadPlugin("registration", "raises half way", half_a_hook, 2, _HALF_WAY)
    yield BadPlugin("report", "returns a number", lambda *_: 3, 3, "internal error: ")
    for misdeed, (does, words) in READERS.items():
        yield BadPlugin("read", misdeed, does, 3, words)
    for misdeed, (does, words) in RULES.items():
        yield BadPlugin("rule", misdeed, does, 3, words)
    for misdeed, does in HANGS.items():
        yield BadPlugin("read", misdeed, does, 3, f"the reader of {TYPE} of plugin ", limit=True)
        yield BadPlugin("rule", misdeed, does, 3, f"rule {RULE} of plugin ", limit=True)
        for moment, code, words in _LATE:
            # Where nothing is heard, the process is ended, and says where it was.
            told = (1, "Timeout (") if misdeed in DEAF else (code, words)
            yield BadPlugin(moment, misdeed, does, *told, limit=True)
    yield BadPlugin("read", "ends its process", leaves, 3, "its process died", limit=True)
    yield BadPlugin("rule", "ends its process", leaves, 3, "its process died", limit=True)


BAD_PLUGINS: Final = tuple(_all())


class Ended(NamedTuple):
    """What a run left behind; ``report`` is that of version 1, None where there is none."""

    code: int
    out: str
    err: str
    report: dict[str, Any] | None


def check_beside(bad: BadPlugin, folder: Path, *arguments: str, seconds: float = 3) -> Ended:
    """Run ``passrole check`` over a folder, with a bad plugin beside those that are installed.

    ``folder`` gets a template that the plugin has something to do with, and a folder beside it gets
    the plugin. ``arguments`` are more options of ``check``; the exit code is told of by problems
    alone (``--fail-on never``). ``seconds`` is the limit for what never ends. Raises AssertionError
    where the run is not what it should be.
    """
    (folder / "misbehaving.yaml").write_text(BAIT, "utf-8")
    beside = folder.parent / f"{folder.name}-plugin"
    beside.mkdir(exist_ok=True)
    bad.install(beside)
    chosen = FORMAT if bad.moment == "report" else "json"
    limit = ("--timeout", str(seconds)) if bad.limit else ()
    command = [
        sys.executable, "-P", "-m", "passrole", "check", str(folder), "--isolated",
        "--fail-on", "never", "--format", chosen, *limit, *arguments,
    ]  # fmt: skip
    path = os.pathsep.join(filter(None, (str(beside), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(  # noqa: S603 - passrole itself
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=False,
        encoding="utf-8", timeout=60 + 10 * seconds,
    )  # fmt: skip
    report = json.loads(done.stdout) if done.stdout else None
    told = [each["message"] for each in (report or {}).get("diagnostics", ())]
    about = f"{bad}: exit code {done.returncode}\n{done.stderr}\n{told}"
    assert done.returncode == bad.code, about  # noqa: S101 - this is for tests
    assert "Traceback" not in done.stderr, about  # noqa: S101 - as above
    assert any(bad.words in each for each in (done.stderr, *told)), about  # noqa: S101 - as above
    assert (PRINTED in done.stderr) == (bad.misdeed == "prints"), about  # noqa: S101 - as above
    return Ended(done.returncode, done.stdout, done.stderr, report)
