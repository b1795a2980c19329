"""Wildcard patterns: tables of cases, laws, and the shared corpus of exact answers."""

from __future__ import annotations

import json
import os
import time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passrole.iam.patterns import (
    contained_in_union,
    contains,
    counterexample,
    covers,
    equals,
    intersects,
    matches,
    witness,
)
from passrole.values import (
    ACCOUNT,
    ANYTHING,
    LITERAL,
    NAME,
    PATH,
    REGION,
    Alphabet,
    Hole,
    Text,
    Truth,
    literal,
)

TRUE, UNKNOWN, FALSE = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE

SHARED = Path(
    os.environ.get("PASSROLE_SHARED", Path(__file__).resolve().parents[3].parent / "shared")
)
GLOB_CASES = SHARED / "oracle" / "cases_globs.jsonl"

BUCKET = Hole("stack/Bucket", NAME)
OTHER = Hole("stack/OtherBucket", NAME)
ACCOUNT_ID = Hole("target/account", ACCOUNT)
REGION_NAME = Hole("target/region", REGION)
PARAMETER = Hole("stack/Parameter", ANYTHING)
TEXT = Hole("stack/Text", LITERAL)
STAGE = Hole("stack/Stage", Alphabet("dev or prod", choices=frozenset({"dev", "prod"})))
SCOPE = Hole(
    "stack/Scope", Alphabet("a star or a name", wildcards=True, choices=frozenset({"*", "x"}))
)


def text(*parts: str | Hole) -> Text:
    return Text(parts)


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "anything:at/all", True),
        ("?", "", False),
        ("?", "a", True),
        ("?", "ab", False),
        ("a*", "a", True),
        ("a*b", "ab", True),
        ("a*b", "aXbXb", True),
        ("a*b", "aXbX", False),
        ("a*ba", "aba", True),
        ("ab*ba", "aba", False),
        ("*a*b*", "xxaxxbxx", True),
        ("*ab*ab*", "ab", False),
        ("a?c*e", "abcde", True),
        ("a?c*e", "ac", False),
        ("*?x", "x", False),
        ("*?x", "ax", True),
        ("[ab]", "a", False),
        ("a.c", "abc", False),
        ("s3:Get*", "s3:GetObject", True),
        ("s3:get*", "s3:GetObject", False),
    ],
)
def test_a_known_text_against_a_known_pattern(pattern: str, subject: str, expected: bool) -> None:
    assert matches(pattern, subject) is expected
    assert covers(literal(pattern), literal(subject)) is Truth.of(expected)


def test_wildcards_in_a_subject_are_ordinary_unless_it_is_a_pattern() -> None:
    question, subject = literal("a?c"), literal("a*c")
    assert covers(question, subject) is TRUE
    assert covers(question, subject, subject_is_pattern=True) is UNKNOWN
    assert covers(literal("a*"), subject, subject_is_pattern=True) is TRUE
    assert covers(literal("b*"), subject, subject_is_pattern=True) is FALSE


def test_case_counts_unless_it_is_told_not_to() -> None:
    pattern, subject = literal("s3:getobject*"), literal("S3:GetObjectAcl")
    assert covers(pattern, subject) is FALSE
    assert covers(pattern, subject, ignoring_case=True) is TRUE
    assert equals(literal("Allow"), literal("allow")) is FALSE
    assert equals(literal("Allow"), literal("allow"), ignoring_case=True) is TRUE


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        (text(BUCKET), text(BUCKET), TRUE),
        (text(BUCKET), text(OTHER), UNKNOWN),
        (text("arn:aws:s3:::", BUCKET, "/*"), text("arn:aws:s3:::", BUCKET, "/key"), TRUE),
        (text("arn:aws:s3:::", BUCKET), text("arn:aws:s3:::", BUCKET, "/key"), FALSE),
        (text("arn:aws:s3:::", BUCKET, "/*"), text("arn:aws:s3:::", BUCKET), FALSE),
        (text("arn:aws:s3:::", BUCKET, "*"), text("arn:aws:s3:::", BUCKET), TRUE),
        (text("arn:aws:s3:::", BUCKET), text("arn:aws:s3:::", BUCKET, "-logs"), FALSE),
        (text("arn:aws:s3:::*"), text("arn:aws:s3:::", BUCKET), TRUE),
        (text("arn:aws:s3:::?*"), text("arn:aws:s3:::", BUCKET), TRUE),
        (text("arn:aws:s3:::*?"), text("arn:aws:s3:::", BUCKET), TRUE),
        (text("arn:aws:s3:::??*"), text("arn:aws:s3:::", BUCKET), UNKNOWN),
        (text("arn:aws:s3:::??*"), text("arn:aws:s3:::", BUCKET, "/"), TRUE),
        (text("arn:aws:s3:::my-bucket"), text("arn:aws:s3:::", BUCKET), UNKNOWN),
        (text("arn:aws:s3:::my/bucket"), text("arn:aws:s3:::", BUCKET), FALSE),
        (text("arn:aws:sqs:*"), text("arn:aws:s3:::", BUCKET), FALSE),
        (text("::", ACCOUNT_ID, ":role/x"), text("::", ACCOUNT_ID, ":role/x"), TRUE),
        (text("::111122223333:role/x"), text("::", ACCOUNT_ID, ":role/x"), UNKNOWN),
        (text("::not-an-account:role/x"), text("::", ACCOUNT_ID, ":role/x"), FALSE),
        (text("::????????????:role/x"), text("::", ACCOUNT_ID, ":role/x"), TRUE),
        (text("::???????????:role/x"), text("::", ACCOUNT_ID, ":role/x"), FALSE),
        (text("::", ACCOUNT_ID, ":role/x"), text("::111122223333:role/x"), UNKNOWN),
        (text(":", REGION_NAME, ":"), text(":eu-west-1:"), UNKNOWN),
        (text(":", REGION_NAME, ":"), text(":everywhere/else:"), FALSE),
        (text(PARAMETER), text("anything"), UNKNOWN),
        (text("x", PARAMETER), text("anything"), FALSE),
        (text(PARAMETER, "/a"), text("name/b"), FALSE),
        (text(TEXT), text("a*"), FALSE),
        (text(PARAMETER), text("a*"), UNKNOWN),
        (text("x-", STAGE), text("x-prod"), UNKNOWN),
        (text("x-", STAGE), text("x-test"), FALSE),
        (text("x-*d*"), text("x-", STAGE), TRUE),
        (text("x-prod"), text("x-", STAGE), UNKNOWN),
        (text(STAGE, "-", STAGE), text("dev-prod"), FALSE),
        (text(SCOPE), text("x"), TRUE),
        (text(SCOPE), text("y"), UNKNOWN),
        (text(BUCKET, "a"), text(BUCKET, "ab"), FALSE),
        (text(BUCKET, OTHER), text(OTHER, BUCKET), UNKNOWN),
        (text(BUCKET, OTHER), text(OTHER, BUCKET, "x"), FALSE),
        (text("*", BUCKET), text("a-", BUCKET), TRUE),
        (text("?", BUCKET), text(BUCKET), FALSE),
    ],
)
def test_holes(pattern: Text, subject: Text, expected: Truth) -> None:
    assert covers(pattern, subject) is expected


def test_a_pattern_of_objects_in_a_bucket_nobody_knows_the_name_of() -> None:
    needed = text("arn:aws:s3:::", BUCKET, "/*")
    assert covers(needed, needed, subject_is_pattern=True) is TRUE
    assert covers(literal("arn:aws:s3:::*"), needed, subject_is_pattern=True) is TRUE
    assert covers(text("arn:aws:s3:::", BUCKET), needed, subject_is_pattern=True) is FALSE
    part = text("arn:aws:s3:::", BUCKET, "/app/*")
    assert covers(part, needed, subject_is_pattern=True) is UNKNOWN


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (text(BUCKET), text(BUCKET), TRUE),
        (text(BUCKET), text(OTHER), UNKNOWN),
        (text(BUCKET), text("my-bucket"), UNKNOWN),
        (text(BUCKET), text("*"), FALSE),
        (text(BUCKET), text(""), FALSE),
        (text(BUCKET, "x"), text(BUCKET), FALSE),
        (text("*"), text("*"), TRUE),
        (text("*"), text("a"), FALSE),
        (text(STAGE), text("test"), FALSE),
        (text(STAGE), text("prod"), UNKNOWN),
        (text(ACCOUNT_ID), text("111122223333"), UNKNOWN),
        (text(ACCOUNT_ID), text("1"), FALSE),
    ],
)
def test_equal_texts(a: Text, b: Text, expected: Truth) -> None:
    assert equals(a, b) is expected
    assert equals(b, a) is expected


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [
        (text("a*"), text("*b"), TRUE),
        (text("a*"), text("b*"), FALSE),
        (text(BUCKET, "*"), text("*", BUCKET), TRUE),
        (text(BUCKET), text(OTHER), UNKNOWN),
        (text(BUCKET), text("x*"), UNKNOWN),
        (text(BUCKET), text("x/*"), FALSE),
        (text(PARAMETER), text("x*"), UNKNOWN),
        (text(PARAMETER), text("*"), TRUE),
    ],
)
def test_patterns_that_share_a_text(p: Text, q: Text, expected: Truth) -> None:
    assert intersects(p, q) is expected
    assert intersects(q, p) is expected


def test_one_pattern_in_a_union_that_no_member_covers_alone() -> None:
    assert contained_in_union("a", ("b", "?"))
    assert contained_in_union("*", ("?*", ""))
    assert not contained_in_union("*", ("?*",))
    assert counterexample("*", ("?*",)) == ""


@pytest.mark.parametrize(
    ("pattern", "subject"),
    [
        ("*a" * 40, "*a" * 41),
        ("*a" * 1024, "*ab" * 682),
        ("*a?b" * 512, "*a??b" * 409),
        ("*" + "a?" * 1000 + "*", "*" + "ab" * 1000 + "*"),
        ("*?a" * 600, "*a?" * 600),
    ],
)
def test_patterns_made_to_be_hard_are_answered_in_bounded_time(pattern: str, subject: str) -> None:
    started = time.process_time()
    covers(literal(pattern), literal(subject), subject_is_pattern=True)
    matches(pattern, subject.replace("*", "a" * 3))
    assert time.process_time() - started < 2


# Laws, over few letters so that generated patterns meet.

globs = st.text("ab*?", max_size=7)
WORDS = ["".join(word) for length in range(5) for word in product("abx", repeat=length)]


def matches_slowly(pattern: str, subject: str) -> bool:
    """The definition, read aloud."""
    if not pattern:
        return not subject
    if pattern[0] == "*":
        return any(matches_slowly(pattern[1:], subject[n:]) for n in range(len(subject) + 1))
    return (
        bool(subject)
        and pattern[0] in ("?", subject[0])
        and matches_slowly(pattern[1:], subject[1:])
    )


@given(globs, st.text("abx", max_size=8))
def test_matching_is_its_definition(pattern: str, subject: str) -> None:
    assert matches(pattern, subject) is matches_slowly(pattern, subject)


@given(globs, globs)
def test_containment_agrees_with_every_short_word(p: str, q: str) -> None:
    escaped = counterexample(p, (q,))
    assert contains(p, q) is (escaped is None)
    if escaped is None:
        assert all(matches(q, word) for word in WORDS if matches(p, word))
    else:
        assert matches(p, escaped)
        assert not matches(q, escaped)


@given(globs, st.lists(globs, max_size=3))
def test_containment_in_a_union(p: str, qs: list[str]) -> None:
    escaped = counterexample(p, tuple(qs))
    assert contained_in_union(p, tuple(qs)) is (escaped is None)
    if escaped is None:
        assert all(any(matches(q, w) for q in qs) for w in WORDS if matches(p, w))
    else:
        assert matches(p, escaped)
        assert not any(matches(q, escaped) for q in qs)


@given(globs, globs)
def test_a_witness_is_in_both_and_none_means_none(p: str, q: str) -> None:
    found = witness(p, q)
    if found is None:
        assert not any(matches(p, word) and matches(q, word) for word in WORDS)
    else:
        assert matches(p, found)
        assert matches(q, found)
    assert intersects(literal(p), literal(q)) is Truth.of(found is not None)


@given(globs)
def test_containment_is_reflexive(p: str) -> None:
    assert contains(p, p)
    assert contains(p, "*")


@given(globs, globs, globs)
def test_containment_is_transitive(p: str, q: str, r: str) -> None:
    if contains(p, q) and contains(q, r):
        assert contains(p, r)


ALPHABETS = [
    Alphabet("text", excluded="*?"),
    Alphabet("anything", wildcards=True),
    Alphabet("no b", excluded="*?b", length=(1, 2)),
    Alphabet("two", excluded="*?", length=(2, 2)),
    Alphabet("some", choices=frozenset({"a", "ab", ""})),
    Alphabet("some patterns", wildcards=True, choices=frozenset({"a", "*", "?b"})),
]
HOLES = [Hole(f"hole-{place}", alphabet) for place, alphabet in enumerate(ALPHABETS)]
INSTANCES = ["".join(word) for length in range(3) for word in product("ab*?", repeat=length)]


def texts_of(letters: str) -> st.SearchStrategy[Text]:
    part = st.one_of(st.text(letters, max_size=3), st.sampled_from(HOLES))
    return st.lists(part, max_size=4).map(Text)


def instances(*texts: Text, wildcards: frozenset[str]) -> list[dict[str, str]]:
    """Every way to fill the holes with short texts; only those in ``wildcards`` may bring them."""
    holes = sorted({hole for each in texts for hole in each.holes}, key=lambda hole: hole.id)
    per_hole = []
    for hole in holes:
        plain = hole.id not in wildcards or not hole.alphabet.wildcards
        per_hole.append(
            [
                word
                for word in INSTANCES
                if hole.alphabet.admits_text(word) and not (plain and set(word) & set("*?"))
            ]
        )
    return [
        dict(zip([hole.id for hole in holes], words, strict=True)) for words in product(*per_hole)
    ]


def filled(each: Text, words: dict[str, str]) -> str:
    return "".join(words[part.id] if isinstance(part, Hole) else part for part in each.parts)


@settings(max_examples=150, deadline=None)
@given(texts_of("ab*?"), texts_of("ab"))
def test_a_definite_answer_holds_for_every_instance_of_the_holes(
    pattern: Text, subject: Text
) -> None:
    answer = covers(pattern, subject)
    in_subject = {hole.id for hole in subject.holes}
    wild = frozenset(hole.id for hole in pattern.holes if hole.id not in in_subject)
    if answer is not UNKNOWN:
        for words in instances(pattern, subject, wildcards=wild)[:400]:
            assert matches(filled(pattern, words), filled(subject, words)) is (answer is TRUE)


@settings(max_examples=150, deadline=None)
@given(texts_of("ab*?"), texts_of("ab*?"))
def test_a_definite_answer_about_a_pattern_holds_for_every_instance(
    pattern: Text, subject: Text
) -> None:
    answer = covers(pattern, subject, subject_is_pattern=True)
    in_subject = {hole.id for hole in subject.holes}
    wild = frozenset(hole.id for hole in pattern.holes if hole.id not in in_subject)
    if answer is not UNKNOWN:
        for words in instances(pattern, subject, wildcards=wild)[:200]:
            p, s = filled(pattern, words), filled(subject, words)
            assert contains(s, p) if answer is TRUE else witness(s, p) is None


@settings(max_examples=150, deadline=None)
@given(texts_of("ab"), texts_of("ab"))
def test_definite_equality_holds_for_every_instance(a: Text, b: Text) -> None:
    answer = equals(a, b)
    if answer is not UNKNOWN:
        for words in instances(a, b, wildcards=frozenset())[:400]:
            assert (filled(a, words) == filled(b, words)) is (answer is TRUE)


@settings(max_examples=150, deadline=None)
@given(texts_of("ab*?"), texts_of("ab*?"))
def test_definite_intersection_holds_for_every_instance(p: Text, q: Text) -> None:
    answer = intersects(p, q)
    wild = frozenset(hole.id for each in (p, q) for hole in each.holes)
    if answer is not UNKNOWN:
        for words in instances(p, q, wildcards=wild)[:200]:
            assert (witness(filled(p, words), filled(q, words)) is not None) is (answer is TRUE)


@given(texts_of("ab*?"))
def test_a_text_with_holes_covers_itself(each: Text) -> None:
    assert covers(each, each) is TRUE
    assert covers(each, each, subject_is_pattern=True) is TRUE
    assert equals(each, each) is TRUE


@pytest.mark.parametrize("alphabet", [NAME, PATH, LITERAL, ANYTHING], ids=lambda each: each.name)
def test_a_star_covers_any_hole(alphabet: Alphabet) -> None:
    assert covers(literal("a*"), text("a", Hole("x", alphabet), "b")) is TRUE


@pytest.mark.skipif(not GLOB_CASES.exists(), reason="the shared corpus is not beside this checkout")
def test_the_shared_corpus_of_exact_answers() -> None:
    wrong = []
    lines = GLOB_CASES.read_text("utf-8").splitlines()
    for case in map(json.loads, lines):
        a, b = case["a"], case["b"]
        both, escaped = witness(a, b), counterexample(a, (b,))
        right = (
            contains(a, b) is case["a_subset_b"]
            and contains(b, a) is case["b_subset_a"]
            and (both is not None) is case["intersect"]
            and (both is None or (matches(a, both) and matches(b, both)))
            and (escaped is None or (matches(a, escaped) and not matches(b, escaped)))
        )
        if not right:
            wrong.append(case["id"])
    assert wrong == []
    assert len(lines) == 2500
