"""Kleene's logic."""

from hypothesis import given
from hypothesis import strategies as st

from passrole.values import Truth, every, some

truths = st.sampled_from(Truth)


@given(st.lists(truths))
def test_conjunction_is_the_least_and_disjunction_the_greatest(found: list[Truth]) -> None:
    assert every(found) is min(found, default=Truth.TRUE)
    assert some(found) is max(found, default=Truth.FALSE)


@given(st.lists(truths))
def test_de_morgan(found: list[Truth]) -> None:
    assert every(found).negated() is some(each.negated() for each in found)


def test_nobody_knows_the_opposite_of_the_unknown() -> None:
    assert Truth.UNKNOWN.negated() is Truth.UNKNOWN
