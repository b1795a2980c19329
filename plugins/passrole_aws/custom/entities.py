"""What only custom actions have: their types."""

from dataclasses import dataclass

from passrole import ABSENT, Entity, Value


@dataclass(frozen=True, slots=True, eq=False)
class ActionType(Entity):
    """A type of custom actions, which the account owns in one Region."""

    category: Value = ABSENT
    provider: Value = ABSENT
    version: Value = ABSENT
