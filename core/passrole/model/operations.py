"""What an API operation is for, in the words of the service that has it."""

from __future__ import annotations

from enum import StrEnum

from passrole.records import NamedTuple


class Caller(StrEnum):
    """Who calls an operation."""

    ANYONE = "anyone"
    CUSTOM_WORKER = "job workers of custom actions"
    PARTNER_WORKER = "job workers of partner actions"
    CUSTOM_AUTHOR = "whoever defines custom actions"


class Operation(NamedTuple):
    """One API operation and the IAM action that it requires.

    ``purpose`` completes "Needed to …". Which resources and condition keys it takes stands in the
    reference data of IAM; ``note`` says where AWS's documents differ from each other.
    """

    iam_action: str
    purpose: str
    caller: Caller = Caller.ANYONE
    note: str = ""
    source: str = ""
