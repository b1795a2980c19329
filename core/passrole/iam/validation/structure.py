"""The grammar of policies: elements that are misspelt, missing, or of the wrong kind.

Sources: IAM user guide, *Grammar of the IAM JSON policy language* and *IAM JSON policy elements
reference*; for service control policies AWS Organizations user guide, *SCP syntax*.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from passrole.iam.policies import ELEMENTS as POLICY_ELEMENTS
from passrole.iam.statement_reading import ELEMENTS
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import WITH_PRINCIPAL, Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.values import Absent, Listing, Record, Text, Unknown, Value, elements

_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_NEED_RESOURCE = frozenset(("s3", "kms", "sns", "sqs"))
"""Services whose resource policies must name a resource in each statement."""


def check(draft: Draft) -> Iterator[Flaw]:
    """What is wrong with the document and with each statement of it."""
    if not isinstance(draft.value, Record):
        yield from _no_object(draft)
        return
    yield from _document(draft)
    for index, world, value in draft.written:
        if isinstance(value, (Record, Unknown)) or (isinstance(value, Text) and any(value.holes)):
            continue
        words = {"element": f"statement {index + 1}", "wanted": "an object"}
        yield Flaw("DATA_TYPE_MISMATCH", value.origin or draft.value.origin, words, world)
    for statement in draft.statements:
        yield from _statement(statement, draft.attached)


def _no_object(draft: Draft) -> Iterator[Flaw]:
    raw = draft.raw.known() if draft.raw is not None else None
    if isinstance(draft.value, Unknown) and raw is not None:
        try:
            json.loads(raw)
        except json.JSONDecodeError as error:
            place = f"{error.msg}, line {error.lineno} column {error.colno} of the text"
            yield draft.flaw("JSON_SYNTAX_ERROR", draft.raw, reason=place)
        except (ValueError, RecursionError):
            yield draft.flaw("JSON_SYNTAX_ERROR", draft.raw, reason="it cannot be read")
        return
    if isinstance(draft.value, (Listing, Text)):
        yield draft.flaw("DATA_TYPE_MISMATCH", element="the policy", wanted="an object")


def _document(draft: Draft) -> Iterator[Flaw]:
    record = draft.record
    # A statement in place of a policy lacks the list around it, and nothing else.
    bare = "Statement" not in record.fields and "Effect" in record.fields
    for name, value in record.fields.items():
        if bare and name in ELEMENTS:
            continue
        if name not in POLICY_ELEMENTS and not isinstance(value, Absent):
            right = next((each for each in POLICY_ELEMENTS if each.lower() == name.lower()), "")
            place = record.keys.get(name) or value.origin
            yield draft.flaw("INVALID_POLICY_ELEMENT", place, element=name, hint=_instead(right))
    version = record.fields.get("Version")
    if version is None or isinstance(version, Absent):
        yield draft.flaw("MISSING_VERSION")
    elif draft.version_problem is not None:
        yield draft.flaw("INVALID_VERSION", version, version=draft.version or "")
    elif isinstance(version, (Listing, Record)):
        yield draft.flaw("DATA_TYPE_MISMATCH", version, element="Version", wanted="a text")
    listed = record.fields.get("Statement")
    if listed is None or isinstance(listed, Absent) or listed == Listing((), listed.origin):
        misspelt = any(name.lower() == "statement" for name in record.fields)
        if not (misspelt and listed is None):
            yield draft.flaw("MISSING_STATEMENT", listed)


def _instead(right: str) -> str:
    return f"; it is written {right}" if right else ""


def _statement(statement: DraftStatement, attached: str) -> Iterator[Flaw]:
    fields = statement.fields
    # What is misspelt is said to be so, and not that it is missing as well.
    spelled = {name.lower().rstrip("s") for name in fields}
    for name in fields:
        if name not in ELEMENTS:
            wanted = name.lower().rstrip("s")
            right = next((each for each in ELEMENTS if each.lower().rstrip("s") == wanted), "")
            place = statement.place(name)
            yield statement.flaw(
                "INVALID_POLICY_ELEMENT", place, element=name, hint=_instead(right)
            )
    for one, other in _PAIRS:
        if one in fields and other in fields:
            yield statement.flaw(
                "UNSUPPORTED_ELEMENT_COMBINATION", statement.place(other), one=one, other=other
            )
    yield from _effect(statement, spelled)
    if not spelled & {"action", "notaction"}:
        yield statement.flaw("MISSING_ACTION")
    yield from _attachment(statement, spelled, attached)
    yield from _types(statement)


def _effect(statement: DraftStatement, spelled: set[str]) -> Iterator[Flaw]:
    value = statement.fields.get("Effect")
    if value is None:
        if "effect" not in spelled:
            yield statement.flaw("MISSING_EFFECT")
    elif isinstance(value, (Listing, Record)):
        yield statement.flaw("DATA_TYPE_MISMATCH", value, element="Effect", wanted="a text")
    elif isinstance(value, Text) and statement.effect is None and value.known() is not None:
        yield statement.flaw("INVALID_EFFECT", value, effect=value.known() or "")


def _attachment(statement: DraftStatement, spelled: set[str], attached: str) -> Iterator[Flaw]:
    """What is wrong in a policy of this kind, and may be right in another."""
    kind, fields = statement.kind, statement.fields
    if kind in WITH_PRINCIPAL:
        if not spelled & {"principal", "notprincipal"}:
            yield statement.flaw("MISSING_PRINCIPAL", kind=str(kind))
    else:
        check_id = "UNSUPPORTED_PRINCIPAL"
        if kind is PolicyKind.SCP:
            check_id = "SCP_SYNTAX_ERROR_PRINCIPAL"
        for name in ("Principal", "NotPrincipal"):
            if name in fields:
                yield statement.flaw(check_id, statement.place(name), element=name, kind=str(kind))
    if kind is PolicyKind.TRUST:
        if "NotPrincipal" in fields:
            place = statement.place("NotPrincipal")
            yield statement.flaw("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", place)
        for name in ("Resource", "NotResource"):
            if name in fields:
                place = statement.place(name)
                yield statement.flaw("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", place, element=name)
    elif not spelled & {"resource", "notresource"} and (
        kind is not PolicyKind.RESOURCE or attached in _NEED_RESOURCE
    ):
        yield statement.flaw("MISSING_RESOURCE")


def _types(statement: DraftStatement) -> Iterator[Flaw]:
    for name in _LISTS:
        value = statement.fields.get(name)
        for item in elements(value) if value is not None else ():
            if isinstance(item, (Record, Listing)):
                yield statement.flaw(
                    "DATA_TYPE_MISMATCH",
                    item.origin or statement.place(name),
                    element=name,
                    wanted="a text or a list of texts",
                )
    sid = statement.fields.get("Sid")
    if isinstance(sid, (Record, Listing)):
        yield statement.flaw("DATA_TYPE_MISMATCH", sid, element="Sid", wanted="a text")
    yield from _condition_types(statement)


def _condition_types(statement: DraftStatement) -> Iterator[Flaw]:
    block = statement.fields.get("Condition")
    if block is None or _may_be_record(block):
        yield from _blocks(statement, block)
        return
    yield statement.flaw("DATA_TYPE_MISMATCH", block, element="Condition", wanted="an object")


def _blocks(statement: DraftStatement, block: Value | None) -> Iterator[Flaw]:
    if not isinstance(block, Record):
        return
    for operator, keys in block.fields.items():
        if isinstance(keys, Absent):
            continue
        if not _may_be_record(keys):
            yield statement.flaw(
                "DATA_TYPE_MISMATCH", keys, element=operator, wanted="an object of condition keys"
            )
        if not isinstance(keys, Record):
            continue
        seen: dict[str, str] = {}
        for key, value in keys.fields.items():
            other = seen.setdefault(key.lower(), key)
            if other != key:
                yield statement.flaw(
                    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
                    keys.keys.get(key) or keys.origin,
                    key=key, other=other, operator=operator,
                )  # fmt: skip
            for item in elements(value):
                if isinstance(item, (Record, Listing)):
                    yield statement.flaw(
                        "DATA_TYPE_MISMATCH", item.origin or keys.origin,
                        element=key, wanted="a text or a list of texts",
                    )  # fmt: skip


def _may_be_record(value: Value) -> bool:
    if isinstance(value, Text):
        return any(value.holes)
    return not isinstance(value, Listing)
