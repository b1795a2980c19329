"""What only this service knows: repositories of images."""

from passrole import Guarded


class ImageRepository(Guarded):
    """A repository of images."""

    __slots__ = ()
