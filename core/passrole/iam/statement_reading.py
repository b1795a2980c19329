"""One statement of a policy document, read from a value in which no choice is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from passrole.iam.operators import operator_named
from passrole.iam.statements import (
    Condition,
    Effect,
    Item,
    PolicyKind,
    PolicyProblem,
    PrincipalEntry,
    Statement,
)
from passrole.records import NamedTuple
from passrole.values import (
    Absent,
    Listing,
    Record,
    Text,
    Unknown,
    Value,
    World,
    defaults_in,
    elements,
    meant,
)

ELEMENTS = (
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal",
    "Condition",
)  # fmt: skip
PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
_WITH_PRINCIPAL = (PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.RCP)
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))


class _Place(NamedTuple):
    """Where the statement stands, to word its problems."""

    record: Record
    path: str

    def problem(self, message: str, element: str = "", value: Value | None = None) -> PolicyProblem:
        origin = value.origin if value is not None else None
        origin = origin or self.record.keys.get(element) or self.record.origin
        return PolicyProblem(message, origin, f"{self.path}.{element}" if element else self.path)


def read_statement(
    value: Value,
    kind: PolicyKind,
    index: int,
    policy: str,
    world: World,
    variables: bool | None,
) -> tuple[Statement, list[PolicyProblem]]:
    """The statement, and what IAM would refuse in it.

    A statement with a part that IAM would refuse is unresolved as a whole: such a document is
    never deployed, so nothing can be concluded from it.
    """
    path = f"Statement[{index}]"
    if not isinstance(value, Record):
        reason = value.reason if isinstance(value, Unknown) else "the statement is not known"
        problems = []
        if not isinstance(value, Unknown) and not (isinstance(value, Text) and any(value.holes)):
            reason = "a statement is an object"
            problems.append(PolicyProblem(reason, value.origin, path))
        return _unresolved(value, index, policy, world, reason), problems
    place = _Place(value, path)
    named = {name: meant(item) for name, item in value.fields.items()}
    fields = {name: item for name, item in named.items() if not isinstance(item, Absent)}
    problems = [*_element_problems(place, fields, kind)]
    effect = _effect(place, fields.get("Effect"), problems)
    sid = fields.get("Sid")
    statement = Statement(
        effect=effect,
        index=index,
        sid=(sid.known() or "") if isinstance(sid, Text) else "",
        actions=_items(place, fields, "Action", problems),
        not_actions=_items(place, fields, "NotAction", problems),
        resources=_items(place, fields, "Resource", problems),
        not_resources=_items(place, fields, "NotResource", problems),
        principals=_principals(place, fields, "Principal", problems),
        not_principals=_principals(place, fields, "NotPrincipal", problems),
        conditions=tuple(_conditions(place, fields.get("Condition"), problems)),
        elements=frozenset(fields),
        variables=variables,
        world=world,
        origin=value.origin,
        policy=policy,
    )
    defaults = defaults_in(value)
    if defaults:
        statement = replace(statement, defaults=defaults)
    if problems:
        return _unresolved(value, index, policy, world, problems[0].message), problems
    return statement, problems


def _unresolved(value: Value, index: int, policy: str, world: World, reason: str) -> Statement:
    return Statement(
        None, index, origin=value.origin, policy=policy, world=world, unresolved=reason
    )


def _element_problems(
    place: _Place, fields: Mapping[str, Value], kind: PolicyKind
) -> Iterator[PolicyProblem]:
    for name in fields:
        if name not in ELEMENTS:
            right = next((each for each in ELEMENTS if each.lower() == name.lower()), None)
            wrong = f"write {right}, not {name}" if right else f"a statement has no element {name}"
            yield place.problem(wrong, name, fields[name])
    for one, other in _PAIRS:
        if one in fields and other in fields:
            yield place.problem(f"{one} and {other} exclude each other", other, fields[other])
    if not fields.keys() & {"Action", "NotAction"}:
        yield place.problem("a statement needs Action or NotAction")
    yield from _attachment_problems(place, fields, kind)


def _attachment_problems(
    place: _Place, fields: Mapping[str, Value], kind: PolicyKind
) -> Iterator[PolicyProblem]:
    """What is wrong in a policy of this kind, and may be right in another."""
    has_principal = fields.keys() & {"Principal", "NotPrincipal"}
    if kind in _WITH_PRINCIPAL:
        if not has_principal:
            yield place.problem(f"a statement of a {kind} policy needs a Principal")
    else:
        for name in sorted(has_principal):
            yield place.problem(f"no {name} in a policy of this kind ({kind})", name, fields[name])
    if kind not in _WITH_PRINCIPAL and not fields.keys() & {"Resource", "NotResource"}:
        yield place.problem("a statement needs Resource or NotResource")
    if kind is PolicyKind.TRUST:
        for name in ("NotPrincipal", "Resource", "NotResource"):
            if name in fields:
                yield place.problem(f"no {name} in a trust policy", name, fields[name])


def _effect(place: _Place, value: Value | None, problems: list[PolicyProblem]) -> Effect | None:
    if value is None:
        problems.append(place.problem("a statement needs an Effect"))
        return None
    text = value.known() if isinstance(value, Text) else None
    if text == "Allow":
        return "Allow"
    if text == "Deny":
        return "Deny"
    if text is not None or isinstance(value, (Listing, Record)):
        wrong = f"Effect is Allow or Deny, not {text!r}" if text is not None else "Effect is a text"
        problems.append(place.problem(wrong, "Effect", value))
    return None


def _items(
    place: _Place, fields: Mapping[str, Value], name: str, problems: list[PolicyProblem]
) -> tuple[Item, ...]:
    value = fields.get(name)
    return () if value is None else tuple(_texts(place, name, value, problems))


def _texts(place: _Place, name: str, value: Value, problems: list[PolicyProblem]) -> Iterator[Item]:
    """The texts of a list; one text stands for a list of one."""
    for item in map(meant, elements(value)):
        if isinstance(item, (Text, Unknown)):
            yield item
        elif isinstance(item, Listing):
            yield from _texts(place, name, item, problems)
        elif not isinstance(item, Absent):
            problems.append(place.problem(f"{name} is a text or a list of texts", name, item))


def _principals(
    place: _Place, fields: Mapping[str, Value], name: str, problems: list[PolicyProblem]
) -> tuple[PrincipalEntry | Unknown, ...]:
    value = fields.get(name)
    if value is None:
        return ()
    if isinstance(value, Unknown):
        return (value,)
    if isinstance(value, Text):
        if value.known() == "*":
            return (PrincipalEntry("*", value),)
        if any(value.holes):
            return (Unknown("the principal is not known", value.origin),)
    if not isinstance(value, Record):
        problems.append(place.problem(f'{name} is "*" or an object', name, value))
        return ()
    found: list[PrincipalEntry | Unknown] = []
    for kind, listed in value.fields.items():
        if kind not in PRINCIPAL_KINDS:
            problems.append(place.problem(f"{name} has no {kind}", name, value))
        found.extend(PrincipalEntry(kind, item) for item in _texts(place, name, listed, problems))
    return tuple(found)


def _conditions(
    place: _Place, value: Value | None, problems: list[PolicyProblem]
) -> Iterator[Condition | Unknown]:
    if value is None:
        return
    if isinstance(value, Unknown) or (isinstance(value, Text) and any(value.holes)):
        yield Unknown("the conditions are not known", value.origin)
        return
    if not isinstance(value, Record):
        problems.append(place.problem("Condition is an object", "Condition", value))
        return
    for operator, block in value.fields.items():
        if "${" not in operator and operator_named(operator) is None:
            message = f"there is no condition operator {operator}"
            problems.append(place.problem(message, "Condition", block))
            continue
        if isinstance(block, Absent):
            continue
        if isinstance(block, Unknown) or (isinstance(block, Text) and any(block.holes)):
            yield Unknown(f"the keys of {operator} are not known", block.origin)
            continue
        if not isinstance(block, Record):
            message = f"{operator} is an object of condition keys"
            problems.append(place.problem(message, "Condition", block))
            continue
        seen: set[str] = set()
        for key, values in block.fields.items():
            if key.lower() in seen:
                problems.append(
                    place.problem(f"the key {key} stands twice under {operator}", "Condition")
                )
            seen.add(key.lower())
            origin = block.keys.get(key) or block.origin
            texts = tuple(_texts(place, "Condition", values, problems))
            yield Condition(operator, key, texts, origin)
