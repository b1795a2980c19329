"""Needs applied to the actions of one pipeline: which of them, in which world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from passrole.graph.conditions import asks_for_source, mentions_action
from passrole.graph.frame_needs import FrameNeeds, mentions_artifacts
from passrole.graph.frames import Frame, store_for
from passrole.graph.references import References
from passrole.graph.requirements import Requirement
from passrole.graph.settings import Settings
from passrole.graph.sources import Sources
from passrole.model.needs import ActionProvider, Actor, Need, Principal, Via
from passrole.model.pipelines import Action, ArtifactStore, Pipeline
from passrole.records import NamedTuple
from passrole.values import ABSENT, Record, cases, get, known

EVERY = "*"
"""The category of needs that every pipeline has."""


class _ActionNeed(NamedTuple):
    """A need of an action; ``of_source`` says that it is asked of each source of an artifact."""

    need: Need
    of_source: bool


class Requirements:
    """Expands the needs of providers for the pipelines of a component."""

    def __init__(
        self,
        providers: Mapping[tuple[str, str, str], ActionProvider],
        references: References,
        settings: Settings,
    ) -> None:
        self._providers = providers
        self._settings = settings
        self._references = references
        self._sources: dict[Pipeline, Sources] = {}
        common = [
            need for provider in providers.values() if provider.category == EVERY
            for need in provider.needs
        ]  # fmt: skip
        self._of_pipelines = tuple(need for need in common if not _is_per_action(need))
        self._of_actions = tuple(_ask(need for need in common if _is_per_action(need)))
        self._of_providers: dict[tuple[str, str, str], tuple[_ActionNeed, ...]] = {}

    def provider_of(self, action: Action) -> ActionProvider | None:
        """The provider that runs the action; None where nobody declares it.

        One that stands for all others of its owner comes after one of the very name.
        """
        key = (known(action.category), known(action.owner), known(action.provider))
        if None in key:
            return None
        category, owner, provider = map(str, key)
        return self._providers.get(
            (category, owner, provider), self._providers.get((category, owner, EVERY))
        )

    def _mover_of(self, action: Action) -> Principal | None:
        """Who reads and writes the artifacts of an action: its role, where nothing else is said."""
        provider = self.provider_of(action)
        return Actor.ACTION if provider is None else provider.artifacts

    def of_pipeline(self, pipeline: Pipeline) -> Iterator[Requirement]:
        """The needs of the pipeline as a whole, for each of its artifact stores."""
        stores: tuple[ArtifactStore | None, ...] = pipeline.stores or (None,)
        for index, store in enumerate(stores):
            for frame in _frames(pipeline, None, store):
                frame_needs = FrameNeeds(
                    frame, None, self._references, self._settings, self._mover_of
                )
                for need in self._of_pipelines:
                    # What has no store cannot be deployed: the store is made elsewhere, if at all.
                    about_store = mentions_artifacts(need)
                    if (about_store and store is None) or (index and not about_store):
                        continue
                    yield from frame_needs.requirements(need)

    def of_action(self, pipeline: Pipeline, action: Action) -> Iterator[Requirement]:
        """The needs of one action, those of every pipeline's actions included."""
        provider = self.provider_of(action)
        needs = self._needs_of(provider)
        for frame in _frames(pipeline, action, store_for(pipeline, action)):
            frame_needs = FrameNeeds(
                frame, provider, self._references, self._settings, self._mover_of
            )
            for need, of_source in needs:
                if of_source:
                    for source in self._sources_of(pipeline).of(action):
                        yield from frame_needs.requirements(need, source)
                else:
                    yield from frame_needs.requirements(need)

    def _needs_of(self, provider: ActionProvider | None) -> tuple[_ActionNeed, ...]:
        if provider is None:
            return self._of_actions
        found = self._of_providers.get(provider.key)
        if found is None:
            found = (*_ask(provider.needs), *self._of_actions)
            self._of_providers[provider.key] = found
        return found

    def _sources_of(self, pipeline: Pipeline) -> Sources:
        found = self._sources.get(pipeline)
        if found is None:
            found = self._sources[pipeline] = Sources(pipeline)
        return found


def _ask(needs: Iterable[Need]) -> Iterator[_ActionNeed]:
    return (_ActionNeed(need, asks_for_source(need.when)) for need in needs)


def _frames(
    pipeline: Pipeline, action: Action | None, store: ArtifactStore | None
) -> Iterator[Frame]:
    world = (action.world if action else None) or pipeline.world
    origin = action.origin if action else store.origin if store else None
    bundle = Record(
        {
            "role": pipeline.role,
            "bucket": store.bucket if store else ABSENT,
            "key": store.key if store else ABSENT,
        }
    )
    for each, values in cases(bundle, world):
        yield Frame(
            pipeline, action, each, get(values, "role"), get(values, "bucket"),
            get(values, "key"), origin,
        )  # fmt: skip


def _is_per_action(need: Need) -> bool:
    about = isinstance(need.resource, str) and "{action." in need.resource
    moved = need.principal in (Actor.ACTION, Actor.ARTIFACTS)
    return about or moved or isinstance(need.principal, Via) or mentions_action(need.when)
