"""A policy as it is written, before anything is refused: what the checks look at.

``read_policy`` gives up on a statement that IAM would refuse, as nothing can be concluded from it.
Here such a statement is kept, so that all that is wrong with it can be said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from passrole.iam.json_texts import value_from_json_text
from passrole.iam.operators import Operator, operator_named
from passrole.iam.policies import Policy, read_version, statements_in
from passrole.iam.statements import Effect, Item, PolicyKind
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.records import NamedTuple
from passrole.values import (
    Absent,
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    World,
    cases,
    defaults_in,
    elements,
    meant,
)

IDENTITY_LIKE = frozenset(
    (PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.SCP)
)
"""Kinds that have no principal and need a resource."""
WITH_PRINCIPAL = frozenset((PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.RCP))


class DraftCondition(NamedTuple):
    """One condition key under one operator; ``meaning`` is None for an operator IAM has not."""

    operator: str
    meaning: Operator | None
    key: str
    values: tuple[Item, ...]
    whole: Value
    origin: Origin | None

    @property
    def texts(self) -> tuple[Text, ...]:
        """The values that are texts."""
        return tuple(each for each in self.values if isinstance(each, Text))

    @property
    def is_open(self) -> bool:
        """Whether there may be values that are not known."""
        return len(self.texts) < len(self.values)


class DraftStatement:
    """One statement as it is written, in one world."""

    def __init__(
        self, record: Record, index: int, kind: PolicyKind, world: World, variables: bool | None
    ) -> None:
        self.record = record
        self.index = index
        self.kind = kind
        self.world = world
        self.variables = variables
        self.fields: Mapping[str, Value] = {
            name: item
            for name, written in record.fields.items()
            if not isinstance(item := meant(written), Absent)
        }
        self._items: dict[str, tuple[Item, ...]] = {}

    @property
    def label(self) -> str:
        """How messages name it."""
        sid = self.fields.get("Sid")
        known = sid.known() if isinstance(sid, Text) else None
        return f"statement {known}" if known else f"statement {self.index + 1}"

    @cached_property
    def effect(self) -> Effect | None:
        """``Allow`` or ``Deny``, None where it is not known or neither."""
        value = self.fields.get("Effect")
        text = value.known() if isinstance(value, Text) else None
        return "Allow" if text == "Allow" else "Deny" if text == "Deny" else None

    def items(self, name: str) -> tuple[Item, ...]:
        """What is listed in an element, without what can be no item."""
        found = self._items.get(name)
        if found is None:
            value = self.fields.get(name)
            found = self._items[name] = () if value is None else tuple(_items(value))
        return found

    def texts(self, name: str) -> tuple[Text, ...]:
        """The items that are texts, with or without holes."""
        return tuple(each for each in self.items(name) if isinstance(each, Text))

    def known(self, name: str) -> Iterator[tuple[str, Text]]:
        """The items that are known, as strings and as texts."""
        for text in self.texts(name):
            known = text.known()
            if known is not None:
                yield known, text

    def all_known(self, name: str) -> tuple[str, ...] | None:
        """All items as strings; None where one is not known."""
        found = [each.known() if isinstance(each, Text) else None for each in self.items(name)]
        known = tuple(each for each in found if each is not None)
        return known if len(known) == len(found) else None

    @cached_property
    def conditions(self) -> tuple[DraftCondition, ...]:
        """The conditions that can be read."""
        return tuple(self._conditions())

    @cached_property
    def has_open_conditions(self) -> bool:
        """Whether there may be conditions that are not known."""
        block = self.fields.get("Condition")
        if block is None:
            return False
        if not isinstance(block, Record):
            return True
        return any(
            not isinstance(keys, Record) or "${" in operator or any("${" in k for k in keys.fields)
            for operator, keys in block.fields.items()
            if not isinstance(keys, Absent)
        )

    def _conditions(self) -> Iterator[DraftCondition]:
        block = self.fields.get("Condition")
        if not isinstance(block, Record):
            return
        for operator, keys in block.fields.items():
            if not isinstance(keys, Record):
                continue
            meaning = operator_named(operator)
            for key, value in keys.fields.items():
                if isinstance(value, Absent):
                    continue
                origin = keys.keys.get(key) or keys.origin
                yield DraftCondition(operator, meaning, key, tuple(_items(value)), value, origin)

    @cached_property
    def principals(self) -> tuple[tuple[str, Item], ...]:
        """The entries of ``Principal`` with their kind; ``*`` for the bare star."""
        return tuple(self._principals("Principal"))

    @cached_property
    def not_principals(self) -> tuple[tuple[str, Item], ...]:
        """The entries of ``NotPrincipal``."""
        return tuple(self._principals("NotPrincipal"))

    def _principals(self, name: str) -> Iterator[tuple[str, Item]]:
        value = self.fields.get(name)
        if isinstance(value, Record):
            for kind, listed in value.fields.items():
                for item in _items(listed):
                    yield kind, item
        elif isinstance(value, Text) and value.known() == "*":
            yield "*", value
        elif isinstance(value, (Unknown, Text)):
            yield "", value

    def place(self, element: str = "") -> Origin | None:
        """Where an element is written, else where the statement is."""
        return self.record.keys.get(element) or self.record.origin

    def flaw(
        self,
        check: str,
        at: Value | Origin | None = None,
        *,
        sureness: Sureness = "high",
        action: str | None = None,
        resource: str | None = None,
        **words: str,
    ) -> Flaw:
        """A flaw of this statement, ``at`` a value or a place, else at the statement."""
        origin = at if isinstance(at, Origin) else getattr(at, "origin", None)
        defaults: frozenset[str] = frozenset()
        if at is not None and not isinstance(at, Origin):
            defaults = defaults_in(at)
        return Flaw(
            check, origin or self.record.origin, words, self.world, defaults, sureness,
            self.label, action, resource, self.record,
        )  # fmt: skip


class Draft:
    """One document as it is written, in one world.

    ``attached`` is the prefix of the service whose resource it belongs to, if that is known.
    ``value`` is the document, ``raw`` the text it was written as, if it was one.
    """

    def __init__(
        self,
        value: Value,
        kind: PolicyKind,
        world: World,
        *,
        raw: Text | None = None,
        attached: str = "",
    ) -> None:
        self.value = value
        self.kind = kind
        self.world = world
        self.raw = raw
        self.attached = attached
        self.record = value if isinstance(value, Record) else Record({}, value.origin)
        self.version, self.variables, self.version_problem = read_version(
            self.record.fields.get("Version")
        )

    @cached_property
    def written(self) -> tuple[tuple[int, World, Value], ...]:
        """Every statement, whatever it is, with its index and its world."""
        listed = self.record.fields.get("Statement")
        if listed is None or isinstance(listed, Absent):
            return ()
        return tuple(statements_in(listed, self.world))

    @cached_property
    def statements(self) -> tuple[DraftStatement, ...]:
        """The statements that are objects."""
        return tuple(
            DraftStatement(value, index, self.kind, world, self.variables)
            for index, world, value in self.written
            if isinstance(value, Record)
        )

    def flaw(self, check: str, at: Value | Origin | None = None, **words: str) -> Flaw:
        """A flaw of the document, ``at`` a value or a place."""
        origin = at if isinstance(at, Origin) else getattr(at, "origin", None)
        return Flaw(check, origin or self.value.origin, words, self.world)


def drafts_of(policy: Policy, attached: str = "") -> tuple[Draft, ...]:
    """The document of a policy in every world; none where nothing of it is known."""
    found = []
    for world, document in cases(policy.written, deep=False):
        value, raw = document, None
        if isinstance(document, Text):
            value, raw = value_from_json_text(document), document
        if isinstance(value, Absent) or (
            isinstance(value, Unknown) and (raw is None or not raw.known())
        ):
            continue
        found.append(Draft(value, policy.kind, world, raw=raw, attached=attached))
    return tuple(found)


def _items(value: Value) -> Iterator[Item]:
    for item in map(meant, elements(value)):
        if isinstance(item, Listing):
            yield from _items(item)
        elif isinstance(item, (Text, Unknown)):
            yield item
