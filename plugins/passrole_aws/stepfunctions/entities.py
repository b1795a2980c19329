"""What an action of Step Functions starts."""

from dataclasses import dataclass

from passrole import ABSENT, Entity, Value


@dataclass(frozen=True, slots=True, eq=False)
class StateMachine(Entity):
    """A state machine; its ``type`` is STANDARD where it is absent, else that or EXPRESS."""

    type: Value = ABSENT
