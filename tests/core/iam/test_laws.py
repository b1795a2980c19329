"""Laws that hold for every policy: what may change a verdict, and what must not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.iam.simulation import simulate_case
from passrole.values import ACCOUNT, ANYTHING, LITERAL, NAME, PATH, REGION, Alphabet, Hole, Text

pytestmark = pytest.mark.slow

ROLE = "arn:aws:iam::111122223333:role/deploy"
SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/build-7"
RESOURCES = ["arn:aws:s3:::shop", "arn:aws:s3:::shop/key", "arn:aws:s3:::shop/in/key"]
ACTION_PATTERNS = ["s3:GetObject", "s3:Get*", "S3:*", "*", "s3:P?tObject", "sqs:*"]
RESOURCE_PATTERNS = [
    *RESOURCES, "*", "arn:aws:s3:::shop/*", "arn:aws:s3:::*/key", "arn:aws:s3:::sho?",
    "arn:aws:s3:::${aws:PrincipalTag/team}/*",
]  # fmt: skip
PRINCIPALS = ["*", ROLE, SESSION, "111122223333", "444455556666"]
OPERATORS = [
    "StringEquals", "StringNotEquals", "StringLike", "StringNotLikeIfExists",
    "ForAllValues:StringEquals", "ForAnyValue:StringLike", "StringEqualsIgnoreCaseIfExists",
]  # fmt: skip
TEAMS = ["red", "shop", "r*", "", "${aws:PrincipalTag/team}"]

Case = dict[str, Any]


def some_of(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(
        st.sampled_from(["aws:PrincipalTag/team", "aws:TagKeys"]),
        some_of(TEAMS),
        min_size=1,
        max_size=2,
    ),
    min_size=1,
    max_size=2,
)


@st.composite
def statements(draw: st.DrawFn, effect: str | None = None, *, principal: bool = False) -> Case:
    found: Case = {"Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    found[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(some_of(ACTION_PATTERNS))
    name = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
    found[name] = draw(some_of(RESOURCE_PATTERNS))
    if principal:
        found["Principal"] = {"AWS": draw(some_of(PRINCIPALS))}
    if draw(st.booleans()):
        found["Condition"] = draw(CONDITIONS)
    return found


@st.composite
def policies(draw: st.DrawFn, *, principal: bool = False) -> Case:
    return {
        "Version": draw(st.sampled_from(["2012-10-17", "2008-10-17"])),
        "Statement": draw(st.lists(statements(principal=principal), max_size=3)),
    }


@st.composite
def cases(draw: st.DrawFn) -> Case:
    found: Case = {
        "id": "x",
        "request": {
            "action": draw(st.sampled_from(["s3:GetObject", "s3:PutObject"])),
            "resource": draw(st.sampled_from(RESOURCES)),
            "principal": draw(st.sampled_from([ROLE, SESSION])),
            "resource_account": draw(st.sampled_from(["111122223333", "444455556666"])),
            "context": draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "aws:PrincipalTag/team": st.sampled_from(["red", "shop", ""]),
                        "aws:TagKeys": st.lists(st.sampled_from(["red", "blue", ""]), max_size=2),
                    },
                )
            ),
        },
        "identity_policies": draw(st.lists(policies(), min_size=1, max_size=2)),
    }
    if draw(st.booleans()):
        found["resource_policy"] = draw(policies(principal=True))
    if draw(st.booleans()):
        found["permission_boundaries"] = [draw(policies())]
    if draw(st.booleans()):
        found["scps"] = [[draw(policies())]]
    return found


def decision(case: Case) -> str:
    found: str = simulate_case(case)["decision"]
    return found


@given(cases(), statements("Allow"), st.data())
@settings(max_examples=60)
def test_an_allow_more_never_takes_a_permission_away(
    case: Case, statement: Case, data: st.DataObject
) -> None:
    before = decision(case)
    data.draw(st.sampled_from(case["identity_policies"]))["Statement"].append(statement)
    after = decision(case)
    if before == "Allowed":
        assert after == "Allowed"
    if before == "ExplicitlyDenied":
        assert after == "ExplicitlyDenied"


@given(cases(), statements("Deny"), st.data())
@settings(max_examples=60)
def test_a_deny_more_never_gives_a_permission(
    case: Case, statement: Case, data: st.DataObject
) -> None:
    before = decision(case)
    data.draw(st.sampled_from(case["identity_policies"]))["Statement"].append(statement)
    after = decision(case)
    if before == "ExplicitlyDenied":
        assert after == "ExplicitlyDenied"
    if before in ("ImplicitlyDenied", "Unknown"):
        assert after != "Allowed"


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_order_changes_nothing(case: Case, random: Any) -> None:
    shuffled = _map(copy.deepcopy(case), lambda items: random.sample(items, len(items)))
    assert decision(shuffled) == decision(case)


@given(cases())
@settings(max_examples=60)
def test_case_of_actions_names_and_repetition_change_nothing(case: Case) -> None:
    changed = copy.deepcopy(case)
    for policy in _policies(changed):
        for number, statement in enumerate(policy["Statement"]):
            statement["Sid"] = f"Renamed{number}"
            for name in ("Action", "NotAction"):
                if name in statement:
                    statement[name] = [each.swapcase() for each in statement[name] * 2]
    assert decision(changed) == decision(case)


@given(cases())
@settings(max_examples=60)
def test_a_statement_may_be_split_by_its_actions(case: Case) -> None:
    changed = copy.deepcopy(case)
    for policy in _policies(changed):
        policy["Statement"] = [
            statement | {"Action": [action]}
            for statement in policy["Statement"]
            for action in statement.get("Action", [None])
            if action is not None
        ] + [statement for statement in policy["Statement"] if "NotAction" in statement]
    assert decision(changed) == decision(case)


@given(cases(), st.data())
@settings(max_examples=120)
def test_what_is_not_known_never_makes_another_definite_answer(
    case: Case, data: st.DataObject
) -> None:
    blanked = data.draw(blanks(case))
    assert decision(blanked) in ("Unknown", decision(case))


@given(data=st.data())
@settings(max_examples=300)
def test_a_blanked_case_of_the_corpus_is_unknown_or_as_before(
    shared: Path, data: st.DataObject
) -> None:
    case = data.draw(st.sampled_from(_open_cases(shared / "oracle" / "cases_open.jsonl")))
    blanked = data.draw(blanks(case))
    assert decision(blanked) in ("Unknown", case["expect"])


@given(cases(), st.data())
@settings(max_examples=60)
def test_a_parameter_that_has_one_value_is_that_value(case: Case, data: st.DataObject) -> None:
    changed = copy.deepcopy(case)
    place, text = data.draw(st.sampled_from([each for each in _texts(changed) if each[1]]))
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    alphabet = Alphabet("one", wildcards=True, choices=frozenset({piece}))
    _put(changed, place, Text((text[:start], Hole("One", alphabet), text[start + len(piece) :])))
    assert decision(changed) == decision(case)


@cache
def _open_cases(path: Path) -> list[Case]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@st.composite
def blanks(draw: st.DrawFn, case: Case) -> Case:
    """The case with pieces of its texts, or whole values, not known."""
    changed = copy.deepcopy(case)
    if draw(st.booleans()):
        for number in range(draw(st.integers(1, 3))):
            place, text = draw(st.sampled_from(list(_texts(changed))))
            start = draw(st.integers(0, len(text)))
            end = draw(st.integers(start, len(text)))
            piece, pattern = text[start:end], place[0] != "request"
            if not pattern and ("*" in piece or "?" in piece):
                continue
            hole = Hole(f"hole{number}", draw(st.sampled_from(_alphabets(piece, pattern=pattern))))
            _put(changed, place, Text((text[:start], hole, text[end:])))
    else:
        for number in range(draw(st.integers(1, 2))):
            place = draw(st.sampled_from(list(_places(changed))))
            _put(changed, place, {"unknown": f"hole{number}"})
    return changed


def _alphabets(piece: str, *, pattern: bool) -> list[Alphabet]:
    wild = "*" in piece or "?" in piece
    fitting = [each for each in (LITERAL, NAME, PATH, ACCOUNT, REGION) if each.admits_text(piece)]
    choice = Alphabet("choice", wildcards=wild, choices=frozenset({piece, "app", "zzz"}))
    return [*fitting, choice, *([ANYTHING] if pattern else [])]


POLICY_LAYERS = (
    "identity_policies", "permission_boundaries", "session_policy", "scps", "rcps",
    "resource_policy",
)  # fmt: skip
Place = tuple[Any, ...]


def _texts(case: Case) -> Iterator[tuple[Place, str]]:
    """The texts of a case that may be partly unknown, with their places."""
    for place in _places(case):
        value = _at(case, place)
        if isinstance(value, str) and place[-1] not in ("Effect", "Version", "Sid", "action"):
            yield place, value


def _places(case: Case) -> Iterator[Place]:
    for name in POLICY_LAYERS:
        if name in case:
            yield from _under(case[name], (name,))
    for name, value in case["request"].items():
        if name != "wildcard_only_action":
            yield from _under(value, ("request", name))


def _under(value: Any, place: Place) -> Iterator[Place]:
    if isinstance(value, dict) and "unknown" in value:
        return
    yield place
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, item in pairs:
        yield from _under(item, (*place, key))


def _at(case: Any, place: Place) -> Any:
    for key in place:
        case = case[key]
    return case


def _put(case: Any, place: Place, value: Any) -> None:
    _at(case, place[:-1])[place[-1]] = value


def _policies(case: Case) -> Iterator[Case]:
    yield from case["identity_policies"]
    yield from case.get("permission_boundaries", [])
    yield from (policy for level in case.get("scps", []) for policy in level)
    if "resource_policy" in case:
        yield case["resource_policy"]


def _map(value: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(value, dict):
        return {key: _map(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return change([_map(item, change) for item in value])
    return value
