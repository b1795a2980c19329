"""Policies for a person to read: statement by statement, with what each is for."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator

from passrole.findings import Results
from passrole.iam.smallest_policy import INLINE_POLICIES_OF_A_ROLE_QUOTA, MANAGED_POLICY_QUOTA
from passrole.policies.least import RolePolicy
from passrole.policies.plain import (
    PlainTexts,
    document,
    managed_policy_arns,
)
from passrole.policies.statements import Written
from passrole.policies.words import (
    WIDTH,
    block_words,
    nothing_words,
    open_words,
    option_words,
    reason_lines,
    used_as,
)
from passrole.reporters.escaping import printable
from passrole.values import Text

Elsewhere = tuple[str, str, str]
"""A pipeline, a role of it that is not in the tree, and what the role is to it."""


def render_text(
    policies: Iterable[RolePolicy], results: Results, elsewhere: Iterable[Elsewhere] = ()
) -> str:
    """One part for each role, those that are not in the tree, and what could not be read."""
    parts = ["\n".join(_role(policy)) for policy in policies]
    if not parts:
        parts = ["No pipeline here uses a role that is in the scanned tree."]
    lines = [
        printable(f"  {role}, {why}, pipeline {pipeline}") for pipeline, role, why in elsewhere
    ]
    if lines:
        head = "Not in the scanned tree; scan the files that make them as well:"
        parts.append("\n".join([head, *lines]))
    parts.extend(not_read(results))
    return "\n\n".join(parts) + "\n"


def not_read(results: Results) -> list[str]:
    """What could not be read, and what that means for the policies."""
    parts = []
    told = [
        printable(f"{f'{each.location}: ' if each.location else ''}{each.message}")
        for each in results.diagnostics
    ]
    if told:
        parts.append("\n".join(["Not read, or not for sure:", *(f"  {each}" for each in told)]))
    if results.incomplete:
        parts.append("The analysis is incomplete, and so may the policies be.")
    return parts


def _role(policy: RolePolicy) -> Iterator[str]:
    write = PlainTexts(policy.role.resource.target)
    yield printable(f"Role {policy.role.label}  {policy.role.location}")
    yield from _wrapped(used_as(policy), "  ")
    for number, statements in enumerate(policy.policies, 1):
        yield ""
        yield f"  {_title(policy, number, statements, write)}"
        for statement in statements:
            yield ""
            yield from _statement(statement, write, "    ")
    if not policy.statements:
        yield ""
        yield f"  {nothing_words(policy)}"
    yield from _besides(policy, write)
    yield from _trust(policy, write)
    if write.placeholders:
        yield ""
        yield "  To put in:"
        for placeholder in write.placeholders:
            yield from _wrapped(f"{placeholder.name}  {placeholder.words}", "    ")


def _besides(policy: RolePolicy, write: PlainTexts) -> Iterator[str]:
    for arn in managed_policy_arns(policy):
        yield ""
        yield f"  Managed policy to attach: {write(arn)}"
    for block in policy.blocks:
        yield from _wrapped(block_words(block), "    ")
        yield f"    {block.source}"
    if policy.options:
        yield ""
        yield "  Optional, left out (--include-disputed puts them in):"
    for option in policy.options:
        yield ""
        for statement in option.statements:
            on = ", ".join(write(each) for each in statement.grant.resources)
            yield from _wrapped(f"{', '.join(statement.grant.actions)} on {on}", "    ")
        yield from _wrapped(f"{option.name}: {option_words(option)}", "      ")
    if policy.open_because:
        yield ""
        yield "  More may be needed:"
        for words in open_words(policy):
            yield from _wrapped(words, "    ")


def _trust(policy: RolePolicy, write: PlainTexts) -> Iterator[str]:
    if not policy.trust:
        return
    yield ""
    yield "  Trust policy"
    for trusted in policy.trust:
        who = f"{trusted.kind} {write(trusted.principal)}"
        conditions = "".join(
            f" where {each.key} is {_values(each.values, write)}" for each in trusted.conditions
        )
        yield printable(f"    {who} may sts:AssumeRole{conditions}")
        for words, source in reason_lines(trusted.reasons):
            yield from _wrapped(f"for {words}", "      ")
            yield f"      {source}"


def _title(
    policy: RolePolicy, number: int, statements: tuple[Written, ...], write: PlainTexts
) -> str:
    size = len(json.dumps(document(statements, write), separators=(",", ":")))
    if policy.is_inline:
        return f"Policy, {size:,} of {INLINE_POLICIES_OF_A_ROLE_QUOTA:,} characters"
    return (
        f"Managed policy {number} of {len(policy.policies)}, {size:,} of"
        f" {MANAGED_POLICY_QUOTA:,} characters"
    )


def _statement(statement: Written, write: PlainTexts, indent: str) -> Iterator[str]:
    grant = statement.grant
    yield f"{indent}{statement.sid}"
    for action in grant.actions:
        yield f"{indent}  {action}"
    for resource in grant.resources:
        yield printable(f"{indent}  on {write(resource)}")
    for condition in grant.conditions:
        values = _values(condition.values, write)
        yield printable(f"{indent}  if {condition.operator} {condition.key} {values}")
    if statement.remark:
        yield from _wrapped(f"({statement.remark})", f"{indent}  ")
    for words, source in reason_lines(statement.reasons):
        yield from _wrapped(f"for {words}", f"{indent}    ")
        yield f"{indent}    {source}"


def _values(values: Iterable[object], write: PlainTexts) -> str:
    return " or ".join(write(each) for each in values if isinstance(each, Text))


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        printable(text), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
