"""Condition blocks: does what is known of a request satisfy them?

Operators, keys and blocks are joined by *and*, the values of one key by *or*; a negated operator
asks that none of its values match. Source: IAM user guide, *Condition operators* and *Conditions
with multiple context keys or values*.
"""

from __future__ import annotations

from passrole.iam.operators import ALL_VALUES, ANY_VALUE, Operator, operator_named
from passrole.iam.requests import ContextValue, Request
from passrole.iam.statements import Condition, Item, Statement
from passrole.iam.variables import has_variables, resolve
from passrole.values import Absent, Hole, Text, Truth, Unknown, every, some
from passrole.values.texts import LITERAL


def conditions_hold(statement: Statement, request: Request) -> Truth:
    """Whether all conditions of a statement hold."""
    return every(
        Truth.UNKNOWN
        if isinstance(condition, Unknown)
        else condition_holds(condition, request, statement.variables)
        for condition in statement.conditions
    )


def condition_holds(condition: Condition, request: Request, variables: bool | None) -> Truth:
    """Whether one operator with one key holds; ``variables`` as in Statement."""
    operator = operator_named(condition.operator)
    if operator is None or "${" in condition.key:
        return Truth.UNKNOWN
    value = request.value_of(condition.key.lower())
    question = _Question(operator, condition.values, request, variables)
    if operator.is_null:
        return question.null(value)
    if value is None or isinstance(value, Unknown):
        anything = Text((Hole(f"context {condition.key.lower()}", LITERAL),))
        absent, present = question.absent(), question.given((anything,), single=True)
        return absent if absent is present else Truth.UNKNOWN
    if isinstance(value, Absent):
        return question.absent()
    if isinstance(value, Text):
        return question.given((value,), single=True)
    return question.given(value, single=False)


class _Question:
    """One operator and its values, asked of what the request may hold under the key."""

    __slots__ = ("operator", "request", "values", "variables")

    def __init__(
        self,
        operator: Operator,
        values: tuple[Item, ...],
        request: Request,
        variables: bool | None,
    ) -> None:
        self.operator = operator
        self.values = values
        self.request = request
        self.variables = variables

    def absent(self) -> Truth:
        """The answer for a key that the request does not have."""
        operator = self.operator
        if operator.qualifier == ALL_VALUES:
            return Truth.TRUE
        if operator.qualifier == ANY_VALUE:
            # IfExists says true here and ForAnyValue false; the pages contradict each other.
            return Truth.UNKNOWN if operator.if_exists else Truth.FALSE
        return Truth.of(operator.if_exists or operator.negated)

    def given(self, values: tuple[Text, ...], single: bool) -> Truth:
        """The answer for the values that the request has under the key."""
        qualifier = self.operator.qualifier
        if not qualifier:
            # Many values need ForAllValues or ForAnyValue (MISSING_QUALIFIER).
            return self.value_holds(values[0]) if single else Truth.UNKNOWN
        if not values:
            return self.absent()
        empty = all(value.known() == "" for value in values)
        if qualifier == ALL_VALUES:
            # An empty text is a null data set, which satisfies ForAllValues.
            return Truth.TRUE if empty else every(map(self.value_holds, values))
        answer = some(map(self.value_holds, values))
        return Truth.UNKNOWN if empty and answer is Truth.TRUE else answer

    def value_holds(self, given: Text) -> Truth:
        """The answer for one value: one of the policy's must match, or with negation none."""
        found = some(self.compare(value, given) for value in self.values)
        return found.negated() if self.operator.negated else found

    def compare(self, value: Item, given: Text) -> Truth:
        """Whether one value of the policy matches one of the request, without the negation."""
        if isinstance(value, Unknown):
            return Truth.UNKNOWN
        operator = self.operator
        if operator.variables is False or self.variables is False or not has_variables(value):
            return operator.compare(value, given)
        if operator.variables is None or self.variables is None:
            return Truth.UNKNOWN
        resolved = resolve(value, self.request, pattern=operator.wildcards)
        if resolved.many:
            return Truth.UNKNOWN if operator.negated else Truth.FALSE
        if resolved.text is None:
            # Without a value nothing matches, so that a negated operator holds.
            return Truth.FALSE
        answer = operator.compare(resolved.text, given)
        return Truth.UNKNOWN if answer is Truth.TRUE and not resolved.certain else answer

    def null(self, value: ContextValue | None) -> Truth:
        """``Null``: is the key absent, or without any value?"""
        if self.operator.qualifier:
            return Truth.UNKNOWN
        if value is None or isinstance(value, Unknown):
            is_null = Truth.UNKNOWN
        elif isinstance(value, Absent) or value == ():
            is_null = Truth.TRUE
        else:
            values = value if isinstance(value, tuple) else (value,)
            empty = all(isinstance(each, Text) and each.known() == "" for each in values)
            is_null = Truth.UNKNOWN if empty else Truth.FALSE
        return some(self._null_is(wanted, is_null) for wanted in self.values)

    def _null_is(self, wanted: Item, is_null: Truth) -> Truth:
        text = wanted.known() if isinstance(wanted, Text) else None
        if text is None or text.lower() not in ("true", "false"):
            return Truth.UNKNOWN
        return is_null if text.lower() == "true" else is_null.negated()
