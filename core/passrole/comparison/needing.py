"""Which pipeline action needs a permission: for each action of a difference, or for none."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.comparison.changes import Needed, NeededBy
from passrole.comparison.matching import Version
from passrole.graph.requirements import Requirement
from passrole.iam.differences import Difference
from passrole.iam.patterns import covers, equals, intersects
from passrole.iam.principals import PrincipalKind, principal_of
from passrole.iam.reference import is_wildcard_only
from passrole.iam.statement_pieces import Piece
from passrole.iam.statements import PrincipalEntry
from passrole.model.identities import Identity, Role
from passrole.model.pipelines import Action, Pipeline
from passrole.records import NamedTuple
from passrole.values import Text, Truth
from passrole.values import known as known_text


class Part(NamedTuple):
    """Actions of a difference with one answer."""

    actions: tuple[str, ...]
    needed: Needed
    why: str
    by: tuple[NeededBy, ...]


def parts(difference: Difference, version: Version[Identity] | None) -> list[Part]:
    """The actions of a difference by what needs them; ``version`` is the identity as it is now."""
    if version is None:
        return [Part(difference.actions, Needed.NO, "it is gone", ())]
    role = version.entity if isinstance(version.entity, Role) else None
    if role is None:
        kind = type(version.entity).__name__.lower()
        why = f"what the {kind} is for is not known"
        return [Part(difference.actions, Needed.UNKNOWN, why, ())]
    requirements = [
        each for each in version.graph.uses.requirements(role) if not each.need.documented_block
    ]
    because = version.graph.uses.open_because(role)
    found: dict[tuple[Needed, str, bool], tuple[list[str], dict[NeededBy, None]]] = {}
    by_action: dict[str, list[Requirement]] = {}
    for each in requirements:
        for action in each.iam_actions:
            by_action.setdefault(action.lower(), []).append(each)
    for action in difference.actions:
        needed, by = _needed(action, by_action.get(action.lower(), ()), difference.pieces)
        if because and needed in (Needed.NO, Needed.WIDER):
            needed = Needed.UNKNOWN
        why = because if needed is Needed.UNKNOWN else ""
        actions, known = found.setdefault((needed, why, bool(by)), ([], {}))
        actions.append(action)
        known.update(dict.fromkeys(by))
    return [
        Part(tuple(actions), needed, why, tuple(known))
        for (needed, why, _), (actions, known) in found.items()
    ] or [Part((), Needed.UNKNOWN, because or "nothing is known of it", ())]


def _needed(
    action: str, requirements: Iterable[Requirement], pieces: tuple[Piece, ...]
) -> tuple[Needed, tuple[NeededBy, ...]]:
    met = [each for each in requirements if any(_meet(each.resource, p) for p in pieces)]
    if not met:
        return Needed.NO, ()
    by = tuple(dict.fromkeys(_by(each, action) for each in met))
    narrow = is_wildcard_only(action) or all(
        any(_covers(each.resource, piece) for each in met) for piece in pieces
    )
    return (Needed.YES if narrow else Needed.WIDER), by


def _meet(resource: Text, piece: Piece) -> bool:
    return not isinstance(piece, Text) or intersects(resource, piece) is not Truth.FALSE


def _covers(resource: Text, piece: Piece) -> bool:
    if not isinstance(piece, Text):
        return False
    return covers(resource, piece, subject_is_pattern=True) is Truth.TRUE


def _by(requirement: Requirement, action: str) -> NeededBy:
    own = requirement.action
    return NeededBy(
        requirement.pipeline.label,
        own.stage if own else "",
        own.name if own else "",
        action,
        str(requirement.resource),
        requirement.need.source,
    )


def trust_part(difference: Difference, version: Version[Identity] | None) -> Part:
    """Whether a pipeline needs that somebody may assume a role."""
    if version is None or not isinstance(version.entity, Role):
        return Part(difference.actions, Needed.NO, "it is gone", ())
    graph, role = version.graph, version.entity
    subjects: list[Pipeline | Action] = []
    for pipeline in graph.pipelines:
        subjects += (pipeline, *pipeline.actions)
    asked = [
        each
        for subject in subjects
        for each in graph.requirements_of(subject)
        if "sts:AssumeRole" in each.iam_actions and _is_of(each, role)
    ]
    met = [each for each in asked if all(_is_by(each, piece) for piece in difference.pieces)]
    by = tuple(dict.fromkeys(_by(each, "sts:AssumeRole") for each in met))
    if by:
        anybody = any(_is_anybody(piece) for piece in difference.pieces)
        return Part(difference.actions, Needed.WIDER if anybody else Needed.YES, "", by)
    if not graph.uses.of(role):
        return Part(difference.actions, Needed.UNKNOWN, "no pipeline here uses the role", ())
    return Part(difference.actions, Needed.NO, "", ())


def _is_of(requirement: Requirement, role: Role) -> bool:
    return requirement.owner is role or requirement.resource == role.resource.arn


def _is_by(requirement: Requirement, piece: Piece) -> bool:
    """Whether who is to assume a role is somebody whom an entry of its trust policy names."""
    if not isinstance(piece, PrincipalEntry) or not isinstance(piece.value, Text):
        return False
    if _is_anybody(piece):
        return True
    principal = requirement.principal
    if piece.kind == "Service":
        return principal.service is not None and principal.service == known_text(piece.value)
    if piece.kind != "AWS" or principal.service is not None:
        return False
    arn = principal.role.resource.arn if principal.role is not None else principal.reference
    if not isinstance(arn, Text):
        return False
    named, asking = principal_of(piece.value), principal_of(arn)
    if named.kind is PrincipalKind.ACCOUNT and named.account and asking.account:
        return equals(named.account, asking.account) is not Truth.FALSE
    return piece.value == arn


def _is_anybody(piece: Piece) -> bool:
    if not isinstance(piece, PrincipalEntry):
        return False
    return piece.kind in ("*", "AWS") and known_text(piece.value) == "*"
