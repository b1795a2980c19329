"""What each role, user, group and permission set gained and lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from passrole.comparison.changes import How, IdentityChange, Needed, Permission, State
from passrole.comparison.holding import Found, Holding, holding, more_allowed, renamed
from passrole.comparison.matching import Match, Version
from passrole.comparison.needing import Part, parts, trust_part
from passrole.comparison.words import as_json, beyond, conditions_of, shown
from passrole.iam.action_sets import is_invented
from passrole.iam.action_words import described
from passrole.iam.differences import Budget, Difference, differences
from passrole.iam.policies import Policy, PolicyKind
from passrole.model.identities import Identity, Role
from passrole.values import simplest

MOST_QUESTIONS = 20_000
"""How many questions all identities together may cost; what is left then is not certain."""
_KINDS = {"PermissionSet": "permission set"}
_NO_TRUST = Policy(PolicyKind.TRUST, None, ())
EVERYTHING = "it may do everything"
"""How an administrator is one."""
_RANK = {Needed.NO: 0, Needed.WIDER: 1, Needed.UNKNOWN: 2, Needed.YES: 3}


def identity_changes(
    found: Iterable[Match[Identity]],
    moved: Mapping[str, str],
    base_scps: tuple[Policy, ...] = (),
    head_scps: tuple[Policy, ...] = (),
) -> Iterator[IdentityChange]:
    """The changes of those identities that have any, in the order given.

    The service control policies, one a level, are those that limit each side.
    """
    merged: dict[IdentityChange, list[str]] = {}
    budget = Budget(MOST_QUESTIONS)
    for match in found:
        base = holding(match.base, moved, base_scps)
        head = holding(match.head, {}, head_scps)
        change = _change(match, base, head, moved, budget)
        if change is not None:
            merged.setdefault(change, []).extend(match.sets)
    for change, sets in merged.items():
        yield change._replace(sets=tuple(sets))


def _change(
    match: Match[Identity],
    base: Holding,
    head: Holding,
    moved: Mapping[str, str],
    budget: Budget,
) -> IdentityChange | None:
    more = more_allowed(head, base, budget)
    less = more_allowed(base, head, budget)
    gained = [*_of_policies(more, less, match.head), *_of_trust(match, moved, lost=False)]
    lost = [*_of_policies(less, more, match.head), *_of_trust(match, moved, lost=True)]
    before, after = _escalations(match.base), _escalations(match.head)
    version = match.head or match.base
    if version is None:
        return None
    identity = version.entity
    change = IdentityChange(
        kind=_kind(identity),
        label=identity.label,
        id=identity.resource.id,
        state=_state(match),
        location=identity.location,
        moved_from=_place(match.base) if match.has_moved else "",
        sets=(),
        gained=tuple(sorted(gained, key=_order)),
        lost=tuple(sorted(lost, key=_order)),
        escalations_gained=tuple(each for each in after if each not in before),
        escalations_lost=tuple(each for each in before if each not in after),
        unknown=tuple(_unknown(base, head)),
        boundary=_boundary(base, head, match),
    )
    told = (
        change.gained, change.lost, change.escalations_gained, change.escalations_lost,
        change.unknown, change.boundary, change.moved_from,
    )  # fmt: skip
    return change if any(told) or change.state is not State.CHANGED else None


def _state(match: Match[Identity]) -> State:
    if match.base is None:
        return State.NEW
    return State.GONE if match.head is None else State.CHANGED


def _kind(identity: Identity) -> str:
    name = type(identity).__name__
    return _KINDS.get(name, name.lower())


def _place(version: Version[Identity] | None) -> str:
    if version is None:
        return ""
    identity = version.entity
    return f"{identity.resource.id} ({identity.location.path}:{identity.location.line})"


def _order(permission: Permission) -> tuple[object, ...]:
    """What nothing needs comes first."""
    return (
        _RANK[permission.needed], permission.how, permission.actions, permission.resources,
        permission.principals, permission.conditions, permission.when, permission.reason,
        permission.beyond, permission.label,
    )  # fmt: skip


def _of_policies(
    found: list[Found], others: list[Found], now: Version[Identity] | None
) -> Iterator[Permission]:
    """The permissions of one direction; ``others`` are those of the other."""
    same: dict[object, list[Found]] = defaultdict(list)
    for each in others:
        same[_about(each)].append(each)
    for each in found:
        counterpart = same.get(_about(each), [])
        alone = len(counterpart) == 1 and sum(_about(o) == _about(each) for o in found) == 1
        instead = _resources(counterpart[0].difference) if alone else ()
        for part in parts(each.difference, now):
            yield _permission(each, part, instead=instead)


def _about(found: Found) -> object:
    """What a gain and a loss have in common where the resources are all that changed."""
    difference = found.difference
    conditions = conditions_of(difference.statement)
    return found.kept_by, difference.lifted, difference.actions, conditions, difference.when


def _of_trust(
    match: Match[Identity], moved: Mapping[str, str], *, lost: bool
) -> Iterator[Permission]:
    base, head = _trust(match.base, moved), _trust(match.head, {})
    one, other = (base, head) if lost else (head, base)
    for difference in differences(one, other):
        part = trust_part(difference, match.head)
        yield _permission(Found(difference), part, How.TRUST)


def _trust(version: Version[Identity] | None, moved: Mapping[str, str]) -> Policy:
    if version is None or not isinstance(version.entity, Role):
        return _NO_TRUST
    return renamed(version.entity.trust, moved)


def _permission(
    found: Found, part: Part, how: How | None = None, instead: tuple[str, ...] = ()
) -> Permission:
    difference = found.difference
    statement = difference.statement
    words = described(part.actions, statement)
    about_principals = bool(statement.principals) and "Resource" not in statement.elements
    items = _resources(difference)
    own = difference._replace(actions=part.actions)
    return Permission(
        how=how or _how(found),
        actions=words.patterns,
        but_actions=words.but,
        number=sum(not is_invented(each) for each in part.actions),
        resources=() if about_principals else items,
        excluded="NotResource" in statement.elements,
        principals=items if about_principals else (),
        conditions=conditions_of(statement),
        beyond=beyond(difference),
        instead=instead,
        when=_when(difference),
        certain=difference.certain,
        reason=difference.reason.removeprefix(f"{statement.label}: "),
        needed=part.needed,
        why=part.why,
        needed_by=part.by,
        label=statement.label,
        location=(
            statement.origin.document.location(statement.origin.node) if statement.origin else None
        ),
        statement=as_json(own, words),
    )


def _resources(difference: Difference) -> tuple[str, ...]:
    """Its resources or principals; those that it leaves out where it is about all others."""
    if "NotResource" in difference.statement.elements:
        return tuple(map(shown, difference.statement.not_resources))
    return tuple(shown(each) for each in difference.pieces if each is not None)


def _how(found: Found) -> How:
    if found.kept_by is not None:
        return found.kept_by
    return How.DENY if found.difference.lifted else How.ALLOW


def _when(difference: Difference) -> str:
    told = (world.describe() for world in simplest(difference.when))
    return ", or ".join(dict.fromkeys(filter(None, told)))


def _escalations(version: Version[Identity] | None) -> tuple[str, ...]:
    """The ways in which a role makes itself an administrator, or that it is one."""
    if version is None or not isinstance(version.entity, Role):
        return ()
    graph, role = version.graph, version.entity
    if graph.administrator(role) is not None:
        return (EVERYTHING,)
    return tuple(dict.fromkeys(each.words for each in graph.escalations(role)))


def _unknown(base: Holding, head: Holding) -> Iterator[str]:
    """Policies that nobody can see and that one side alone has."""
    for key, reason in head.open.items():
        if key not in base.open:
            yield f"it may have gained anything: {reason}"
    for key, reason in base.open.items():
        if key not in head.open:
            yield f"it may have lost anything: {reason}"


def _boundary(base: Holding, head: Holding, match: Match[Identity]) -> str:
    if match.base is None or match.head is None:
        return ""
    if base.boundary is None and head.boundary is not None:
        return "it has a permissions boundary now"
    if base.boundary is not None and head.boundary is None:
        return "its permissions boundary is gone"
    return ""
