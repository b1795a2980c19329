"""What one policy allows and another does not, part by part: every part is a region of requests.

Statement by statement, each action is asked on each resource (in a trust policy: for each
principal) whether the other policy allows it as well. Together the parts are all that is allowed
more; none of them is allowed by both. What cannot be settled is a part that is not *certain*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from passrole.iam import reference
from passrole.iam.action_sets import actions_of, is_invented, partitions_of, universe_of
from passrole.iam.clauses import ActionPatterns, action_kind
from passrole.iam.clauses import facts_of as facts_of_policy
from passrole.iam.containment import Answer, Domain, contained, overlapping
from passrole.iam.patterns import intersects
from passrole.iam.policies import Policy
from passrole.iam.resource_kinds import beginning, has_variables, heads, is_possible
from passrole.iam.resource_search import Universe
from passrole.iam.statement_keys import statement_key
from passrole.iam.statement_pieces import Piece, only, pieces_of
from passrole.iam.statements import (
    Item,
    PolicyKind,
    PrincipalEntry,
    Statement,
)
from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, Text, Truth, Unknown, World, worlds

MOST_QUESTIONS = 2_000
"""How many questions one pair of policies may cost; what is left then is not certain."""
MOST_WORLDS = 64


class Budget:
    """How many questions many pairs of policies may cost together."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


class Difference(NamedTuple):
    """Requests that ``statement`` decides: these actions on these pieces, under its conditions.

    ``lifted`` says that the statement is a Deny of the other policy that is gone, else it is an
    Allow of the one. ``besides`` are statements of the other policy that allow a part of it: what
    they allow is no difference. ``when`` are the worlds in which it holds, of which the first may
    decide nothing; ``reason`` says why it is not ``certain``.
    """

    actions: tuple[str, ...]
    pieces: tuple[Piece, ...]
    statement: Statement
    lifted: bool = False
    besides: tuple[Statement, ...] = ()
    certain: bool = True
    reason: str = ""
    when: tuple[World, ...] = (EVERYWHERE,)


def differences(a: Policy, b: Policy, budget: Budget | None = None) -> tuple[Difference, ...]:
    """What ``a`` allows and ``b`` does not, in the order of the statements of ``a``, then ``b``."""
    budget = budget or Budget(MOST_QUESTIONS)
    mine = {statement_key(each) for each in a.statements}
    if mine == {statement_key(each) for each in b.statements}:
        return ()
    possible = worlds((*facts_of_policy(a), *facts_of_policy(b)), cap=MOST_WORLDS)
    if not possible:
        reason = "too many conditions of the templates decide this"
        return tuple(
            each._replace(certain=False, reason=reason)
            for each in _Question(_all(a), _all(b), a.kind, budget).differences()
        )
    answers: dict[object, tuple[Difference, ...]] = {}
    found: dict[object, tuple[Difference, list[World]]] = {}
    for world in possible:
        one, other = _in_world(a, world), _in_world(b, world)
        key = tuple(map(id, one)), tuple(map(id, other))
        if key not in answers:
            answers[key] = _Question(_plain(one), _plain(other), a.kind, budget).differences()
        for each in answers[key]:
            _, where = found.setdefault(_identity(each), (each, []))
            where.append(world)
    whole = len(possible)
    return tuple(
        each if len(where) == whole else each._replace(when=tuple(where))
        for each, where in found.values()
    )


def _identity(difference: Difference) -> tuple[object, ...]:
    return (
        difference.actions, difference.pieces, statement_key(difference.statement),
        difference.lifted,
        tuple(map(statement_key, difference.besides)), difference.certain, difference.reason,
    )  # fmt: skip


def _in_world(policy: Policy, world: World) -> tuple[Statement, ...]:
    return tuple(each for each in policy.statements if world.implies(each.world))


def _all(policy: Policy) -> tuple[Statement, ...]:
    return _plain(policy.statements)


def _plain(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(replace(each, world=EVERYWHERE) for each in statements)


class _Group(NamedTuple):
    """Actions of which all questions about one statement have the same answer."""

    actions: tuple[str, ...]

    @property
    def domain(self) -> Domain:
        """One of them stands for all."""
        return Domain((self.actions[0],))


class _Question:
    """One question about two lists of statements in one world."""

    def __init__(
        self,
        a: tuple[Statement, ...],
        b: tuple[Statement, ...],
        kind: PolicyKind,
        budget: Budget,
    ) -> None:
        self._a, self._b, self._kind = a, b, kind
        self._left, self._budget = MOST_QUESTIONS, budget
        self._patterns: dict[object, ActionPatterns] = {}
        self._shared: dict[tuple[Text, Text], bool] = {}
        self._of_service: dict[str, tuple[Truth, ...]] = {}
        for each in (*a, *b):
            self._patterns.setdefault(action_kind(each), ActionPatterns(each))
        self._narrow: dict[object, tuple[str, ...]] = {}
        for each in (*a, *b):
            kind_ = action_kind(each)
            self._narrow[kind_] = (*self._narrow.get(kind_, ()), *heads(each))
        self._partitions = partitions_of(
            item for each in (*a, *b) for item in each.resources if isinstance(item, Text)
        )
        self._denies = tuple(each for each in a if each.effect == "Deny")
        self._other_allows = tuple(each for each in b if each.effect != "Deny")

    def differences(self) -> tuple[Difference, ...]:
        """What the first list allows more."""
        known = {statement_key(each) for each in self._b}
        own = {statement_key(each) for each in self._a}
        found: list[Difference] = []
        for each in self._a:
            if each.effect != "Deny" and statement_key(each) not in known:
                found += self._joined(self._allowed(each))
        for each in self._b:
            if each.effect == "Deny" and statement_key(each) not in own:
                found += self._joined(self._lifted(each))
        return tuple(found)

    def _allowed(self, statement: Statement) -> Iterator[Difference]:
        """What an Allow statement allows that the other list does not."""
        if statement.unresolved or statement.effect is None:
            reason = statement.unresolved or "its effect is not known"
            yield Difference((), (None,), statement, certain=False, reason=reason)
            return
        for group in self._groups(statement):
            for piece in pieces_of(statement):
                part = only(statement, piece)
                others = self._about(self._other_allows, group, piece)
                one = self._policy((part, *self._about(self._denies, group, piece)))
                answer = self._ask(one, self._policy(others), group)
                if answer.truth is Truth.TRUE:
                    continue
                besides = tuple(self._besides(part, others, group))
                yield _difference(group, piece, statement, answer, besides)

    def _lifted(self, deny: Statement) -> Iterator[Difference]:
        """What a Deny of the other list forbade that is allowed by both lists otherwise."""
        if deny.unresolved:
            return
        for group in self._groups(deny):
            for piece in pieces_of(deny):
                part = self._policy((replace(only(deny, piece), effect="Allow"),))
                one = self._policy(self._about(self._a, group, piece))
                other = self._policy(self._about(self._other_allows, group, piece))
                now = self._ask(part, one, group, overlap=True)
                before = self._ask(part, other, group, overlap=True)
                if Truth.FALSE in (now.truth, before.truth):
                    continue
                worst = min((now, before), key=lambda each: each.truth)
                answer = worst._replace(truth=worst.truth.negated())
                yield _difference(group, piece, deny, answer, ())._replace(lifted=True)

    def _about(
        self, statements: tuple[Statement, ...], group: _Group, piece: Piece
    ) -> tuple[Statement, ...]:
        """Those that may have a say in what a group does to a piece: all others never have."""
        return tuple(
            each
            for each in statements
            if self._truth(each, group.actions[0]) is not Truth.FALSE and self._meet(each, piece)
        )

    def _meet(self, statement: Statement, piece: Piece) -> bool:
        """Whether the resources of a statement and a piece may have one in common."""
        if not isinstance(piece, Text) or "Resource" not in statement.elements:
            return True
        return any(self._share(each, piece) for each in statement.resources)

    def _share(self, item: Item, piece: Text) -> bool:
        if not isinstance(item, Text) or has_variables(item) or has_variables(piece):
            return True
        known = self._shared.get((item, piece))
        if known is None:
            known = self._shared[item, piece] = intersects(item, piece) is not Truth.FALSE
        return known

    def _besides(
        self, part: Statement, others: Iterable[Statement], group: _Group
    ) -> Iterator[Statement]:
        """The statements of the other list that allow a part of a statement."""
        own = self._policy((part,))
        for each in others:
            if each.unresolved:
                continue
            if self._ask(own, self._policy((each,)), group, overlap=True).truth is not Truth.FALSE:
                yield each

    def _ask(self, one: Policy, other: Policy, group: _Group, *, overlap: bool = False) -> Answer:
        """Whether the other holds all of the one; with ``overlap``, whether they share some."""
        self._left -= 1
        self._budget.left -= 1
        if self._left < 0 or self._budget.left < 0:
            return Answer(Truth.UNKNOWN, reason="there is too much to compare")
        return (overlapping if overlap else contained)(one, other, group.domain)

    def _groups(self, statement: Statement) -> list[_Group]:
        """The actions of a statement, together where every statement is about them alike."""
        groups: dict[object, list[str]] = {}
        about = list(self._patterns).index(action_kind(statement))
        for action in actions_of([statement], (*self._a, *self._b)):
            if self._alike(action)[about] is Truth.FALSE:
                continue
            alike = self._alike(action)
            kind = is_invented(action), alike, self._universe(action, alike)
            groups.setdefault(kind, []).append(action)
        return [_Group(tuple(actions)) for actions in groups.values()]

    def _alike(self, action: str) -> tuple[Truth, ...]:
        """Whether each kind of statement is about an action; asked once for many services."""
        service = action.partition(":")[0].lower()
        known = self._of_service.get(service)
        if known is None:
            apart = any(each.tells_apart(service) for each in self._patterns.values())
            known = () if apart else self._truths(action)
            self._of_service[service] = known
        return known or self._truths(action)

    def _truths(self, action: str) -> tuple[Truth, ...]:
        return tuple(each.truth(action) for each in self._patterns.values())

    def _universe(self, action: str, alike: tuple[Truth, ...]) -> Universe | None:
        """The resources of an action, None where no statement about it tells them apart."""
        about = zip(self._narrow.values(), alike, strict=True)
        heads = [head for heads, truth in about if truth is not Truth.FALSE for head in heads]
        if not heads:
            return None
        universe = universe_of(action, self._partitions)
        begin = [beginning(form) for form in universe]
        met = any(one.startswith(head) or head.startswith(one) for one in begin for head in heads)
        return universe if met else None

    def _truth(self, statement: Statement, action: str) -> Truth:
        return self._patterns[action_kind(statement)].truth(action)

    def _policy(self, statements: tuple[Statement, ...]) -> Policy:
        return Policy(self._kind, None, statements)

    @staticmethod
    def _joined(found: Iterable[Difference]) -> list[Difference]:
        """Parts that differ in their actions alone as one, then those that differ in pieces."""
        by_piece: dict[object, Difference] = {}
        for each in found:
            key = (each.pieces, *_kind(each))
            known = by_piece.get(key)
            actions = (*known.actions, *each.actions) if known else each.actions
            by_piece[key] = each._replace(actions=actions)
        by_actions: dict[object, Difference] = {}
        for each in by_piece.values():
            if all(map(is_invented, each.actions)) and each.actions and _is_known(each.actions):
                continue  # only what AWS may add
            each = each._replace(actions=tuple(sorted(each.actions)))  # noqa: PLW2901 - the same one
            key = (each.actions, *_kind(each))
            known = by_actions.get(key)
            pieces = (*known.pieces, *each.pieces) if known else each.pieces
            by_actions[key] = each._replace(pieces=pieces)
        return list(by_actions.values())


def _kind(difference: Difference) -> tuple[object, ...]:
    besides = tuple(map(statement_key, difference.besides))
    return difference.lifted, besides, difference.certain, difference.reason


def _is_known(actions: Iterable[str]) -> bool:
    """Whether actions that AWS may add are of services, or patterns, that the data know."""
    services = {each.partition(":")[0] for each in actions}
    return all(is_invented(f"{each}:x") or reference.service(each) is not None for each in services)


def _difference(
    group: _Group,
    piece: Piece,
    statement: Statement,
    answer: Answer,
    besides: tuple[Statement, ...],
) -> Difference:
    certain = answer.truth is Truth.FALSE
    reason = "" if certain else answer.reason
    if certain and answer.witness is not None and not is_possible(answer.witness):
        certain, reason = False, "whether the action works on such a resource is not known"
    return Difference(group.actions, (piece,), statement, False, besides, certain, reason)


def as_policy(difference: Difference, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    """The requests of a difference as what a policy allows, those of ``besides`` included."""
    statement = difference.statement
    if difference.pieces != (None,):
        if "Resource" in statement.elements:
            items = tuple(
                each for each in difference.pieces if each and not isinstance(each, PrincipalEntry)
            )
            statement = replace(statement, resources=items)
        else:
            entries = tuple(
                each for each in difference.pieces if isinstance(each, (PrincipalEntry, Unknown))
            )
            statement = replace(statement, principals=entries)
    return Policy(kind, None, (replace(statement, effect="Allow", world=EVERYWHERE),))
