"""May this principal do this? The rules that join the layers into one verdict, world by world.

Source: IAM user guide, *Policy evaluation logic*, *Cross-account policy evaluation logic*,
*Permissions boundaries for IAM entities*.
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.iam.arn_segments import split_arn
from passrole.iam.explaining import why_unknown
from passrole.iam.layers import Applied, Layer, Layers, apply, relied_on
from passrole.iam.merging import merged, without_irrelevant_facts
from passrole.iam.patterns import equals
from passrole.iam.principals import PrincipalKind, Reach
from passrole.iam.requests import Request
from passrole.iam.substitution import assignments, bound_in, filled_request, holes_of_request
from passrole.iam.verdicts import Decision, Verdict
from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, Text, Truth, World, every, some, split
from passrole.values.guards import WORLD_CAP

__all__ = ["Decision", "Layers", "Verdict", "decide"]


FACT_CAP = 32
"""Where a verdict may depend on more conditions, it is not told which of them it takes."""

_EVERYTHING, _IAM = Text(("*",)), Text(("iam",))

RCP_SERVICES = frozenset(("s3", "sts", "kms", "sqs", "secretsmanager"))
"""Services on whose resources a resource control policy certainly acts: those it began with. The
list in the Organizations guide grows, so on any other service an RCP may act."""


def decide(request: Request, layers: Layers, world: World = EVERYWHERE) -> tuple[Decision, ...]:
    """The verdict; several, each with its world, where deployments differ.

    Worlds are split over the facts of those statements that may apply, as far as the verdict
    depends on them: into all worlds of ten facts, of more into two for each fact at the most, up to
    ``FACT_CAP``. Beyond that the answer is one unknown.
    """
    defaults = relied_on(layers, request, world)
    if request.action.lower() == "sts:getcalleridentity":
        # Needs no permission, and no policy can deny it (STS API reference).
        return (Decision(Verdict.ALLOWED, world=world, defaults=defaults),)
    applied = apply(layers, request, world)
    question = _Question(request, layers, applied, defaults)
    found = _over_worlds(question, world)
    if not found:
        reason = f"{len(applied.facts())} conditions decide this, too many to try them all"
        return (Decision(Verdict.UNKNOWN, blockers=(reason,), world=world, defaults=defaults),)
    return tuple(found) if len(found) == 1 else merged(found, world)


def _over_worlds(question: _Question, world: World) -> list[Decision]:
    """The decisions in worlds that are as large as may be; none where they are too many."""
    facts = len(question.applied.facts())
    if not facts:
        return question.decided(question.applied, world)
    found: list[Decision] = []
    # Alternatives of which one is enough make no more worlds than facts; all else grows too fast.
    cap = WORLD_CAP if 1 << facts <= WORLD_CAP else 2 * facts if facts <= FACT_CAP else 1
    count, waiting = 0, [(world, question.applied)]
    while waiting:
        each, applied = waiting.pop()
        applied = applied.within(each)
        fact = applied.open_fact(each)
        if fact is None:
            count += 1
            found.extend(question.within(each))
        else:
            early = question.early(applied, each)
            if early is None:
                waiting.extend((part, applied) for part in split(each, fact))
            else:
                count += 1
                found.append(early)
        if count > cap:
            return []
    return found


class _Question(NamedTuple):
    """A request and all statements that may apply to it, before any world is chosen."""

    request: Request
    layers: Layers
    applied: Applied
    defaults: frozenset[str]

    def early(self, applied: Applied, world: World) -> Decision | None:
        """The decision in a world that leaves statements open, where they make no difference."""
        decision = self.filled(applied, world, early=True)
        open_ended = decision.verdict is Verdict.UNKNOWN or decision.may_be_denied
        return None if open_ended else decision

    def within(self, world: World) -> list[Decision]:
        """The decision in a world that decides which statements exist."""
        return self.decided(self.applied.within(world), world)

    def decided(self, applied: Applied, world: World) -> list[Decision]:
        """The decision where all statements of ``applied`` exist.

        Where holes with few choices leave it unknown, each of their texts is tried.
        """
        decision = self.filled(applied, world)
        if decision.verdict is not Verdict.UNKNOWN and not decision.may_be_denied:
            return [decision]
        bound = bound_in(world)
        holes = {
            hole.id: hole
            for hole in (*holes_of_request(self.request), *applied.holes())
            if hole.alphabet.choices and hole.id not in bound
        }
        tried = [
            self.filled(applied, each)
            for each in assignments([holes[name] for name in sorted(holes)], world)
        ]
        if not tried or all(each.verdict is Verdict.UNKNOWN for each in tried):
            return [decision]
        return without_irrelevant_facts(tried, sorted(holes), world)

    def filled(self, applied: Applied, world: World, *, early: bool = False) -> Decision:
        """The decision, with the holes filled in whose text the world decides.

        Where it is ``early``, the world leaves open which statements exist.
        """
        bound, request = bound_in(world), self.request
        holes = (*holes_of_request(request), *applied.holes()) if bound else ()
        if any(hole.id in bound for hole in holes):
            request = filled_request(request, bound)
            applied = applied.filled(request, bound, limited=self.layers.limited)
        if early:
            applied = applied.certainly_in(world)
        return _decide_in(request, self.layers, applied, world, self.defaults, early=early)


def _decide_in(
    request: Request,
    layers: Layers,
    applied: Applied,
    world: World,
    defaults: frozenset[str],
    *,
    early: bool = False,
) -> Decision:
    denies = Truth.FALSE
    if not applied.only_allows():
        for layer in _denying(request, applied):
            denying = tuple(layer.statements("Deny", Truth.TRUE))
            if denying:
                return Decision(
                    Verdict.DENIED, layer.name, denying, (), world, defaults,
                    layers_of=(layer.name,) * len(denying),
                )  # fmt: skip
        denies = some(layer.denies() for layer in _denying(request, applied))
    parts = _parts(request, layers, applied)
    allowed = every(truth for _, truth in parts)
    if allowed is Truth.FALSE:
        blocking = next(name for name, truth in parts if truth is Truth.FALSE)
        return Decision(
            Verdict.MISSING, blocking, (), (), world, defaults,
            may_be_denied=denies is not Truth.FALSE,
        )  # fmt: skip
    if allowed is Truth.TRUE and denies is Truth.FALSE:
        by = [
            (statement, layer.name)
            for layer in applied.all()
            if layer.name != "rcp"
            for statement in layer.statements("Allow", Truth.TRUE)
        ]
        return Decision(
            Verdict.ALLOWED, "", tuple(s for s, _ in by), (), world, defaults,
            layers_of=tuple(name for _, name in by),
        )  # fmt: skip
    open_layer = _open_layer(parts) or next(
        layer.name for layer in _denying(request, applied) if layer.denies() is Truth.UNKNOWN
    )
    blockers = () if early else tuple(_blockers(request, applied, allowed, denies))
    return Decision(Verdict.UNKNOWN, open_layer, (), blockers, world, defaults)


def _denying(request: Request, applied: Applied) -> Iterator[Layer]:
    """The layers in which a Deny counts for this request."""
    root = _is_root(request)
    for layer in applied.all():
        if root and layer.name in ("identity", "boundary", "session"):
            continue
        if layer.name == "rcp" and request.service not in RCP_SERVICES:
            yield layer.at_most_unknown()
            continue
        yield layer


def _is_root(request: Request) -> bool:
    return request.principal.kind is PrincipalKind.ACCOUNT


def _parts(request: Request, layers: Layers, applied: Applied) -> list[tuple[str, Truth]]:
    """What must all be true for the request to be allowed, each with the name of its layer."""
    organization = [("scp", level.allows()) for level in applied.scps]
    if request.principal.kind in (PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS):
        granted = applied.resource.allows() if applied.resource else Truth.FALSE
        return [("resource", granted)]
    if request.principal.kind is PrincipalKind.UNKNOWN:
        return [*organization, _of_unknown_principal(applied)]
    own = _own_side(request, applied)
    same = _same_account(request)
    within = _within_account(request, layers, applied, own)
    if same is Truth.TRUE:
        return [*organization, *within]
    across = [*own, ("resource", applied.resource.allows() if applied.resource else Truth.FALSE)]
    if same is Truth.FALSE:
        return [*organization, *across]
    one, other = every(t for _, t in within), every(t for _, t in across)
    name = next((n for n, t in across if t is not Truth.TRUE), "resource")
    return [*organization, (name, one if one is other else Truth.UNKNOWN)]


def _of_unknown_principal(applied: Applied) -> tuple[str, Truth]:
    """Neither kind nor account of the requester is known: what any of them needs at the least."""
    granted = applied.resource.allows() if applied.resource else Truth.FALSE
    either = some((granted, applied.identity.allows()))
    return "identity", min(either, Truth.UNKNOWN)


def _own_side(request: Request, applied: Applied) -> list[tuple[str, Truth]]:
    """Identity policies, boundary and session policy."""
    if _is_root(request):
        return []
    parts = [("identity", applied.identity.allows())]
    if applied.boundary is not None:
        parts.append(("boundary", applied.boundary.allows()))
    if applied.session is not None:
        parts.append(("session", applied.session.allows()))
    return parts


def _within_account(
    request: Request, layers: Layers, applied: Applied, own: list[tuple[str, Truth]]
) -> list[tuple[str, Truth]]:
    """The same-account rule: the identity side, or a resource policy that names the requester."""
    resource = applied.resource
    parts = list(own)
    needs_policy = _needs_resource_policy(request)
    if needs_policy is not Truth.FALSE:
        delegated = Truth.of(layers.assume_delegating) if resource is None else resource.allows()
        parts.append(("resource", some((needs_policy.negated(), delegated))))
    if resource is None:
        return parts
    limits = (truth for name, truth in own if name != "identity")
    direct = some(
        (
            resource.allows_by(Reach.DIRECT),
            every((resource.allows_by(Reach.ROLE), *limits)),
        )
    )
    if direct is Truth.FALSE:
        return parts
    # Name the layer that would have to change, not the alternative that is out of reach.
    blocking = next((name for name, truth in parts if truth is not Truth.TRUE), "identity")
    return [(blocking, some((direct, every(truth for _, truth in parts))))]


def _needs_resource_policy(request: Request) -> Truth:
    """Whether nothing is allowed without the resource's policy: role trust and KMS keys."""
    if request.service not in ("sts", "kms"):
        return Truth.FALSE
    arn = split_arn(request.resource)
    if request.service == "sts" and arn is not None:
        # Other actions of STS work on its own resources, which have no policies.
        return equals(arn.service, _IAM)
    return equals(request.resource, _EVERYTHING).negated()


def _same_account(request: Request) -> Truth:
    mine = request.principal.account
    theirs = request.resource_account
    if theirs is None:
        arn = split_arn(request.resource)
        theirs = arn.account if arn is not None and arn.account.parts else mine
    if mine is None or theirs is None:
        return Truth.UNKNOWN
    return equals(mine, theirs)


def _open_layer(parts: list[tuple[str, Truth]]) -> str:
    return next((name for name, truth in parts if truth is Truth.UNKNOWN), "")


def _blockers(request: Request, applied: Applied, allowed: Truth, denies: Truth) -> Iterator[str]:
    """In words, what keeps the verdict open: statements that may or may not apply."""
    settled = {"Allow"} if allowed is Truth.TRUE else set()
    if denies is Truth.FALSE:
        settled.add("Deny")
    for layer in applied.all():
        for each in layer.matches:
            open_ended = each.truth is Truth.UNKNOWN or each.statement.effect is None
            if open_ended and each.statement.effect not in settled:
                yield why_unknown(each.statement, request)
    if request.principal.kind is PrincipalKind.UNKNOWN:
        yield f"it is not known who asks: {request.principal}"
    elif request.principal.account and _same_account(request) is Truth.UNKNOWN:
        yield f"it is not known whether {request.resource} is in the account of the requester"
