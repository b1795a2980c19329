"""Values that are worked out when somebody asks for them: most of them nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from passrole.values import Value


class Later(Mapping[str, Value]):
    """Named values that ``make`` gives, asked once."""

    __slots__ = ("_made", "_make")
    _made: Mapping[str, Value]

    def __init__(self, make: Callable[[], Mapping[str, Value]]) -> None:
        self._make = make

    def _all(self) -> Mapping[str, Value]:
        try:
            return self._made
        except AttributeError:
            self._made = self._make()
            return self._made

    def __getitem__(self, name: str) -> Value:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
