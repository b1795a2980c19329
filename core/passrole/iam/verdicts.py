"""What the policies say to a request."""

from __future__ import annotations

from enum import StrEnum

from passrole.iam.statements import Statement
from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, World


class Verdict(StrEnum):
    """What the policies say to a request."""

    ALLOWED = "allowed"
    MISSING = "missing"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Decision(NamedTuple):
    """A verdict, where it holds, and why.

    ``layer`` is the layer that decided against the request. ``decided_by`` are the statements that
    allow or deny it. ``blockers`` say in words what keeps an unknown verdict unknown.
    ``may_be_denied`` says of a missing permission that a Deny may stand in the way as well.
    ``defaults`` are the parameter defaults that the answer relies on.
    """

    verdict: Verdict
    layer: str = ""
    decided_by: tuple[Statement, ...] = ()
    blockers: tuple[str, ...] = ()
    world: World = EVERYWHERE
    defaults: frozenset[str] = frozenset()
    may_be_denied: bool = False
    layers_of: tuple[str, ...] = ()
    """The layer of each statement in ``decided_by``."""
