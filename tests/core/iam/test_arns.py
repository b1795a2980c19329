"""Resources that are partly known, against patterns that are partly known."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from passrole.iam.arns import resource_matches
from passrole.values import (
    ACCOUNT,
    ANYTHING,
    LITERAL,
    NAME,
    PATH,
    REGION,
    Alphabet,
    Hole,
    Part,
    Text,
    Truth,
)

YES, NO, MAYBE = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

BUCKET = Hole("Bucket", NAME)
OTHER = Hole("OtherBucket", NAME)
ACCOUNT_ID = Hole("AWS::AccountId", ACCOUNT)
REGION_NAME = Hole("AWS::Region", REGION)
PROJECT = Hole("Project", NAME)
PARAMETER = Hole("Parameter", ANYTHING)
TEXT = Hole("Text", LITERAL)

LOG_GROUP = ("arn:aws:logs:", REGION_NAME, ":", ACCOUNT_ID, ":log-group:/aws/codebuild/", PROJECT)
THE_PROJECT = ("arn:aws:codebuild:", REGION_NAME, ":", ACCOUNT_ID, ":project/", PROJECT)
OBJECTS = ("arn:aws:s3:::", BUCKET, "/*")


def answer(
    pattern: tuple[Part, ...] | str, subject: tuple[Part, ...] | str, *, whole: bool = False
) -> Truth:
    return resource_matches(_text(pattern), _text(subject), subject_is_pattern=whole)


def _text(parts: tuple[Part, ...] | str) -> Text:
    return Text((parts,) if isinstance(parts, str) else parts)


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        (("arn:aws:s3:::", BUCKET), ("arn:aws:s3:::", BUCKET), YES),
        (("arn:aws:s3:::", BUCKET), ("arn:aws:s3:::", OTHER), MAYBE),
        (("arn:aws:s3:::", BUCKET), ("arn:aws:s3:::", BUCKET, "/key"), NO),
        (OBJECTS, ("arn:aws:s3:::", BUCKET, "/key"), YES),
        (OBJECTS, ("arn:aws:s3:::", OTHER, "/key"), MAYBE),
        (OBJECTS, ("arn:aws:s3:::", OTHER), NO),
        ("arn:aws:s3:::*", ("arn:aws:s3:::", BUCKET), YES),
        ("arn:aws:s3:::shop-*", ("arn:aws:s3:::", BUCKET), MAYBE),
        ("arn:aws:codebuild:*:*:project/*", THE_PROJECT, YES),
        ("arn:aws:codebuild:*", THE_PROJECT, YES),
        ("arn:aws:codebuild", THE_PROJECT, NO),
        ("arn:aws:codebuild:*:*:report-group/*", THE_PROJECT, NO),
        ("arn:aws:codebuild:*:444455556666:project/*", THE_PROJECT, MAYBE),
        ("arn:aws:codebuild:*:12345:project/*", THE_PROJECT, NO),
        ("arn:aws:CodeBuild:*:*:project/*", THE_PROJECT, MAYBE),
        ("*", (PARAMETER,), YES),
        ((PARAMETER,), "arn:aws:s3:::shop", MAYBE),
        ((PARAMETER,), (PARAMETER,), YES),
        ((PARAMETER, "/*"), (PARAMETER, "/key"), YES),
        ((PARAMETER, "/key"), (PARAMETER, "/other"), NO),
        (("arn:aws:iam::", TEXT, ":role/*"), ("arn:aws:iam::", TEXT, ":role/x"), YES),
        (("arn:aws:iam::", TEXT, ":role/*"), ("arn:aws:iam::", TEXT, ":user/x"), NO),
        (("arn:aws:s3:::", PARAMETER), "arn:aws:s3:::shop", MAYBE),
        (("arn:aws:s3:::", PARAMETER), "arn:aws:sqs:eu-west-1:111122223333:jobs", NO),
        (("arn:aws:", PARAMETER), "arn:aws:s3:::shop", MAYBE),
    ],
)
def test_a_resource(
    pattern: tuple[Part, ...] | str, subject: tuple[Part, ...] | str, expected: Truth
) -> None:
    assert answer(pattern, subject) is expected


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        ("arn:aws:s3:::shop/*", "arn:aws:s3:::shop/*", YES),
        ("arn:aws:s3:::shop/*", "arn:aws:s3:::shop/in/*", YES),
        ("arn:aws:s3:::shop/in/*", "arn:aws:s3:::shop/*", MAYBE),
        ("arn:aws:s3:::shop/in/*", "arn:aws:s3:::shop/out/*", NO),
        ("arn:aws:s3:::shop", "arn:aws:s3:::shop/*", NO),
        ("*", "*", YES),
        ("arn:aws:s3:::shop/*", "*", MAYBE),
        (OBJECTS, OBJECTS, YES),
        (("arn:aws:s3:::", BUCKET, "*"), OBJECTS, YES),
        (("arn:aws:s3:::", BUCKET, "/in/*"), OBJECTS, MAYBE),
        (("arn:aws:s3:::", BUCKET), OBJECTS, NO),
        (LOG_GROUP, (*LOG_GROUP, ":*"), NO),
        ((*LOG_GROUP, ":*"), (*LOG_GROUP, ":*"), YES),
        ("arn:aws:logs:*:*:log-group:/aws/codebuild/*", (*LOG_GROUP, ":*"), YES),
        ("arn:aws:logs:*:*:log-group:/aws/lambda/*", (*LOG_GROUP, ":*"), NO),
        ("arn:aws:logs:*:*:*", (*LOG_GROUP, ":*"), YES),
        ("arn:aws:logs:*", (*LOG_GROUP, ":*"), YES),
        ("arn:aws:lambda:*:function:app", "arn:aws:lambda:eu-west-1:1:function:*", MAYBE),
    ],
)
def test_all_resources_of_a_pattern(
    pattern: tuple[Part, ...] | str, subject: tuple[Part, ...] | str, expected: Truth
) -> None:
    assert answer(pattern, subject, whole=True) is expected


def test_a_path_may_hold_what_a_name_may_not() -> None:
    key, name = Hole("Key", PATH), Hole("Name", NAME)
    assert answer("arn:aws:s3:::shop/in/*", ("arn:aws:s3:::shop/", key)) is MAYBE
    assert answer("arn:aws:s3:::shop/in/*", ("arn:aws:s3:::shop/", name)) is NO


def test_a_hole_that_may_be_empty_leaves_the_star_at_the_end() -> None:
    suffix = Hole("Suffix", LITERAL)
    assert answer(("*", suffix), "arn:aws:s3:::shop") is MAYBE
    assert answer(("arn:aws:s3*", suffix), "arn:aws:s3:::shop") is MAYBE
    lambda_pattern = ("arn:aws:lambda:*", suffix, ":function:app")
    assert answer(lambda_pattern, "arn:aws:lambda:eu-west-1:1:function:app") is MAYBE
    assert answer(lambda_pattern, "arn:aws:lambda:eu-west-1:1:function:other") is NO


def test_a_wildcard_in_the_resource_type_is_never_certain() -> None:
    assert answer("arn:aws:codebuild:*:*:pro*/*", THE_PROJECT) is MAYBE
    assert answer("arn:aws:codebuild:*:*:rep*/*", THE_PROJECT) is NO


SHAPES = [
    "arn:aws:s3:::shop/key", "arn:aws:lambda:eu:1:function:a", "arn:aws:lambda:*:function:a",
    "arn:aws:s3*", "*", "arn:aws:logs:eu:1:log-group:a:*", "arn:aws:iam::1:role/a",
    "arn:aws:S3:::shop/key",
]  # fmt: skip
SUBJECTS = [shape for shape in SHAPES if "*" not in shape]
FILLINGS = ["", "a", "b/a", "a:b", ":::", "s3", "shop", "arn:aws:s3:::"]
ALPHABETS = [
    ANYTHING, LITERAL, NAME, PATH, Alphabet("segment", excluded=":", wildcards=True),
    Alphabet("choice", choices=frozenset({"", "a", "s3"})),
]  # fmt: skip


@st.composite
def with_holes(draw: st.DrawFn, shapes: list[str], names: str) -> tuple[Part, ...]:
    """A text in which some pieces are not known; ``A``, ``B`` … are the holes' names."""
    parts: list[Part] = [draw(st.sampled_from(shapes))]
    for name in names:
        last = parts.pop()
        assert isinstance(last, str)
        start = draw(st.integers(0, len(last)))
        end = min(len(last), start + draw(st.sampled_from([0, 0, 1, 2, 6])))
        parts += [last[:start], Hole(name), last[end:]]
    return tuple(parts)


@pytest.mark.slow
@given(with_holes(SHAPES, "AB"), with_holes(SUBJECTS, "BC"), st.data())
@settings(max_examples=400)
def test_a_definite_answer_holds_for_whatever_the_holes_turn_out_to_be(
    pattern: tuple[Part, ...], subject: tuple[Part, ...], data: st.DataObject
) -> None:
    alphabets = {"A": data.draw(st.sampled_from(ALPHABETS))} | {
        name: data.draw(st.sampled_from([each for each in ALPHABETS if not each.wildcards]))
        for name in "BC"
    }
    fillings = {
        name: data.draw(
            st.sampled_from(
                [
                    text
                    for text in (*FILLINGS, *(["*", "a*", "?"] if alphabet.wildcards else []))
                    if alphabet.admits_text(text)
                ]
            )
        )
        for name, alphabet in alphabets.items()
    }

    def filled(parts: tuple[Part, ...]) -> str:
        return "".join(fillings[part.id] if isinstance(part, Hole) else part for part in parts)

    def typed(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(
            Hole(part.id, alphabets[part.id]) if isinstance(part, Hole) else part for part in parts
        )

    # What a resource turns out to be is an ARN.
    assume(filled(subject).startswith("arn:aws:") and filled(subject).count(":") >= 5)
    before = answer(typed(pattern), typed(subject))
    assert before in (MAYBE, answer(filled(pattern), filled(subject)))


@given(st.sampled_from(SHAPES), st.sampled_from(SHAPES), st.data())
def test_a_definite_answer_for_a_pattern_holds_for_each_resource_of_it(
    pattern: str, subject: str, data: st.DataObject
) -> None:
    assume(subject.count(":") >= 5)
    wild = data.draw(st.sampled_from([subject, f"{subject}*", f"{subject[:-1]}?"]))
    one = "".join(
        data.draw(st.sampled_from(["", "a", "a/b"] if character == "*" else ["a", "/"]))
        if character in "*?"
        else character
        for character in wild
    )
    assert answer(pattern, wild, whole=True) in (MAYBE, answer(pattern, one))
