"""Does one policy allow all that another allows? Document against document, no other layers.

Each action is asked on its own, for each combination of conditions that can hold together, as a
question about sets of resources. Answers are exact where all is known and within the caps; with
holes and unknowns they are definite only where every deployment agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from passrole.iam import reference
from passrole.iam.action_sets import actions_of, is_invented, partitions_of, universe_of
from passrole.iam.clauses import ActionPatterns, Clause, action_kind, clauses_of, facts_of
from passrole.iam.contexts import Context, TooManyContextsError, contexts
from passrole.iam.policies import Policy
from passrole.iam.requests import ContextValue
from passrole.iam.resource_relations import difference, overlap
from passrole.iam.resource_search import EVERYTHING, Universe
from passrole.iam.resource_sets import Bounds, Found, Granted
from passrole.iam.statements import Statement
from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, Text, Truth, Unknown, World, worlds


class Witness(NamedTuple):
    """A request that shows the answer: absent keys are not in ``context``."""

    action: str
    resource: Text
    context: tuple[tuple[str, ContextValue], ...] = ()
    world: World = EVERYWHERE


class Answer(NamedTuple):
    """Yes, no or unknown, with a request that shows it where there is one.

    ``reason`` says why the answer is unknown. ``as_of`` is the version of the reference data where
    the answer holds only for the actions that AWS has by then.
    """

    truth: Truth
    witness: Witness | None = None
    reason: str = ""
    as_of: str = ""


class Domain(NamedTuple):
    """Which requests are looked at, where it is not all that the reference data know.

    ``actions`` are the only ones; ``universe`` gives the resources of an action, else it is those
    that the reference data give it, in the partitions that the policies name, else in ``aws``.
    ``context`` holds known values by key in lower case.
    """

    actions: tuple[str, ...] | None = None
    universe: Callable[[str], Universe] | None = None
    context: Mapping[str, ContextValue] = {}


ALL_REQUESTS = Domain()
OPEN_CAP = 50
"""After how many kinds of resources without a definite answer no more are tried."""

Relate = Callable[[Universe, Bounds, Bounds], Found]


def contained(a: Policy, b: Policy, domain: Domain = ALL_REQUESTS) -> Answer:
    """Whether ``b`` allows every request that ``a`` allows; the witness is one that it does not."""
    found = _exists(a, b, domain, difference)
    return found._replace(truth=found.truth.negated())


def overlapping(a: Policy, b: Policy, domain: Domain = ALL_REQUESTS) -> Answer:
    """Whether there is a request that both allow; the witness is one."""
    return _exists(a, b, domain, overlap)


def _exists(a: Policy, b: Policy, domain: Domain, relate: Relate) -> Answer:
    """Whether a request relates to the two policies so: in every deployment, in none, or open."""
    possible = worlds((*facts_of(a), *facts_of(b)))
    if not possible:
        return Answer(Truth.UNKNOWN, reason="too many conditions of the templates decide this")
    answers = []
    for world in possible:
        answers.append(
            _Question(clauses_of(a, world), clauses_of(b, world), domain, relate).answer()
        )
        if answers[-1].witness:
            witness = answers[-1].witness._replace(world=world)
            answers[-1] = answers[-1]._replace(witness=witness)
    truths = {answer.truth for answer in answers}
    shown = max(answers, key=lambda answer: (answer.witness is not None, answer.as_of))
    if len(truths) == 1:
        return shown
    return shown._replace(truth=Truth.UNKNOWN, reason=shown.reason or "depends on the deployment")


class _Group(NamedTuple):
    """Actions that the same clauses are about, as certainly."""

    actions: tuple[str, ...]
    truths: tuple[Truth, ...]


class _Question:
    """One question about two lists of clauses in one world."""

    def __init__(self, a: list[Clause], b: list[Clause], domain: Domain, relate: Relate) -> None:
        self._clauses = (*a, *b)
        self._split = len(a)
        self._domain = domain
        self._relate = relate
        self._known_bounds: dict[tuple[tuple[Truth, ...], tuple[int, ...]], Bounds] = {}
        self._partitions = partitions_of(
            pattern for each in self._clauses for pattern in each.may.patterns
        )

    def answer(self) -> Answer:
        """Whether a related request exists."""
        open_answer: Answer | None = None
        for invented, groups in groupby(
            self._groups(), key=lambda group: is_invented(group.actions[0])
        ):
            for group in groups:
                found = self._of_group(group)
                if found.truth is Truth.FALSE:
                    continue
                if invented:
                    return self._as_of(found, open_answer)
                if found.truth is Truth.TRUE:
                    return found
                open_answer = open_answer or found
        return open_answer or Answer(Truth.FALSE)

    def _as_of(self, found: Answer, open_answer: Answer | None) -> Answer:
        """What only an action that AWS may add shows: no, as of the data."""
        if open_answer is not None:
            return open_answer
        return found._replace(truth=Truth.FALSE, reason="", as_of=reference.data_version())

    def _groups(self) -> Iterator[_Group]:
        """The actions that ``a`` may allow, together where the same clauses are about them."""
        kinds: dict[object, ActionPatterns] = {}
        for each in self._clauses:
            kinds.setdefault(action_kind(each.statement), ActionPatterns(each.statement))
        places = {kind: place for place, kind in enumerate(kinds)}
        grouped: dict[tuple[bool, tuple[Truth, ...]], list[str]] = {}
        for action in self._actions():
            answers = tuple(patterns.truth(action) for patterns in kinds.values())
            grouped.setdefault((is_invented(action), answers), []).append(action)
        for (_, answers), actions in sorted(grouped.items(), key=lambda it: (it[0][0], it[1][0])):
            truths = tuple(
                each.as_certain(answers[places[action_kind(each.statement)]])
                for each in self._clauses
            )
            yield _Group(tuple(actions), truths)

    def _actions(self) -> Sequence[str]:
        if self._domain.actions is not None:
            return self._domain.actions
        allowing = [each.statement for each in self._clauses[: self._split] if each.allows]
        return actions_of(allowing, [each.statement for each in self._clauses])

    def _of_group(self, group: _Group) -> Answer:
        """Whether one of the statements of ``a`` that allow the actions allows such a request."""
        open_answer: Answer | None = None
        for place, clause in enumerate(self._clauses[: self._split]):
            if not clause.allows or not group.truths[place]:
                continue
            found = self._of_clause(group, place)
            if found.truth is Truth.TRUE:
                return found
            if found.truth is Truth.UNKNOWN:
                open_answer = open_answer or found
        return open_answer or Answer(Truth.FALSE)

    def _of_clause(self, group: _Group, own: int) -> Answer:
        places = [
            place
            for place, truth in enumerate(group.truths)
            if place == own or (truth and not (place < self._split and self._clauses[place].allows))
        ]
        welcome = sum(1 << bit for bit, place in enumerate(places) if self._better_without(place))
        try:
            possible = contexts(
                [self._clauses[place].statement for place in places],
                welcome,
                self._domain.context,
            )
        except TooManyContextsError:
            return Answer(Truth.UNKNOWN, reason="too many combinations of conditions")
        open_answer: Answer | None = None
        for context in possible:
            active = tuple(
                place for bit, place in enumerate(places) if not context.failing >> bit & 1
            )
            if own not in active:
                continue
            found = self._in_context(group, active, context)
            if found.truth is Truth.TRUE:
                return found
            if found.truth is Truth.UNKNOWN:
                open_answer = open_answer or found
        return open_answer or Answer(Truth.FALSE)

    def _better_without(self, place: int) -> bool:
        """Whether a clause only stands in the way of a request that is looked for."""
        if place < self._split:
            return not self._clauses[place].allows
        return self._clauses[place].allows is (self._relate is difference)

    def _in_context(self, group: _Group, active: tuple[int, ...], context: Context) -> Answer:
        a = self._bounds(group, tuple(place for place in active if place < self._split))
        b = self._bounds(group, tuple(place for place in active if place >= self._split))
        if self._relate(EVERYTHING, a, b).truth is Truth.FALSE:
            return Answer(Truth.FALSE)
        open_answer: Answer | None = None
        tried = 0
        for action, universe in self._universes(group):
            found = self._relate(universe, a, b)
            if found.truth is Truth.FALSE:
                continue
            witness = Witness(action, found.resource, context.values) if found.resource else None
            if found.truth is Truth.TRUE and context.certain:
                return Answer(Truth.TRUE, witness)
            reason = _why_open([self._clauses[place].statement for place in active], context)
            open_answer = open_answer or Answer(Truth.UNKNOWN, witness, reason)
            tried += 1
            if tried == OPEN_CAP:
                break
        return open_answer or Answer(Truth.FALSE)

    def _bounds(self, group: _Group, places: tuple[int, ...]) -> Bounds:
        """What clauses whose conditions hold grant for certain, and at most."""
        key = (group.truths, places)
        known = self._known_bounds.get(key)
        if known is None:
            known = _bounds([(self._clauses[place], group.truths[place]) for place in places])
            self._known_bounds[key] = known
        return known

    def _universes(self, group: _Group) -> Iterator[tuple[str, Universe]]:
        """Each distinct set of possible resources, with the first action that has it."""
        seen: set[Universe] = set()
        for action in group.actions:
            if self._domain.universe is not None:
                universe = self._domain.universe(action)
            else:
                universe = universe_of(action, self._partitions)
            if universe not in seen:
                seen.add(universe)
                yield action, universe


def _bounds(clauses: list[tuple[Clause, Truth]]) -> Bounds:
    return Bounds(
        must=Granted(
            tuple(each.must for each, truth in clauses if each.allows and truth is Truth.TRUE),
            tuple(each.may for each, _ in clauses if not each.allows),
        ),
        may=Granted(
            tuple(each.may for each, _ in clauses if each.allows),
            tuple(each.must for each, truth in clauses if not each.allows and truth is Truth.TRUE),
        ),
    )


def _why_open(statements: list[Statement], context: Context) -> str:
    for statement in statements:
        if statement.unresolved:
            return f"{statement.label}: {statement.unresolved}"
        for item in _items(statement):
            if not isinstance(item, Text):
                return f"{statement.label}: {item.reason}"
            if (hole := next(item.holes, None)) is not None:
                return f"{statement.label}: the value of {hole} is not known"
    if not context.certain:
        return "depends on conditions whose values are compared in ways that are not modelled"
    return "the patterns are too complex to compare"


def _items(statement: Statement) -> Iterator[Text | Unknown]:
    yield from (*statement.actions, *statement.not_actions)
    yield from (*statement.resources, *statement.not_resources)
    for condition in statement.conditions:
        yield from (condition,) if isinstance(condition, Unknown) else condition.values
