"""What a rule would have changed, in the words of the domain: no text, no format, no file.

A rule gives a ``Repair`` with its report; ``passrole.fixes`` alone knows how each format writes it.
A change names the place of a value as a value keeps it (``origin``). Where nothing can be edited at
that place (it is made by a transform, comes from a parameter, is read from a plan) there is no fix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Union

from passrole.records import NamedTuple, frozen
from passrole.values import Origin, Text

Data = Union[str, bool, int, Text, Sequence["Data"], Mapping[str, "Data"]]  # noqa: UP007 - it holds itself
"""What can be written: texts, with holes as well, lists, and named values in their order."""


class AddStatement(NamedTuple):
    """One more statement, in the words of IAM's JSON.

    ``policy`` is the place of a policy, or of a statement beside which it is to stand.
    """

    policy: Origin
    statement: Mapping[str, Data]


class AddToElement(NamedTuple):
    """One more value of an element of the statement at ``statement``.

    ``path`` leads there: ``("Action",)``, ``("Principal", "Service")``,
    ``("Condition", "StringEquals", "iam:PassedToService")``. What is missing on the way is made,
    and one value becomes a list.
    """

    statement: Origin
    path: tuple[str, ...]
    value: str | Text


class AddPolicy(NamedTuple):
    """An inline policy of its own for the role at ``role`` (the place of the whole resource)."""

    role: Origin
    name: str
    statement: Mapping[str, Data]


class AddToTemplate(NamedTuple):
    """One more of ``section`` (``Resources``, ``Parameters``) in the template of a resource.

    ``resource`` is the place of the whole resource. Nothing but a CloudFormation template has such.
    """

    resource: Origin
    section: str
    name: str
    data: Data


class AddDependency(NamedTuple):
    """The resource at ``resource`` is made after those with these logical ids or addresses."""

    resource: Origin
    ids: tuple[str, ...]


class ReplaceValue(NamedTuple):
    """Another value in place of the one at ``value``."""

    value: Origin
    data: Data


class InReferences(NamedTuple):
    """The same text, but in what its file calls its parts: ``${AWS::Partition}`` for ``aws``."""

    value: Origin
    text: Text


class Remove(NamedTuple):
    """The item of a list, or the key with its value, that holds the value at ``value`` goes."""

    value: Origin


class AddKey(NamedTuple):
    """A key, with its value, in the mapping (object, block) at ``mapping``.

    Where the key is there already, its value is replaced. ``key`` is the name that the file's
    format gives it.
    """

    mapping: Origin
    key: str
    data: Data


class RenameKey(NamedTuple):
    """Another name for a key of the mapping (object, block) at ``mapping``."""

    mapping: Origin
    key: str
    name: str


class RemoveKey(NamedTuple):
    """A key of the mapping (object, block) at ``mapping`` goes, with its value."""

    mapping: Origin
    key: str


class AddItem(NamedTuple):
    """One more item of the list at ``sequence``; one value becomes a list of two."""

    sequence: Origin
    data: Data


class FirstOf(NamedTuple):
    """The first of several changes whose place can be edited."""

    changes: tuple[Single, ...]


Single = (
    AddStatement | AddToElement | AddPolicy | AddToTemplate | AddDependency
    | ReplaceValue | InReferences | Remove | AddKey | RenameKey | RemoveKey | AddItem
)  # fmt: skip
Change = Single | FirstOf


@frozen(eq=True)
class Repair:
    """The changes that together mend what a report says.

    It is not ``safe`` where something may rely on what is changed, or where the meaning is a guess:
    grants that are taken away, a role that others share.
    """

    changes: tuple[Change, ...]
    safe: bool = True


Repairing = Repair | Callable[[], Repair | None] | None
"""A repair, none, or how to find one when somebody asks for it."""
