"""What a policy statement holds, once it is read: patterns, principals, conditions, its world."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import Literal

from passrole.iam.known_actions import KnownActions, known_actions
from passrole.records import NamedTuple, frozen
from passrole.values import EVERYWHERE, Origin, Part, Text, Truth, Unknown, World


class PolicyKind(StrEnum):
    """Where a policy is attached; it decides which elements are legal and what a match means."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"


Item = Text | Unknown
"""One entry of a list. An unknown entry may stand for any number of entries, none included."""

Effect = Literal["Allow", "Deny"]


class PrincipalEntry(NamedTuple):
    """One line of a ``Principal`` element: ``("AWS", "arn:aws:iam::111122223333:root")``.

    The bare ``"*"`` is of kind ``*``.
    """

    kind: str
    value: Item


class Condition(NamedTuple):
    """One operator, one key and its values: ``StringLike``, ``aws:PrincipalArn``, ``(…,)``."""

    operator: str
    key: str
    values: tuple[Item, ...]
    origin: Origin | None = None


@frozen(eq=True)
class Statement:
    """One statement as it stands in one world.

    ``effect`` is None where it is not known. ``elements`` names the elements that are written, so
    that an empty ``NotAction`` differs from none. An unknown in ``conditions`` stands for
    conditions nobody knows. ``unresolved`` says why nothing at all is known of the statement: then
    it may allow or deny anything.
    """

    effect: Effect | None
    index: int
    sid: str = ""
    actions: tuple[Item, ...] = ()
    not_actions: tuple[Item, ...] = ()
    resources: tuple[Item, ...] = ()
    not_resources: tuple[Item, ...] = ()
    principals: tuple[PrincipalEntry | Unknown, ...] = ()
    not_principals: tuple[PrincipalEntry | Unknown, ...] = ()
    conditions: tuple[Condition | Unknown, ...] = ()
    elements: frozenset[str] = frozenset()
    variables: bool | None = True
    """Whether ``${…}`` is a policy variable (version 2012-10-17); None where that is not known."""
    world: World = EVERYWHERE
    origin: Origin | None = None
    policy: str = ""
    unresolved: str | None = None
    defaults: frozenset[str] = frozenset()
    """The parameter defaults that its texts rely on, as ``Name=value``."""
    _listed: dict[str, KnownActions | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    covered: dict[tuple[tuple[Part, ...], bool], Truth] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What ``iam.matching`` found of resources: most are asked about with many actions."""

    def listed(self, element: str) -> KnownActions | None:
        """What ``Action`` or ``NotAction`` lists, in order; None where an entry is not known."""
        try:
            return self._listed[element]
        except KeyError:
            items = self.actions if element == "Action" else self.not_actions
            known = [each.known() if isinstance(each, Text) else None for each in items]
            names = tuple(each for each in known if each is not None)
            found = known_actions(names) if len(names) == len(known) else None
            self._listed[element] = found
            return found

    def names(self, action: str) -> bool:
        """Whether ``Action`` names an action as it is: not by a pattern that it matches."""
        listed = self.listed("Action")
        if listed is not None:
            return listed.has(action)
        known = (each.known() if isinstance(each, Text) else None for each in self.actions)
        return action.lower() in (each.lower() for each in known if each is not None)

    @property
    def principal_names(self) -> tuple[tuple[str, str | None], ...]:
        """Kind and value of each entry of Principal; a value that is not known is None."""
        return tuple(
            (each.kind, each.value.known() if isinstance(each.value, Text) else None)
            if isinstance(each, PrincipalEntry)
            else ("", None)
            for each in self.principals
        )

    @property
    def label(self) -> str:
        """How a message names the statement."""
        name = f"statement {self.sid}" if self.sid else f"statement {self.index + 1}"
        if not self.policy:
            return name
        named = self.policy if self.policy.endswith("policy") else f"policy {self.policy}"
        return f"{name} of {named}"


class PolicyProblem(NamedTuple):
    """A part of a policy that IAM would refuse, and where it stands."""

    message: str
    origin: Origin | None = None
    path: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message
