"""What an action of Step Functions starts."""

from passrole import ABSENT, Entity, Value, frozen


@frozen
class StateMachine(Entity):
    """A state machine; its ``type`` is STANDARD where it is absent, else that or EXPRESS."""

    type: Value = ABSENT
