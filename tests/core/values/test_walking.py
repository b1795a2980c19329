"""Values gone through, choices taken apart."""

from passrole.values import (
    ABSENT,
    Choice,
    Fact,
    Listing,
    Record,
    Unknown,
    Value,
    known,
    leaves,
    literal,
    over_leaves,
    texts_in,
)

PROD = Fact("Env", "prod", "Env is prod")
VPC = Fact("UseVpc", None, "UseVpc")
CHOICE = Choice(PROD, Choice(VPC, literal("a"), ABSENT), literal("b"))


def test_a_choice_of_choices_may_turn_out_to_be_each_of_its_branches() -> None:
    assert list(leaves(CHOICE)) == [literal("a"), ABSENT, literal("b")]
    assert list(leaves(Listing((CHOICE,)))) == [Listing((CHOICE,))]


def test_what_is_made_of_a_choice_is_a_choice_under_the_same_guards() -> None:
    def loud(value: Value) -> Value:
        return literal(f"{known(value)}!")

    made = Choice(PROD, Choice(VPC, literal("a!"), literal("None!")), literal("b!"))
    assert over_leaves(CHOICE, loud) == made
    assert over_leaves(literal("a"), loud) == literal("a!")


def test_texts_are_found_however_deep_they_are() -> None:
    whole = Record({"One": CHOICE, "Two": Listing((literal("c"), Unknown("a macro")))})
    assert sorted(map(str, texts_in((whole, literal("d"))))) == ["a", "b", "c", "d"]


def test_a_bound_counts_whatever_is_looked_at() -> None:
    items = Listing(tuple(map(literal, "abcd")))
    assert len(list(texts_in((items,), 3))) == 2
