"""What only this service knows: repositories of images."""

from dataclasses import dataclass

from passrole import Guarded


@dataclass(frozen=True, slots=True, eq=False)
class ImageRepository(Guarded):
    """A repository of images."""
