"""The six segments of an ARN.

Source: IAM user guide, *Identify AWS resources with Amazon Resource Names (ARNs)*.
"""

from __future__ import annotations

from passrole.records import NamedTuple
from passrole.values import Text, Value

SEGMENTS = 6


class Arn(NamedTuple):
    """An ARN, or a pattern of ARNs, by its segments; one that is left out is an empty text."""

    prefix: Text
    partition: Text
    service: Text
    region: Text
    account: Text
    resource: Text


def split_arn(text: Text) -> Arn | None:
    """The segments of what may be a pattern: its first need not be ``arn``.

    None where there are not six, or where a hole may hold the colon between two of them.
    """
    pieces = text.split(":", SEGMENTS - 1)
    return Arn(*pieces) if pieces is not None and len(pieces) == SEGMENTS else None


def arn_in(value: Value) -> Arn | None:
    """The segments of an ARN; None for what is no text, or surely or possibly no ARN."""
    arn = split_arn(value) if isinstance(value, Text) else None
    return arn if arn is not None and arn.prefix.known() == "arn" else None
