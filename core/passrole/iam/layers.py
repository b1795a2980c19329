"""The layers of policies that a request passes, and what each of them says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from passrole.iam.matching import Match, match
from passrole.iam.policies import Policy
from passrole.iam.principals import Reach
from passrole.iam.requests import Request
from passrole.iam.statements import Statement
from passrole.iam.substitution import Bound, filled_statement, holes_of
from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, Fact, Hole, Truth, Unknown, World, every, some

Attached = Policy | Unknown
"""A policy, or the reason why it is not known: then it may allow or deny anything."""


class Layers(NamedTuple):
    """Every policy that has a say.

    ``boundaries`` and ``session`` are None (or empty) where there is none, ``scps`` and ``rcps``
    where there is no organization; a level of SCPs needs an Allow, root first. ``resource`` is the
    policy of the resource (for sts:AssumeRole the trust policy, for KMS the key policy) or None
    where it has none.
    ``assume_delegating`` says that a key or trust policy which is None does what the default key
    policy does: it lets the account's identity policies decide. Without it such a request is not
    allowed, as the policy is mandatory there.
    """

    identity: tuple[Attached, ...] = ()
    boundaries: tuple[Attached, ...] | None = None
    session: Attached | None = None
    scps: tuple[tuple[Attached, ...], ...] | None = None
    rcps: tuple[tuple[Attached, ...], ...] | None = None
    resource: Attached | None = None
    assume_delegating: bool = False

    @property
    def limited(self) -> Truth:
        """Whether the requester has a permissions boundary; one nobody knows may not be there."""
        if not self.boundaries:
            return Truth.FALSE
        known = any(isinstance(each, Policy) for each in self.boundaries)
        return Truth.TRUE if known else Truth.UNKNOWN


class Layer(NamedTuple):
    """The statements of one layer that apply or may, before any world is chosen."""

    name: str
    matches: tuple[Match, ...]

    def within(self, world: World) -> Layer:
        """The layer as it is in a world, without what does not exist there."""
        if not any(each.statement.world.literals for each in self.matches):
            return self
        kept = (m for m in self.matches if world.admits(m.statement.world))
        return Layer(self.name, tuple(kept))

    def certainly_in(self, world: World) -> Layer:
        """The layer in a world that leaves facts open: what may not exist there may have no say."""
        if not any(each.statement.world.literals for each in self.matches):
            return self
        return Layer(
            self.name,
            tuple(
                each
                if all(
                    world.decides(fact) is holds for fact, holds in each.statement.world.literals
                )
                else each._replace(truth=min(each.truth, Truth.UNKNOWN))
                for each in self.matches
            ),
        )

    def at_most_unknown(self) -> Layer:
        """The layer where it is not certain that it has a say."""
        return Layer(
            self.name,
            tuple(each._replace(truth=min(each.truth, Truth.UNKNOWN)) for each in self.matches),
        )

    def allows(self) -> Truth:
        """Whether some statement allows the request."""
        if not self.matches:
            return Truth.FALSE
        return some(m.truth for m in self._with("Allow"))

    def denies(self) -> Truth:
        """Whether some statement denies the request."""
        return some(m.truth for m in self._with("Deny"))

    def allows_by(self, reach: Reach) -> Truth:
        """Whether some statement allows the request and names the requester in this way."""
        return some(every((m.truth, m.named.get(reach, Truth.FALSE))) for m in self._with("Allow"))

    def statements(self, effect: str, truth: Truth) -> Iterator[Statement]:
        """The statements of an effect that apply this certainly."""
        return (m.statement for m in self._with(effect) if m.truth is truth)

    def _with(self, effect: str) -> Iterator[Match]:
        for each in self.matches:
            if each.statement.effect == effect:
                yield each
            elif each.statement.effect is None:
                # May allow and may deny.
                yield each if each.truth is not Truth.TRUE else each._replace(truth=Truth.UNKNOWN)


class Applied(NamedTuple):
    """All layers of a request, matched."""

    identity: Layer
    boundary: Layer | None
    session: Layer | None
    scps: tuple[Layer, ...]
    rcps: tuple[Layer, ...]
    resource: Layer | None

    def filled(self, request: Request, bound: Bound, *, limited: Truth) -> Applied:
        """All layers with decided holes filled in; statements without such holes stay matched.

        ``request`` is filled already; the matches still name the statements as they were read.
        """

        def layer(one: Layer) -> Layer:
            return Layer(one.name, tuple(m for m in map(again, one.matches) if m.truth))

        def again(one: Match) -> Match:
            filled = filled_statement(one.statement, bound)
            return match(filled, request, limited=limited)._replace(statement=one.statement)

        return self._map(layer)

    def _map(self, change: Callable[[Layer], Layer]) -> Applied:
        return Applied(
            change(self.identity),
            self.boundary and change(self.boundary),
            self.session and change(self.session),
            tuple(map(change, self.scps)),
            tuple(map(change, self.rcps)),
            self.resource and change(self.resource),
        )

    def all(self) -> list[Layer]:
        """Every layer there is, those of the requester first."""
        own = (self.identity, self.boundary, self.session)
        layers = (*own, *self.scps, *self.rcps, self.resource)
        return [layer for layer in layers if layer is not None]

    def within(self, world: World) -> Applied:
        """All layers as they are in a world, without what does not exist there."""
        return self._map(lambda layer: layer.within(world)) if self.facts() else self

    def certainly_in(self, world: World) -> Applied:
        """All layers in a world that leaves facts open."""
        return self._map(lambda layer: layer.certainly_in(world))

    def open_fact(self, world: World) -> Fact | None:
        """Of the facts that a world leaves open, the one on which the most statements depend."""
        asked: dict[Fact, int] = {}
        for layer in self.all():
            for each in layer.matches:
                for fact, _ in each.statement.world.literals:
                    asked[fact] = asked.get(fact, 0) + 1
        for fact in sorted(asked, key=lambda fact: -asked[fact]):
            if world.decides(fact) is None:
                return fact
        return None

    def holes(self) -> Iterator[Hole]:
        """The holes of all statements that may apply."""
        for layer in self.all():
            for each in layer.matches:
                yield from holes_of(each.statement)

    def only_allows(self) -> bool:
        """Whether there is no statement that denies, or may."""
        return all(
            each.statement.effect == "Allow" for layer in self.all() for each in layer.matches
        )

    def facts(self) -> set[Fact]:
        """The facts that decide which of the statements exist."""
        return {
            fact
            for layer in self.all()
            for each in layer.matches
            for fact, _ in each.statement.world.literals
        }


def apply(layers: Layers, request: Request, world: World = EVERYWHERE) -> Applied:
    """The statements of each layer that may apply to a request, in worlds within ``world``."""
    limited, action = layers.limited, request.action

    def layer(name: str, policies: Iterable[Attached]) -> Layer:
        found: list[Match] = []
        for policy in policies:
            statements = (
                (_unknown(policy),) if isinstance(policy, Unknown) else policy.about(action)
            )
            for statement in statements:
                if statement.world.literals and statement.world.joined(world) is None:
                    continue
                each = match(statement, request, limited=limited)
                if each.truth is not Truth.FALSE:
                    found.append(each)
        return Layer(name, tuple(found))

    linked = (layers.scps or layers.rcps) and request.principal.is_service_linked
    return Applied(
        identity=layer("identity", layers.identity),
        boundary=layer("boundary", layers.boundaries) if layers.boundaries else None,
        session=None if layers.session is None else layer("session", (layers.session,)),
        scps=() if linked else tuple(layer("scp", level) for level in layers.scps or ()),
        rcps=() if linked else tuple(layer("rcp", level) for level in layers.rcps or ()),
        resource=None if layers.resource is None else layer("resource", (layers.resource,)),
    )


def relied_on(layers: Layers, request: Request, world: World) -> frozenset[str]:
    """Parameter defaults behind the resource and the statements that may be about the action."""
    defaults = request.resource.defaults
    for policy in _policies(layers):
        for statement in policy.about(request.action):
            if statement.defaults and statement.world.joined(world) is not None:
                defaults |= statement.defaults
    return defaults


def _policies(layers: Layers) -> Iterator[Policy]:
    levels = (*(layers.scps or ()), *(layers.rcps or ()))
    attached = (
        *layers.identity, *(layers.boundaries or ()), layers.session, layers.resource,
        *(policy for level in levels for policy in level),
    )  # fmt: skip
    return (policy for policy in attached if isinstance(policy, Policy))


def _unknown(policy: Unknown) -> Statement:
    reason = policy.reason or "a policy is not known"
    return Statement(None, 0, origin=policy.origin, unresolved=reason)
