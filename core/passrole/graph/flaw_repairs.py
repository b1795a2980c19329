"""What would mend a flaw of a policy, where what is meant leaves little doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from passrole.changes import (
    AddKey,
    AddToElement,
    Remove,
    RenameKey,
    Repair,
    ReplaceValue,
)
from passrole.graph.narrowing import apart
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.iam.validation.resources import never_on_resources
from passrole.values import Origin, Record

VERSION: Final = "2012-10-17"


def repair_of(flaws: Iterable[Flaw], document: Origin | None) -> Repair | None:
    """The repair of flaws at one place of a document: that of the first for which there is one."""
    for flaw in flaws:
        if flaw.check == "VARIABLE_UNSUPPORTED_IN_VERSION" and document is not None:
            return Repair((AddKey(document, "Version", VERSION),))
        make = _REPAIRS.get(flaw.check)
        repair = make(flaw) if make is not None else None
        if repair is not None:
            return repair
    return None


def _guessed(flaw: Flaw) -> Repair | None:
    """The likeliest name in place of the one that does not exist."""
    if flaw.origin is None or not flaw.instead:
        return None
    return Repair((ReplaceValue(flaw.origin, flaw.instead),), safe=False)


def _quoted(flaw: Flaw) -> Repair | None:
    """The same, written so that YAML leaves it as it is."""
    if flaw.origin is None or not flaw.instead:
        return None
    return Repair((ReplaceValue(flaw.origin, flaw.instead),))


def _renamed(flaw: Flaw) -> Repair | None:
    """Another operator for the only key below it."""
    block = flaw.record.fields.get("Condition") if flaw.record is not None else None
    operator = flaw.words["operator"]
    if not isinstance(block, Record) or not isinstance(flaw.instead, str) or not flaw.instead:
        return None
    keys = block.fields.get(operator)
    if block.origin is None or not isinstance(keys, Record) or len(keys.fields) != 1:
        return None
    return Repair((RenameKey(block.origin, operator, flaw.instead),), safe=False)


def _removed(flaw: Flaw) -> Repair | None:
    """What matches nothing goes; nothing else changes."""
    return Repair((Remove(flaw.origin),)) if flaw.origin is not None else None


def _without_statement(flaw: Flaw) -> Repair | None:
    """A statement that can do nothing goes, though whoever wrote it may rather fill it."""
    origin = flaw.record.origin if flaw.record is not None else None
    return Repair((Remove(origin),), safe=False) if origin is not None else None


def _as_service(flaw: Flaw) -> Repair | None:
    """A service that stands under ``AWS`` moves to ``Service``."""
    statement = flaw.record.origin if flaw.record is not None else None
    if flaw.origin is None or statement is None or not isinstance(flaw.instead, str):
        return None
    if not flaw.instead:
        return None
    moved = AddToElement(statement, ("Principal", "Service"), flaw.instead)
    return Repair((Remove(flaw.origin), moved))


def _by_condition(flaw: Flaw) -> Repair | None:
    """The account as the principal, and the pattern as a condition on who it is.

    Source: IAM user guide, *AWS JSON policy elements: Principal*, on wildcards.
    """
    draft, pattern = _draft(flaw), flaw.words["name"]
    account = pattern.split(":")[4] if pattern.count(":") >= 5 else ""
    if draft is None or draft.record.origin is None or flaw.origin is None:
        return None
    if not (len(account) == 12 and account.isdigit()) or len(draft.principals) != 1:
        return None
    condition = AddToElement(
        draft.record.origin, ("Condition", "ArnLike", "aws:PrincipalArn"), pattern
    )
    return Repair((ReplaceValue(flaw.origin, account), condition), safe=False)


def _on_everything(flaw: Flaw) -> Repair | None:
    """Actions that know no resource get ``*``: their statement, or one of their own."""
    draft = _draft(flaw)
    if draft is None or draft.record.origin is None:
        return None
    found = never_on_resources(draft)
    if len(found) == len(draft.items("Action")):
        return Repair((AddKey(draft.record.origin, "Resource", "*"),))
    places = [text.origin for _, text in found if text.origin is not None]
    if draft.effect is None or "Condition" in draft.fields or len(places) < len(found):
        return None
    names = tuple(name for name, _ in found)
    return apart(draft.record.origin, draft.effect, names, places, is_whole=False)


def _draft(flaw: Flaw) -> DraftStatement | None:
    """The statement that a flaw is in, to be asked for its elements."""
    if flaw.record is None:
        return None
    return DraftStatement(flaw.record, 0, PolicyKind.IDENTITY, flaw.world, None)


def _other_end(flaw: Flaw) -> Repair | None:
    """The objects of a bucket beside the bucket, or the bucket beside its objects."""
    statement = flaw.record.origin if flaw.record is not None else None
    if statement is None or not flaw.instead or str(flaw.instead).endswith(":::*"):
        return None  # nobody is given every bucket of an account
    return Repair((AddToElement(statement, ("Resource",), flaw.instead),))


_REPAIRS: Final[Mapping[str, Callable[[Flaw], Repair | None]]] = MappingProxyType(
    {
        "INVALID_ACTION": _guessed,
        "INVALID_SERVICE_IN_ACTION": _guessed,
        "INVALID_SERVICE_PRINCIPAL_FORMAT": _guessed,
        "service-principal-unknown": _guessed,
        "assumed-role-arn": _guessed,
        "account-read-as-octal": _quoted,
        "INVALID_PRINCIPAL_FORMAT": _as_service,
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL": _by_condition,
        "WILDCARD_WITHOUT_LIKE_OPERATOR": _renamed,
        "MISSING_QUALIFIER": _renamed,
        "TYPE_MISMATCH": _renamed,
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY": _renamed,
        "NULL_WITH_QUALIFIER": _renamed,
        "empty-text": _removed,
        "EMPTY_ARRAY_ACTION": _without_statement,
        "EMPTY_ARRAY_RESOURCE": _without_statement,
        "EMPTY_ARRAY_PRINCIPAL": _without_statement,
        "EMPTY_OBJECT_PRINCIPAL": _without_statement,
        "action-requires-star": _on_everything,
        "resource-type-mismatch": _other_end,
    }
)
