"""What ``--narrow`` makes of present policies, in every format of ``passrole policy``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from passrole.findings import Results
from passrole.iam.statements import Item, Statement
from passrole.policies.as_text import not_read
from passrole.policies.narrowing import NarrowedPolicy, NarrowedRole
from passrole.policies.plain import PlainTexts, Write, condition_data, one_or_many
from passrole.policies.surroundings import Surroundings, local_id, snake
from passrole.policies.vocabulary import Placeholder
from passrole.policies.words import comment_lines
from passrole.policies.writing_cloudformation import cloudformation_expression
from passrole.policies.writing_terraform import quoted, terraform_expression
from passrole.policies.yaml_lines import yaml_lines
from passrole.reporters.escaping import printable
from passrole.reporters.json import diagnostic, location
from passrole.values import Text

VERSION = 1
NOTHING = "nothing of it is needed: the policy can go"


def render_narrowed(
    roles: Sequence[NarrowedRole], results: Results, around: Surroundings, form: str
) -> str:
    """The narrowed policies in one of the formats."""
    if form in ("json", "cloudformation-json", "terraform-json"):
        return _as_json(roles, results, around, form)
    render: Callable[[NarrowedRole, NarrowedPolicy, Surroundings], Iterator[str]]
    render = {"text": _text, "cloudformation": _yaml, "terraform": _hcl}[form]
    parts = []
    for role in roles:
        for policy in role.policies:
            lines = [*_head(role, policy, form), *render(role, policy, around)]
            parts.append("\n".join(lines))
    if form == "text":
        parts.extend(not_read(results))
        parts = parts or ["No pipeline here uses a role that is in the scanned tree."]
    return ("\n---\n" if form == "cloudformation" else "\n\n").join(parts) + "\n"


def _head(role: NarrowedRole, policy: NarrowedPolicy, form: str) -> Iterator[str]:
    """What became of one policy, in words."""
    lines = [f"Policy {policy.name} of role {role.role.label}{_place(policy)}"]
    if policy.kept_because:
        lines.append(f"Stays as it is: {policy.kept_because}.")
        if policy.removed:
            lines.append("Nothing here is known to need of it:")
    elif policy.removed or policy.narrower:
        lines.append("Taken away, as nothing needs it:")
    else:
        lines.append("All of it is needed.")
    lines.extend(f"  {words}" for words in _removed(policy))
    if policy.policy is not None and not policy.statements:
        lines.append(f"{NOTHING[0].upper()}{NOTHING[1:]}.")
    for line in lines:
        if form == "text":
            yield printable(line)
        else:
            yield from comment_lines(line)


def _place(policy: NarrowedPolicy) -> str:
    origin = policy.policy.origin if policy.policy is not None else None
    return f", {origin.document.location(origin.node)}" if origin is not None else ""


def _removed(policy: NarrowedPolicy) -> Iterator[str]:
    """What is gone, by statement and resource."""
    gone: dict[tuple[str, str], list[str]] = {}
    for each in policy.removed:
        on = _OTHERS if each.resource is None else str(each.resource)
        action = _OTHERS if each.action is None else str(each.action)
        gone.setdefault((_label_of(each.statement), on), []).append(action)
    for (statement, on), actions in gone.items():
        yield f"{statement}: {', '.join(actions)} on {on}"
    for narrower in policy.narrower:
        needed = ", ".join(narrower.needed)
        yield f"{_label_of(narrower.statement)}: {narrower.wildcard} is now {needed}"


_OTHERS = "all but what it excludes"


def _label_of(statement: Statement) -> str:
    return f"statement {statement.sid or statement.index + 1}"


def _text(role: NarrowedRole, policy: NarrowedPolicy, _: Surroundings) -> Iterator[str]:
    if policy.kept_because or not policy.statements:
        return
    write = PlainTexts(role.role.resource.target)
    yield from json.dumps(document(policy.statements, write), indent=2).splitlines()
    for placeholder in write.placeholders:
        yield printable(f"{placeholder.name}  {placeholder.words}")


def _yaml(role: NarrowedRole, policy: NarrowedPolicy, around: Surroundings) -> Iterator[str]:
    if policy.kept_because or not policy.statements:
        return
    vocabulary = around.cloudformation(role.role)
    placeholders: dict[Placeholder, None] = {}

    def write(text: Text) -> Any:
        expression, needed = cloudformation_expression(text, vocabulary)
        placeholders.update(dict.fromkeys(needed))
        return expression

    data = {"PolicyDocument": document(policy.statements, write)}
    lines = list(yaml_lines(data))
    for each in placeholders:
        yield from comment_lines(f"Add the parameter {each.name}: {each.words}")
    yield from lines


def _hcl(role: NarrowedRole, policy: NarrowedPolicy, around: Surroundings) -> Iterator[str]:
    if policy.kept_because or not policy.statements:
        return
    vocabulary = around.terraform(role.role)
    yield f'data "aws_iam_policy_document" "{_name(role, policy)}" {{'
    for number, statement in enumerate(policy.statements):
        if number:
            yield ""
        yield "  statement {"
        fields = _fields(
            statement, lambda text: terraform_expression(text, vocabulary).code, quoted
        )
        for name, value in fields.items():
            if name == "condition":
                for each in value:
                    yield "    condition {"
                    yield from (f"      {key:8} = {_hcl_value(v)}" for key, v in each.items())
                    yield "    }"
            else:
                yield f"    {name:9} = {_hcl_value(value)}"
        yield "  }"
    yield "}"


def _hcl_value(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def _fields(
    statement: Statement, write: Callable[[Text], str], literal: Callable[[str], str]
) -> dict[str, Any]:
    """A statement as the data source has it; ``literal`` writes a text that is no value."""
    lists = (
        ("actions", statement.actions),
        ("not_actions", statement.not_actions),
        ("resources", statement.resources),
        ("not_resources", statement.not_resources),
    )
    found: dict[str, Any] = {"sid": literal(statement.sid)} if statement.sid else {}
    if statement.effect == "Deny":
        found["effect"] = literal("Deny")
    found |= {name: _each(items, write) for name, items in lists if items}
    conditions = [
        {
            "test": literal(each.operator),
            "variable": literal(each.key),
            "values": _each(each.values, write),
        }
        for each in _conditions(statement)
    ]
    return {**found, "condition": conditions} if conditions else found


def _as_json(
    roles: Sequence[NarrowedRole], results: Results, around: Surroundings, form: str
) -> str:
    data = {
        "version": VERSION,
        "incomplete": results.incomplete,
        "roles": [
            {
                "name": role.role.label,
                "location": location(role.role.location),
                "policies": [_policy(role, each, around, form) for each in role.policies],
            }
            for role in roles
        ],
        "diagnostics": [diagnostic(each) for each in results.diagnostics],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _policy(
    role: NarrowedRole, policy: NarrowedPolicy, around: Surroundings, form: str
) -> dict[str, Any]:
    plain = PlainTexts(role.role.resource.target)
    origin = policy.policy.origin if policy.policy is not None else None
    place = origin.document.location(origin.node) if origin is not None else None
    return {
        "name": policy.name,
        "location": location(place),
        "kept_because": policy.kept_because,
        "document": _document(role, policy, around, form, plain),
        "removed": list(_removed(policy)),
        "placeholders": [{"name": each.name, "put": each.words} for each in plain.placeholders],
    }


def _document(
    role: NarrowedRole, policy: NarrowedPolicy, around: Surroundings, form: str, plain: PlainTexts
) -> Any:
    """The document in the references of a format; none where it stays as it is."""
    if policy.kept_because or not policy.statements:
        return None
    if form == "json":
        return document(policy.statements, plain)
    if form == "cloudformation-json":
        names = around.cloudformation(role.role)
        return document(
            policy.statements, lambda text: cloudformation_expression(text, names)[0]
        )  # fmt: skip
    vocabulary = around.terraform(role.role)

    def write(text: Text) -> str:
        code = terraform_expression(text, vocabulary).code
        return str(json.loads(code)) if code.startswith('"') else f"${{{code}}}"

    statements = [_fields(each, write, str) for each in policy.statements]
    return {"data": {"aws_iam_policy_document": {_name(role, policy): {"statement": statements}}}}


def document(statements: Sequence[Statement], write: Write) -> dict[str, Any]:
    """An identity policy of statements as they are."""
    return {"Version": "2012-10-17", "Statement": [_statement(each, write) for each in statements]}


def _statement(statement: Statement, write: Write) -> dict[str, Any]:
    data: dict[str, Any] = {"Sid": statement.sid} if statement.sid else {}
    data["Effect"] = statement.effect
    lists = (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    )
    data |= {name: one_or_many(_each(items, write)) for name, items in lists if items}
    conditions = list(_conditions(statement))
    if conditions:
        data["Condition"] = condition_data(conditions, write)
    return data


def _conditions(statement: Statement) -> Iterator[Any]:
    return (each for each in statement.conditions if hasattr(each, "operator"))


def _each(items: Sequence[Item], write: Callable[[Text], Any]) -> list[Any]:
    return [write(each) for each in items if isinstance(each, Text)]


def _name(role: NarrowedRole, policy: NarrowedPolicy) -> str:
    own = local_id(role.role.resource).removeprefix("aws_iam_role.")
    return snake(f"{own}_{policy.name}" if policy.name else own)
