"""Records are dataclasses for whoever asks, whose methods are written when they are asked for."""

import copy
import inspect
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace

import pytest

from passrole.records import frozen


@frozen
class Plain:
    """A record that others inherit from."""

    name: str
    size: int = 1

    @property
    def label(self) -> str:
        return f"{self.name} {self.size}"


@frozen
class Special(Plain):
    """One with fields of its own."""

    extra: Mapping[str, int] = field(default_factory=dict)
    must: str = field(kw_only=True)


@frozen(kw_only=True)
class Named(Plain):
    """One whose own fields take keywords only, in any order."""

    last: str = ""
    first: str
    more: tuple[str, ...] = field(default_factory=tuple)


@frozen(eq=True)
class Value:
    """One that is its fields."""

    name: str
    aside: str = field(default="", compare=False, repr=False)


class Bare(Special):
    """A class without fields of its own, which is no record."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Foreign(Plain):
    """What a plugin makes of an entity."""

    colour: str = "red"


def test_fields_are_given_by_place_or_by_name_as_the_class_says() -> None:
    assert Plain("a", size=3).label == "a 3"
    assert Special("a", 2, {"b": 1}, must="c").extra == {"b": 1}
    assert Special("a", must="c").extra is not Special("a", must="c").extra
    assert Named("a", 2, first="b").more == ()
    assert Bare("a", must="c").must == "c"
    with pytest.raises(TypeError, match="required keyword-only argument: 'must'"):
        Special("a")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional arguments"):
        Named("a", 2, (), first="c")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "each", [Plain("a"), Special("a", must="b"), Named("a", first="b"), Bare("a", must="c")]
)
def test_nothing_of_it_changes(each: Plain) -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        each.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del each.name
    with pytest.raises(AttributeError):
        each.unheard_of = 1  # type: ignore[attr-defined]
    assert not hasattr(each, "__dict__")


def test_it_is_equal_to_itself_alone_unless_it_is_a_value() -> None:
    one = Plain("a")
    assert {one, one, Plain("a")} > {one}
    assert one != Plain("a")
    assert Value("a", "x") == Value("a", "y")
    assert Value("a") != Value("b")
    assert Value("a") != ("a",)  # type: ignore[comparison-overlap]
    assert len({Value("a", "x"), Value("a", "y"), Value("b")}) == 2


def test_it_is_a_dataclass_for_whoever_asks() -> None:
    one = Special("a", must="b")
    assert is_dataclass(one)
    assert is_dataclass(Special)
    assert [each.name for each in fields(Special)] == ["name", "size", "extra", "must"]
    assert replace(one, size=5).label == "a 5"
    assert str(inspect.signature(Named)).startswith("(name: str, size: int = 1, *, last: str")
    assert repr(one) == "Special(name='a', size=1, extra={}, must='b')"
    assert repr(Value("a", "hidden")) == "Value(name='a')"
    match Plain("a", 7):
        case Plain(name, size):
            assert (name, size) == ("a", 7)
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):  # noqa: S301 - our own
        assert (again.name, again.size, again.extra, again.must) == ("a", 1, {}, "b")


def test_a_dataclass_may_inherit_from_it() -> None:
    one = Foreign("a", colour="blue")
    assert one.label == "a 1"
    assert [each.name for each in fields(one)] == ["name", "size", "colour"]
    with pytest.raises(FrozenInstanceError):
        one.colour = "red"  # type: ignore[misc]
    assert one != Foreign("a", colour="blue")
    with pytest.raises(TypeError, match="inherits from Foreign, which is no record"):

        @frozen
        class Lost(Foreign):
            """One that would not have the fields of its base."""


def test_what_the_class_defines_itself_stays() -> None:
    @frozen(eq=True)
    class Told:
        """One that says itself what it is."""

        name: str

        def __repr__(self) -> str:
            return f"<{self.name}>"

    assert repr(Told("a")) == "<a>"


def test_a_base_is_initialised_by_whoever_asks_for_it() -> None:
    class Later(Special):
        """One with an ``__init__`` of its own."""

        __slots__ = ()

        def __init__(self, name: str) -> None:
            super().__init__(name, must="from " + name)

    assert Later("a").must == "from a"
    assert Later("b").label == "b 1"


def test_its_methods_are_written_once_and_not_before_somebody_asks() -> None:
    @frozen
    class Asked:
        """One whose first instance is made here."""

        name: str

    before = vars(Asked)["__init__"]
    Asked("a")
    written = vars(Asked)["__init__"]
    Asked("b")
    assert not inspect.isfunction(before)
    assert inspect.isfunction(written)
    assert vars(Asked)["__init__"] is written
