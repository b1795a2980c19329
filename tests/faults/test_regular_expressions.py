"""No expression of ours takes more time than its text is long: none can be made to try forever.

An expression is dangerous where a repetition stands in a repetition and one text can be shared out
between the two in many ways. Those that nest are few, and each was looked at: what the inner one
takes is ended by a character that it does not take. A new one is written with possessive
repetitions (``*+``, ``++``), or is looked at and listed here.
"""

from __future__ import annotations

import ast
import re
import re._constants as kinds  # type: ignore[import-not-found] # what `re` itself is made of
import re._parser as parser  # type: ignore[import-not-found] # as above
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS = ("core/passrole", "plugins/passrole_aws", "rulesets/passrole_rulesets")
MANY = 16
"""What may be repeated more often than this counts as without end."""

ENDED = {
    "core/passrole/configuration/given_resources.py": "a slash",
    "core/passrole/fixes/resources.py": "a dot or a bracket",
    "core/passrole/iam/managed_policies/__init__.py": "a slash",
    "core/passrole/iam/reference/places.py": "a dot",
    "core/passrole/new_plugin/names.py": "a hyphen",
    "core/passrole/policies/writing_cloudformation.py": "an e or a colon",
    "core/passrole/policies/writing_terraform.py": "a dot or a bracket",
    "core/passrole/reporters/escaping.py": "a blank, or an m",
    "core/passrole/reporters/markdown_text.py": "a mark between two words",
    "core/passrole/rulesets/declared/reading.py": "a hyphen",
    "core/passrole/stacks/cloudformation/assemblies.py": "a hyphen",
    "core/passrole/stacks/terraform/parsing.py": "two colons",
    "core/passrole/testing/facts.py": "a low line",
    "plugins/passrole_aws/iam/rules/policy_race_no_dependency.py": "a dot",
}
"""By file: what ends the inner repetition of those that nest."""


def patterns(path: Path) -> Iterator[str | bytes]:
    """The expressions that are written out as such in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, (str, bytes))
        ):
            yield node.args[0].value


def parts(pattern: Any) -> Iterator[tuple[Any, Any]]:
    for kind, value in pattern:
        yield kind, value
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            yield from parts(value[2])
        elif kind is kinds.SUBPATTERN:
            yield from parts(value[3])
        elif kind is kinds.ATOMIC_GROUP:
            yield from parts(value)
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from parts(branch)
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            yield from parts(value[1])


def repeats(kind: Any, value: Any) -> bool:
    return kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and value[1] > MANY


def nests(pattern: str | bytes) -> bool:
    """Whether a repetition that gives back stands in another one."""
    lines = b"\n" if isinstance(pattern, bytes) else "\n"
    flags = re.VERBOSE if lines in pattern else 0  # type: ignore[operator] # both of one type
    return any(
        repeats(kind, value) and any(repeats(*inner) for inner in parts(value[2]))
        for kind, value in parts(parser.parse(pattern, flags))
    )


@pytest.mark.parametrize(
    ("pattern", "dangerous"),
    [("(a+)+$", True), ("(?:a|b+)*c", True), ("(a*){20,}", True), ("(?:a++)*+$", False), ("(a|b)*", False), (rb"(\s+)*x", True), ("(?>a+)b", False)],
)  # fmt: skip
def test_what_nests_is_seen(pattern: str | bytes, dangerous: bool) -> None:
    assert nests(pattern) == dangerous


def test_expressions_that_nest_are_known() -> None:
    files = [path for root in ROOTS for path in sorted((REPOSITORY / root).rglob("*.py"))]
    found = {path: list(patterns(path)) for path in files}
    assert sum(map(len, found.values())) > 100
    nesting = {
        path.relative_to(REPOSITORY).as_posix() for path in files if any(map(nests, found[path]))
    }
    assert nesting == ENDED.keys()
