"""One tree in parts, one after the other or in several processes: the same as all of it at once."""

import functools
import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole import (
    Pipeline,
    Report,
    ResourceType,
    Severity,
    bonds,
    hookimpl,
    rule,
    scans,
    spreading,
)
from passrole.dividing import divided
from passrole.documents import candidates, recognition
from passrole.documents.discovery import discover
from passrole.documents.limits import Limits
from passrole.documents.watching import nobody
from passrole.executors import processes
from passrole.findings import Category
from passrole.testing.misbehaving import BAD_PLUGINS, BAIT

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
EveryReport = Callable[..., tuple[int, dict[str, bytes]]]
Install = Callable[..., None]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORKS = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="the plugin of this test is not installed"
)

EXPORTER = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Own: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/topic, Type: String, Value: !Ref Topic}}
Outputs:
  Topic: {Value: !Ref Topic, Export: {Name: shop-topic}}
"""
IMPORTER = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: a
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:GetObject", Resource: !ImportValue shop-topic}
              - {Effect: Allow, Action: "sqs:SendMessage", Resource: "{{resolve:ssm:/shop/topic}}"}
"""
NESTING = """
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: !Join ["", ["https://s3.amazonaws.com/bucket/", "far", ".yaml"]]}
"""
NAMER = """
Resources:
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Sub "${Start}-of-codebuild"]
      PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
Parameters:
  Start: {Type: String, Default: role}
"""
MAKER = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Join ["-", [role, of, codebuild]]
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "sts:AssumeRole"}]
"""
POLICY = '{"Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}'
CALLER = """
module "roles" {
  source = "../modules/roles"
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = file("${path.module}/../${"shared"}/policy.json")
}
"""
MODULE = """
resource "aws_iam_role" "b" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole" }]
  })
}
"""
IN_ACCOUNT = """
provider "aws" {
  allowed_account_ids = [join("", ["1111", "2222", "3333"])]
}
resource "aws_iam_role" "r" {
  name               = "NAME"
  assume_role_policy = file("trust.json")
}
"""


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose files are tied in every way that there is; each would be a part."""
    (tmp_path / ".git").mkdir()
    for name in ("missing-start-build", "clean", "hanging-beanstalk"):
        shutil.copytree(TEMPLATES / name, tmp_path / name)
    texts = {
        "network/exporter.yaml": EXPORTER,
        "app/importer.yaml": IMPORTER,
        "parent/parent.yaml": NESTING,
        "a/b/far.yaml": MAKER.replace("role, of, codebuild", "other, role"),
        "one/namer.yaml": NAMER,
        "two/maker.yaml": MAKER,
        "shared/policy.json": POLICY,
        "roots/modules/roles/main.tf": MODULE,
        "roots/first/main.tf": CALLER.replace('${"shared"}', "../shared"),
        "roots/second/main.tf": CALLER,
        "roots/shared/policy.json": POLICY,
        "accounts/x/main.tf": IN_ACCOUNT,
        "accounts/y/main.tf": IN_ACCOUNT,
        "accounts/y/trust.json": POLICY,
        "broken/template.yaml": "AWSTemplateFormatVersion: [\n",
        "accepted/template.yaml": f"# passrole: ignore[no-such-rule] as we like\n{EXPORTER}",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is a part of its own, unless the survey sees that it is tied to others."""
    monkeypatch.setattr(scans, "MANY", 1)
    monkeypatch.setattr(scans, "SOME", 1)
    monkeypatch.setattr(spreading, "LARGEST", 1)
    monkeypatch.setattr(spreading, "SMALLEST", 1)


@pytest.mark.usefixtures("large")
def test_every_format_is_the_same(
    every_report: EveryReport, request: pytest.FixtureRequest
) -> None:
    arguments = (".", "--show-unknown", "--ruleset", "strict")
    code, whole = every_report(*arguments)
    assert code == 3  # a broken template
    assert all(whole.values())
    request.getfixturevalue("small_parts")
    assert every_report(*arguments) == (code, whole)
    for jobs in ("2", "3", "8"):
        assert every_report(*arguments, "--jobs", jobs) == (code, whole)


@pytest.mark.parametrize("beside_the_code", [True, False])
def test_what_is_too_unsure_to_be_shown_may_be_accepted(
    large: Path, run: Run, request: pytest.FixtureRequest, *, beside_the_code: bool
) -> None:
    """A part keeps such findings where a suppression may be meant for one."""
    shutil.rmtree(large / "broken")  # of an incomplete run nobody says what would not be needed
    path = large / "clean/pipeline.yaml"
    if beside_the_code:
        mark = "  # passrole: ignore[user-controlled-buildspec] those who may push are trusted\n  Shop:"
        path.write_text(path.read_text("utf-8").replace("  Shop:", mark), "utf-8")
    else:
        entry = '[[suppressions]]\nrule = "user-controlled-buildspec"\npath = ["clean"]\nreason = "they are trusted"\n'
        (large / "passrole.toml").write_text(entry, "utf-8")
    arguments = ("check", ".", "--no-cache", "--format", "json", "--suppressed", "list")
    whole = run(*arguments)
    assert whole.code < 3
    assert "user-controlled-buildspec" not in whole.out
    request.getfixturevalue("small_parts")
    assert run(*arguments) == whole
    assert run(*arguments, "--jobs", "2") == whole


@pytest.mark.usefixtures("small_parts")
def test_what_the_survey_does_not_see_is_found_out(
    large: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names that are worked out tie files, and so does what is opened on the way."""
    made: list[int] = []
    tied = bonds.tied

    def counted(parts: Any) -> Any:
        made.append(len(parts))
        return tied(parts)

    monkeypatch.setattr(spreading, "tied", counted)
    text = run("check", ".", "--format", "json").out
    assert len(made) == 2 and made[0] > made[1] > 5
    assert "two/maker.yaml" in text
    for folder in ("two", "a", "roots"):
        shutil.rmtree(large / folder)
    made.clear()
    run("check", ".")
    assert made[0] > 5


@pytest.mark.usefixtures("large", "small_parts")
def test_what_is_given_for_all_ties_all(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def surveyed(*_: Any) -> list[Any]:
        asked.append("survey")
        return []

    monkeypatch.setattr(spreading, "divided", surveyed)
    run("check", ".", "--account", "111122223333")
    assert not asked
    run("check", ".")
    assert asked


def test_what_seems_to_be_tied_is_one_group(large: Path) -> None:
    found = discover((large,), large)
    groups = divided(found, Limits(), ("aws_codepipeline", "aws_iam_role"), None, nobody)
    of = {file.path: number for number, group in enumerate(groups) for file in group.files}
    assert of["network/exporter.yaml"] == of["app/importer.yaml"] == of["accepted/template.yaml"]
    assert (
        of["roots/first/main.tf"] == of["roots/modules/roles/main.tf"] == of["shared/policy.json"]
    )
    assert of["clean/pipeline.yaml"] != of["hanging-beanstalk/pipeline.yaml"]
    assert of["accounts/x/main.tf"] != of["accounts/y/main.tf"]  # the number is worked out
    assert [group.files[0].path for group in groups] == sorted(g.files[0].path for g in groups)


def test_a_module_in_the_folder_that_is_scanned_goes_with_its_callers(tmp_path: Path) -> None:
    role = 'resource "aws_iam_role" "a" {}\n'
    for name, text in (("main", role), ("a/x", 'module "m" { source = "../" }'), ("b/x", role)):
        path = tmp_path / f"{name}.tf"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = discover((tmp_path,), tmp_path)
    groups = divided(found, Limits(), ("aws_iam_role",), None, nobody)
    assert [[file.path for file in group.files] for group in groups] == [
        ["a/x.tf", "main.tf"],
        ["b/x.tf"],
    ]


@pytest.mark.usefixtures("small_parts")
def test_results_of_parts_are_kept_and_every_change_is_seen(
    large: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PASSROLE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    shutil.rmtree(large / "broken")
    arguments = ("check", ".", "--format", "json", "--jobs", "2")
    plain, first = run(*arguments, "--no-cache"), run(*arguments)
    monkeypatch.setattr(spreading, "in_parts", lambda *_: pytest.fail("it was looked at again"))
    assert plain == first == run(*arguments)
    monkeypatch.undo()
    monkeypatch.chdir(large)
    # It was opened because another file names it, in another process.
    (large / "shared" / "policy.json").write_text(POLICY.replace("iam:*", "s3:GetObject"))
    assert run(*arguments).out != first.out


@FORKS
@pytest.mark.usefixtures("small_parts")
def test_a_rule_that_kills_its_worker_is_left_out_there_alone(
    large: Path, run: Run, install: Install
) -> None:
    @rule("acme-deadly", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def deadly(pipeline: Any, graph: Any) -> Any:
        """Kills whoever looks at the clean pipeline."""
        if "have all that the actions need" in pipeline.resource.origin.document.text:
            os.kill(os.getpid(), signal.SIGKILL)
        yield from ()

    shutil.rmtree(large / "broken")
    expected = json.loads(run("check", ".", "--format", "json", "--jobs", "2").out)
    install("acme", passrole_rules=hookimpl(lambda: [deadly]))
    done = run("check", ".", "--jobs", "2", "--format", "json")
    report = json.loads(done.out)
    assert done.code == 3 and report["summary"]["incomplete"]
    assert report["findings"] == expected["findings"]
    (crash,) = [each["message"] for each in report["diagnostics"] if each["kind"] == "rule-crash"]
    assert crash == (
        "rule acme-deadly of plugin acme was left out for clean/pipeline.yaml: "
        "its process died (SIGKILL)"
    )


@FORKS
def test_a_rule_that_hangs_in_one_group_is_asked_of_the_others(
    large: Path, run: Run, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    @rule("acme-slow", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def slow(pipeline: Any, graph: Any) -> Any:
        """Hangs."""
        if "have all that the actions need" in pipeline.resource.origin.document.text:
            time.sleep(60)
        yield Report(origin=pipeline.resource.origin, message=f"{pipeline.label} was looked at.")

    monkeypatch.setattr(scans, "SOME", 1)
    monkeypatch.setattr(spreading, "SMALLEST", 20_000)
    install("acme", passrole_rules=hookimpl(lambda: [slow]))
    begun = time.monotonic()
    done = run("check", ".", "--jobs", "2", "--timeout", "2", "--select", "acme-slow")
    assert time.monotonic() - begun < 40
    assert done.code == 3 and done.out.count("was looked at") == 2
    assert (
        "rule acme-slow of plugin acme was left out for clean/pipeline.yaml: "
        "it took more than 2 seconds\n" in done.out + done.err
    )


@FORKS
@pytest.mark.usefixtures("large", "small_parts")
def test_who_looks(run: Run, install: Install, tmp_path: Path) -> None:
    @rule("acme-worker", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def worker(pipeline: Any, graph: Any) -> Any:
        """Tells who looked."""
        who = "itself" if os.getpid() == parent else "another process"
        yield Report(origin=pipeline.resource.origin, message=f"Read by {who}.")

    parent = os.getpid()
    install("acme", passrole_rules=hookimpl(lambda: [worker]))
    arguments = ("check", ".", "--select", "acme-worker")
    assert run(*arguments).out.count("Read by itself") == 3
    (tmp_path / "passrole.toml").write_text("jobs = 2\n")
    assert run(*arguments).out.count("Read by another process") == 3
    assert run(*arguments, "--jobs", "1").out.count("Read by itself") == 3


def _python(_: str) -> None:
    while True:
        pass


def _expression(text: str) -> None:
    re.match(r"(?:a|a)+$", "a" * 60 + text[:1])


def _asleep(_: str) -> None:
    time.sleep(600)


LEFT_OUT = "was left out for clean/pipeline.yaml: it took more than 2 seconds\n"
_with_the_faults = functools.partial(pytest.param, marks=pytest.mark.faults)
HANGS = {
    "rule": ("rule-crash", f"rule acme-slow of plugin acme {LEFT_OUT}", 2),
    "reader": ("reader-crash", f"the reader of Acme::Slow::Thing of plugin acme {LEFT_OUT}", 3),
    "file": ("worker-lost", "clean/pipeline.yaml was not analysed: it took more than 2 seconds reading it\n", 2),
}  # fmt: skip
"""The kind of its diagnostic, the words, and how many pipelines the rule was asked of."""


@FORKS
@pytest.mark.parametrize(
    ("who", "hang", "jobs"),
    [
        ("rule", _expression, "2"), ("reader", _python, "2"), ("file", _asleep, "1"),
        _with_the_faults("rule", _python, "1"), _with_the_faults("rule", _asleep, "1"),
        _with_the_faults("reader", _expression, "1"), _with_the_faults("file", _expression, "2"),
    ],
)  # fmt: skip
def test_what_hangs_in_a_small_tree_is_named_and_ended(
    who: str,
    hang: Callable[[str], None],
    jobs: str,
    large: Path,
    run: Run,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @rule("acme-slow", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def slow(pipeline: Any, graph: Any) -> Any:
        """Hangs at the clean pipeline."""
        text = pipeline.resource.origin.document.text
        if who == "rule" and "have all that the actions need" in text:
            hang(text)
        yield Report(origin=pipeline.resource.origin, message=f"{pipeline.label} was looked at.")

    def read(resource: Any) -> Any:
        if who == "reader":
            hang(resource.id)
        yield from ()

    def load(path: str, *more: Any) -> Any:
        if who == "file" and path == "clean/pipeline.yaml":
            hang(path)
        return recognition.load(path, *more)

    monkeypatch.setattr(candidates, "load", load)
    if who == "reader":
        text = "\n  Hanging: {Type: Acme::Slow::Thing}\n"
        template = large / "clean" / "pipeline.yaml"
        template.write_text(template.read_text().replace("Resources:", f"Resources:{text}", 1))
    install(
        "acme",
        passrole_rules=hookimpl(lambda: [slow]),
        passrole_resource_types=hookimpl(
            lambda: [ResourceType(cloudformation="Acme::Slow::Thing", read=read)]
        ),
    )
    done = run("check", ".", "--jobs", jobs, "--timeout", "2", "--select", "acme-slow")
    kind, words, count = HANGS[who]
    assert done.code == 3 and done.out.count("was looked at") == count
    assert f"{kind}  {words}" in done.out


@FORKS
def test_many_steps_that_are_slow_together_are_no_fault_of_the_last_one(
    large: Path, run: Run, install: Install
) -> None:
    def slow_rule(number: int) -> Any:
        @rule(f"acme-{number}", checks=Pipeline, severity=Severity.LOW, category=Category.RISK)
        def slow(pipeline: Any, graph: Any) -> Any:
            """Takes its time."""
            time.sleep(0.2)
            yield from ()

        return slow

    rules = [slow_rule(number) for number in range(20)]
    install("acme", passrole_rules=hookimpl(lambda: rules))
    done = run("check", "clean", "--timeout", "1", "--format", "json")
    told = [e["message"] for e in json.loads(done.out)["diagnostics"]]
    assert told == ["clean/pipeline.yaml was not analysed: it took more than 1 seconds"]


@FORKS
@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    "more", [(), ("--account", "111122223333")], ids=["in parts", "as a whole"]
)
def test_a_tree_that_is_looked_at_elsewhere_is_the_same(
    more: tuple[str, ...], run: Run, request: pytest.FixtureRequest
) -> None:
    arguments = ("check", ".", "--format", "json", "--show-unknown", *more)
    whole = run(*arguments)
    assert run(*arguments, "--timeout", "100") == whole
    request.getfixturevalue("small_parts")
    assert run(*arguments, "--timeout", "100") == whole
    assert run(*arguments, "--timeout", "100", "--jobs", "2") == whole


@FORKS
def test_what_hangs_everywhere_is_left_out_for_all_files_that_belong_together(
    large: Path, run: Run, install: Install
) -> None:
    @rule("acme-slow", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def slow(pipeline: Any, graph: Any) -> Any:
        """Hangs."""
        _python("")
        yield from ()

    install("acme", passrole_rules=hookimpl(lambda: [slow]))
    expected = json.loads(
        run(
            "check", ".", "--account", "111122223333", "--ignore", "acme-slow", "--format", "json"
        ).out
    )
    done = run("check", ".", "--timeout", "2", "--account", "111122223333", "--format", "json")
    report = json.loads(done.out)
    assert done.code == 3 and report["findings"] == expected["findings"]
    (crash,) = [each["message"] for each in report["diagnostics"] if each["kind"] == "rule-crash"]
    assert crash.endswith("a/b/far.yaml and 19 more files: it took more than 2 seconds")


@FORKS
@pytest.mark.usefixtures("small_parts")
def test_what_hangs_in_every_part_is_soon_asked_of_none(
    large: Path, run: Run, install: Install, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asked = tmp_path_factory.mktemp("asked")

    @rule("acme-slow", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
    def slow(pipeline: Any, graph: Any) -> Any:
        """Hangs."""
        (asked / str(os.getpid())).touch()
        _asleep("")
        yield from ()

    for number in range(5):
        shutil.copytree(TEMPLATES / "clean", large / f"clean-{number}")
    arguments = ("check", ".", "--format", "json")
    expected = json.loads(run(*arguments).out)
    install("acme", passrole_rules=hookimpl(lambda: [slow]))
    report = json.loads(run(*arguments, "--timeout", "2").out)
    assert report["findings"] == expected["findings"]
    (crash,) = [each["message"] for each in report["diagnostics"] if each["kind"] == "rule-crash"]
    assert crash.startswith("rule acme-slow of plugin acme was left out for a/b/far.yaml and")
    assert len(list(asked.iterdir())) == 3  # of eight pipelines


# Processes that start anew, as on macOS and Windows

ANEW = [each for each in multiprocessing.get_all_start_methods() if each != "fork"]


@pytest.fixture
def anew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_method", lambda: request.param)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("anew", ANEW, indirect=True)
def test_processes_that_start_anew_find_the_same(
    anew: None, run: Run, request: pytest.FixtureRequest
) -> None:
    arguments = ("check", ".", "--format", "json", "--show-unknown", "--ruleset", "strict")
    whole = run(*arguments)
    assert whole.code == 3  # a broken template
    request.getfixturevalue("small_parts")
    assert run(*arguments, "--jobs", "2") == whole
    assert run(*arguments, "--timeout", "100") == whole


@pytest.mark.parametrize("anew", ANEW[:1], indirect=True)
@pytest.mark.parametrize(
    ("misdeed", "code", "words"),
    [
        _with_the_faults("matches an expression for ever", 3, "rule misbehaving-rule of plugin bad_plugin was left out for misbehaving.yaml"),
        ("ends its process", 3, "its process died (exit code 0)"),
    ],
)  # fmt: skip
def test_plugins_are_loaded_anew_and_may_misbehave(
    misdeed: str, code: int, words: str, anew: None, tmp_path: Path, run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (bad,) = [each for each in BAD_PLUGINS if str(each) == f"rule: {misdeed}"]
    (tmp_path / "plugin").mkdir()
    bad.install(tmp_path / "plugin")
    (tmp_path / "plugin" / "misbehaving_plugin.py").rename(tmp_path / "plugin" / "bad_plugin.py")
    monkeypatch.syspath_prepend(str(tmp_path / "plugin"))
    monkeypatch.delitem(sys.modules, "bad_plugin", raising=False)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "misbehaving.yaml").write_text(BAIT)
    monkeypatch.chdir(tmp_path / "tree")
    done = run(
        "check", ".", "-p", "bad_plugin", "--timeout", "8", "--fail-on", "never", "--format", "json"
    )
    assert done.code == code
    assert words in "".join(each["message"] for each in json.loads(done.out)["diagnostics"])
