"""Comments with a mark: which there are, and what each is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole.documents.comments import Comment, marked_comments
from passrole.documents.limits import Limits
from passrole.documents.marks import MOST
from passrole.documents.recognition import parse

MARK = "mark:"


def comments(text: str, path: str = "a.yaml") -> tuple[Comment, ...]:
    return marked_comments(parse(path, text.encode(), Limits()), MARK)


def covered(text: str, path: str = "a.yaml") -> list[list[str]]:
    """For each comment the texts that it is about, without blanks around them."""
    return [[text[a:b].strip() for a, b in each.covers] for each in comments(text, path)]


YAML = {
    "before a pair": ("a: 1\n# mark: x\nb: 2\nc: 3\n", [["b: 2"]]),
    "before the first pair of a block": ("a:\n  # mark: x\n  b: 1\n  c: 2\n", [["b: 1"]]),
    "before a block": (
        "r:\n  # mark: x\n  a:\n    b: 1\n    c: [2]\n  d: 1\n",
        [["a:\n    b: 1\n    c: [2]"]],
    ),
    "before an item": (
        "a:\n  # mark: x\n  - b: 1\n    c: 2\n  # mark: y\n  - d: 3\n",
        [["- b: 1\n    c: 2"], ["- d: 3"]],
    ),
    "before an item that is a text": ("a:\n- 1\n# mark: x\n- 2\n- 3\n", [["- 2"]]),
    "before a value of its own line": ("a:\n  # mark: x\n  text\nb: 1\n", [["text"]]),
    "before a flow value": ("a:\n  # mark: x\n  {b: 1,\n   c: 2}\nd: 1\n", [["{b: 1,\n   c: 2}"]]),
    "behind a value": ("a: 1 # mark: x\nb: 2\n", [["a: 1 # mark: x"]]),
    "behind a key that opens a block": (
        "r:\n  a: # mark: x\n    b: 1\n    c: 2\n  d: 3\n",
        [["a: # mark: x", "a: # mark: x\n    b: 1\n    c: 2"]],
    ),
    "behind the first pair of an item": (
        "a:\n  - b: 1 # mark: x\n    c: 2\n",
        [["- b: 1 # mark: x"]],
    ),
    "behind the dash of an item": (
        "a:\n  - # mark: x\n    b: 1\n    c: 2\n  - 3\n",
        [["b: 1\n    c: 2"]],
    ),
    "several before one pair": ("# mark: x\n# other\n\n# mark: y\na: 1\n", [["a: 1"], ["a: 1"]]),
    "at the end": ("a: 1\n# mark: x\n", [[]]),
    "inside flow": ("a: [1, # mark: x\n  2]\n", [["a: [1, # mark: x"]]),
    "before an item in flow": ("a: [1,\n  # mark: x\n  2, 3]\n", [["2"]]),
    "behind another comment's words": ("a: 1 # other # mark: x\n", [["a: 1 # other # mark: x"]]),
    "at the top is about the first pair": ("# mark: x\na: 1\nb: 2\n", [["a: 1"]]),
    "before an alias": ("a: &x 1\nb:\n  # mark: x\n  - *x\n  - 2\n", [["- *x"]]),
    "with carriage returns": ("a: 1\r\n# mark: x\r\nb: 2\r\n", [["b: 2"]]),
}


@pytest.mark.parametrize("pure", ["0", "1"], ids=["libyaml", "pure"])
@pytest.mark.parametrize("case", YAML)
def test_a_comment_of_yaml_is_about_what_comes_next_or_its_line(
    case: str, pure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSROLE_PURE", pure)
    text, expected = YAML[case]
    assert covered(text) == expected


NO_COMMENTS = {
    "a block scalar": "a: |\n  # mark: x\n  text\nb: 1\n",
    "a folded scalar with less blanks behind": "a:\n  - >\n    # mark: x\n  - 1\n",
    "double quotes": 'a: "b # mark: x"\n',
    "double quotes over lines": 'a: "b\n  # mark: x\n  c"\n',
    "single quotes": "a: 'b # mark: x'\n",
    "a key": '"a # mark: x": 1\n',
    "a word with a sign in it": "a: b#mark: x\n",
    "no sign": "a: [mark, 'mark:x']\n",
    "a second document": "a: 1\n---\n'# mark: x': 2\n",
    "a value that a later one replaces": "a: '# mark: x'\na: 2\n",
}


@pytest.mark.parametrize("pure", ["0", "1"], ids=["libyaml", "pure"])
@pytest.mark.parametrize("case", NO_COMMENTS)
def test_what_only_looks_like_a_comment_is_none(
    case: str, pure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSROLE_PURE", pure)
    assert comments(NO_COMMENTS[case]) == ()


HCL = {
    "before a block": (
        '# mark: x\nresource "a" "b" {\n  c = 1\n}\nlocals {}\n',
        [['resource "a" "b" {\n  c = 1\n}']],
    ),
    "before a block, behind a block": ("locals {}\n// mark: x\ndata {}\n", [["data {}"]]),
    "behind the opening of a block": (
        "a {\n  b { # mark: x\n    c = 1\n  }\n  d = 1\n}\n",
        [["b { # mark: x", "b { # mark: x\n    c = 1\n  }"]],
    ),
    "first in a block": ("a {\n  # mark: x\n  b = 1\n  c = 2\n}\n", [["a", "b = 1"]]),
    "later in a block": ("a {\n  b = 1\n  /* mark: x */\n  c = 2\n}\n", [["c = 2"]]),
    "behind an argument": ("a {\n  b = 1 // mark: x\n  c = 2\n}\n", [["b = 1 // mark: x"]]),
    "last in a block": ("a {\n  b = 1\n  # mark: x\n}\nd {}\n", [[]]),
    "inside an expression": (
        "a {\n b = f({\n  # mark: x\n  c = 1\n  d = [\n   # mark: y\n   { e = 1 },\n   2,\n  ]\n })\n}\n",
        [["{", "c = 1"], ["{ e = 1 }"]],
    ),
    "a comment of several lines": ("/* one\n mark: x\n*/\na {}\nb {}\n", [["a {}"]]),
    "letters of several bytes before it": ('é = "ü"\n# mark: x\nb = 1\n', [["b = 1"]]),
    "long blanks before it": (f"a = 1{' ' * 300}\n# mark: x\nb = 1\n", [["b = 1"]]),
}


@pytest.mark.parametrize("case", HCL)
def test_a_comment_of_hcl_is_about_what_comes_next_or_its_line(case: str) -> None:
    text, expected = HCL[case]
    assert covered(text, "a.tf") == expected


@pytest.mark.parametrize(
    "text",
    ["a = <<EOT\n# mark: x\nEOT\n", 'a = "# mark: x"\n', 'a = "${b("# mark: x")}"\n'],
    ids=["heredoc", "text", "text in a template"],
)
def test_what_only_looks_like_a_comment_of_hcl_is_none(text: str) -> None:
    assert comments(text, "a.tf") == ()


def test_comments_of_a_broken_file_are_found_around_the_mistake() -> None:
    text = "# mark: x\na {\n  b = 1\n}\nc {\n  d = = 1\n}\n"
    assert covered(text, "a.tf") == [["a {\n  b = 1\n}"]]


def test_json_has_no_comments() -> None:
    assert comments('{"a": "# mark: x"}', "a.json") == ()


@pytest.mark.parametrize(("path", "line"), [("a.yaml", "# mark: x\n"), ("a.tf", "# mark: x\n")])
def test_no_more_than_some_are_looked_at(path: str, line: str) -> None:
    text = line * (MOST * 20) + ("a: 1\n" if path == "a.yaml" else "a {}\n")
    found = comments(text, path)
    assert len(found) == MOST
    assert all(len(each.covers) == 1 for each in found)


LINES = st.lists(
    st.sampled_from(
        ["a: 1", "- b", "  c: 2", "# mark: x", "  # mark: y", "d: |", "    text", "e: '#", "'"]
    ),
    max_size=12,
)


@given(LINES)
def test_no_text_makes_it_stumble_and_every_comment_is_one(lines: list[str]) -> None:
    text = "\n".join(lines)
    for each in (*comments(text), *comments(text, "a.tf")):
        assert each.text.startswith("#") and MARK in each.text
        assert text[each.start : each.end] == each.text
        for start, end in each.covers:
            assert 0 <= start < end <= len(text) + 1
