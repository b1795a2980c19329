"""What is said of finished pages: dead links, and what would be loaded from elsewhere."""

import runpy
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
problems = runpy.run_path(str(REPOSITORY / "tools/documentation/checking.py"))["problems"]


def told(folder: Path, body: str) -> list[str]:
    (folder / "other.html").write_text("<h1 id='here'>Other</h1>", "utf-8")
    (folder / "page.html").write_text(f"<h1 id='top'>Page</h1>{body}", "utf-8")
    return list(problems(folder.resolve()))


@pytest.mark.parametrize(
    "body",
    [
        "<a href='other.html'>x</a>",
        "<a href='other.html#here'>x</a>",
        "<a href='#top'>x</a>",
        "<a href='https://docs.aws.amazon.com/IAM/latest/UserGuide/x.html#y'>x</a>",
        "<script src='other.html'></script>",
    ],
)
def test_good_pages_pass(body: str, tmp_path: Path) -> None:
    assert told(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<a href='nowhere.html'>x</a>", "page.html: nowhere.html: there is no such page"),
        ("<a href='other.html#there'>x</a>", "page.html: other.html#there: the page has no such place"),
        ("<a href='#gone'>x</a>", "page.html: #gone: the page has no such place"),
        ("<a href='http://aws.amazon.com/'>x</a>", "page.html: http://aws.amazon.com/ is no https address"),
        ("<a href='https://aws amazon.com/'>x</a>", "page.html: https://aws amazon.com/ is no https address"),
        ("<a href='file:///etc/passwd'>x</a>", "page.html: file:///etc/passwd leads nowhere that a reader can go"),
        ("<script src='https://cdn.example/x.js'></script>", "page.html: loads https://cdn.example/x.js from another host"),
        ("<link rel='stylesheet' href='//fonts.example/x.css'>", "page.html: loads //fonts.example/x.css from another host"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(body: str, words: str, tmp_path: Path) -> None:
    assert words in told(tmp_path, body)


def test_a_style_that_loads_a_font_from_elsewhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("@font-face {src: url('https://fonts.example/x')}", "utf-8")
    assert list(problems(tmp_path)) == ["style.css: loads from another host"]
