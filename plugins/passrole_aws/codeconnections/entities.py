"""What only this service knows: the connection itself."""

from dataclasses import dataclass

from passrole import Entity


@dataclass(frozen=True, slots=True, eq=False)
class Connection(Entity):
    """A connection to a host of repositories, which somebody has to finish by hand."""
