"""Parameters: given values, defaults that are named, holes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from passrole.stacks.resources import Stack
from passrole.values import Listing, Text, Unknown, Value, get, known

Read = Callable[..., Stack]


def _value(read: Read, declaration: str, **given: str) -> Value:
    stack = read(
        f"""
        Parameters:
          P: {declaration}
        Resources:
          R: {{Type: T::R, Properties: {{V: !Ref P}}}}
        """,
        None,
        **given,
    )
    return get(stack.resources["R"].properties, "V")


KNOWN = [
    ("{Type: String, Default: dev}", {}, "dev", {"P=dev"}),
    ("{Type: String, Default: ''}", {}, "", {"P="}),
    ("{Type: String, Default: true}", {}, "true", {"P=true"}),
    ("{Type: Number, Default: 010}", {}, "8", {"P=8"}),
    ("{Type: String, Default: dev}", {"P": "prod"}, "prod", set()),
    ("{Type: String}", {"P": "prod"}, "prod", set()),
    ("{Type: String, NoEcho: true, Default: secret}", {}, "secret", {"P=****"}),
    ("{Default: dev}", {}, "dev", {"P=dev"}),
]


@pytest.mark.parametrize(("declaration", "given", "text", "defaults"), KNOWN)
def test_known(
    read: Read, declaration: str, given: dict[str, str], text: str, defaults: set[str]
) -> None:
    value = _value(read, declaration, **given)
    assert isinstance(value, Text)
    assert value.known() == text
    assert set(filter(None, value.defaults)) == defaults
    assert str(value) == ("${P}" if "NoEcho" in declaration else text)


LISTS = [
    ("{Type: CommaDelimitedList, Default: 'a, b,c'}", {}, ["a", "b", "c"], {"P=a, b,c"}),
    ("{Type: 'List<Number>', Default: '1,2'}", {}, ["1", "2"], {"P=1,2"}),
    ("{Type: 'List<AWS::EC2::Subnet::Id>'}", {"P": "s-1,s-2"}, ["s-1", "s-2"], set()),
    ("{Type: CommaDelimitedList, Default: ''}", {}, [], set()),
]


@pytest.mark.parametrize(("declaration", "given", "items", "defaults"), LISTS)
def test_lists(
    read: Read, declaration: str, given: dict[str, str], items: list[str], defaults: set[str]
) -> None:
    value = _value(read, declaration, **given)
    assert isinstance(value, Listing)
    assert [known(item) for item in value.values] == items
    for item in value.values:
        assert isinstance(item, Text)
        assert set(item.defaults) == defaults


HOLES = [
    ("{Type: String}", "any text", "has no default"),
    ("{Type: String, Default: }", "any text", "has no default"),
    ("{Type: Number}", "number", "has no default"),
    ("{Type: AWS::EC2::VPC::Id}", "name", "has no default"),
    ("{Type: AWS::SSM::Parameter::Name}", "name with slashes", "has no default"),
    ("{Type: String, AllowedValues: [a, b]}", "one of AllowedValues", "has no default"),
    ("{Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}", "any text",
     "the value of the SSM parameter /a/b"),
    ("{Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /a}", "name",
     "the value of the SSM parameter /a"),
    ("{Type: 'AWS::SSM::Parameter::Value<String>'}", "any text", "has no default"),
]  # fmt: skip


@pytest.mark.parametrize(("declaration", "alphabet", "reason"), HOLES)
def test_holes(read: Read, declaration: str, alphabet: str, reason: str) -> None:
    value = _value(read, declaration)
    assert isinstance(value, Text)
    (hole,) = value.holes
    assert hole.id == "t.yaml#param:P"
    assert hole.reference == "!Ref P"
    assert hole.alphabet.name == alphabet
    assert reason in hole.reason


def test_a_list_without_a_value_is_unknown_and_keeps_its_identity(read: Read) -> None:
    value = _value(read, "{Type: CommaDelimitedList}")
    assert isinstance(value, Unknown)
    assert value.id == "t.yaml#param:P"


def test_a_number_admits_no_letters(read: Read) -> None:
    value = _value(read, "{Type: Number}")
    assert isinstance(value, Text)
    (hole,) = value.holes
    assert hole.alphabet.admits_text("-1.5")
    assert not hole.alphabet.admits_text("prod")


def test_only_defaults_that_are_used_are_assumed(read: Read) -> None:
    stack = read("""
    Parameters:
      Used: {Type: String, Default: a}
      Unused: {Type: String, Default: b}
    Resources:
      R: {Type: T::R, Properties: {V: !Sub "${Used}"}}
    """)
    assert stack.assumptions == ("Used=a",)


def test_a_default_that_is_no_text_is_a_problem(read: Read) -> None:
    stack = read("""
    Parameters:
      P: {Type: String, Default: [a]}
    Resources:
      R: {Type: T::R, Properties: {V: !Ref P}}
    """)
    assert [each.problem.message for each in stack.problems] == ["The Default of P is not a text"]
    assert str(get(stack.resources["R"].properties, "V")) == "${P}"
