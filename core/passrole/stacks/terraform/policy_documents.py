"""``data "aws_iam_policy_document"``: its blocks and the documents that it merges as one document.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from passrole.iam.json_texts import value_from_json_text
from passrole.stacks.terraform.decisions import both
from passrole.stacks.terraform.operands import lifted
from passrole.values import (
    ABSENT,
    Absent,
    Choice,
    Guard,
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    elements,
    key_of,
    known,
    literal,
    opposite,
)

VERSION = "2012-10-17"
_LISTS = (
    ("actions", "Action"), ("not_actions", "NotAction"),
    ("resources", "Resource"), ("not_resources", "NotResource"),
)  # fmt: skip
_PRINCIPALS = (("principals", "Principal"), ("not_principals", "NotPrincipal"))
_WITH_VARIABLES = frozenset({"Resource", "NotResource"})


def policy_document(properties: Record) -> Value:
    """The document that the data source gives. Unknown parts stay unknown statements."""
    fields = properties.fields
    own = [_own_statement(each) for each in elements(fields.get("statement", ABSENT))]
    sources = _documents(fields, "source_json", "source_policy_documents")
    overrides = _documents(fields, "override_policy_documents", "override_json")
    statements: list[Value] = []
    for document in sources:
        statements.extend(_statements_of(document))
    statements = _merged(statements, own)
    for document in overrides:
        statements = _merged(statements, list(_statements_of(document)))
    version = fields.get("version", literal(VERSION))
    document_fields: dict[str, Value] = {"Version": version}
    if "policy_id" in fields:
        document_fields["Id"] = fields["policy_id"]
    document_fields["Statement"] = Listing(tuple(statements), properties.origin)
    return Record(document_fields, properties.origin)


def _documents(fields: Mapping[str, Value], *names: str) -> Iterator[Value]:
    for name in names:
        yield from elements(fields.get(name, ABSENT))


def _statements_of(document: Value, guard: Guard = True) -> Iterator[Value]:
    """The statements of a document, each there when its document is."""
    if isinstance(document, Choice):
        yield from _statements_of(document.then, both(guard, document.guard))
        yield from _statements_of(document.otherwise, both(guard, opposite(document.guard)))
        return
    if isinstance(document, Text):
        if known(document) == "":
            return
        document = value_from_json_text(document)
    if isinstance(document, Absent):
        return
    if isinstance(document, Record) and "Statement" in document.fields:
        for each in elements(document.fields["Statement"]):
            yield choose(guard, each, ABSENT)
        return
    reason = getattr(document, "reason", "") or "a document that is merged is not a policy"
    unknown = Unknown(f"a policy document that is merged is not known: {reason}", document.origin)
    yield choose(guard, unknown, ABSENT)


def _merged(before: list[Value], new: list[Value]) -> list[Value]:
    """Statements joined by others, which replace those of the same Sid."""
    merged = list(before)
    for statement in new:
        sid = _sid(statement)
        if sid is None:
            # Whatever has a Sid may have been replaced, or not.
            merged = [_doubtful(each) if _sid(each) != "" else each for each in merged]
            merged.append(statement)
            continue
        same = [index for index, each in enumerate(merged) if sid and _sid(each) == sid]
        if same and not isinstance(statement, Choice):
            merged[same[0]] = statement
        elif same:
            merged[same[0]] = _in_place_of(statement, merged[same[0]])
        else:
            merged.append(statement)
    return merged


def _in_place_of(statement: Value, replaced: Value) -> Value:
    """A statement that may be there, and what stands there otherwise."""
    if isinstance(statement, Choice):
        then, otherwise = (
            _in_place_of(each, replaced) for each in (statement.then, statement.otherwise)
        )
        return choose(statement.guard, then, otherwise, statement.origin)
    return replaced if isinstance(statement, Absent) else statement


def _doubtful(statement: Value) -> Value:
    return Unknown("whether another document replaces the statement is not known", statement.origin)


def _sid(statement: Value) -> str | None:
    """The Sid of a statement, empty for none, None where it is not known."""
    if isinstance(statement, Absent):
        return ""
    if isinstance(statement, Choice):
        found = {_sid(each) for each in (statement.then, statement.otherwise)} - {""}
        return next(iter(found), "") if len(found) <= 1 else None
    if not isinstance(statement, Record):
        return None
    sid = statement.fields.get("Sid", ABSENT)
    return "" if isinstance(sid, Absent) else known(sid)


# -- blocks ---------------------------------------------------------------------------------------


def _own_statement(block: Value) -> Value:
    """A ``statement`` block as IAM writes it."""
    return lifted((block,), lambda values: _statement(values[0]))


def _statement(block: Value) -> Value:
    if not isinstance(block, Record):
        return block if isinstance(block, (Unknown, Absent)) else Unknown("a statement is a block")
    given = block.fields
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}

    def put(element: str, name: str, value: Value) -> None:
        fields[element] = value
        if name in block.keys:
            keys[element] = block.keys[name]

    if _is_there(given.get("sid")):
        put("Sid", "sid", given["sid"])
    effect = given.get("effect")
    put(
        "Effect", "effect", effect if effect is not None and _is_there(effect) else literal("Allow")
    )
    for name, element in _LISTS:
        value = given.get(name)
        if value is not None and _is_there(value):
            put(element, name, _variables(value) if element in _WITH_VARIABLES else value)
    for name, element in _PRINCIPALS:
        if _is_there(given.get(name)):
            put(element, name, _principals(given[name]))
    if _is_there(given.get("condition")):
        put("Condition", "condition", _conditions(given["condition"]))
    return Record(fields, block.origin, keys)


def _is_there(value: Value | None) -> bool:
    """Whether an argument is set: nulls and empty lists are not."""
    if value is None or isinstance(value, Absent) or known(value) == "":
        return False
    return not (isinstance(value, Listing) and not value.values)


def _principals(blocks: Value) -> Value:
    """``principals`` blocks: identifiers by type, or ``*`` for everybody."""
    found: dict[str, Value] = {}
    for block in elements(blocks):
        type_, identifiers = _field(block, "type"), _variables(_field(block, "identifiers"))
        name = key_of(type_)
        if isinstance(block, (Unknown, Choice)) or name is None:
            reason = getattr(block, "reason", "") or "the type of a principal is not known"
            return Unknown(reason, block.origin)
        if name == "*":
            return Text(("*",), block.origin)
        before = found.get(name)
        found[name] = (
            identifiers if before is None else Listing((*elements(before), *elements(identifiers)))
        )
    return Record(found, blocks.origin)


def _conditions(blocks: Value) -> Value:
    """``condition`` blocks: values by key by operator."""
    found: dict[str, dict[str, Value]] = {}
    for block in elements(blocks):
        operator, key = key_of(_field(block, "test")), key_of(_field(block, "variable"))
        if isinstance(block, (Unknown, Choice)) or operator is None or key is None:
            reason = getattr(block, "reason", "") or "a condition is not known"
            return Unknown(reason, block.origin)
        keys = found.setdefault(operator, {})
        values = _variables(_field(block, "values"))
        before = keys.get(key)
        keys[key] = values if before is None else Listing((*elements(before), *elements(values)))
    return Record({operator: Record(keys) for operator, keys in found.items()}, blocks.origin)


def _field(block: Value, name: str) -> Value:
    return block.fields.get(name, ABSENT) if isinstance(block, Record) else ABSENT


def _variables(value: Value) -> Value:
    """Texts with ``${`` for ``&{``, by which policy variables are written here."""
    if isinstance(value, Listing):
        return Listing(tuple(map(_variables, value.values)), value.origin)
    if isinstance(value, Choice):
        then, otherwise = _variables(value.then), _variables(value.otherwise)
        return choose(value.guard, then, otherwise, value.origin)
    if isinstance(value, Text) and any(
        "&{" in part for part in value.parts if isinstance(part, str)
    ):
        parts = [p.replace("&{", "${") if isinstance(p, str) else p for p in value.parts]
        return Text(parts, value.origin, value.defaults)
    return value
