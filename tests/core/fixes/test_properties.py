"""Whatever a template looks like, all but the change stays, and another reader agrees."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.core.fixes.editing import changed

from passrole.changes import AddStatement, AddToElement

WORDS = st.sampled_from(["s3:Get", "ecs:*", "a:b", "logs:PutLogEvents", "größe:🙂"])
COMMENTS = st.sampled_from(["", "", "  # why", " #", "  # a: [b]", "  # 'x\" {y}"])
BLANKS = st.sampled_from(["", "", "\n", "# alone\n", "        # deep\n", "\n# two\n\n"])


@st.composite
def lists(draw: st.DrawFn, indent: str) -> str:
    """``Action`` as people write it, with what stands behind and below it."""
    items = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    quote = draw(st.sampled_from(["'", '"', ""]))
    if quote == "":
        items = [each for each in items if "*" not in each] or ["a:b"]
    shown = [f"{quote}{each}{quote}" for each in items]
    style = draw(st.sampled_from(["one", "flow", "lines", "flow lines"]))
    if style == "one":
        return f"Action: {shown[0]}{draw(COMMENTS)}\n"
    if style == "flow":
        return f"Action: [{', '.join(shown)}]{draw(COMMENTS)}\n"
    step = draw(st.sampled_from(["", "  ", "    "]))
    if style == "lines":
        return (
            "Action:"
            + draw(COMMENTS)
            + "\n"
            + "".join(f"{indent}{step}- {each}{draw(COMMENTS)}\n{draw(BLANKS)}" for each in shown)
        )
    inner = "".join(f"{indent}{step}  {each},{draw(COMMENTS)}\n" for each in shown)
    return f"Action: [\n{inner}{indent}{step}  ]{draw(COMMENTS)}\n"


@st.composite
def templates(draw: st.DrawFn) -> str:
    """A template with some statements, set out in many ways."""
    base = draw(st.sampled_from(["    ", "      ", "          "]))
    written = "# top\nResources:\n  P:\n    Statement:\n"
    for index in range(draw(st.integers(1, 3))):
        inner = base + "  "
        keys = ["Effect: Allow" + draw(COMMENTS) + "\n", draw(lists(inner)), f"Sid: S{index}\n"]
        keys = draw(st.permutations(keys))
        written += draw(BLANKS) + f"{base}- " + f"{draw(BLANKS)}{inner}".join(keys)
    written += draw(BLANKS) + "  Other: &x {a: b}" + draw(COMMENTS) + "\n  Again: *x\n"
    return written.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def comments(text: str) -> list[str]:
    return [line[line.index(" #") :] for line in text.splitlines() if " #" in line]


@given(templates(), st.sampled_from(["s3:PutObject", "*", "yes"]))
def test_an_action_more(text: str, action: str) -> None:
    after = changed(
        "t.yaml", text, "Resources.P.Statement.0", lambda at: AddToElement(at, ("Action",), action)
    )
    assert after is not None
    expected = read(text)
    statement = expected["Resources"]["P"]["Statement"][0]
    listed = statement["Action"]
    statement["Action"] = [*(listed if isinstance(listed, list) else [listed]), action]
    assert read(after) == expected
    assert comments(after) == comments(text)
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)


@given(templates())
def test_a_statement_more(text: str) -> None:
    statement = {"Effect": "Allow", "Action": ["a:b", "c:d"], "Resource": "arn:aws:s3:::x/*"}
    after = changed("t.yaml", text, "Resources.P", lambda at: AddStatement(at, statement))
    assert after is not None
    expected = read(text)
    expected["Resources"]["P"]["Statement"].append(statement)
    assert read(after) == expected
    added = len(after.splitlines()) - len(text.splitlines())
    assert added > 0
    assert [line for line in after.splitlines() if line in text.splitlines()][
        -1
    ] == text.splitlines()[-1]
    lines = iter(after.splitlines())
    assert all(line in lines for line in text.splitlines())  # every line, in its order
