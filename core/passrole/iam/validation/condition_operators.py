"""Condition operators: those that IAM has, and whether they suit their key and its values.

Sources: IAM user guide, *Condition operators* and *Multivalued context keys*; the types of keys
from the service authorization reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.iam import reference
from passrole.iam.operators import ALL_VALUES, NULL, Operator, operator_named
from passrole.iam.validation.drafts import Draft, DraftCondition, DraftStatement
from passrole.iam.validation.flaws import Flaw, Sureness

_LONGEST = 100
"""How long a name may be for which a nearer one is looked for."""
_FAMILIES = ("String", "Arn", "Numeric", "Date", "Bool", "Binary", "IpAddress")
_OF_TYPE = {
    "String": "String", "ARN": "Arn", "Numeric": "Numeric", "Date": "Date", "Bool": "Bool",
    "Binary": "Binary", "IPAddress": "IpAddress",
}  # fmt: skip
# What the guide itself writes with another operator, or what is compared as text all the same.
_WORKS = frozenset(
    (("ARN", "String"), ("Date", "Numeric"), ("Bool", "String"), ("Numeric", "String"),
     ("String", "Arn"), ("Date", "String"), ("Binary", "String"))
)  # fmt: skip


def check(draft: Draft) -> Iterator[Flaw]:
    """Operators that do not exist, or do not suit what they compare."""
    for statement in draft.statements:
        for condition in statement.conditions:
            if "${" in condition.operator:
                continue
            if condition.meaning is None:
                yield from _unknown(statement, condition)
            else:
                yield from _suits(statement, condition, condition.meaning)


def _unknown(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    name = condition.operator
    bare = name.rpartition(":")[2].lower()
    if bare == f"{NULL}ifexists":
        yield statement.flaw("NULL_WITH_IF_EXISTS", condition.origin, operator=name)
        return
    near = _nearest(name)
    hint = f"; did you mean {near}?" if near else ""
    yield statement.flaw("INVALID_CONDITION_OPERATOR", condition.origin, operator=name, hint=hint)


def _nearest(name: str) -> str:
    if len(name) > _LONGEST:
        return ""
    import difflib  # noqa: PLC0415 - for error messages only

    names = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike",
             "StringNotEqualsIgnoreCase", "StringNotLike", "ArnEquals", "ArnLike", "ArnNotEquals",
             "ArnNotLike", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null",
             "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
             "NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals",
             "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
             "DateGreaterThanEquals")  # fmt: skip
    qualifier, colon, bare = name.rpartition(":")
    folded = {each.lower(): each for each in names}
    suffix = "IfExists" if bare.lower().endswith("ifexists") else ""
    bare = bare[: len(bare) - len(suffix)]
    close = difflib.get_close_matches(bare.lower(), list(folded), n=1, cutoff=0.7)
    if not close:
        return ""
    made = f"{qualifier}{colon}{folded[close[0]]}{suffix}"
    return made if operator_named(made) else folded[close[0]]


def _suits(
    statement: DraftStatement, condition: DraftCondition, operator: Operator
) -> Iterator[Flaw]:
    key = condition.key
    if operator.is_null:
        if operator.qualifier:
            yield statement.flaw(
                "NULL_WITH_QUALIFIER", condition.origin, operator=condition.operator, key=key
            )._replace(instead=_unqualified(condition))
        return
    yield from _wildcards(statement, condition, operator)
    found = reference.condition_key(key) if ":" in key else None
    if found is None or "." in key.partition(":")[0]:
        return
    words = {"key": key, "operator": condition.operator}
    if found.multivalued and not operator.qualifier:
        yield (
            statement.flaw("MISSING_QUALIFIER", condition.origin, sureness="medium")
            .saying(words)
            ._replace(instead=f"ForAnyValue:{condition.operator}")
        )
    if not found.multivalued and operator.qualifier == ALL_VALUES:
        # In a Deny it denies more than was meant, which somebody notices.
        sure: Sureness = "high" if statement.effect == "Allow" else "low"
        yield (
            statement.flaw("FORALLVALUES_WITH_SINGLE_VALUED_KEY", condition.origin, sureness=sure)
            .saying(words)
            ._replace(instead=_unqualified(condition))
        )
    kind = found.type.removeprefix("ArrayOf")
    family = next((each for each in _FAMILIES if operator.name.startswith(each)), "")
    family = "IpAddress" if operator.name == "NotIpAddress" else family
    wanted = _OF_TYPE.get(kind, "")
    if wanted and family and family != wanted:
        sure = "low" if (kind, family) in _WORKS else "medium"
        yield (
            statement.flaw(
                "TYPE_MISMATCH", condition.origin, sureness=sure, type=kind, wanted=wanted
            )
            .saying(words)
            ._replace(instead=_of_family(condition.operator, family, wanted))
        )


def _wildcards(
    statement: DraftStatement, condition: DraftCondition, operator: Operator
) -> Iterator[Flaw]:
    if not operator.name.startswith("String") or operator.wildcards:
        return
    for text in condition.texts:
        for part in text.parts:
            plain = part.replace("${*}", "").replace("${?}", "") if isinstance(part, str) else ""
            if "*" in plain or "?" in plain:
                yield statement.flaw(
                    "WILDCARD_WITHOUT_LIKE_OPERATOR", text,
                    sureness="high" if "*" in plain else "low",
                    value=str(text), operator=condition.operator, key=condition.key,
                )._replace(instead=_with_wildcards(condition))  # fmt: skip
                break


def _unqualified(condition: DraftCondition) -> str:
    return condition.operator.rpartition(":")[2]


def _with_wildcards(condition: DraftCondition) -> str:
    """The operator that compares in the same way and knows wildcards; empty for those without."""
    found = reference.condition_key(condition.key) if ":" in condition.key else None
    family = "Arn" if found is not None and found.type == "ARN" else "String"
    for plain, like in (("StringEquals", "Like"), ("StringNotEquals", "NotLike")):
        if condition.operator.removesuffix("IfExists").rpartition(":")[2] == plain:
            return condition.operator.replace(plain, f"{family}{like}")
    return ""


def _of_family(operator: str, family: str, wanted: str) -> str:
    """The same comparison of another type; empty where that type has none such."""
    instead = operator.replace(family, wanted, 1)
    return instead if operator_named(instead) else ""
