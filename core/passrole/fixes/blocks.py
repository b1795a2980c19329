"""Statements as blocks of Terraform's ``aws_iam_policy_document``.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from passrole.fixes.spelling import Plain

_NAMES: Final = {
    "Sid": "sid", "Effect": "effect", "Action": "actions", "NotAction": "not_actions",
    "Resource": "resources", "NotResource": "not_resources", "Principal": "principals",
    "Condition": "condition",
}  # fmt: skip
_BLOCKS: Final = ("Principal", "Condition")
_LISTED: Final = ("Action", "NotAction", "Resource", "NotResource")


def statement_block(statement: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """A statement in the words of IAM's JSON as the arguments and blocks of ``statement``."""
    found: dict[str, Plain] = {}
    # Arguments come before blocks.
    for name, value in sorted(statement.items(), key=lambda each: each[0] in _BLOCKS):
        if name in _LISTED:
            found[_NAMES[name]] = value if _is_list(value) else [value]
        elif name == "Principal" and isinstance(value, Mapping):
            for kind, named in value.items():
                found["principals"] = principal_block(kind, named)
        elif name == "Condition" and isinstance(value, Mapping):
            for test, keys in value.items():
                for variable, values in keys.items() if isinstance(keys, Mapping) else ():
                    found["condition"] = condition_block(test, variable, values)
        else:
            found[_NAMES.get(name, name)] = value
    return found


def principal_block(kind: str, named: Plain) -> Mapping[str, Plain]:
    """A ``principals`` block."""
    return {"type": kind, "identifiers": named if _is_list(named) else [named]}


def condition_block(test: str, variable: str, values: Plain) -> Mapping[str, Plain]:
    """A ``condition`` block."""
    return {"test": test, "variable": variable, "values": values if _is_list(values) else [values]}


def _is_list(value: Plain) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
