"""Sample principals: one for each that a statement names, and one that none names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from passrole.iam.patterns import equals
from passrole.iam.principals import PrincipalKind, principal_of
from passrole.iam.statements import PrincipalEntry, Statement
from passrole.values import Text, Truth, Unknown, literal, some

ANYONE_ELSE = PrincipalEntry("", literal("anyone else"))


def principal_samples(statements: Sequence[Statement]) -> list[PrincipalEntry]:
    """Every principal that is named, and one that is not; none where no statement names any."""
    found: dict[tuple[str, object], PrincipalEntry] = {}
    named = False
    for statement in statements:
        for entry in (*statement.principals, *statement.not_principals):
            named = True
            if isinstance(entry, Unknown) or isinstance(entry.value, Unknown):
                continue
            if not _is_everyone(entry):
                found.setdefault((entry.kind, entry.value), entry)
    return [*found.values(), ANYONE_ELSE] if named else []


def _is_everyone(entry: PrincipalEntry) -> bool:
    known = entry.value.known() if isinstance(entry.value, Text) else None
    return entry.kind == "*" or (entry.kind == "AWS" and known == "*")


def names_principal(statement: Statement, sample: PrincipalEntry) -> Truth:
    """Whether a statement is about the principal; true where it names none at all."""
    if "NotPrincipal" in statement.elements:
        return some(_truths(statement.not_principals, sample)).negated()
    if "Principal" in statement.elements:
        return some(_truths(statement.principals, sample))
    return Truth.TRUE


def _truths(entries: Sequence[PrincipalEntry | Unknown], sample: PrincipalEntry) -> Iterator[Truth]:
    for entry in entries:
        yield Truth.UNKNOWN if isinstance(entry, Unknown) else _names(entry, sample)


def _names(entry: PrincipalEntry, sample: PrincipalEntry) -> Truth:
    if isinstance(entry.value, Unknown) or isinstance(sample.value, Unknown):
        return Truth.UNKNOWN
    if _is_everyone(entry):
        return Truth.TRUE
    if entry.kind != sample.kind:
        return Truth.FALSE
    same = equals(entry.value, sample.value)
    if entry.kind != "AWS" or same is Truth.TRUE:
        return same
    one, other = principal_of(entry.value), principal_of(sample.value)
    accounts = [each.kind is PrincipalKind.ACCOUNT for each in (one, other)]
    if not any(accounts) or one.account is None or other.account is None:
        return same
    same_account = equals(one.account, other.account)
    # What an account's root is granted reaches its principals if their own policies agree.
    return same_account if all(accounts) else min(same_account, Truth.UNKNOWN)
