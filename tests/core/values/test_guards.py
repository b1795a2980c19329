"""Worlds: which deployments are possible, and what holds in them."""

from hypothesis import given
from hypothesis import strategies as st

from passrole.values import EVERYWHERE, AllOf, AnyOf, Fact, Guard, Not, World, worlds

PROD = Fact("Env", "prod", "Env is prod")
DEV = Fact("Env", "dev", "Env is dev")
VPC = Fact("UseVpc", None, "UseVpc")
FACTS = st.sampled_from([PROD, DEV, VPC, Fact("Region", "eu-west-1")])


def guards() -> st.SearchStrategy[Guard]:
    return st.recursive(
        FACTS | st.booleans(),
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
        ),
        max_leaves=8,
    )


def test_a_value_is_not_two_things_at_once() -> None:
    possible = worlds([PROD, DEV])
    assert len(possible) == 3
    assert not any(world.decides(PROD) and world.decides(DEV) for world in possible)


def test_what_a_value_is_decides_what_it_is_not() -> None:
    prod = World(((PROD, True),))
    assert prod.decides(DEV) is False
    assert prod.joined(World(((DEV, True),))) is None
    assert World(((PROD, False),)).decides(DEV) is None


def test_a_world_is_said_without_what_it_implies() -> None:
    (world,) = [
        each for each in worlds([PROD, DEV, VPC]) if each.decides(DEV) and each.decides(VPC)
    ]
    assert world.describe() == "Env is dev and UseVpc"
    assert EVERYWHERE.describe() == ""


def test_too_many_facts_give_no_worlds() -> None:
    many = [Fact(f"condition {number}") for number in range(11)]
    assert worlds(many) == []
    assert len(worlds(many[:10])) == 1024


@given(guards())
def test_a_whole_world_decides_every_guard(guard: Guard) -> None:
    for world in worlds([PROD, DEV, VPC, Fact("Region", "eu-west-1")]):
        assert world.holds(guard) is not None
        assert world.holds(Not(guard)) is not world.holds(guard)


@given(guards(), st.lists(st.tuples(FACTS, st.booleans()), max_size=2))
def test_deciding_more_never_takes_an_answer_back(
    guard: Guard, literals: list[tuple[Fact, bool]]
) -> None:
    part: World | None = EVERYWHERE
    for literal in literals:
        part = part.joined(World((literal,))) if part is not None else None
    if part is None:
        return
    early = part.holds(guard)
    for world in worlds([PROD, DEV, VPC, Fact("Region", "eu-west-1")], part):
        if early is not None:
            assert world.holds(guard) is early


@given(st.lists(st.tuples(FACTS, st.booleans()), max_size=3))
def test_joining_is_the_same_in_any_order(literals: list[tuple[Fact, bool]]) -> None:
    def joined(order: list[tuple[Fact, bool]]) -> World | None:
        world: World | None = EVERYWHERE
        for literal in order:
            world = world.joined(World((literal,))) if world is not None else None
        return world

    assert joined(literals) == joined(literals[::-1])
