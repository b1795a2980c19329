"""Ways through steps and gates."""

from itertools import pairwise

import pytest

from passrole.graph.ways import Gate, Step, shortest_ways

FIRST, SECOND = Gate(1, "Review", "somebody reviews"), Gate(2, "Approve", "somebody approves")


def line(names: str, *gates: Gate) -> tuple[Step, ...]:
    return tuple(Step(one, other, one + other, gates=gates) for one, other in pairwise(names))


def words(steps: tuple[Step, ...], end: str = "z") -> list[str]:
    return [step.words for step in shortest_ways(steps, "a", [end])[end]]


def test_the_shortest_way() -> None:
    long = line("abcz")
    assert shortest_ways((*long, *line("adz")), "a", ["z", "b"]) == {
        "z": line("adz"),
        "b": long[:1],
    }


@pytest.mark.parametrize(("steps", "start"), [(line("abc"), "c"), ((), "a")])
def test_what_nothing_leads_to_is_not_reached(steps: tuple[Step, ...], start: str) -> None:
    assert shortest_ways(steps, start, ["a", "z"]) == {}


def test_a_way_without_gates_is_taken_however_long_it_is() -> None:
    assert words((*line("az", FIRST), *line("abcz"))) == ["ab", "bc", "cz"]


def test_of_two_ways_behind_gates_that_behind_fewer() -> None:
    steps = (*line("az", FIRST, SECOND), *line("abcz", FIRST))
    assert words(steps) == ["somebody reviews", "ab", "bc", "cz"]


def test_a_gate_is_opened_once_and_before_the_step_that_needs_it() -> None:
    steps = (*line("ab"), *line("bc", FIRST), *line("cz", FIRST, SECOND))
    assert words(steps) == ["ab", "somebody reviews", "bc", "somebody approves", "cz"]


def test_each_end_has_the_gates_that_it_needs_itself() -> None:
    steps = (*line("ab"), *line("bz", FIRST))
    found = shortest_ways(steps, "a", ["b", "z"])
    assert [step.words for step in found["b"]] == ["ab"]
    assert [step.gate for step in found["z"]] == [None, FIRST, None]


def test_a_gate_that_stands_open_makes_no_way_longer_and_is_told() -> None:
    opened = Gate(1, "Approve", "the build approves", stands_open=True)
    assert words((*line("az", opened), *line("abz"))) == ["the build approves", "az"]


def test_the_surer_of_two_steps_counts() -> None:
    perhaps = Step("a", "z", "perhaps", certain=False)
    assert words((perhaps, *line("az"))) == ["az"]


def test_more_gates_than_are_told_apart_still_let_through() -> None:
    gates = [Gate(number, str(number), f"open {number}") for number in range(1, 40)]
    steps = [Step(gate.order - 1, gate.order, "on", gates=(gate,)) for gate in gates]
    found = shortest_ways(steps, 0, range(1, 40))
    assert len(found) == 39
    assert [step.words for step in found[2]] == ["open 1", "on", "open 2", "on"]
