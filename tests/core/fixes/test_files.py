"""What is written to the disk, and what is left alone."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from tests.core.fixes.test_mending import MISSING, TEMPLATE

from passrole.cli import main
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.documents.tree import Tree
from passrole.fixes.files import Originals, write_texts


def fix(folder: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    monkeypatch.chdir(folder)
    return main(["check", ".", "--fix", "--select", MISSING, *more])


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_the_encoding_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: bytes, encoding: str
) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_bytes(mark + TEMPLATE.encode(encoding))
    assert fix(tmp_path, monkeypatch) == 0
    after = path.read_bytes()
    assert after.startswith(mark)
    assert "- codebuild:StartBuild\n" in after[len(mark) :].decode(encoding)


def test_mode_and_neighbours_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(TEMPLATE, "utf-8")
    path.chmod(0o640)
    assert fix(tmp_path, monkeypatch) == 0
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["pipeline.yaml"]


def test_what_is_mended_is_told_and_what_is_left_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pipeline.yaml").write_text(TEMPLATE, "utf-8")
    assert fix(tmp_path, monkeypatch) == 0
    out, err = capsys.readouterr()
    assert out.startswith("No findings.")
    assert err == f"pipeline.yaml:17:15: mended: {MISSING}\n"


def test_a_link_inside_the_tree_is_followed_and_stays_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "real.txt"
    real.write_text(TEMPLATE, "utf-8")
    link = tmp_path / "pipeline.yaml"
    link.symlink_to("real.txt")
    assert fix(tmp_path, monkeypatch) == 0
    assert link.is_symlink()
    assert "codebuild:StartBuild" in real.read_text("utf-8")


def test_what_changed_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(TEMPLATE, "utf-8")
    theirs = TEMPLATE.replace("# what ships", "# what always ships")

    def editor(*arguments: object) -> list[object]:
        path.write_text(theirs, "utf-8")
        return list(write_texts(*arguments))

    monkeypatch.setattr("passrole.cli.fixing.write_texts", editor)
    assert fix(tmp_path, monkeypatch) == 3
    assert path.read_text("utf-8") == theirs
    out, err = capsys.readouterr()
    assert "pipeline.yaml" in out and "changed while passrole looked at it" in out
    assert "mended" not in err


def test_a_file_that_became_a_link_out_of_the_tree_is_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("a: b\n", "utf-8")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "t.yaml").symlink_to(outside)
    originals = Originals({"t.yaml": parse("t.yaml", b"a: b\n", Limits())}, Tree(tree, [tree]))
    (problem,) = write_texts(originals, {"t.yaml": "a: c\n"})
    assert problem.kind == "changed-meanwhile" and problem.incomplete
    assert outside.read_text("utf-8") == "a: b\n"


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("a: b\n", "utf-8")
    originals = Originals(
        {"t.yaml": parse("t.yaml", b"a: b\n", Limits())}, Tree(tmp_path, [tmp_path])
    )

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_texts(originals, {"t.yaml": "a: c\n"})
    assert path.read_text("utf-8") == "a: b\n"
    assert [each.name for each in tmp_path.iterdir()] == ["t.yaml"]


@pytest.mark.parametrize(
    "arguments", [["--unsafe-fixes"], ["--fix", "--repos", "x"], ["--diff", "--write-baseline"]]
)
def test_what_does_not_go_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", ".", *arguments]) == 2


def test_a_diff_beside_a_report_for_a_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pipeline.yaml").write_text(TEMPLATE, "utf-8")
    monkeypatch.chdir(tmp_path)
    report = tmp_path / "report.json"
    arguments = ["--format", "text", "--format", "json", "-o", str(report)]
    assert main(["check", ".", "--diff", "--select", MISSING, *arguments]) == 1
    assert capsys.readouterr().out.startswith("--- a/pipeline.yaml\n")
    (finding,) = json.loads(report.read_text("utf-8"))["findings"]
    (edit,) = finding["fix"]["edits"]
    assert finding["fix"]["safe"] is True
    assert edit["path"] == "pipeline.yaml" and edit["start"] == edit["end"] == [43, 45]
    assert edit["text"] == "\n                  - codebuild:StartBuild"
