"""Texts with holes."""

from hypothesis import given
from hypothesis import strategies as st

from passrole.values import ACCOUNT, ANYTHING, NAME, Hole, Part, Text, join, literal

BUCKET = Hole("t.yaml#Bucket.name", NAME, "!Ref Bucket")
ACCOUNT_ID = Hole("target:t.yaml@account", ACCOUNT, "AWS::AccountId")
ANY = Hole("t.yaml#param:Any", ANYTHING)

parts: st.SearchStrategy[Part] = st.text(max_size=4) | st.sampled_from([BUCKET, ACCOUNT_ID, ANY])
texts = st.lists(parts, max_size=5).map(Text)


def test_equal_holes_make_equal_texts_wherever_they_were_written() -> None:
    one = Text(("arn:aws:s3:::", BUCKET))
    other = join([literal("arn:aws:"), Text(("s3:::", Hole(BUCKET.id, ANYTHING, "Bucket")))])
    assert one == other
    assert hash(one) == hash(other)
    assert one != Text(("arn:aws:s3:::", ANY))


def test_a_hole_is_shown_alike_for_every_format() -> None:
    text = Text(("arn:aws:s3:::", BUCKET, "/", ACCOUNT_ID, "/", ANY))
    assert str(text) == "arn:aws:s3:::${Bucket.name}/${account}/${Any}"


def test_what_has_a_hole_is_not_known() -> None:
    assert Text((BUCKET,)).known() is None
    assert Text(("a", "b")).known() == "ab"
    assert Text().known() == ""


def test_an_arn_is_split_past_names_but_not_past_what_may_hold_a_colon() -> None:
    arn = Text(("arn:aws:iam::", ACCOUNT_ID, ":role/", BUCKET))
    pieces = arn.split(":", 5)
    assert pieces is not None
    assert [str(piece) for piece in pieces] == [
        "arn", "aws", "iam", "", "${account}", "role/${Bucket.name}",
    ]  # fmt: skip
    assert Text(("arn:", ANY, ":x")).split(":", 5) is None
    # What follows the last split may hold anything.
    assert Text(("arn:aws:s3:::", ANY)).split(":", 5) is not None


def test_relying_on_a_default_is_kept_by_joining() -> None:
    env = literal("dev").relying_on(frozenset({"Env=dev"}))
    assert join([literal("app-"), env]).defaults == {"Env=dev"}


@given(texts, texts)
def test_joining_is_concatenation(one: Text, other: Text) -> None:
    assert str(join([one, other])) == str(one) + str(other)
    assert join([one, Text(), other]) == join([one, other])


@given(texts)
def test_splitting_and_joining_gives_the_text_back(text: Text) -> None:
    pieces = text.split(":")
    if pieces is not None:
        assert join(pieces, ":") == text


@given(st.lists(parts, max_size=6), st.integers(0, 6))
def test_how_parts_are_grouped_changes_nothing(some: list[Part], cut: int) -> None:
    assert join([Text(some[:cut]), Text(some[cut:])]) == Text(some)
