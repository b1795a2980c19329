"""Whether a condition holds: surely, surely not, or nobody knows.

A value that is not known never decides anything: it makes what depends on it unknown, also where
it is asked whether it is set. Every step counts, so that no check takes longer than its size times
that of what it looks at.
"""

from __future__ import annotations

from typing import Any

from passrole.graph.questions import Graph
from passrole.iam.patterns import covers
from passrole.rulesets import conditions as c
from passrole.rulesets.declared.subjects import KINDS, Maybe, Shape
from passrole.values import (
    Absent,
    Listing,
    Record,
    Text,
    Truth,
    Unknown,
    Value,
    cases,
    elements,
    every,
    get,
    literal,
    meant,
    some,
)

MOST_STEPS = 100_000
"""How many questions one check may ask about one subject."""


class TooManyStepsError(Exception):
    """A check that asks more than it may; it is told as a crash of the check."""


class Decider:
    """Decides the conditions of one check for one subject."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._steps = 0
        self.because: list[Any] = []
        """The items of lists that were what was looked for: statements, actions, stages."""

    def holds(self, condition: c.Condition, kind: str, subject: Any) -> Truth:
        """Whether a condition holds for a subject of a kind."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooManyStepsError(f"it asks more than {MOST_STEPS} questions about one subject")
        if isinstance(condition, c.All):
            return every(self.holds(each, kind, subject) for each in condition.conditions)
        if isinstance(condition, c.Any):
            return some(self.holds(each, kind, subject) for each in condition.conditions)
        if isinstance(condition, c.Not):
            return self.holds(condition.condition, kind, subject).negated()
        name, *rest = condition.path
        return self._field(KINDS[kind].fields[name], tuple(rest), condition.test, subject)

    def _field(self, shape: Shape, rest: tuple[str, ...], test: c.Test, subject: Any) -> Truth:
        if isinstance(test, c.Otherwise):
            return self._field(shape, rest, test.test, subject).negated()
        if shape.kind == "about":
            patterns = test.patterns if isinstance(test, c.Patterns) else ()
            return some(shape.get(subject, self._graph, each) for each in patterns)
        found = shape.get(subject, self._graph)
        if isinstance(test, c.Items):
            return self._items(found, shape.kind, test)
        if shape.kind == "texts":
            return self._any_of(found, test)
        return self._value(_reached(found, rest), test)

    def _items(self, items: tuple[Any, ...], kind: str, test: c.Items) -> Truth:
        answers = (self._item(item, kind, test) for item in items)
        if test.word == "every":
            return every(answers)
        found = some(answers)
        return found.negated() if test.word == "none" else found

    def _item(self, item: Any, kind: str, test: c.Items) -> Truth:
        truth = self._truth_of(item, kind, test)
        if truth is Truth.TRUE and test.word != "every":
            self.because.append(item)
        return truth

    def _truth_of(self, item: Any, kind: str, test: c.Items) -> Truth:
        if isinstance(item, Unknown):
            return Truth.UNKNOWN
        if not isinstance(item, Maybe):
            return self.holds(test.condition, kind, item)
        # What may not be there decides only where it makes no difference.
        truth = self.holds(test.condition, kind, item.item)
        makes_none = Truth.TRUE if test.word == "every" else Truth.FALSE
        return truth if truth is makes_none else Truth.UNKNOWN

    def _any_of(self, values: tuple[Value, ...], test: c.Plain) -> Truth:
        if isinstance(test, c.IsSet):
            there = [Truth.UNKNOWN if isinstance(each, Unknown) else Truth.TRUE for each in values]
            return some(there) if test.wanted else some(there).negated()
        return some(self._value(each, test) for each in values)

    def _value(self, value: Value, test: c.Plain) -> Truth:
        """Whether a value passes a test however it turns out."""
        answers = {self._case(case, test) for _, case in cases(meant(value), deep=False)}
        return answers.pop() if len(answers) == 1 else Truth.UNKNOWN

    def _case(self, value: Value, test: c.Plain) -> Truth:
        self._steps += 1
        value = meant(value)
        if isinstance(value, Unknown):
            return Truth.UNKNOWN
        if isinstance(test, c.IsSet):
            return Truth.of(isinstance(value, Absent) is not test.wanted)
        if isinstance(value, Listing):
            return some(self._value(each, test) for each in elements(value))
        if isinstance(value, (Absent, Record)) or not isinstance(value, Text):
            return Truth.FALSE
        if isinstance(test, c.Exactly):
            known = value.known()
            return Truth.UNKNOWN if known is None else Truth.of(known == test.text)
        return some(covers(literal(each), value) for each in test.patterns)


def _reached(value: Value, path: tuple[str, ...]) -> Value:
    """What stands under a path; a text that is not known may stand for anything with parts."""
    for step in path:
        if isinstance(value, Text) and value.known() is None:
            return Unknown("what stands there is not known", value.origin)
        value = get(value, int(step) if step.isdigit() else step)
    return value
