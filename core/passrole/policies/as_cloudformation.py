"""Policies as resources of CloudFormation, in the references of the role's own template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from passrole._version import __version__
from passrole.policies.circles import Mentions, mentioned
from passrole.policies.least import RolePolicy
from passrole.policies.plain import (
    managed_policy_arns,
    statement_data,
    trust_data,
    trust_groups,
)
from passrole.policies.statements import Written
from passrole.policies.surroundings import Surroundings, camel, local_id
from passrole.policies.vocabulary import Placeholder, Vocabulary
from passrole.policies.words import about_lines, comment_lines, option_words, reason_comments
from passrole.policies.writing_cloudformation import cloudformation_expression
from passrole.policies.yaml_lines import Commented, yaml_lines
from passrole.values import Text

NAME = "least-privilege"
HEAD = (
    f"Written by passrole {__version__}. These properties replace those of the same names; the "
    "role's other properties stay as they are. What each statement is for stands above it."
)
APART = "Apart from the role: what it refers to refers to the role itself."


def render_cloudformation(policies: Iterable[RolePolicy], around: Surroundings) -> str:
    """Fragments in YAML, one document for each template."""
    parts = []
    for path, fragment in fragments(policies, around).items():
        lines = [*comment_lines(f"For {path}"), *comment_lines(HEAD)]
        parts.append("\n".join([*lines, *yaml_lines(fragment)]) + "\n")
    return "---\n".join(parts)


def fragments(policies: Iterable[RolePolicy], around: Surroundings) -> dict[str, Any]:
    """What is to be put into each template, by its path."""
    by_stack: dict[str, list[RolePolicy]] = {}
    for policy in policies:
        by_stack.setdefault(policy.role.resource.stack, []).append(policy)
    found: dict[str, Any] = {}
    for stack, each in by_stack.items():
        path = each[0].role.location.path
        # A template that is nested more than once makes several stacks.
        found[stack if path in found else path] = _Fragment(around, each[0]).of(each)
    return found


class _Fragment:
    """What is to be put into one template."""

    def __init__(self, around: Surroundings, policy: RolePolicy) -> None:
        self._vocabulary: Vocabulary = around.cloudformation(policy.role)
        stack = around.stack_of(policy.role)
        is_own = stack is not None and stack.format == "cloudformation"
        self._mentions = Mentions(stack) if stack is not None and is_own else None
        self._placeholders: dict[Placeholder, None] = {}

    def of(self, policies: Iterable[RolePolicy]) -> dict[str, Any]:
        """The sections of the template, in their usual order."""
        resources: dict[str, Any] = {}
        for policy in policies:
            resources.update(self._resources(policy))
        parameters = {
            each.name: {"Type": "String", "Description": each.words} for each in self._placeholders
        }
        return {**({"Parameters": parameters} if parameters else {}), "Resources": resources}

    def _write(self, text: Text) -> Any:
        expression, placeholders = cloudformation_expression(text, self._vocabulary)
        self._placeholders.update(dict.fromkeys(placeholders))
        return expression

    def _resources(self, policy: RolePolicy) -> Iterator[tuple[str, Any]]:
        role_id = camel(local_id(policy.role.resource))
        trust = [
            Commented(
                tuple(reason_comments(reason for each in group for reason in each.reasons)),
                trust_data(group, self._write),
            )
            for group in trust_groups(policy)
        ]
        properties: dict[str, Any] = {}
        if trust:
            properties["AssumeRolePolicyDocument"] = {"Version": "2012-10-17", "Statement": trust}
        attached: list[Any] = [self._write(arn) for arn in managed_policy_arns(policy)]
        documents = [self._document(statements) for statements in policy.policies]
        if documents:
            documents[-1]["Statement"] += self._options(policy)
        apart = self._is_circle(role_id, documents, trust)
        inline = policy.is_inline and not apart
        if documents and inline:
            properties["Policies"] = [{"PolicyName": NAME, "PolicyDocument": documents[0]}]
        elif not policy.is_inline and not apart:
            attached += [{"Ref": f"{role_id}Policy{number}"} for number in _numbers(documents)]
        if attached:
            properties["ManagedPolicyArns"] = attached
        yield (
            role_id,
            Commented(
                tuple(about_lines(policy)), {"Type": "AWS::IAM::Role", "Properties": properties}
            ),
        )
        if documents and not inline:
            yield from self._apart(policy, role_id, documents, apart)

    def _apart(
        self, policy: RolePolicy, role_id: str, documents: list[Any], apart: bool
    ) -> Iterator[tuple[str, Any]]:
        for number, document in zip(_numbers(documents), documents, strict=True):
            properties: dict[str, Any] = {"PolicyDocument": document}
            type_name, suffix = "AWS::IAM::ManagedPolicy", f"{number}"
            if policy.is_inline:
                type_name, suffix = "AWS::IAM::Policy", ""
                properties = {"PolicyName": NAME, **properties}
            if apart:
                properties["Roles"] = [{"Ref": role_id}]
            name = f"{role_id}Policy{suffix}"
            comments = (APART, *_waits(policy, name)) if apart else ()
            yield name, Commented(comments, {"Type": type_name, "Properties": properties})

    def _document(self, statements: tuple[Written, ...]) -> dict[str, Any]:
        return {
            "Version": "2012-10-17",
            "Statement": [self._statement(each) for each in statements],
        }

    def _statement(self, statement: Written, off: bool = False, why: str = "") -> Commented:
        comments = [why] if why else []
        comments += reason_comments(statement.reasons)
        if statement.remark:
            comments.append(statement.remark)
        return Commented(tuple(comments), statement_data(statement, self._write), off)

    def _options(self, policy: RolePolicy) -> list[Commented]:
        kept = dict(self._placeholders)
        found = [
            self._statement(statement, True, f"Optional, {option.name}: {option_words(option)}")
            for option in policy.options
            for statement in option.statements
        ]
        self._placeholders = kept  # what only comments need is no parameter yet
        return found

    def _is_circle(self, role_id: str, documents: list[Any], trust: list[Any]) -> bool:
        if self._mentions is None:
            return False
        by_trust = mentioned(without_comments(trust))
        by_policies = mentioned(without_comments(documents))
        self._mentions.replace(role_id, by_trust)
        apart = self._mentions.lead_to(by_policies, role_id)
        if not apart:
            self._mentions.replace(role_id, by_trust | by_policies)
        return apart


def _waits(policy: RolePolicy, name: str) -> Iterator[str]:
    """Which pipelines must wait for a policy that stands apart from its role."""
    for pipeline in policy.waiting:
        if pipeline.stack == policy.role.resource.stack:
            yield (
                f"Add DependsOn: {name} to {pipeline.id}, which else may run before its role has"
                " the permissions."
            )


def _numbers(documents: list[Any]) -> range:
    return range(1, len(documents) + 1)


def without_comments(value: Any) -> Any:
    """The data alone; what is only a comment is left out."""
    if isinstance(value, Commented):
        return without_comments(value.value)
    if isinstance(value, dict):
        return {key: without_comments(item) for key, item in value.items()}
    if isinstance(value, list):
        kept = [each for each in value if not (isinstance(each, Commented) and each.off)]
        return [without_comments(each) for each in kept]
    return value
