"""Which statements' conditions can hold together, and a request context in which they do.

A condition that no sample value settles (policy variables, values with holes, kinds of comparison
that are not sampled) may turn out either way; two that are written alike turn out alike. Contexts
that rest on such a choice are not *certain*: nobody shows that they exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from passrole.iam.conditions import condition_holds
from passrole.iam.context_samples import samples
from passrole.iam.principal_samples import names_principal, principal_samples
from passrole.iam.principals import ANONYMOUS
from passrole.iam.requests import ContextValue, Request
from passrole.iam.statements import Condition, Statement
from passrole.records import NamedTuple
from passrole.values import ABSENT, Absent, Text, Truth, Unknown

CONTEXT_CAP = 512
"""How many combinations of holding conditions one question may meet."""
OPEN_CAP = 6
"""How many conditions of one key that no value settles are tried both ways."""


class TooManyContextsError(Exception):
    """The conditions of the policies combine in more ways than the cap allows."""


class Context(NamedTuple):
    """A request context. ``failing`` are the places, as bits, of statements it does not satisfy."""

    failing: int
    values: tuple[tuple[str, ContextValue], ...] = ()
    certain: bool = True


class _Asked(NamedTuple):
    """A condition, whether its values have variables, and the statements that make it, as bits."""

    condition: Condition
    variables: bool | None
    statements: int

    @property
    def identity(self) -> tuple[object, ...]:
        """What two conditions that always agree have in common."""
        values = frozenset(map(_identity, self.condition.values))
        return self.condition.operator.lower(), self.condition.key.lower(), values, self.variables


def contexts(
    statements: Sequence[Statement],
    welcome: int = 0,
    given: Mapping[str, ContextValue] | None = None,
) -> list[Context]:
    """The contexts that matter: which statements' conditions can hold together.

    ``welcome`` are the places, as bits, of statements that whoever asks would rather see fail; all
    others it would rather see hold. A context is left out where another is at least as good for
    every statement. ``given`` are known values by key in lower case. Raises TooManyContextsError.
    """
    by_key, unknown = _by_key(statements)
    found = [Context(0)]
    for failing in unknown:
        options = list(_settled((), [(failing, Truth.UNKNOWN)], welcome))
        found = _combined(found, options, welcome)
    if principals := list(_principals(statements, welcome)):
        found = _combined(found, principals, welcome)
    for key in sorted(by_key):
        asked = list(by_key[key].values())
        options = list(_options(key, asked, (given or {}).get(key), welcome))
        found = _combined(found, options, welcome)
    return sorted(found, key=lambda each: (not each.certain, each.failing))


def _by_key(
    statements: Sequence[Statement],
) -> tuple[dict[str, dict[tuple[object, ...], _Asked]], list[int]]:
    """The distinct conditions of each key, and the statements with one condition nobody knows."""
    by_key: dict[str, dict[tuple[object, ...], _Asked]] = {}
    unknown: dict[object, int] = {}
    for place, statement in enumerate(statements):
        for condition in statement.conditions:
            if isinstance(condition, Unknown):
                name = condition.id or id(condition)
                unknown[name] = unknown.get(name, 0) | 1 << place
                continue
            asked = _Asked(condition, statement.variables, 1 << place)
            same_key = by_key.setdefault(condition.key.lower(), {})
            known = same_key.get(asked.identity)
            if known is not None:
                asked = asked._replace(statements=asked.statements | known.statements)
            same_key[asked.identity] = asked
    return by_key, list(unknown.values())


def _combined(found: list[Context], options: list[Context], welcome: int) -> list[Context]:
    """Each context with each option, without those that others are at least as good as."""
    options = _best(options, welcome)
    combined: dict[int, Context] = {}
    for one, other in product(found, options):
        failing = one.failing | other.failing
        certain = one.certain and other.certain
        known = combined.get(failing)
        if known is None or (certain and not known.certain):
            combined[failing] = Context(failing, one.values + other.values, certain)
    return _best(combined.values(), welcome)


def _best(offered: Iterable[Context], welcome: int) -> list[Context]:
    """Those to which no other is preferable for some statement and equal for the rest."""
    kept: list[tuple[int, Context]] = []
    for each in sorted(
        offered, key=lambda it: (not it.certain, (it.failing ^ welcome).bit_count())
    ):
        bad = each.failing ^ welcome
        # Certain ones come first, and an uncertain one never replaces them.
        if not any(known & bad == known for known, _ in kept):
            kept.append((bad, each))
        if len(kept) > CONTEXT_CAP:
            raise TooManyContextsError
    return [each for _, each in kept]


def _options(
    key: str, asked: list[_Asked], given: ContextValue | None, welcome: int
) -> Iterator[Context]:
    """What a key's value can do to the statements: one context for each sample, or more."""
    if given is None:
        values, exact = samples(key, [each.condition for each in asked])
    else:
        values, exact = (given,), True
    name = asked[0].condition.key
    for value in values:
        held = () if value == ABSENT else ((name, value),)
        truths = [(each.statements, _truth(each, key, value, exact=exact)) for each in asked]
        yield from _settled(held, truths, welcome)


def _truth(asked: _Asked, key: str, value: ContextValue, *, exact: bool) -> Truth:
    if not exact and not isinstance(value, Absent):
        return Truth.UNKNOWN
    request = Request("", Text(), ANONYMOUS, {key: value})
    return condition_holds(asked.condition, request, asked.variables)


def _principals(statements: Sequence[Statement], welcome: int) -> Iterator[Context]:
    """One context for each principal that is named, and one for anyone else."""
    for sample in principal_samples(statements):
        truths = [
            (1 << place, names_principal(statement, sample))
            for place, statement in enumerate(statements)
        ]
        held = (("principal", sample.value),)
        yield from _settled(held, truths, welcome)


def _settled(
    values: tuple[tuple[str, ContextValue], ...],
    truths: Sequence[tuple[int, Truth]],
    welcome: int,
) -> Iterator[Context]:
    """The contexts of one value. Open answers make it uncertain.

    Those that matter to statements of both kinds are tried both ways, others the better way.
    """
    failing = 0
    choices: list[int] = []
    certain = True
    for statements, truth in truths:
        if truth is Truth.FALSE:
            failing |= statements
        elif truth is Truth.UNKNOWN:
            certain = False
            if statements & welcome == statements:
                failing |= statements
            elif statements & welcome:
                choices.append(statements)
    if len(choices) > OPEN_CAP:
        raise TooManyContextsError
    for chosen in product((0, 1), repeat=len(choices)):
        also = failing
        for fails, statements in zip(chosen, choices, strict=True):
            also |= statements * fails
        yield Context(also, values, certain)


def _identity(value: Text | Unknown) -> object:
    return value if isinstance(value, Text) else value.id or id(value)
