"""Policies as JSON, version 1: documents to use, and beside them what each statement is for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from passrole.findings import Results
from passrole.policies.least import RolePolicy
from passrole.policies.permissions import Reason
from passrole.policies.plain import (
    PlainTexts,
    document,
    managed_policy_arns,
    trust_document,
)
from passrole.policies.statements import Written
from passrole.policies.words import block_words, open_words, option_words
from passrole.reporters.json import diagnostic, location

VERSION = 1


def render_json(
    policies: Iterable[RolePolicy],
    results: Results,
    elsewhere: Iterable[tuple[str, str, str]] = (),
) -> str:
    """One object for each role, in the order of their places, and the roles that are not here."""
    data = {
        "version": VERSION,
        "incomplete": results.incomplete,
        "roles": [_role(policy) for policy in policies],
        "elsewhere": [
            {"pipeline": pipeline, "role": role, "as": why} for pipeline, role, why in elsewhere
        ],
        "diagnostics": [diagnostic(each) for each in results.diagnostics],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _role(policy: RolePolicy) -> dict[str, Any]:
    write = PlainTexts(policy.role.resource.target)
    kind = "inline" if policy.is_inline else "managed"
    return {
        "name": policy.role.label,
        "location": location(policy.role.location),
        "used_by": [{"pipeline": name, "as": why} for name, why in policy.used],
        "policies": [
            {
                "kind": kind,
                "document": document(statements, write),
                "statements": [_about(each) for each in statements],
            }
            for statements in policy.policies
        ],
        "optional": [
            {
                "name": option.name,
                "kind": option.kind.value,
                "why": option_words(option),
                "document": document(option.statements, write),
                "statements": [_about(each) for each in option.statements],
            }
            for option in policy.options
        ],
        "managed_policies": [write(arn) for arn in managed_policy_arns(policy)],
        "blocks": [
            {
                "action": block.action,
                "wildcards": list(block.wildcards),
                "managed_policy": block.managed_policy,
                "words": block_words(block),
                "source": block.source,
            }
            for block in policy.blocks
        ],
        "trust": trust_document(policy, write) if policy.trust else None,
        "trusted": [
            {
                "kind": each.kind,
                "principal": write(each.principal),
                "reasons": [_reason(reason) for reason in each.reasons],
            }
            for each in policy.trust
        ],
        "open": list(open_words(policy)),
        "placeholders": [
            {"name": each.name, "put": each.words} for each in write.placeholders
        ],
    }  # fmt: skip


def _about(statement: Written) -> dict[str, Any]:
    return {
        "sid": statement.sid,
        "remark": statement.remark,
        "reasons": [_reason(reason) for reason in statement.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "pipeline": reason.pipeline,
        "action": reason.action,
        "keys": list(reason.keys),
        "when": reason.when,
        "source": reason.source,
        "project": reason.project,
        "call": reason.call,
    }
