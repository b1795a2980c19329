"""The commands beside `check`, and the options that choose plugins and rules."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole import ReportOptions, Results, hookimpl

Run = Callable[..., Any]
Install = Callable[..., None]

ROLE = "arn:aws:iam::111122223333:role/pipeline"
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*"}


# explain


def test_explain_prints_the_page_without_the_marks_of_its_tests(run: Run) -> None:
    done = run("explain", "codebuild-start-build-missing")
    assert done.code == 0
    assert done.out.startswith(
        "codebuild-start-build-missing  critical  breaks  (plugin codebuild)"
    )
    assert "Source: https://docs.aws.amazon.com/" in done.out
    assert "# finding" not in done.out


def test_explain_knows_every_rule(run: Run) -> None:
    for rule in json.loads(run("rules", "--format", "json").out)["rules"]:
        done = run("explain", rule["id"])
        assert done.code == 0
        assert rule["title"] in done.out
        assert "finding=" not in done.out


def test_explain_gives_the_reference_row_of_an_operation(run: Run) -> None:
    page = run("explain", "codepipeline:PutApprovalResult").out
    assert "Needed to approve or reject at a manual approval action." in page
    assert "action: arn:${Partition}:codepipeline:${Region}:${Account}:${PipelineName}/" in page
    assert "Called by anyone." in page
    assert "aws:ResourceTag/${TagKey}" in page
    assert "Resource: `*` alone." in run("explain", "codepipeline:ListPipelines").out
    assert "job workers of partner" in run("explain", "codepipeline:PollForThirdPartyJobs").out


def test_explain_says_which_pipeline_actions_need_an_iam_action(run: Run) -> None:
    page = run("explain", "codebuild:startbuild").out
    assert page.startswith("codebuild:StartBuild  Write  (AWS CodeBuild)")
    assert "Build/AWS/CodeBuild/1: the action's own role, else the pipeline role" in page
    assert "No pipeline action" in run("explain", "sqs:PurgeQueue").out


def test_explain_of_an_action_that_is_not_there_names_the_nearest(run: Run) -> None:
    done = run("explain", "codepipeline:PutAprovalResult")
    assert done.code == 2
    assert "did you mean codepipeline:PutApprovalResult" in done.err


def test_explain_of_words_that_mean_nothing(run: Run) -> None:
    done = run("explain", "zzz qqq")
    assert done.code == 2
    assert "`passrole rules` lists the rules" in done.err


# rules, rulesets, plugins


def test_rules_names_the_plugin_of_each(run: Run) -> None:
    rules = json.loads(run("rules", "--format", "json").out)["rules"]
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    assert {"codebuild", "iam", "artifacts"} <= {rule["plugin"] for rule in rules}
    assert set(rules[0]) >= {"id", "title", "severity", "confidence", "category", "plugin"}
    lines = run("rules").out.splitlines()
    assert [line.split()[0] for line in lines] == [rule["id"] for rule in rules]


def test_rulesets_say_what_they_are_for(run: Run) -> None:
    rulesets = json.loads(run("rulesets", "--format", "json").out)["rulesets"]
    confidences = {each["name"]: each["confidence"] for each in rulesets}
    assert confidences["default"] == "medium" and confidences["strict"] == "low"
    assert run("rulesets").out.startswith("default")


def test_plugins_names_the_distribution_of_each(run: Run, install: Install) -> None:
    install("acme")
    plugins = json.loads(run("plugins", "--format", "json").out)["plugins"]
    by_name = {plugin["name"]: plugin for plugin in plugins}
    assert by_name["codebuild"]["distribution"] == "passrole"
    assert by_name["acme"]["distribution"] == "dist-acme"
    assert "dist-acme 1" in run("plugins").out


# Which plugins are loaded


def plugins(run: Run, *options: str) -> set[str]:
    found = json.loads(run("plugins", "--format", "json", *options).out)["plugins"]
    return {plugin["name"] for plugin in found}


def test_plugins_that_are_installed_are_loaded(run: Run, install: Install) -> None:
    install("acme")
    install("beta")
    assert {"acme", "beta", "iam"} <= plugins(run)


def test_a_named_plugin_is_the_only_strange_one(run: Run, install: Install) -> None:
    install("acme")
    install("beta")
    assert plugins(run, "-p", "acme") & {"acme", "beta", "iam"} == {"acme", "iam"}


def test_a_plugin_can_be_left_out(run: Run, install: Install) -> None:
    install("acme")
    assert "acme" not in plugins(run, "-p", "no:acme")
    assert "codebuild" not in plugins(run, "-p", "no:codebuild")


def test_no_third_party_leaves_all_strange_ones_out(run: Run, install: Install) -> None:
    install("acme")
    left = plugins(run, "--no-third-party")
    assert "acme" not in left
    assert "iam" in left
    assert "acme" not in plugins(run, "--no-third-party", "-p", "acme")


def test_a_plugin_brings_a_reporter(tree: Path, run: Run, install: Install) -> None:
    def shout(results: Results, options: ReportOptions) -> str:
        return f"{len(results.findings)} FOUND!\n"

    @hookimpl
    def passrole_reporters() -> dict[str, Any]:
        return {"shout": shout}

    install("acme", passrole_reporters=passrole_reporters)
    done = run("check", ".", "--format", "shout")
    assert (done.code, done.out) == (1, "1 FOUND!\n")
    assert "did you mean 'shout'?" in run("check", ".", "--format", "shoot").err


# Which rules are on


def rules_of(run: Run, *options: str) -> list[str]:
    report = json.loads(run("check", ".", "--format", "json", *options).out)
    return [finding["rule"] for finding in report["findings"]]


def test_select_and_ignore(tree: Path, run: Run) -> None:
    assert rules_of(run) == ["codebuild-start-build-missing"]
    assert rules_of(run, "--select", "explicit-deny-hit") == []
    both = "explicit-deny-hit,codebuild-start-build-missing"
    assert rules_of(run, "--select", both) == ["codebuild-start-build-missing"]
    assert rules_of(run, "--select", both, "--ignore", "codebuild-start-build-missing") == []


def test_strict_shows_what_is_disputed_as_well(tree: Path, run: Run) -> None:
    strict = json.loads(run("check", ".", "--format", "json", "--ruleset", "strict").out)
    assert "low" in {finding["confidence"] for finding in strict["findings"]}
    assert set(rules_of(run)) <= {finding["rule"] for finding in strict["findings"]}


# map


def test_map_shows_what_is_missing_and_who_grants_the_rest(tree: Path, run: Run) -> None:
    done = run("map", ".")
    assert done.code == 0
    lines = [line.strip("│├└─ ") for line in done.out.splitlines()]
    assert any(line.startswith("-  codebuild:StartBuild  ") for line in lines)
    assert any(line.startswith("+  codebuild:BatchGetBuilds  ") for line in lines)
    assert any("by statement LookAtBuilds" in line for line in lines)
    assert "the partition is aws" in done.out


def test_map_as_json_has_the_keys_of_version_1(tree: Path, run: Run) -> None:
    report = json.loads(run("map", ".", "--format", "json").out)
    assert report["version"] == 1
    (pipeline,) = report["pipelines"]
    assert {"name", "location", "role", "stages"} <= set(pipeline)
    build = pipeline["stages"][1]["actions"][0]
    assert (build["name"], build["provider"]) == ("Build", "Build/AWS/CodeBuild/1")
    keys = {"principal", "iam_action", "resource", "when", "certainty", "source", "verdict"}
    for need in build["needs"]:
        assert {*keys, "decided_by"} <= set(need)
        assert need["verdict"] in ("allowed", "denied", "missing", "unknown")
    verdicts = {need["iam_action"]: need["verdict"] for need in build["needs"]}
    assert verdicts["codebuild:StartBuild"] == "missing"
    assert verdicts["codebuild:BatchGetBuilds"] == "allowed"


@pytest.mark.parametrize(
    ("format_name", "start"),
    [("mermaid", "flowchart LR\n"), ("dot", "digraph passrole {\n"), ("graphml", "<?xml ")],
)
def test_map_is_drawn(format_name: str, start: str, tree: Path, run: Run) -> None:
    done = run("map", ".", "--format", format_name)
    assert done.code == 0
    assert done.out.startswith(start)
    assert "codebuild:StartBuild" in done.out


def test_map_and_report_are_pages(tree: Path, run: Run) -> None:
    drawn = run("map", ".", "--format", "html")
    report = run("check", ".", "--format", "html", "-o", tree / "report.html")
    assert (drawn.code, report.code, report.out) == (0, 1, "")
    for page in (drawn.out, (tree / "report.html").read_text("ascii")):
        assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
        assert 'id="map"' in page
        assert "codebuild:StartBuild" in page


def test_map_of_nothing(tree: Path, run: Run) -> None:
    (tree / "pipeline.yaml").unlink()
    done = run("map", ".")
    assert done.code == 0
    assert "No pipelines found." in done.out


# simulate


@pytest.fixture
def policy(tmp_path: Path) -> Callable[..., str]:
    """Writes a policy and gives its path."""

    def write(name: str, *statements: object) -> str:
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
        return str(file)

    return write


def one(run: Run, *options: str) -> str:
    arguments = ("simulate", "--principal", ROLE, "--action", "s3:GetObject")
    done = run(*arguments, "--resource", "arn:aws:s3:::shop/a", "--format", "json", *options)
    assert done.code == 0, done.err
    return str(json.loads(done.out)["decision"])


def test_simulate_one_request(run: Run, policy: Callable[..., str]) -> None:
    identity = ("--identity", policy("identity", ALLOW))
    assert one(run, *identity, "--resource-account", "111122223333") == "Allowed"
    assert one(run) == "ImplicitlyDenied"
    deny = policy("deny", {**ALLOW, "Effect": "Deny"})
    assert one(run, *identity, "--identity", deny) == "ExplicitlyDenied"
    boundary = policy("boundary", {**ALLOW, "Action": "s3:PutObject"})
    own = ("--resource-account", "111122223333")
    assert one(run, *identity, *own, "--boundary", boundary) == "ImplicitlyDenied"
    assert one(run, *identity, *own, "--session", boundary) == "ImplicitlyDenied"
    assert one(run, *identity, *own, "--scp", boundary) == "ImplicitlyDenied"
    assert one(run, *identity, *own, "--scp", identity[1]) == "Allowed"


def test_simulate_says_which_statement_decides(run: Run, policy: Callable[..., str]) -> None:
    file = policy("identity", {**ALLOW, "Sid": "ReadShop"})
    arguments = ("simulate", "--principal", ROLE, "--action", "s3:GetObject", "--identity", file)
    done = run(
        *arguments, "--resource", "arn:aws:s3:::shop/a", "--resource-account", "111122223333"
    )
    assert done.code == 0
    assert done.out.splitlines()[0] == "Allowed"
    assert f"statement 1 ReadShop of {file}" in done.out


def test_simulate_tells_an_action_that_may_be_misspelt(run: Run) -> None:
    done = run("simulate", "--principal", ROLE, "--action", "s3:GetObjct")
    assert (done.code, done.out) == (0, "ImplicitlyDenied\n")
    assert "no action 's3:GetObjct'; did you mean 's3:GetObject'?" in done.err
    missing = run("simulate", "--principal", ROLE, "--action", "s3:GetObject", "--identity", "no")
    assert (missing.code, missing.err) == (
        2,
        "passrole: error: no: cannot be read: No such file or directory\n",
    )


def test_simulate_takes_a_context(run: Run, policy: Callable[..., str]) -> None:
    condition = {"StringEquals": {"aws:RequestTag/team": "shop"}}
    options = ("--identity", policy("identity", {**ALLOW, "Condition": condition}))
    own = ("--resource-account", "111122223333", "--context")
    assert one(run, *options, *own, "aws:RequestTag/team=shop") == "Allowed"
    assert one(run, *options, *own, "aws:RequestTag/team=other") == "ImplicitlyDenied"
    done = run("simulate", "--principal", ROLE, "--action", "s3:GetObject", "--context", "nonsense")
    assert (done.code, "not KEY=VALUE" in done.err) == (2, True)


def test_simulate_a_file_of_cases(tmp_path: Path, run: Run) -> None:
    request = {
        "principal": ROLE, "action": "s3:GetObject", "resource": "arn:aws:s3:::shop/a",
        "resource_account": "111122223333", "context": {},
    }  # fmt: skip
    policies = [{"Version": "2012-10-17", "Statement": [ALLOW]}]
    cases = [
        {"id": "a", "request": request, "identity_policies": policies},
        {"id": "b", "request": request, "identity_policies": []},
        {"id": "c", "request": {**request, "resource": {"unknown": "x"}}, "identity_policies": policies},
    ]  # fmt: skip
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, cases)) + "\n\n")
    done = run("simulate", "--cases", file)
    assert done.code == 0
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [(each["id"], each["decision"]) for each in answers] == [
        ("a", "Allowed"), ("b", "ImplicitlyDenied"), ("c", "Unknown"),
    ]  # fmt: skip
    assert all(set(each) == {"id", "decision", "decided_by"} for each in answers)


@pytest.mark.parametrize(
    ("line", "words"),
    [("{", "line 1:"), ("[" * 100_000, "nested too deeply"), ('{"id": 1}', "line 1:")],
)
def test_simulate_refuses_what_is_no_case(line: str, words: str, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(line + "\n")
    done = run("simulate", "--cases", file)
    assert done.code == 2
    assert words in done.err


def test_simulate_refuses_a_policy_that_is_none(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"Statement": ')
    done = run("simulate", "--principal", ROLE, "--action", "s3:GetObject", "--identity", file)
    assert (done.code, "policy.json:1:15" in done.err) == (2, True)


def test_a_plugin_may_be_left_out_whatever_the_ruleset_says_of_its_rules(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "t.yaml").write_text("Resources: {B: {Type: AWS::S3::Bucket}}")
    for name in ("access", "codebuild", "policies", "github"):
        done = run("check", str(tmp_path), "-p", f"no:{name}")
        assert done.code == 0, done.err
