"""The texts that a resource is known by."""

from __future__ import annotations

from typing import Protocol

from passrole.records import NamedTuple
from passrole.values import Text


class Names(Protocol):
    """The texts that a resource is known by, whose holes have the resource's identity.

    Most are never asked for: whoever has them need not work them out before.
    """

    @property
    def name(self) -> Text:
        """The name."""

    @property
    def arn(self) -> Text:
        """The ARN."""

    @property
    def generated_id(self) -> Text:
        """The identifier that the service makes up."""


class KnownNames(NamedTuple):
    """Texts that are worked out."""

    name: Text
    arn: Text
    generated_id: Text
