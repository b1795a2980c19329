"""What a chain of entities leads to that begins at an action."""

from __future__ import annotations

from passrole.graph.references import Place, References
from passrole.graph.settings import Settings
from passrole.model.entities import Entity
from passrole.model.needs import Via
from passrole.model.pipelines import Action
from passrole.values import Value, get


class Reach:
    """What chains lead to from one action, None where there is no action."""

    def __init__(
        self, action: Action | None, references: References, settings: Settings, place: Place
    ) -> None:
        self._action = action
        self._references = references
        self._settings = settings
        self._place = place
        self._found: dict[Via, Value | None] = {}

    def __call__(self, via: Via) -> Value | None:
        """The value at the end of a chain in the world of the frame; many needs ask for it."""
        try:
            return self._found[via]
        except KeyError:
            found = self._found[via] = self.follow(via, self._place)
            return found

    def follow(self, via: Via, place: Place) -> Value | None:
        """The value at the end of a chain of entities; None where one is not in the tree."""
        if self._action is None:
            return None
        value = get(self._action.configuration, via.key)
        for kind, following in via.steps:
            if kind is Action:
                value = getattr(self._action, following)
                continue
            entity: Entity | None = self._references.find(value, kind, place)
            if entity is None:
                return None
            value = self._settings.of(entity, following)
        return value
