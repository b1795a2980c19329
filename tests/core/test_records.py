"""Records are dataclasses and named tuples, whose methods are written when they are asked for."""

import copy
import copyreg
import inspect
import pickle
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any, Generic, TypeVar
from typing import NamedTuple as Usual

import pytest

from passrole.records import NamedTuple, frozen


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


def test_a_field_without_a_default_comes_before_those_with_one() -> None:
    @frozen
    class Late:
        """One whose second field has none."""

        name: str = ""
        size: int  # type: ignore[misc]

    with pytest.raises(TypeError, match="'size' of Late has no default, and one before it has"):
        Late("a", 1)


@pytest.mark.skipif(not hasattr(copy, "replace"), reason="from Python 3.13 on")
def test_it_can_be_replaced_as_the_standard_library_does() -> None:
    replaced: Callable[..., Any] = getattr(copy, "replace", replace)
    assert replaced(Plain("a"), size=5).label == "a 5"
    assert replaced(Point(1), left=2) == Point(2)


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


E = TypeVar("E")


class Point(NamedTuple):
    """A named tuple."""

    left: int
    right: int = 1
    name: str = ""

    @property
    def size(self) -> int:
        return self.right - self.left


class UsualPoint(Usual):
    """The same of the standard library."""

    left: int
    right: int = 1
    name: str = ""


class Far(Point):
    """One that inherits, and has no fields of its own."""

    __slots__ = ()


class Pair(NamedTuple, Generic[E]):
    """One of any type."""

    one: E
    other: E

    def __repr__(self) -> str:
        return f"<{self.one}>"


def test_a_named_tuple_is_one_of_the_standard_library() -> None:
    assert inspect.signature(Point) == inspect.signature(UsualPoint)
    ours, usual = Point(3, name="a"), UsualPoint(3, name="a")
    assert tuple(ours) == tuple(usual) == (3, 1, "a")
    assert hash(ours) == hash(usual)
    assert repr(ours) == "Point(left=3, right=1, name='a')"
    assert ours._asdict() == usual._asdict()
    assert ours._replace(left=0) == Point(0, 1, "a")
    assert Point._fields == UsualPoint._fields
    assert Point._field_defaults == UsualPoint._field_defaults
    assert Point._make([1, 2, "b"]).size == 1
    assert not hasattr(ours, "__dict__")
    match ours:
        case Point(left, right):
            assert (left, right) == (3, 1)


def test_a_named_tuple_takes_its_fields_and_nothing_else() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'left'"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'more'"):
        Point(1, more=2)  # type: ignore[call-arg]
    with pytest.raises(
        (ValueError, TypeError), match="unexpected field names"
    ):  # TypeError from 3.13 on
        Point(1)._replace(more=2)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Point(1).left = 2  # type: ignore[misc]


def test_a_named_tuple_may_be_inherited_from_and_be_generic() -> None:
    far = Far(1, 5)
    assert isinstance(far, Point)
    assert far.size == 4
    assert type(far._replace(left=2)) is Far
    assert not hasattr(far, "__dict__")
    assert repr(Pair[int](1, 2)) == "<1>"
    assert Pair("a", "b").other == "b"


def test_the_first_named_tuple_of_a_class_may_come_from_anywhere() -> None:
    class Sent(NamedTuple):
        """One that a pickle brings first, which makes it so."""

        size: int

    class Listed(NamedTuple):
        """One that is made of a list first."""

        size: int

    assert copyreg.__newobj__(Sent, 7).size == 7  # type: ignore[attr-defined]
    assert Listed._make([7]).size == 7
    again = pickle.loads(pickle.dumps(Far(1, 5)))  # noqa: S301 - our own
    assert (again, type(again)) == (Far(1, 5), Far)
