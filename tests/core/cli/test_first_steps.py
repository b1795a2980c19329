"""What somebody sees who uses passrole for the first time and does not know its commands."""

from pathlib import Path

import pytest

from passrole.cli import CLEAN, main


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    assert stop.value.code == 2
    return capsys.readouterr().err


def test_a_file_in_place_of_a_command_is_what_check_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipeline.yml").write_text("", "utf-8")
    words = "there is no command 'pipeline.yml'; did you mean `passrole check pipeline.yml`?"
    assert words in said(capsys, "pipeline.yml")


def test_no_command_at_all_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no command 'xyzzy', only check, map, " in said(capsys, "xyzzy")


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("notes.md", "# Notes", "There is nothing here that passrole reads"),
        ("bucket.yml", "Resources: {B: {Type: 'AWS::S3::Bucket'}}", "No pipeline is among them"),
    ],
)
def test_that_nothing_was_looked_at_is_told(
    file: str, text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / file).write_text(text, "utf-8")
    assert main(["check", str(tmp_path), "--no-third-party"]) == CLEAN
    assert words in capsys.readouterr().out
