"""Records and named tuples whose methods are written when they are first asked for.

A dataclass, as a named tuple, has its methods written while its module is imported, which is most
of what an import costs, and a run makes instances of a few classes only. Whoever asks sees a
dataclass: ``fields`` and ``replace`` work, and a dataclass may inherit from a record.
``NamedTuple`` is written and used like the one of ``typing``.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_named_tuple: Any = namedtuple  # noqa: PYI024 - the types of its fields stand in the class


class _OfRow:
    """Stands for an attribute of all named tuples until somebody asks for it."""

    __slots__ = ("name",)

    def __set_name__(self, _owner: type[Any], name: str) -> None:
        self.name = name

    def __get__(self, _instance: object, kind: type[Any]) -> Any:
        _write_row(kind)
        return getattr(kind, self.name)


class _Row(tuple[Any, ...]):
    """What a named tuple is before the first one of its class is made."""

    __slots__ = ()
    __new__ = _OfRow()
    _make = _OfRow()


class _RowClass(type):
    """Makes a class of named tuples of one that inherits from ``NamedTuple``."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(cls, name, bases, members)
        # Its own class is ``type``: isinstance takes longer with any other.
        made: Any = type(name, (_Row, *bases[1:]), members | {"__slots__": ()})
        made._fields = tuple(made.__annotations__)
        made._field_defaults = {each: members[each] for each in made._fields if each in members}
        return made


def _write_row(cls: type[Any]) -> None:
    """Put into a class of named tuples what the standard library writes for its fields."""
    row: Any = next(each for each in cls.__mro__ if "_fields" in vars(each))
    defaults = row._field_defaults
    model = _named_tuple(row.__name__, row._fields, defaults=defaults.values())
    model.__new__.__annotations__ = row.__annotations__
    for name, value in vars(model).items():
        if name in defaults or name not in vars(row):
            setattr(row, name, value)


if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414, TID251 - others import it from here
else:

    class NamedTuple(metaclass=_RowClass):
        """As ``typing.NamedTuple``, which takes ten times as long to make a class."""


_DECLARED = "__declared__"
_WRITTEN = ("__init__", "__match_args__", "__dataclass_fields__", "__dataclass_params__")
_VALUES = "__values__"
_MADE = object()
"""Stands for a default that is made anew for each record."""


class _Declared(NamedTuple):
    """What a class declares itself, beside its annotations."""

    defaults: dict[str, Any]
    kw_only: bool


class _Later:
    """Stands for an attribute of a record's class until somebody asks for it."""

    __slots__ = ("name", "owner")

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: object, kind: type[Any] | None = None) -> Any:
        if vars(self.owner)[self.name] is self:
            _write(self.owner)
        written = vars(self.owner)[self.name]
        return written.__get__(instance, kind) if callable(written) else written


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, eq: bool = False, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def frozen(
    cls: type[T] | None = None, /, *, eq: bool = False, kw_only: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a record of a class with annotations; one is equal to itself alone, unless with ``eq``.

    Classes that it inherits fields from are records as well: raises TypeError where one is not.
    """

    def made(declaring: type[T]) -> type[T]:
        return _record(declaring, eq=eq, kw_only=kw_only)

    return made if cls is None else made(cls)


def _record(declaring: type[T], *, eq: bool, kw_only: bool) -> type[T]:
    for base in declaring.__mro__[1:]:
        if "__dataclass_fields__" in vars(base) and _DECLARED not in vars(base):
            message = f"{declaring.__name__} inherits from {base.__name__}, which is no record"
            raise TypeError(message)
    names = tuple(declaring.__annotations__)
    members = dict(vars(declaring))
    defaults = {name: members.pop(name) for name in names if name in members}
    for own in ("__dict__", "__weakref__"):
        members.pop(own, None)
    # What the class defines itself stays.
    later = {name: _Later() for name in (*_WRITTEN, _VALUES)}
    members = {**later, **_ALIKE, **(_COMPARING if eq else {}), **members}
    members |= {"__slots__": names, _DECLARED: _Declared(defaults, kw_only)}
    metaclass: Any = type(declaring)
    made: type[T] = metaclass(declaring.__name__, declaring.__bases__, members)
    return made


def _write(cls: type[Any]) -> None:
    """Put into a record's class what a dataclass of all its fields has."""
    annotations: dict[str, Any] = {}
    members: dict[str, Any] = {"__module__": cls.__module__, "__doc__": cls.__name__}
    for base in reversed(cls.__mro__):
        declared: _Declared | None = vars(base).get(_DECLARED)
        if declared is None:
            continue
        own = base.__annotations__
        annotations |= own
        for name in own:
            default = declared.defaults.get(name, MISSING)
            if not isinstance(default, Field):
                default = field(default=default)  # MISSING is what it takes for none
            if default.kw_only is MISSING:
                default.kw_only = declared.kw_only
            members[name] = default
    members["__annotations__"] = annotations
    model: Any = type(cls.__name__, (), members)
    dataclass(init=False, repr=False, eq=False)(model)
    model.__init__ = _initialiser(cls, fields(model))
    model.__dataclass_params__.frozen = True
    for name in _WRITTEN:
        setattr(cls, name, vars(model)[name])
    setattr(cls, _VALUES, attrgetter(*(each.name for each in fields(model) if each.compare)))


def _initialiser(cls: type[Any], all_fields: tuple[Field[Any], ...]) -> Any:
    """The ``__init__`` of a frozen dataclass, which sets each slot by itself.

    What ``dataclass`` writes for a frozen one are three functions, two of which a record has. As
    there, the names of the fields are all that goes into what is compiled.
    """
    names: dict[str, Any] = {"_MADE": _MADE}
    by_place, by_name, body = ["self"], ["*"], []
    for each in all_fields:
        name, value = each.name, each.name
        names[f"_set_{name}"] = getattr(cls, name).__set__
        if each.default_factory is not MISSING:
            names[f"_default_{name}"], names[f"_make_{name}"] = _MADE, each.default_factory
            made = f"_make_{name}()"
            value = f"{made} if {name} is _MADE else {name}" if each.init else made
        elif each.default is not MISSING:
            names[f"_default_{name}"] = each.default
        if each.init:
            default = f"=_default_{name}" if f"_default_{name}" in names else ""
            (by_name if each.kw_only else by_place).append(name + default)
        body.append(f"\n _set_{name}(self, {value})")
    parameters = (*by_place, *(by_name if by_name[1:] else ()))
    exec(f"def __init__({', '.join(parameters)}):{''.join(body)}", names)  # noqa: S102 - as dataclasses do
    written = names["__init__"]
    written.__qualname__ = f"{cls.__qualname__}.__init__"
    written.__annotations__ = {each.name: each.type for each in all_fields if each.init}
    return written


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _restore(self: object, state: tuple[None, dict[str, Any]]) -> None:
    for name, value in state[1].items():
        object.__setattr__(self, name, value)


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__values__(self) == other.__values__(other)


def _hash(self: Any) -> int:
    return hash(self.__values__(self))


def _shown(self: Any) -> str:
    values = ", ".join(
        f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr
    )
    return f"{type(self).__qualname__}({values})"


_ALIKE = {
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__setstate__": _restore,
    "__repr__": _shown,
}
_COMPARING = {"__eq__": _equal, "__hash__": _hash}
