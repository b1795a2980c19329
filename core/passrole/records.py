"""Frozen records with slots, whose methods are written when they are first asked for.

A dataclass has its methods written while its module is imported, which is most of what an import
costs, and a run makes instances of a few classes only. Whoever asks sees a dataclass: ``fields``
and ``replace`` work, and a dataclass may inherit from a record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_DECLARED = "__declared__"
_WRITTEN = ("__init__", "__match_args__", "__dataclass_fields__", "__dataclass_params__")
_VALUES = "__values__"


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
    dataclass(frozen=True, repr=False, eq=False)(model)
    for name in _WRITTEN:
        setattr(cls, name, vars(model)[name])
    setattr(cls, _VALUES, attrgetter(*(each.name for each in fields(model) if each.compare)))


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
