"""Policies as Terraform: policy documents as data sources, in the references of the module."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Any

from passrole._version import __version__
from passrole.iam.statements import Condition
from passrole.policies.least import RolePolicy
from passrole.policies.plain import managed_policy_arns, trust_groups
from passrole.policies.statements import Written
from passrole.policies.surroundings import Surroundings, local_id, snake
from passrole.policies.vocabulary import Placeholder, Vocabulary
from passrole.policies.words import about_lines, comment_lines, option_words, reason_comments
from passrole.policies.writing_terraform import (
    module_of,
    quoted,
    reference_to,
    terraform_expression,
)
from passrole.reporters.escaping import printable
from passrole.values import Text

NAME = "least-privilege"


def render_terraform(policies: Iterable[RolePolicy], around: Surroundings) -> str:
    """HCL: for each module what it needs besides, then data sources and resources by role."""
    parts = []
    for where, each in by_module(policies).items():
        module = _Module(around.terraform(each[0].role))
        blocks = [block for policy in each for block in module.blocks(policy)]
        head = [f"# For {printable(where)}. Written by passrole {__version__}."]
        parts.append("\n\n".join(["\n".join(head), *module.besides(), *blocks]) + "\n")
    return "\n".join(parts)


def by_module(policies: Iterable[RolePolicy]) -> dict[str, list[RolePolicy]]:
    """The policies by the folder, and the module, that their roles stand in."""
    found: dict[str, list[RolePolicy]] = {}
    for policy in policies:
        resource = policy.role.resource
        folder = posixpath.dirname(resource.location.path) or "."
        module = module_of(resource.id).rstrip(".")
        found.setdefault(f"{folder} ({module})" if module else folder, []).append(policy)
    return found


def labels_of(policy: RolePolicy) -> tuple[str, str]:
    """What the blocks of a role are called, and the name of the role as a template."""
    resource = policy.role.resource
    address = local_id(resource)
    if resource.format == "terraform":
        # A role of which there may be many goes by its key, which only its module knows.
        reference = reference_to(resource) or f"{address}[each.key]"
        return snake(address.removeprefix("aws_iam_role.")), f"${{{reference}.name}}"
    return snake(address), policy.role.label


class _Module:
    """What is to be put into one module."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._variables: dict[Placeholder, None] = {}
        self._data: dict[str, None] = {}

    def besides(self) -> list[str]:
        """Data sources and variables that the references need and the module does not have."""
        data = [f'data "{type_name}" "current" {{}}' for type_name in sorted(self._data)]
        return data + [
            f'variable "{each.name}" {{\n  type        = string\n'
            f"  description = {quoted(each.words)}\n}}"
            for each in self._variables
        ]

    def write(self, text: Text) -> str:
        """The expression of a text."""
        found = terraform_expression(text, self._vocabulary)
        self._variables.update(dict.fromkeys(found.placeholders))
        self._data.update(dict.fromkeys(found.data))
        return found.code

    def blocks(self, policy: RolePolicy) -> Iterator[str]:
        """The data sources and resources of one role."""
        name, reference = labels_of(policy)
        own = reference.startswith("${")
        role = reference[2:-1] if own else quoted(reference)
        comments = list(about_lines(policy))
        for number, statements in enumerate(policy.policies, 1):
            suffix = "" if policy.is_inline else f"_{number}"
            last = number == len(policy.policies)
            yield self._document(
                f"{name}{suffix}", comments if number == 1 else [],
                [self._statement(each) for each in statements]
                + (self._options(policy) if last else []),
            )  # fmt: skip
            yield from self._attached(policy, f"{name}{suffix}", role, suffix)
        if not policy.policies:
            yield "\n".join(line for each in comments for line in comment_lines(each))
        for number, arn in enumerate(managed_policy_arns(policy), 1):
            label = f"{name}_managed" + (f"_{number}" if number > 1 else "")
            yield _resource(
                "aws_iam_role_policy_attachment", label,
                {"role": role, "policy_arn": self.write(arn)},
            )  # fmt: skip
        if policy.trust:
            where = f"In {role.removesuffix('.name')}" if own else "In the role"
            words = [f"{where}, write:"]
            words.append(f"  assume_role_policy = data.aws_iam_policy_document.{name}_trust.json")
            trust = [self._trusting(group) for group in trust_groups(policy)]
            yield self._document(f"{name}_trust", words, trust)

    def _attached(self, policy: RolePolicy, name: str, role: str, suffix: str) -> Iterator[str]:
        """The resources that give a role its policy, with what has to wait for them."""
        document = f"data.aws_iam_policy_document.{name}.json"
        if policy.is_inline:
            fields = {"name": quoted(NAME), "role": role, "policy": document}
            waits = _waits(policy, f"aws_iam_role_policy.{name}")
            yield "\n".join([*waits, _resource("aws_iam_role_policy", name, fields)])
            return
        title = quoted(f"{NAME}{suffix.replace('_', '-')}")
        yield _resource("aws_iam_policy", name, {"name": title, "policy": document})
        fields = {"role": role, "policy_arn": f"aws_iam_policy.{name}.arn"}
        waits = _waits(policy, f"aws_iam_role_policy_attachment.{name}")
        yield "\n".join([*waits, _resource("aws_iam_role_policy_attachment", name, fields)])

    def _document(self, name: str, comments: Iterable[str], statements: list[str]) -> str:
        lines = [line for each in comments for line in comment_lines(each)]
        lines.append(f'data "aws_iam_policy_document" "{name}" {{')
        lines.append("\n\n".join(statements))
        return "\n".join([*lines, "}"])

    def _statement(self, statement: Written, off: str = "") -> str:
        grant = statement.grant
        comments = [*([off] if off else []), *reason_comments(statement.reasons)]
        if statement.remark:
            comments.append(statement.remark)
        body = [f"sid       = {quoted(statement.sid)}"]
        body += _listed("actions  ", map(quoted, grant.actions))
        body += _listed("resources", map(self.write, grant.resources))
        body += self._conditions(grant.conditions)
        return _block(comments, body, commented=bool(off))

    def _options(self, policy: RolePolicy) -> list[str]:
        kept = dict(self._variables), dict(self._data)
        found = [
            self._statement(statement, f"Optional, {option.name}: {option_words(option)}")
            for option in policy.options
            for statement in option.statements
        ]
        self._variables, self._data = kept  # what only comments need is not declared yet
        return found

    def _trusting(self, group: list[Any]) -> str:
        body = ['actions = ["sts:AssumeRole"]', "", "principals {"]
        body.append(f"  type        = {quoted(group[0].kind)}")
        names = _listed("identifiers", (self.write(each.principal) for each in group))
        body += [f"  {line}" for line in names]
        body.append("}")
        body += self._conditions(group[0].conditions)
        return _block(reason_comments(r for each in group for r in each.reasons), body)

    def _conditions(self, conditions: Iterable[Condition]) -> list[str]:
        lines = []
        for each in conditions:
            values = [self.write(value) for value in each.values if isinstance(value, Text)]
            lines += ["", "condition {", f"  test     = {quoted(each.operator)}"]
            lines.append(f"  variable = {quoted(each.key)}")
            lines += [f"  {line}" for line in _listed("values  ", values)]
            lines.append("}")
        return lines


def _waits(policy: RolePolicy, address: str) -> list[str]:
    """Which pipelines must wait for what gives the role its policy."""
    module = module_of(policy.role.resource.id)
    found = []
    for pipeline in policy.waiting:
        if pipeline.stack == policy.role.resource.stack and module_of(pipeline.id) == module:
            words = "which else may run before its role has the permissions, write:"
            found += comment_lines(f"In {local_id(pipeline)}, {words}")
            found.append(f"#   depends_on = [{address}]")
    return found


def _block(comments: Iterable[str], body: Iterable[str], commented: bool = False) -> str:
    mark = "# " if commented else ""
    lines = [line for each in comments for line in comment_lines(each, "  ")]
    lines.append(f"  {mark}statement {{")
    lines += [f"  {mark}  {line}".rstrip() for line in body]
    lines.append(f"  {mark}}}")
    return "\n".join(lines)


def _listed(name: str, items: Iterable[str]) -> list[str]:
    found = list(items)
    line = f"{name} = [{', '.join(found)}]"
    if len(line) < 90:
        return [line]
    return [f"{name} = [", *(f"  {item}," for item in found), "]"]


def _resource(type_name: str, name: str, fields: dict[str, str]) -> str:
    width = max(map(len, fields))
    lines = [f"  {key:{width}} = {value}" for key, value in fields.items()]
    return "\n".join([f'resource "{type_name}" "{name}" {{', *lines, "}"])
