"""Merging worlds neither loses a deployment nor answers for one twice."""

from hypothesis import given
from hypothesis import strategies as st

from passrole.values import AllOf, AnyOf, Choice, Fact, Guard, Not, cases, literal, within, worlds
from passrole_aws.codepipeline.resources.worlds import distinct

PROD, DEV = Fact("Env", "prod"), Fact("Env", "dev")
LOUD, WIDE = Fact("Loud"), Fact("Wide")
FACTS = (PROD, DEV, LOUD, WIDE)

guards = st.recursive(
    st.sampled_from(FACTS),
    lambda inner: st.one_of(
        inner.map(Not),
        st.tuples(inner, inner).map(AllOf),
        st.tuples(inner, inner).map(AnyOf),
    ),
    max_leaves=5,
)


@given(guards, guards)
def test_each_deployment_has_one_answer_and_it_is_the_right_one(one: Guard, other: Guard) -> None:
    value = Choice(one, Choice(other, literal("a"), literal("b")), literal("a"))
    found = list(distinct(cases(value)))
    for world in worlds(FACTS):
        holding = [
            answer
            for each, answer in found
            if all(world.decides(fact) is holds for fact, holds in each.literals)
        ]
        assert holding == [within(value, world)]


def test_a_value_that_is_the_same_everywhere_depends_on_nothing() -> None:
    value = Choice(PROD, literal("a"), Choice(DEV, literal("a"), literal("a")))
    assert [world.describe() for world, _ in distinct(cases(value))] == [""]


def test_values_that_differ_stay_apart() -> None:
    value = Choice(LOUD, literal("a"), literal("b"))
    assert [(w.describe(), str(v)) for w, v in distinct(cases(value))] == [
        ("Loud", "a"),
        ("not Loud", "b"),
    ]
