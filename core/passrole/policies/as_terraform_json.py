"""Policies as Terraform in its JSON syntax: one file's content for each module."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from passrole.iam.statements import Condition
from passrole.policies.as_terraform import NAME, by_module, labels_of
from passrole.policies.least import RolePolicy
from passrole.policies.plain import managed_policy_arns, trust_groups
from passrole.policies.statements import Written
from passrole.policies.surroundings import Surroundings
from passrole.policies.vocabulary import Placeholder, Vocabulary
from passrole.policies.words import about_lines, reason_comments
from passrole.policies.writing_terraform import terraform_expression
from passrole.values import Text

COMMENT = "//"
"""The key that Terraform passes over (Terraform language, *JSON Configuration Syntax*)."""


def render_terraform_json(policies: Iterable[RolePolicy], around: Surroundings) -> str:
    """The configuration of the module; by module where there are several."""
    modules = {
        where: _Module(around.terraform(each[0].role)).of(each)
        for where, each in by_module(policies).items()
    }
    only = next(iter(modules.values())) if len(modules) == 1 else modules
    return json.dumps(only, indent=2, ensure_ascii=False) + "\n"


class _Module:
    """What is to be put into one module."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._variables: dict[Placeholder, None] = {}
        self._data: dict[str, None] = {}
        self._blocks: dict[str, dict[str, dict[str, Any]]] = {"data": {}, "resource": {}}

    def of(self, policies: Iterable[RolePolicy]) -> dict[str, Any]:
        """The blocks of the module, by their kind, type and name."""
        for policy in policies:
            self._add(policy)
        for type_name in sorted(self._data):
            self._put("data", type_name, "current", {})
        variables = {
            each.name: {"type": "string", "description": each.words} for each in self._variables
        }
        found = {"variable": variables, **self._blocks}
        return {kind: blocks for kind, blocks in found.items() if blocks}

    def _add(self, policy: RolePolicy) -> None:
        name, role = labels_of(policy)
        about = " ".join(line.strip() for line in about_lines(policy))
        for number, statements in enumerate(policy.policies, 1):
            suffix = "" if policy.is_inline else f"_{number}"
            document = {
                COMMENT: about if number == 1 else "",
                "statement": [self._statement(each) for each in statements],
            }
            self._put("data", "aws_iam_policy_document", f"{name}{suffix}", document)
            source = f"${{data.aws_iam_policy_document.{name}{suffix}.json}}"
            if policy.is_inline:
                fields = {"name": NAME, "role": role, "policy": source}
                self._put("resource", "aws_iam_role_policy", name, fields)
                continue
            fields = {"name": f"{NAME}-{number}", "policy": source}
            self._put("resource", "aws_iam_policy", f"{name}{suffix}", fields)
            fields = {"role": role, "policy_arn": f"${{aws_iam_policy.{name}{suffix}.arn}}"}
            self._put("resource", "aws_iam_role_policy_attachment", f"{name}{suffix}", fields)
        for number, arn in enumerate(managed_policy_arns(policy), 1):
            label = f"{name}_managed" + (f"_{number}" if number > 1 else "")
            fields = {"role": role, "policy_arn": self._write(arn)}
            self._put("resource", "aws_iam_role_policy_attachment", label, fields)
        if policy.trust:
            document = {"statement": [self._trusting(group) for group in trust_groups(policy)]}
            self._put("data", "aws_iam_policy_document", f"{name}_trust", document)

    def _put(self, kind: str, type_name: str, name: str, body: dict[str, Any]) -> None:
        self._blocks[kind].setdefault(type_name, {})[name] = body

    def _write(self, text: Text) -> str:
        found = terraform_expression(text, self._vocabulary)
        self._variables.update(dict.fromkeys(found.placeholders))
        self._data.update(dict.fromkeys(found.data))
        if found.code.startswith('"'):
            return str(json.loads(found.code))
        return f"${{{found.code}}}"

    def _statement(self, statement: Written) -> dict[str, Any]:
        grant = statement.grant
        words = [line.strip() for line in reason_comments(statement.reasons)]
        return {
            COMMENT: ". ".join(filter(None, (*words, statement.remark))),
            "sid": statement.sid,
            "actions": list(grant.actions),
            "resources": [self._write(each) for each in grant.resources],
            **self._conditions(grant.conditions),
        }

    def _trusting(self, group: list[Any]) -> dict[str, Any]:
        identifiers = [self._write(each.principal) for each in group]
        return {
            "actions": ["sts:AssumeRole"],
            "principals": [{"type": group[0].kind, "identifiers": identifiers}],
            **self._conditions(group[0].conditions),
        }

    def _conditions(self, conditions: Iterable[Condition]) -> dict[str, Any]:
        found = [
            {
                "test": each.operator,
                "variable": each.key,
                "values": [self._write(value) for value in each.values if isinstance(value, Text)],
            }
            for each in conditions
        ]
        return {"condition": found} if found else {}
