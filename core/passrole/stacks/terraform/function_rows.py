"""The shape of a function of the language: a row of a table."""

from __future__ import annotations

from collections.abc import Callable

from passrole.records import NamedTuple
from passrole.values import Value

ITEM_CAP = 20_000
"""How many items a list may grow to through functions."""

Arguments = tuple[Value, ...]
Function = Callable[[Arguments], Value | None]


class Row(NamedTuple):
    """One function: how to compute it, and how many arguments it takes.

    ``deep`` says that choices among the items of its lists are decided before it is asked;
    ``text`` that its result is a text, so that a result nobody knows is a hole; ``choices`` that it
    takes choices as they are.
    """

    run: Function
    least: int
    most: int | None
    deep: bool = False
    text: bool = False
    choices: bool = False
