"""Conditions as guards, and the worlds in which resources exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from passrole.stacks.resources import Stack
from passrole.values import (
    EVERYWHERE,
    AllOf,
    AnyOf,
    Choice,
    Fact,
    Not,
    Text,
    Value,
    World,
    cases,
    get,
    known,
)

Read = Callable[..., Stack]
Problems = Callable[[Stack], list[tuple[str, int]]]

A_IS_X = Fact("t.yaml#param:A", "x", "A is x")
B_IS_Y = Fact("t.yaml#param:B", "y", "B is y")

HEAD = """
Parameters:
  A: {Type: String}
  B: {Type: String}
  Set: {Type: String, Default: "yes"}
  Word: {Type: String, MinLength: 1}
"""

GUARDS = [
    ("!Equals [!Ref A, x]", A_IS_X),
    ("{'Fn::Equals': [x, {Ref: A}]}", A_IS_X),
    ("!Not [!Equals [!Ref A, x]]", Not(A_IS_X)),
    ("!Not [!Not [!Equals [!Ref A, x]]]", A_IS_X),
    ("!And [!Equals [!Ref A, x], !Equals [!Ref B, y]]", AllOf((A_IS_X, B_IS_Y))),
    ("!Or [!Equals [!Ref A, x], {Condition: Other}]", AnyOf((A_IS_X, B_IS_Y))),
    ("!Or [!Equals [!Ref A, x], !Condition Other]", AnyOf((A_IS_X, B_IS_Y))),
    ("!And [!Equals [!Ref A, x], !Equals [!Ref Set, 'yes']]", A_IS_X),
    ("!And [!Equals [!Ref A, x], !Equals [!Ref A, x]]", A_IS_X),
    ("!Or [!Equals [!Ref A, x], !Equals [!Ref Set, 'yes']]", True),
    ("!And [!Equals [!Ref A, x], !Equals [!Ref Set, 'no']]", False),
    ("!Equals [!Ref A, '']", Fact("t.yaml#param:A", "", "A is empty")),
    ("!Equals [!Ref Word, '']", False),
    ("!Equals [!Sub 'p-${A}', q-x]", False),
    ("!Equals [!Ref A, !Ref A]", True),
    ("!Equals [!Ref AWS::Partition, aws]", True),
    ("!Equals [!Ref AWS::Region, us-east-1]",
     Fact("target:t.yaml@region", "us-east-1", "region is us-east-1")),
    ("!Equals [!Ref AWS::AccountId, '1']", False),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "guard"), GUARDS)
def test_guards(read: Read, condition: str, guard: object) -> None:
    stack = read(f"""
    {HEAD.replace(chr(10), chr(10) + "    ").strip()}
    Conditions:
      Other: !Equals [!Ref B, y]
      Asked: {condition}
    Resources:
      R: {{Type: Test::R, Properties: {{P: !If [Asked, then, otherwise]}}}}
    """)
    value = get(stack.resources["R"].properties, "P")
    if isinstance(guard, bool):
        assert known(value) == ("then" if guard else "otherwise")
    else:
        assert isinstance(value, Choice)
        assert repr(value.guard) == repr(guard)


def test_two_holes_make_a_fact_that_does_not_depend_on_their_order(read: Read) -> None:
    stack = read("""
    Parameters:
      A: {Type: String}
      B: {Type: String}
    Conditions:
      Same: !Equals [!Ref A, !Ref B]
      Mirrored: !Equals [!Ref B, !Ref A]
    Resources:
      R: {Type: T::R, Properties: {P: !If [Same, a, b], Q: !If [Mirrored, a, b]}}
    """)
    properties = stack.resources["R"].properties
    assert len(list(cases(properties))) == 2
    for _, record in cases(properties):
        assert known(get(record, "P")) == known(get(record, "Q"))


def test_a_branch_chosen_by_a_default_relies_on_it(read: Read) -> None:
    stack = read("""
    Parameters:
      Env: {Type: String, Default: dev}
    Conditions:
      Prod: !Equals [!Ref Env, prod]
    Resources:
      R: {Type: T::R, Properties: {P: !If [Prod, a, [b, {c: d}]], Q: plain}}
    """)
    properties = stack.resources["R"].properties
    for text in (get(properties, "P", 0), get(properties, "P", 1, "c")):
        assert isinstance(text, Text)
        assert text.defaults == {"Env=dev"}
    plain = get(properties, "Q")
    assert isinstance(plain, Text)
    assert not plain.defaults
    assert stack.assumptions == ("Env=dev",)


WORLDS = """
Parameters:
  A: {Type: String}
  B: {Type: String}
  Set: {Type: String, Default: "no"}
Conditions:
  IsX: !Equals [!Ref A, x]
  IsY: !Equals [!Ref B, y]
  Both: !And [!Condition IsX, !Not [!Condition IsY]]
  Either: !Or [!Condition IsX, !Condition IsY]
  Never: !And [!Equals [!Ref A, x], !Equals [!Ref A, z]]
  ByDefault: !Equals [!Ref Set, "yes"]
Resources:
  Always: {Type: T::R, Properties: {P: p}}
  OnX: {Type: T::R, Condition: IsX, Properties: {P: !If [IsX, 'yes', 'no']}}
  OnBoth: {Type: T::R, Condition: Both, Properties: {P: p}}
  OnEither: {Type: T::R, Condition: Either, Properties: {P: !If [Either, 'yes', 'no']}}
  OnNever: {Type: T::R, Condition: Never}
  Off: {Type: AWS::S3::Bucket, Condition: ByDefault}
  UsesOff: {Type: T::R, Properties: {P: !Ref Off}}
"""


def test_worlds_of_resources(read: Read) -> None:
    stack = read(WORLDS)
    assert list(stack.resources) == ["Always", "OnX", "OnBoth", "OnEither", "UsesOff"]
    assert stack.resources["Always"].world == EVERYWHERE
    assert stack.resources["OnX"].world == World(((A_IS_X, True),))
    assert stack.resources["OnBoth"].world == World(((A_IS_X, True), (B_IS_Y, False)))
    assert stack.problems == ()


def test_in_its_world_a_resource_knows_the_branch(read: Read) -> None:
    assert known(get(read(WORLDS).resources["OnX"].properties, "P")) == "yes"


def test_a_disjunction_is_a_choice_of_properties(read: Read) -> None:
    resource = read(WORLDS).resources["OnEither"]
    assert resource.world == EVERYWHERE
    found = {known(get(value, "P")) for _, value in cases(resource.properties)}
    assert found == {"yes", None}
    absent = [world for world, value in cases(resource.properties) if not value]
    assert [world.describe() for world in absent] == ["A is not x and B is not y"]


def test_what_is_left_out_can_still_be_referred_to(read: Read) -> None:
    value = get(read(WORLDS).resources["UsesOff"].properties, "P")
    assert str(value) == "${Off.name}"


def test_conditions_in_a_circle_are_a_problem(read: Read, problems: Problems) -> None:
    stack = read("""\
    Parameters:
      A: {Type: String}
    Conditions:
      One: !Not [!Condition Two]
      Two: !And [!Condition One, !Equals [!Ref A, x]]
      Self: !Not [!Condition Self]
    Resources:
      R: {Type: T::R, Condition: One, Properties: {P: !If [Two, a, b], Q: !If [Self, a, b]}}
    """)
    assert {kind for kind, _ in problems(stack)} == {"cycle"}
    assert {line for _, line in problems(stack)} == {4, 6}
    assert isinstance(get(stack.resources["R"].properties, "P"), Choice)


BROKEN = [
    ("!If [Missing, a, b]", "undefined-reference"),
    ("!If [Odd, a, b]", "malformed-template"),
    ("!If [Scalar, a, b]", "malformed-template"),
    ("!If [Short, a, b]", "malformed-template"),
]


@pytest.mark.parametrize(("expression", "kind"), BROKEN)
def test_what_cannot_be_read_is_a_fact_of_its_own(
    read: Read, problems: Problems, expression: str, kind: str
) -> None:
    stack = read(f"""
    Conditions:
      Odd: !Equals [a]
      Scalar: "true"
      Short: !Not []
    Resources:
      R: {{Type: T::R, Properties: {{P: {expression}, Q: {expression}}}}}
    """)
    assert {each for each, _ in problems(stack)} == {kind}
    properties = stack.resources["R"].properties
    assert len(list(cases(properties))) == 2
    for _, record in cases(properties):
        assert known(get(record, "P")) == known(get(record, "Q")) is not None


def test_a_chain_of_a_thousand_conditions_does_not_raise(read: Read) -> None:
    chain = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(1000))
    stack = read(f"""
Conditions:
{chain}  C1000: !Equals [a, a]
Resources:
  R: {{Type: T::R, Properties: {{P: !If [C0, a, b]}}}}
""")
    value: Value = get(stack.resources["R"].properties, "P")
    assert isinstance(value, Choice)
    assert "nested too deeply" in str(value.guard)
