"""What only this service knows: the connection itself."""

from passrole import Entity, frozen


@frozen
class Connection(Entity):
    """A connection to a host of repositories, which somebody has to finish by hand."""
