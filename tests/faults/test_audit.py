"""Under an audit hook: nothing of the tree is run, nothing is fetched, nothing is read outside."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, os, sys
seen = []
watched = ("open", "os.", "subprocess.", "socket.", "exec", "import", "compile", "shutil.",
           "ctypes.", "urllib.", "http.", "ftplib.", "pty.", "webbrowser.", "tempfile.")

def watch(event, arguments):
    if event.startswith(watched):
        first = arguments[0] if arguments else ""
        first = getattr(first, "co_filename", first)
        if event == "import":  # name, file, path …
            first = arguments[1] or first
        mode = arguments[2] if event == "open" else 0
        seen.append((event, os.fsdecode(first) if isinstance(first, (str, bytes)) else str(first), mode))

sys.addaudithook(watch)
from passrole.cli import main
def tell(which):
    with open(sys.argv[1] + which, "w") as file:
        json.dump(seen, file)
if "--jobs" in sys.argv:
    from passrole import scans, spreading
    from passrole.executors import processes
    scans.SOME = spreading.LARGEST = spreading.SMALLEST = 1
    serve = processes.attempted
    def attempted(*given):  # what a worker does is told by itself: it may be killed afterwards
        answer = serve(*given)
        tell(f".{os.getpid()}")
        return answer
    processes.attempted = attempted
code = main(sys.argv[2:])
sys.stdout.flush()
tell("")
sys.exit(code)
"""
TRAPS = ("yaml.py", "json.py", "sitecustomize.py", "conftest.py", "pluggy.py", "passrole.py")
CONFIGURATION = {
    ".checkov.yaml": "external-checks-dir: [checks]\n",
    ".cfnlintrc": "append_rules: [checks]\n",
    "setup.cfg": "[options.entry_points]\npassrole =\n    evil = evil\n",
    "evil.dist-info/entry_points.txt": "[passrole]\nevil = evil\n",
    "evil.py": "raise SystemExit('run')\n",
    ".git/config": "[core]\n\tfsmonitor = touch PWNED\n\thooksPath = hooks\n",
}
REMOTE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: {Name: AWS::Include, Parameters: {Location: "s3://bucket/part.yaml"}}
Resources:
  A:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "https://s3.amazonaws.com/bucket/child.yaml"}
  B:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ../../outside/secret.yaml}
"""
MODULES = """
module "registry" { source = "terraform-aws-modules/iam/aws" }
module "git" { source = "git::ssh://git@example.com/x.git" }
module "outside" { source = "../../outside" }
resource "aws_iam_policy" "p" { policy = file("/etc/passwd") }
resource "aws_iam_policy" "q" { policy = file("${path.module}/../../outside/secret.json") }
data "external" "e" { program = ["touch", "PWNED"] }
"""


@pytest.fixture
def trapped(repository: Path) -> Path:
    for name in TRAPS:
        (repository / name).write_text("raise SystemExit('the tree was run')\n")
    for name, text in CONFIGURATION.items():
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text)
    (repository / "remote.yaml").write_text(REMOTE)
    (repository / "remote").mkdir()
    (repository / "remote" / "main.tf").write_text(MODULES)
    outside = repository.parent / "outside"
    outside.mkdir()
    for name in ("secret.yaml", "secret.json", "main.tf"):
        (outside / name).write_text("{}\n")
    return repository


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", ".", "--show-unknown"),
        ("check", ".", "--format", "html"),
        ("check", ".", "--jobs", "2"),
        ("check", ".", "--jobs", "2", "--timeout", "100"),
        ("map", "."),
        ("map", ".", "--format", "html"),
        ("why", "s3:GetObject", "."),
        ("explain", "AccessDenied: not authorized to perform: iam:PassRole", "."),
    ],
    ids=" ".join,
)
def test_only_the_tree_is_read_and_nothing_of_it_is_run(
    arguments: tuple[str, ...], trapped: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log.json"
    command = [sys.executable, "-P", "-c", PROGRAM, str(log), *arguments]
    environment = {**os.environ, "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=trapped, env=environment, capture_output=True, timeout=120, check=False
    )
    assert done.returncode in (0, 1, 3), done.stderr
    logs = sorted(tmp_path.glob("log.json*"))
    assert len(logs) == (3 if "--jobs" in arguments else 1)  # two workers
    seen = [
        (event, what, mode) for each in logs for event, what, mode in json.loads(each.read_text())
    ]
    inside = f"{trapped.resolve()}{os.sep}"
    allowed = (inside, *{sys.prefix, sys.base_prefix}, *filter(None, sys.path))

    # A worker is a fork at the other end of a pair of sockets that have no address.
    of_workers = {"os.fork", "socket.__new__"} if "--jobs" in arguments else set()
    started = [
        each
        for each in seen
        if each[0].startswith(
            ("subprocess", "os.exec", "os.posix_sp", "os.system", "os.fork", "pty")
        )
        and each[0] not in of_workers
    ]
    connected = [
        each
        for each in seen
        if each[0].startswith(("socket", "urllib", "http", "ftplib")) and each[0] not in of_workers
    ]
    assert started == connected == []

    run = [
        what
        for event, what, _ in seen
        if event in ("exec", "compile", "import") and what.startswith(inside)
    ]
    assert run == []

    opened = [
        (what, mode)
        for event, what, mode in seen
        if event == "open" and not what.isdigit() and not what.startswith(str(log))
    ]
    assert sum(what.startswith(inside) for what, _ in opened) > 5
    if "--jobs" in arguments:
        allowed = (*allowed, os.devnull)  # what a worker has for its standard input
    strangers = [what for what, _ in opened if not what.startswith(allowed)]
    assert strangers == []
    hidden = (str(trapped.parent / "outside"), "/etc/passwd")
    assert not any(what.startswith(hidden) for what, _ in opened)
    written = [what for what, mode in opened if mode and set(str(mode)) & set("wax+")]
    assert written == []
    assert not (trapped / "PWNED").exists()
