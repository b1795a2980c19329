"""What only this service knows: the secret itself."""

from passrole import Guarded


class Secret(Guarded):
    """A secret."""

    __slots__ = ()
