"""What only this service knows: the secret itself."""

from dataclasses import dataclass

from passrole import Guarded


@dataclass(frozen=True, slots=True, eq=False)
class Secret(Guarded):
    """A secret."""
