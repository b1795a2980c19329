"""Results survive the way through bytes, and nothing else comes out of them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole.analysis import analyse
from passrole.contributions import gather
from passrole.findings import BaselineEntry, Comparison, Results, Suppressed, Suppression
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.saved_results import UnreadableResultsError, restore, save
from passrole.settings import Settings

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@pytest.fixture(scope="module")
def results() -> Results:
    plugins = load_plugins(select_plugins(find_plugins(), third_party=False))
    settings = Settings(paths=(TEMPLATES,), root=TEMPLATES, ruleset="strict")
    found = analyse(settings, gather(plugins)).results
    assert found.findings and found.unknowns and found.assumptions
    assert any(each.related for each in found.findings)
    first = found.findings[0]
    by = Suppression(("a-rule",), "so", first.location, in_source=False, expires="2027-01-31")
    entry = BaselineEntry(first.fingerprint, first.rule, first.location.path, first.subject)
    return replace(
        found,
        sources={}, rules=(), pipelines=(),
        suppressed=(Suppressed(first, (by,)),),
        baseline=Comparison("base.json", (first,), (entry,), 1, 2),
    )  # fmt: skip


def test_what_is_restored_is_what_was_saved(results: Results) -> None:
    again = restore(save(results))
    assert again == results
    assert [type(each.severity) for each in again.findings] == [
        type(each.severity) for each in results.findings
    ]
    assert save(again) == save(results)


def test_texts_of_any_letters_survive() -> None:
    odd = "\x00\x1b[2J\u202e\ud800 \u2028\U0001f600"
    assert restore(save(Results(assumptions=(odd,)))).assumptions == (odd,)


def test_damaged_bytes_are_refused(results: Results) -> None:
    data = save(replace(results, findings=results.findings[:1], unknowns=()))
    for size in range(0, len(data), 7):
        with pytest.raises(UnreadableResultsError):
            restore(data[:size])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        save(Results()).replace(b'"findings":[]', b'"findings":[[]]'),
        save(Results()).replace(b'"findings":[]', b'"findings":["x"]'),
        save(Results()).replace(b'"incomplete":false', b'"incomplete":0'),
        save(Results()).replace(b'"unknowns":[]', b'"unknowns":null'),
        save(Results()).replace(b'"counts":[0,', b'"counts":["0",'),
        save(Results()).replace(b'"findings"', b'"found"'),
    ],
    ids=range(11),
)
def test_what_is_no_results_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableResultsError):
        restore(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda each: st.lists(each, max_size=4)
)


@given(part=json_values, name=st.sampled_from(["findings", "unknowns", "diagnostics", "counts"]))
def test_nothing_but_results_comes_out(part: object, name: str) -> None:
    parts = json.loads(save(Results()))
    parts[name] = part
    try:
        found = restore(json.dumps(parts).encode())
    except UnreadableResultsError:
        return
    assert json.loads(save(found))[name] == part
