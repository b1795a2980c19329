"""What only custom actions have: their types."""

from passrole import ABSENT, Entity, Value, frozen


@frozen
class ActionType(Entity):
    """A type of custom actions, which the account owns in one Region."""

    category: Value = ABSENT
    provider: Value = ABSENT
    version: Value = ABSENT
