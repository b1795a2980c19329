"""What Acme's resources are, whatever the format they are written in."""

from dataclasses import dataclass

from passrole import ABSENT, Entity, Value


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseTable(Entity):
    """A table of releases; ``protected`` says whether it is safe from being deleted."""

    protected: Value = ABSENT
