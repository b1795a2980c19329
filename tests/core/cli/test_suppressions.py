"""`passrole check` and what somebody accepts: reports, exit codes, and no way to fail open."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.suppressions.in_code import suppressions_in

from .conftest import Run

RULE = "codebuild-start-build-missing"
COMMENT = f"            # passrole: ignore[{RULE}] known, see ticket 12\n"


@pytest.fixture
def accept(tree: Path) -> Callable[..., None]:
    """Writes a comment before the action that has a finding."""

    def write(comment: str = COMMENT, file: str = "pipeline.yaml") -> None:
        path = tree / file
        text = path.read_text("utf-8")
        assert text.count("            - Name: Build\n") == 1
        path.write_text(
            text.replace("            - Name: Build\n", f"{comment}            - Name: Build\n")
        )

    return write


def data(run: Run, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", "--format", "json", *arguments).out)
    return found


def test_what_is_accepted_fails_no_run_and_is_counted(
    run: Run, accept: Callable[..., None]
) -> None:
    assert run("check").code == 1
    accept()
    outcome = run("check")
    assert outcome.code == 0
    assert "No findings; 1 suppressed." in outcome.out
    assert RULE not in outcome.out


def test_it_can_be_listed_with_its_reason(run: Run, accept: Callable[..., None]) -> None:
    accept(COMMENT.replace("known", "expires=9999-12-31 known"))
    out = run("check", "--suppressed", "list").out
    assert f"suppressed  {RULE}" in out
    assert "known, see ticket 12 (until 9999-12-31); pipeline.yaml:" in out
    page = run("check", "--suppressed", "list", "--format", "markdown").out
    assert "### Suppressed" in page and "known, see ticket" in page


def test_without_suppressions_all_is_as_it_was(run: Run, accept: Callable[..., None]) -> None:
    before = data(run)
    accept()
    after = data(run, "--no-suppressions")
    assert run("check", "--no-suppressions").code == 1
    assert [each["fingerprint"] for each in after["findings"]] == [
        each["fingerprint"] for each in before["findings"]
    ]
    assert after["suppressed"] == []


def test_json_keeps_what_is_accepted_with_the_reason_and_the_place(
    run: Run, accept: Callable[..., None]
) -> None:
    before = data(run)
    accept()
    after = data(run)
    assert (after["findings"], after["summary"]["suppressed"]) == ([], 1)
    (kept,) = after["suppressed"]
    assert kept["fingerprint"] == before["findings"][0]["fingerprint"]
    (by,) = kept["suppressions"]
    assert (by["reason"], by["source"]) == ("known, see ticket 12", "code")
    assert by["location"]["line"] == kept["location"]["line"] - 1
    assert "suppressed" not in data(run, "--suppressed", "count")


def test_sarif_has_it_as_a_suppressed_result(run: Run, accept: Callable[..., None]) -> None:
    accept()
    (log,) = json.loads(run("check", "--format", "sarif").out)["runs"]
    (result,) = log["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == "known, see ticket 12"
    counted = json.loads(run("check", "--format", "sarif", "--suppressed", "count").out)
    assert counted["runs"][0]["results"] == []
    assert counted["runs"][0]["properties"]["suppressed"] == 1


@pytest.mark.parametrize("name", ["text", "junit", "github", "markdown", "html"])
def test_every_report_for_people_says_how_many(
    name: str, run: Run, accept: Callable[..., None]
) -> None:
    accept()
    assert "1 suppressed" in run("check", "--format", name).out


@pytest.mark.parametrize(
    ("comment", "kind"),
    [
        (f"# passrole: ignore[{RULE}]", "invalid-suppression"),
        ("# passrole: ignore[*] all", "invalid-suppression"),
        ("# passrole: ignore all of it", "invalid-suppression"),
        (f"# passrole: ignore[{RULE}] expires=2001-01-01 over", "expired-suppression"),
        (f"# passrole: ignore[{RULE}] role=Nobody who", "unused-suppression"),
    ],
)
def test_what_does_not_count_is_told_and_the_finding_stays(
    comment: str, kind: str, run: Run, accept: Callable[..., None]
) -> None:
    accept(f"            {comment}\n")
    outcome = run("check")
    assert outcome.code == 1
    assert RULE in outcome.out and kind in outcome.out


def test_what_cannot_be_read_is_not_hidden(
    run: Run, accept: Callable[..., None], tree: Path
) -> None:
    accept()
    (tree / "broken.yaml").write_text("Resources:\n  A: {Type: AWS::IAM::Role\n")
    assert run("check").code == 3


def test_a_comment_that_is_not_about_it_hides_nothing_in_an_action_above(
    run: Run, tree: Path
) -> None:
    path = tree / "pipeline.yaml"
    path.write_text(f"{COMMENT.strip()}\n{path.read_text('utf-8')}")
    outcome = run("check")
    assert outcome.code == 1
    assert "unused-suppression" in outcome.out


def test_the_fingerprint_knows_no_line(run: Run, accept: Callable[..., None]) -> None:
    before = data(run)["findings"]
    accept("            # nothing\n\n            # to see\n")
    after = data(run)["findings"]
    assert [each["fingerprint"] for each in before] == [each["fingerprint"] for each in after]
    assert before[0]["location"]["line"] + 3 == after[0]["location"]["line"]


def test_every_suppression_of_the_documentation_counts(repository: Path) -> None:
    page = (repository / "docs" / "suppressions.md").read_text("utf-8")
    blocks = re.findall(r"^```(yaml|hcl|json)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    suffixes = {"yaml": "yaml", "hcl": "tf", "json": "json"}
    found = 0
    for number, (language, text) in enumerate(blocks):
        path = f"{number}.{suffixes[language]}"
        written, problems = suppressions_in([parse(path, text.encode(), Limits())])
        assert not problems
        found += len(written)
    assert found == 5


def test_settings_accept_too_and_the_report_says_so(run: Run, tree: Path) -> None:
    entry = f'[[suppressions]]\nrule = "{RULE}"\nreason = "known"\naction = "codebuild:*"\n'
    (tree / "passrole.toml").write_text(entry)
    outcome = run("check")
    assert outcome.code == 0
    assert "1 suppressed" in outcome.out
    (by,) = data(run)["suppressed"][0]["suppressions"]
    assert (by["source"], by["reason"], by["location"]["path"]) == (
        "settings", "known", "passrole.toml",
    )  # fmt: skip
    assert run("check", "--no-suppressions").code == 1
    assert run("check", "--isolated").code == 1


IDLE = "passrole: ignore[lambda-invoke-missing] went away"


def test_mending_takes_comments_away_that_accept_nothing(
    run: Run, tree: Path, accept: Callable[..., None]
) -> None:
    file = tree / "pipeline.yaml"
    accept(COMMENT)
    kept = file.read_text("utf-8")
    text = kept.replace("Resources:\n", f"# {IDLE}\r\nResources:  # {IDLE}\n", 1)
    file.write_text(text, "utf-8", newline="")
    shown = run("check", "--diff")
    assert shown.code == 1
    assert f"-# {IDLE}" in shown.out and file.read_bytes() == text.encode()
    done = run("check", "--fix")
    assert done.code == 0
    assert done.err.count(": taken away: ignore[lambda-invoke-missing]") == 2
    assert file.read_bytes() == kept.encode()
    assert run("check", "--fix", "--diff").out == ""


TERRAFORM = """resource "aws_iam_role" "r" {{{0}
  name = "x"
{1}  assume_role_policy = "{{}}"
  path = {2}"/x/"
}}
"""


def test_comments_of_terraform_are_taken_away_where_they_stand_alone(run: Run, tree: Path) -> None:
    file = tree / "main.tf"
    ours = (f" # {IDLE}", f"  // {IDLE}\n  /* {IDLE} */\n", "")
    file.write_text(TERRAFORM.format(*ours), "utf-8")
    run("check", "--fix")
    assert file.read_text("utf-8") == TERRAFORM.format("", "", "")
    others = ("", f"  /* {IDLE}\n  and more */\n  # Needed once. {IDLE}\n", f"/* {IDLE} */ ")
    file.write_text(TERRAFORM.format(*others), "utf-8")
    run("check", "--fix")
    assert file.read_text("utf-8") == TERRAFORM.format(*others)


@pytest.mark.parametrize(
    "comment",
    [
        f"# passrole: ignore[{RULE}, lambda-invoke-missing] in part",
        "# passrole: ignore[action-unknown-here] no such rule",
        "# passrole: ignore[lambda-invoke-missing] expires=2020-01-01 over",
    ],
)
def test_a_comment_that_may_still_be_meant_stays(
    comment: str, run: Run, tree: Path, accept: Callable[..., None]
) -> None:
    accept(f"            {comment}\n")
    run("check", "--fix")
    assert comment in (tree / "pipeline.yaml").read_text("utf-8")


def test_what_is_off_or_not_looked_at_stays(
    run: Run, tree: Path, accept: Callable[..., None]
) -> None:
    accept(f"            # {IDLE}\n")
    before = (tree / "pipeline.yaml").read_text("utf-8")
    run("check", "--fix", "--ignore", f"lambda-invoke-missing,{RULE}")
    assert (tree / "pipeline.yaml").read_text("utf-8") == before
    (tree / "broken.yaml").write_text("AWSTemplateFormatVersion: [", "utf-8")
    run("check", "--fix", "--ignore", RULE)
    assert (tree / "pipeline.yaml").read_text("utf-8") == before
