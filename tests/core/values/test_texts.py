"""Texts with holes."""

from hypothesis import given
from hypothesis import strategies as st

from passrole.values import ACCOUNT, ANYTHING, NAME, Hole, Part, Text, Veiled, hide, join, literal

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


def veil(value: str, name: str = "Secret") -> Veiled:
    return Veiled(value, Hole(f"stack#param:{name}", ANYTHING))


def test_what_is_veiled_is_used_and_not_shown() -> None:
    secret = literal("one").relying_on(frozenset((veil("one"),)))
    arn = join(("arn:aws:s3:::", secret, "/*"))
    assert (secret.known(), str(secret)) == ("one", "${Secret}")
    assert (arn.known(), str(arn)) == ("arn:aws:s3:::one/*", "arn:aws:s3:::${Secret}/*")
    assert arn == literal("arn:aws:s3:::one/*")
    assert arn.shown.known() is None


def test_pieces_of_what_is_veiled_are_not_shown_either() -> None:
    secret = literal("one:two").relying_on(frozenset((veil("one:two"),)))
    pieces = join(("zero:", secret)).split(":")
    assert pieces is not None
    assert [each.known() for each in pieces] == ["zero", "one", "two"]
    assert [str(each) for each in pieces] == ["zero", "${Secret (part)}", "${Secret (part)}"]
    longer = join((pieces[2], "-site"))
    assert (longer.known(), str(longer)) == ("two-site", "${Secret (part)}-site")


def test_what_stands_beside_the_veiled_value_is_shown() -> None:
    secret = literal("my-s3-name").relying_on(frozenset((veil("my-s3-name"),)))
    pieces = join(("arn:aws:s3:::", secret)).split(":", 5)
    assert pieces is not None
    assert [str(each) for each in pieces] == ["arn", "aws", "s3", "", "", "${Secret}"]


def test_other_letters_of_what_is_veiled_are_not_its_reference() -> None:
    assert str(literal("A-ONE").relying_on(frozenset((veil("one"),)))) == "A-${Secret (part)}"


def test_of_two_that_are_veiled_the_longer_one_is_hidden_first() -> None:
    short, long = veil("shop", "Short"), veil("shop-prod", "Long")
    for veils in ((short, long), (long, short)):
        text = literal("a-shop-prod-shop").relying_on(frozenset(veils))
        assert str(text) == "a-${Long}-${Short}"
        assert hide("shop is a-shop-prod", text.defaults) == "${Short} is a-${Long}"
