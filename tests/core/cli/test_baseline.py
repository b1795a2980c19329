"""`--write-baseline` and `--baseline`: only what is new counts, and nothing fails open."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Run

FILE = "passrole-baseline.json"
BAD_ROLE = """\
Resources:
  Admin:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: sts:AssumeRol}]
"""


def test_what_was_there_no_longer_counts_and_what_comes_does(run: Run, tree: Path) -> None:
    assert run("check").code == 1
    outcome = run("check", "--write-baseline")
    assert outcome.code == 0
    assert outcome.err == f"passrole: 1 finding in {FILE}\n"
    assert "codebuild-start-build-missing" in outcome.out
    outcome = run("check", "--baseline", FILE)
    assert outcome.code == 0
    assert "No new findings; 1 unchanged since the baseline." in outcome.out
    (tree / "role.yaml").write_text(BAD_ROLE)
    outcome = run("check", "--baseline", FILE)
    assert outcome.code == 1
    assert "role.yaml" in outcome.out and "pipeline.yaml" not in outcome.out
    assert "1 unchanged" in outcome.out


def test_fixed_findings_are_told_with_what_to_do(run: Run, tree: Path) -> None:
    run("check", "--write-baseline", "mine.json")
    path = tree / "pipeline.yaml"
    text = path.read_text("utf-8").replace("codebuild:BatchGetBuilds", "codebuild:*")
    path.write_text(text, "utf-8")
    outcome = run("check", "--baseline", "mine.json")
    assert "pipeline.yaml  fixed  codebuild-start-build-missing" in outcome.out
    assert "--write-baseline takes what is fixed out of mine.json." in outcome.out
    assert "1 fixed" in outcome.out
    run("check", "--baseline", "mine.json", "--write-baseline")
    entries = json.loads((tree / "mine.json").read_text())["findings"]
    assert "codebuild-start-build-missing" not in {each["rule"] for each in entries}


def test_a_renamed_file_brings_nothing_new(run: Run, tree: Path) -> None:
    run("check", "--write-baseline")
    (tree / "pipeline.yaml").rename(tree / "renamed.yaml")
    outcome = run("check", "--baseline", FILE)
    assert outcome.code == 0
    assert "1 unchanged since the baseline (1 in a renamed file)." in outcome.out


def test_json_and_sarif_say_which_is_which(run: Run, tree: Path) -> None:
    run("check", "--write-baseline")
    (tree / "role.yaml").write_text(BAD_ROLE)
    data = json.loads(run("check", "--baseline", FILE, "--format", "json").out)
    assert {each["location"]["path"] for each in data["findings"]} == {"role.yaml"}
    assert [each["rule"] for each in data["baseline"]["unchanged"]] == [
        "codebuild-start-build-missing"
    ]
    assert (data["summary"]["unchanged"], data["summary"]["fixed"]) == (1, 0)
    (log,) = json.loads(run("check", "--baseline", FILE, "--format", "sarif").out)["runs"]
    states = {each["ruleId"]: each["baselineState"] for each in log["results"]}
    assert states.pop("codebuild-start-build-missing") == "unchanged"
    assert set(states.values()) == {"new"}


def test_an_incomplete_run_stays_one_and_writes_no_baseline(run: Run, tree: Path) -> None:
    run("check", "--write-baseline")
    before = (tree / FILE).read_text()
    (tree / "broken.yaml").write_text("Resources:\n  A: {Type: AWS::IAM::Role\n")
    assert run("check", "--baseline", FILE).code == 3
    outcome = run("check", "--write-baseline", FILE)
    assert outcome.code == 3
    assert "is not written: the analysis is incomplete" in outcome.err
    assert (tree / FILE).read_text() == before
    assert run("check", "--write-baseline", FILE, "--allow-incomplete").code == 0


@pytest.mark.parametrize("text", [None, "", "{}", '{"kind": "passrole-baseline", "version": 9}'])
def test_a_baseline_that_cannot_be_read_is_a_usage_error(
    text: str | None, run: Run, tree: Path
) -> None:
    if text is not None:
        (tree / FILE).write_text(text)
    outcome = run("check", "--baseline", FILE)
    assert outcome.code == 2
    assert outcome.err.startswith(f"passrole: error: {FILE}: ")
    assert outcome.out == ""


@pytest.mark.parametrize("target", [".", "pipeline.yaml"])
def test_nothing_is_written_over_what_was_meant_to_be_scanned(
    target: str, run: Run, tree: Path
) -> None:
    before = (tree / "pipeline.yaml").read_text()
    outcome = run("check", "--write-baseline", target)
    assert outcome.code == 2
    assert "stays as it is" in outcome.err
    assert (tree / "pipeline.yaml").read_text() == before


def test_what_is_suppressed_is_in_no_baseline(run: Run, tree: Path) -> None:
    path = tree / "pipeline.yaml"
    comment = "            # passrole: ignore[codebuild-start-build-missing] known\n"
    name = "            - Name: Build\n"
    path.write_text(path.read_text("utf-8").replace(name, comment + name), "utf-8")
    run("check", "--write-baseline")
    assert json.loads((tree / FILE).read_text())["findings"] == []
    assert run("check", "--baseline", FILE, "--no-suppressions").code == 1


LINES = st.lists(st.sampled_from(["", "# x", "# passrole: reads this", "   "]), max_size=6)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_lines_above_change_no_fingerprint(run: Run, tree: Path, lines: list[str]) -> None:
    path = tree / "pipeline.yaml"
    original = path.read_text("utf-8")
    (tree / FILE).unlink(missing_ok=True)
    try:
        run("check", "--write-baseline")
        text = "".join(f"{line}\n" for line in lines) + original
        path.write_text(text, "utf-8")
        outcome = run("check", "--baseline", FILE)
    finally:
        path.write_text(original, "utf-8")
    assert outcome.code == 0
    assert "1 unchanged" in outcome.out


def test_the_baseline_of_the_settings_is_taken_and_named(run: Run, tree: Path) -> None:
    run("check", "--write-baseline")
    (tree / "passrole.toml").write_text(f'baseline = "{FILE}"\n')
    outcome = run("check")
    assert outcome.code == 0
    assert "1 unchanged since the baseline" in outcome.out
    assert FILE in outcome.out  # who reads the report sees that the tree itself takes it out
    assert run("check", "--isolated").code == 1


def test_a_baseline_that_is_named_before_it_is_there_is_written(run: Run, tree: Path) -> None:
    (tree / "passrole.toml").write_text(f'baseline = "{FILE}"\n')
    refused = run("check")
    assert refused.code == 2 and "--write-baseline makes one" in refused.err
    assert run("check", "--write-baseline").code == 0
    assert run("check").code == 0
    assert run("check", "--baseline", "other.json", "--write-baseline").code == 0
    assert (tree / "other.json").exists()


def test_each_of_many_checkouts_has_a_baseline_of_its_own(run: Run, tree: Path) -> None:
    run("check", "--write-baseline")
    for name in ("one", "two"):
        (tree / name / ".git").mkdir(parents=True)
        text = (tree / "pipeline.yaml").read_text("utf-8")
        (tree / name / "pipeline.yaml").write_text(text, "utf-8")
    (tree / "one" / FILE).write_text((tree / FILE).read_text())
    (tree / "one" / "passrole.toml").write_text(f'baseline = "{FILE}"\n')
    (tree / "list").write_text("one\ntwo\n")
    outcome = run("check", "--repos", "list", "--format", "json")
    data = json.loads(outcome.out)
    assert outcome.code == 1
    assert [each["location"]["path"] for each in data["findings"]] == ["two/pipeline.yaml"]
    assert [each["location"]["path"] for each in data["baseline"]["unchanged"]] == [
        "one/pipeline.yaml"
    ]


def test_mending_leaves_known_findings_out_and_writes_no_baseline(run: Run, tree: Path) -> None:
    run("check", "--write-baseline")
    assert run("check", "--fix", "--write-baseline").code == 2


def test_a_finding_that_another_one_told_is_not_new_when_that_one_goes(
    run: Run, tree: Path
) -> None:
    policy = '{Effect: Allow, Action: "*", Resource: "*"}'
    path = tree / "pipeline.yaml"
    text = path.read_text("utf-8")
    at = text.index("- Effect: Allow", text.index(" PolicyDocument:"))
    path.write_text(f"{text[:at]}- {policy}\n{' ' * 14}{text[at:]}", "utf-8")
    everything = ("check", "--ruleset", "strict", "--format", "json")
    told = {each["rule"] for each in json.loads(run(*everything).out)["findings"]}
    run(*everything, "--write-baseline")
    entries = json.loads((tree / FILE).read_text())["findings"]
    beside = {each["rule"] for each in entries} - told
    assert beside, "an administrator can escalate as well, which is told once"
    for rule in beside:
        found = json.loads(run(*everything, "--baseline", FILE, "--select", rule).out)
        assert found["findings"] == []
        assert found["baseline"]["unchanged"]
