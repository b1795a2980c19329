"""What is new, what is as it was, what is fixed; and files that are no baseline."""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import Category, Confidence, Location, Results, Rule, Severity, Subject, UsageError
from passrole.baseline import as_text, compare, read_baseline
from passrole.findings import Comparison, Finding, Suppressed, Suppression

RULES = tuple(
    Rule(
        id=name,
        checks=object,
        check=lambda *_: iter(()),
        severity=Severity.LOW,
        category=Category.RISK,
    )
    for name in ("a-rule", "b-rule")
)


def finding(number: int = 0, rule: str = "a-rule", path: str = "a.yaml", **fields: Any) -> Finding:
    made = Finding(
        rule=rule,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        category=Category.RISK,
        message="It may.",
        location=Location(path, number + 1, 1, number + 1, 2),
        subject=Subject(principal=f"Role{number}"),
        fingerprint=f"{abs(hash((number, rule, path))):032x}"[-32:],
    )
    return replace(made, **fields)


def compared(
    now: Collection[Finding],
    before: Collection[Finding],
    gone: Collection[str] = (),
    looked_at: Collection[str] | None = None,
    **fields: Any,
) -> tuple[list[Finding], Comparison]:
    entries = read_baseline(as_text(before).encode(), "base.json")
    results = compare(
        Results(findings=tuple(now), rules=RULES, **fields),
        entries,
        "base.json",
        lambda path: looked_at is None or path in looked_at,
        lambda path: path in gone,
    )
    assert results.baseline is not None
    return list(results.findings), results.baseline


def test_what_the_baseline_holds_is_unchanged_and_the_rest_is_new() -> None:
    old, new = finding(1), finding(2)
    left, comparison = compared([old, new], [old])
    assert (left, comparison.unchanged, comparison.fixed) == ([new], (old,), ())


def test_what_is_not_found_any_more_is_fixed() -> None:
    left, comparison = compared([], [finding(1)])
    assert left == []
    (fixed,) = comparison.fixed
    assert (fixed.rule, fixed.path, fixed.subject.principal) == ("a-rule", "a.yaml", "Role1")


def test_of_two_equal_findings_a_baseline_with_one_knows_one() -> None:
    same = [finding(1), finding(1)]
    left, comparison = compared(same, same[:1])
    assert (len(left), len(comparison.unchanged)) == (1, 1)
    left, comparison = compared(same[:1], same)
    assert (len(left), len(comparison.unchanged), len(comparison.fixed)) == (0, 1, 1)


def test_a_renamed_file_keeps_what_is_known_of_it() -> None:
    old, now = finding(1, path="old.yaml"), finding(1, path="new.yaml")
    left, comparison = compared([now, finding(2, path="new.yaml")], [old], gone=["old.yaml"])
    assert [each.subject.principal for each in left] == ["Role2"]
    assert (comparison.unchanged, comparison.moved, comparison.fixed) == ((now,), 1, ())


def test_a_copy_of_a_file_is_new() -> None:
    old, copy = finding(1, path="old.yaml"), finding(1, path="new.yaml")
    left, comparison = compared([old, copy], [old])
    assert (left, comparison.moved) == ([copy], 0)
    left, comparison = compared([copy, finding(1, path="c.yaml")], [old], gone=["old.yaml"])
    assert (len(left), comparison.moved) == (1, 1)


def test_findings_without_a_subject_do_not_move() -> None:
    old = finding(path="old.yaml", subject=Subject())
    left, comparison = compared(
        [finding(path="new.yaml", subject=Subject())], [old], gone=["old.yaml"]
    )
    assert (len(left), len(comparison.fixed)) == (1, 1)


@pytest.mark.parametrize(
    "circumstances",
    [{"looked_at": ()}, {"incomplete": True}, {"rules": ()}],
    ids=["another file", "an incomplete run", "a rule that is off"],
)
def test_nobody_calls_fixed_what_was_not_looked_at(circumstances: dict[str, Any]) -> None:
    rules = circumstances.pop("rules", RULES)
    entries = read_baseline(as_text([finding(1)]).encode(), "base.json")
    looked_at = circumstances.pop("looked_at", ("a.yaml",))
    results = compare(
        Results(rules=rules, **circumstances),
        entries, "base.json", lambda path: path in looked_at, lambda _path: False,
    )  # fmt: skip
    assert results.baseline is not None
    assert (results.baseline.fixed, results.baseline.unchecked) == ((), 1)


def test_what_is_suppressed_is_not_fixed_and_does_not_make_room() -> None:
    accepted = Suppressed(finding(1), (Suppression(("a-rule",), "so", finding().location),))
    left, comparison = compared([finding(1)], [finding(1)], suppressed=(accepted,))
    assert (len(left), comparison.fixed) == (1, ())


def test_the_file_is_sorted_with_a_finding_on_each_line() -> None:
    text = as_text([finding(2, path="b.yaml"), finding(1), finding(0, rule="b-rule")])
    assert as_text([finding(0, rule="b-rule"), finding(1), finding(2, path="b.yaml")]) == text
    lines = text.splitlines()
    assert len(lines) == 2 + 3 + 1
    assert [json.loads(each.strip().rstrip(","))["path"] for each in lines[2:5]] == [
        "a.yaml", "a.yaml", "b.yaml",
    ]  # fmt: skip
    assert "line" not in json.loads(text)["findings"][0]
    assert json.loads(as_text([])) == {"kind": "passrole-baseline", "version": 1, "findings": []}


GOOD = json.loads(as_text([finding(1)]))
ENTRY = GOOD["findings"][0]
NO_BASELINES = {
    "nothing": "",
    "no JSON": "findings: []",
    "cut off": as_text([finding(1)])[:-20],
    "another tool's": '{"version": 1, "findings": []}',
    "a list": "[]",
    "a later version": json.dumps({**GOOD, "version": 2}),
    "a version in words": json.dumps({**GOOD, "version": "1"}),
    "a true version": json.dumps({**GOOD, "version": True}),
    "no findings": '{"kind": "passrole-baseline", "version": 1}',
    "no list": json.dumps({**GOOD, "findings": {}}),
    "more keys": json.dumps({**GOOD, "allow": "*"}),
    "an entry that is a text": json.dumps({**GOOD, "findings": ["x"]}),
    "an entry without its rule": json.dumps(
        {**GOOD, "findings": [{k: v for k, v in ENTRY.items() if k != "rule"}]}
    ),
    "a fingerprint that is none": json.dumps({**GOOD, "findings": [{**ENTRY, "fingerprint": "*"}]}),
    "a path with a NUL": json.dumps({**GOOD, "findings": [{**ENTRY, "path": "a\0b"}]}),
    "a subject of another kind": json.dumps(
        {**GOOD, "findings": [{**ENTRY, "subject": {"x": "y"}}]}
    ),
    "a subject of numbers": json.dumps({**GOOD, "findings": [{**ENTRY, "subject": {"stage": 1}}]}),
    "too deep": "[" * 100_000,
    "no UTF-8": "\udcff",
}


@pytest.mark.parametrize("name", NO_BASELINES)
def test_what_is_no_whole_baseline_is_refused_with_its_name(name: str) -> None:
    data = NO_BASELINES[name].encode("utf-8", "surrogateescape")
    with pytest.raises(UsageError, match=r"^base\.json: "):
        read_baseline(data, "base.json")


NUMBERS = st.lists(st.integers(0, 5), max_size=8)


@given(NUMBERS, NUMBERS)
def test_every_finding_is_new_or_known_and_every_entry_known_or_fixed(
    now: list[int], before: list[int]
) -> None:
    left, comparison = compared([finding(n) for n in now], [finding(n) for n in before])
    assert len(left) + len(comparison.unchanged) == len(now)
    assert len(comparison.fixed) + len(comparison.unchanged) == len(before)
    assert compared([finding(n) for n in now], [finding(n) for n in now])[0] == []


@given(st.binary(max_size=60))
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_baseline(data, "base.json")
