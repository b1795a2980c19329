"""What is wrong in a policy, as a plain record: rules give it a name and words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, Origin, Record, Text, World

Sureness = Literal["high", "medium", "low"]
"""Definite and from AWS's documents; from a partial list or a heuristic; disputed."""


class Flaw(NamedTuple):
    """One thing that is wrong, in one world.

    ``check`` is the id of AWS's own policy validation, or a word in lower case for what AWS does
    not check. ``words`` are the parameters of the sentence that a rule says about it. ``action``
    and ``resource`` are what it is about, where it is about one.
    """

    check: str
    origin: Origin | None
    words: Mapping[str, str]
    world: World = EVERYWHERE
    defaults: frozenset[str] = frozenset()
    sureness: Sureness = "high"
    statement: str = ""
    action: str | None = None
    resource: str | None = None
    record: Record | None = None
    """The statement that it is in, None for one of the document."""
    instead: str | Text = ""
    """What is likely meant in place of what stands at ``origin``; empty where that is not known."""

    def saying(self, words: Mapping[str, str]) -> Flaw:
        """The same flaw with more parameters for its sentence."""
        return self._replace(words={**self.words, **words})

    def relying_on(self, defaults: frozenset[str]) -> Flaw:
        """The same flaw, which relies on more parameter defaults."""
        return self._replace(defaults=self.defaults | defaults) if defaults else self
