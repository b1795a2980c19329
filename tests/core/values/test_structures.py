"""Lists, records and choices, and the worlds that decide them."""

from passrole.values import (
    ABSENT,
    Choice,
    Fact,
    Listing,
    Record,
    Unknown,
    Value,
    World,
    cases,
    choose,
    elements,
    get,
    known,
    literal,
    within,
)

PROD = Fact("Env", "prod", "Env is prod")
VPC = Fact("UseVpc", None, "UseVpc")


def test_a_choice_that_is_decided_is_its_branch() -> None:
    assert choose(True, literal("a"), ABSENT) == literal("a")
    assert choose(False, literal("a"), ABSENT) is ABSENT


def test_a_path_goes_through_choices() -> None:
    value = Choice(PROD, Record({"Name": literal("big")}), Record({"Name": literal("small")}))
    found = {world.describe(): known(each) for world, each in cases(get(value, "Name"))}
    assert found == {"Env is prod": "big", "Env is not prod": "small"}


def test_what_is_not_there_is_absent_and_what_is_unknown_stays_so() -> None:
    record = Record({"List": Listing((literal("a"),))})
    assert get(record, "Nothing", "more") is ABSENT
    assert get(record, "List", 3) is ABSENT
    unknown = Unknown("a macro")
    assert get(unknown, "any", 0, "thing") is unknown


def test_one_thing_stands_for_a_list_of_one() -> None:
    assert elements(literal("a")) == (literal("a"),)
    block = Record({"location": literal("bucket")})
    assert get(block, 0, "location") == literal("bucket")
    assert elements(ABSENT) == ()


def test_no_item_of_a_list_under_a_condition_is_lost() -> None:
    value: Value = Choice(PROD, Listing((literal("a"), literal("b"))), Listing((literal("c"),)))
    found: dict[str, list[str | None]] = {}
    for world, whole in cases(Listing(elements(value))):
        found[world.describe()] = [known(item) for item in elements(whole)]
    assert found == {"Env is prod": ["a", "b"], "Env is not prod": ["c"]}


def test_what_is_absent_in_a_world_leaves_the_list() -> None:
    value = Listing((literal("a"), Choice(VPC, literal("b"), ABSENT)))
    assert within(value, World(((VPC, False),))) == Listing((literal("a"),))
    assert len(elements(within(value, World(((VPC, True),))))) == 2


def test_beyond_the_cap_a_value_is_unknown_and_says_so() -> None:
    value = Listing(tuple(Choice(Fact(f"c{number}"), literal("x"), ABSENT) for number in range(7)))
    ((_, answer),) = cases(value)
    assert isinstance(answer, Unknown)
    assert "64" in answer.reason
