"""Records and named tuples that cost next to nothing to declare.

A dataclass, as a named tuple, has its methods compiled while its module is imported, which is most
of what an import costs, and a run makes instances of a few classes only. Here what is compiled is
shared: one form for all that have as many fields, which a class puts its own names into. A record
does so when its first instance is made. Whoever asks sees a dataclass: ``fields`` and ``replace``
work, and a dataclass may inherit from a record. ``NamedTuple`` is written and used like the one of
``typing``.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, replace
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Self, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_named_tuple: Any = namedtuple  # noqa: PYI024 - of its fields none has a type


def _function(
    form: CodeType, name: str, owner: type[Any], variables: tuple[str, ...], names: dict[str, Any]
) -> Any:
    """A function of a compiled form: with the names of its parameters, and what it refers to."""
    qualified = f"{owner.__qualname__}.{name}"
    code = form.replace(co_name=name, co_qualname=qualified, co_varnames=variables)
    return FunctionType(code, names, name)


class _Row(tuple[Any, ...]):
    """What all named tuples have."""

    __slots__ = ()
    if TYPE_CHECKING:  # whoever asks for the annotations of a class gets those of its bases
        _fields: tuple[str, ...]

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Self:
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            message = f"expected {len(cls._fields)} values, got {len(made)}"
            raise TypeError(message)
        return made

    def _replace(self, /, **changes: Any) -> Self:
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            message = f"unexpected field names: {list(changes)}"
            raise TypeError(message)
        return made

    __replace__ = _replace

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({values})"


class _RowClass(type):
    """Makes a class of named tuples of one that inherits from ``NamedTuple``."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(cls, name, bases, members)
        # Its own class is ``type``: isinstance takes longer with any other.
        made: Any = type(name, (_Row, *bases[1:]), members | {"__slots__": ()})
        names: tuple[str, ...] = tuple(made.__annotations__)
        defaults = {each: members[each] for each in names if each in members}
        made._fields, made._field_defaults = names, defaults
        made.__match_args__ = names  # type: ignore[misc]
        new = _function(_constructor(len(names)), "__new__", made, ("_cls", *names), _NEW)
        new.__defaults__ = tuple(defaults.values())
        new.__annotations__ = made.__annotations__
        made.__new__ = staticmethod(new)
        for each, getter in zip(names, _getters(max(_USUAL, len(names))), strict=False):
            setattr(made, each, getter)
        return made


_NEW: dict[str, Any] = {"_tuple": tuple.__new__}
_USUAL = 24
"""Fields that no named tuple of ours has more of."""


@cache
def _constructor(count: int) -> CodeType:
    """The form of what makes a named tuple of so many fields."""
    names = [f"_{number}" for number in range(count)]
    parameters, items = ", ".join(("_cls", *names)), "".join(f"{each}, " for each in names)
    return _compiled(f"def form({parameters}): return _tuple(_cls, ({items}))")


def _compiled(form: str) -> CodeType:
    """A function called ``form`` that is made of numbered names and nothing that anybody gives."""
    names: dict[str, Any] = {}
    exec(form, names)  # noqa: S102 - as dataclasses and named tuples do
    compiled: CodeType = names["form"].__code__
    return compiled


@cache
def _getters(count: int) -> tuple[Any, ...]:
    """What the standard library gets the fields of named tuples with, by their place."""
    model: Any = _named_tuple("model", [f"at{number}" for number in range(count)])
    return tuple(vars(model)[name] for name in model._fields)


if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414, TID251 - others import it from here
else:

    class NamedTuple(metaclass=_RowClass):
        """As ``typing.NamedTuple``, which takes ten times as long to make a class."""


_DECLARED = "__declared__"
_TOLD = ("__match_args__", "__dataclass_fields__", "__dataclass_params__")
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
            if self.name == "__init__":
                setattr(self.owner, self.name, _initialiser(self.owner))
            else:
                _tell(self.owner)
        written = vars(self.owner)[self.name]
        return written.__get__(instance, kind) if isinstance(written, FunctionType) else written


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
    later = {name: _Later() for name in ("__init__", *_TOLD, _VALUES)}
    members = {**later, **_ALIKE, **(_COMPARING if eq else {}), **members}
    members |= {"__slots__": names, _DECLARED: _Declared(defaults, kw_only)}
    metaclass: Any = type(declaring)
    made: type[T] = metaclass(declaring.__name__, declaring.__bases__, members)
    return made


def _fields_of(cls: type[Any]) -> Iterable[tuple[str, Any, Field[Any]]]:
    """The fields of a record with their names and types, those of its bases first."""
    found: dict[str, tuple[str, Any, Field[Any]]] = {}
    for base in reversed(cls.__mro__):
        declared: _Declared | None = vars(base).get(_DECLARED)
        if declared is None:
            continue
        for name, kind in base.__annotations__.items():
            default = declared.defaults.get(name, MISSING)
            if not isinstance(default, Field):
                default = field(default=default)  # MISSING is what it takes for none
            if default.kw_only is MISSING:
                default.kw_only = declared.kw_only
            found[name] = name, kind, default
    return found.values()


def _tell(cls: type[Any]) -> None:
    """Put into a record's class what says which fields it has, as into a dataclass."""
    annotations: dict[str, Any] = {}
    members: dict[str, Any] = {"__module__": cls.__module__, "__doc__": cls.__name__}
    for name, kind, each in _fields_of(cls):
        annotations[name], members[name] = kind, each
    members["__annotations__"] = annotations
    model: Any = type(cls.__name__, (), members)
    dataclass(init=False, repr=False, eq=False)(model)
    model.__dataclass_params__.frozen = True
    for name in _TOLD:
        setattr(cls, name, vars(model)[name])
    setattr(cls, _VALUES, attrgetter(*(each.name for each in fields(model) if each.compare)))


def _initialiser(cls: type[Any]) -> Any:
    """The ``__init__`` of a frozen dataclass, which sets each slot by itself."""
    names: dict[str, Any] = {"_MADE": _MADE}
    by_place, by_name, annotations = ["self"], [], {}
    defaults, named_defaults = [], {}
    steps = ""
    for number, (name, kind, each) in enumerate(_fields_of(cls)):
        names[f"_set{number}"] = getattr(cls, name).__set__
        default = each.default
        if each.default_factory is not MISSING:
            names[f"_make{number}"], default = each.default_factory, _MADE
        elif not each.init:
            names[f"_default{number}"] = default
        if not each.init:
            steps += "m" if default is _MADE else "d"
            continue
        annotations[name] = kind
        if each.kw_only:
            by_name.append(name)
            if default is not MISSING:
                named_defaults[name] = default
        else:
            by_place.append(name)
            if default is not MISSING:
                defaults.append(default)
            elif defaults:
                message = f"{name!r} of {cls.__name__} has no default, and one before it has"
                raise TypeError(message)
        step = "n" if each.kw_only else "p"
        steps += step.upper() if default is _MADE else step
    written = _function(_form(steps), "__init__", cls, (*by_place, *by_name), names)
    written.__defaults__, written.__kwdefaults__ = tuple(defaults), named_defaults
    written.__annotations__ = annotations
    return written


@cache
def _form(steps: str) -> CodeType:
    """The form of an ``__init__`` with a step for each field.

    ``p`` and ``n``: a parameter by place or by name is set; as capitals, what its default is made
    by. ``m`` and ``d``: no parameter, but what is made, or its default.
    """
    by_place, by_name, body = ["self"], ["*"], []
    for number, step in enumerate(steps):
        value = f"_{number}"
        if step in "pP":
            by_place.append(value)
        elif step in "nN":
            by_name.append(value)
        if step in "PN":
            value = f"_make{number}() if {value} is _MADE else {value}"
        elif step == "m":
            value = f"_make{number}()"
        elif step == "d":
            value = f"_default{number}"
        body.append(f"\n _set{number}(self, {value})")
    parameters = (*by_place, *(by_name if by_name[1:] else ()))
    return _compiled(f"def form({', '.join(parameters)}):{''.join(body)}")


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
    "__replace__": replace,
}
_COMPARING = {"__eq__": _equal, "__hash__": _hash}
