"""Whom a resource policy surely lets do something, whoever they turn out to be."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from passrole.iam.arns import resource_matches
from passrole.iam.matching import action_truth
from passrole.iam.policies import Policy
from passrole.iam.principals import Principal, PrincipalKind, principal_of
from passrole.iam.statements import Condition, PrincipalEntry, Statement
from passrole.records import NamedTuple
from passrole.values import Text, Truth, Unknown, some

# Conditions of denials that say how something is asked for, not by whom.
_HOW = (
    "aws:securetransport", "s3:tlsversion", "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:x-amz-acl", "s3:signatureversion",
)  # fmt: skip


class Circle(StrEnum):
    """How many a principal stands for."""

    EVERYBODY = "everybody"
    ACCOUNT = "account"
    ONE = "one"


class Admission(NamedTuple):
    """A statement that lets somebody in without any condition, and whom."""

    statement: Statement
    circle: Circle
    principal: Principal


def admissions(policy: Policy, action: str, resource: Text | None = None) -> Iterator[Admission]:
    """Whom ``policy`` surely allows ``action``; nobody where a denial may take it back.

    ``resource`` may hold wildcards; without it the policy is one whose resource is always its own.
    """
    about = policy.about(action)
    if any(_takes_back(statement) for statement in about):
        return
    for statement in about:
        if statement.effect != "Allow" or statement.conditions:
            continue
        if action_truth(statement, action) is not Truth.TRUE:
            continue
        if resource is not None and not _covers(statement, resource):
            continue
        for entry in statement.principals:
            if isinstance(entry, PrincipalEntry) and isinstance(entry.value, Text):
                yield from _admission(statement, entry.kind, entry.value)


def _admission(statement: Statement, kind: str, value: Text) -> Iterator[Admission]:
    if kind not in ("AWS", "*"):
        return
    principal = principal_of(value)
    if principal.kind is PrincipalKind.ANONYMOUS:
        yield Admission(statement, Circle.EVERYBODY, principal)
    elif principal.kind is PrincipalKind.ACCOUNT:
        yield Admission(statement, Circle.ACCOUNT, principal)
    else:
        yield Admission(statement, Circle.ONE, principal)


def _covers(statement: Statement, resource: Text) -> bool:
    found = some(
        Truth.UNKNOWN
        if isinstance(item, Unknown)
        else resource_matches(item, resource, subject_is_pattern=True)
        for item in statement.resources
    )
    return found is Truth.TRUE


def _takes_back(statement: Statement) -> bool:
    """Whether a denial, or a statement that nobody knows, may keep somebody out."""
    if statement.effect == "Allow":
        return False
    return not any(
        isinstance(condition, Condition) and condition.key.lower() in _HOW
        for condition in statement.conditions
    )
