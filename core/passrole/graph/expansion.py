"""Needs applied to the actions of one pipeline: which principal, which resource, in which world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from passrole.graph.conditions import Circumstances, asks_for_source, holds, mentions_action
from passrole.graph.frames import (
    Frame,
    account_in,
    bucket_name,
    derived,
    each_filled,
    filled,
    is_arn,
    limits_of,
    request_context,
    some_role,
    store_for,
    text_of,
)
from passrole.graph.references import Place, References
from passrole.graph.requirements import PrincipalReference, Requirement
from passrole.graph.settings import Settings
from passrole.graph.sources import Sources
from passrole.model.entities import Entity
from passrole.model.guarded import Bucket, Key
from passrole.model.identities import Role
from passrole.model.needs import ActionProvider, Actor, Derived, Need, Principal, Service, Via
from passrole.model.pipelines import Action, ArtifactStore, Pipeline
from passrole.stacks.resources import Target
from passrole.values import (
    ABSENT,
    LITERAL,
    Absent,
    Hole,
    Origin,
    Record,
    Text,
    Truth,
    Value,
    World,
    cases,
    elements,
    get,
    known,
)

EVERY = "*"
"""The category of needs that every pipeline has."""


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
        self._common = tuple(
            need for provider in providers.values() if provider.category == EVERY
            for need in provider.needs
        )  # fmt: skip

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

    def of_pipeline(self, pipeline: Pipeline) -> Iterator[Requirement]:
        """The needs of the pipeline as a whole, for each of its artifact stores."""
        needs = [need for need in self._common if not _is_per_action(need)]
        stores: tuple[ArtifactStore | None, ...] = pipeline.stores or (None,)
        for index, store in enumerate(stores):
            for frame in self._frames(pipeline, None, store):
                circumstances = self._circumstances(frame)
                for need in needs:
                    # What has no store cannot be deployed: the store is made elsewhere, if at all.
                    about_store = _mentions_artifacts(need)
                    if (about_store and store is None) or (index and not about_store):
                        continue
                    yield from self._requirements(need, frame, None, circumstances)

    def of_action(self, pipeline: Pipeline, action: Action) -> Iterator[Requirement]:
        """The needs of one action, those of every pipeline's actions included."""
        provider = self.provider_of(action)
        for frame in self._frames(pipeline, action, store_for(pipeline, action)):
            common = (need for need in self._common if _is_per_action(need))
            circumstances = self._circumstances(frame)
            for need in (*(provider.needs if provider else ()), *common):
                if asks_for_source(need.when):
                    for source in self._sources_of(pipeline).of(action):
                        with_source = circumstances._replace(source=source)
                        sourced = frame._replace(source=source)
                        yield from self._requirements(need, sourced, provider, with_source)
                else:
                    yield from self._requirements(need, frame, provider, circumstances)

    def _sources_of(self, pipeline: Pipeline) -> Sources:
        found = self._sources.get(pipeline)
        if found is None:
            found = self._sources[pipeline] = Sources(pipeline)
        return found

    def _frames(
        self, pipeline: Pipeline, action: Action | None, store: ArtifactStore | None
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

    def _circumstances(self, frame: Frame) -> Circumstances:
        """What the conditions of all needs of a frame are asked of."""
        return Circumstances(
            action=frame.action,
            source=frame.source,
            reach=lambda via: self.follow(via, frame),
            stack_name=frame.pipeline.resource.stack_name,
            pipeline_role=frame.pipeline_role,
            artifact_key=frame.key,
            other_account=lambda: _in_other_account(frame),
        )

    def _requirements(
        self,
        need: Need,
        frame: Frame,
        provider: ActionProvider | None,
        circumstances: Circumstances,
    ) -> Iterator[Requirement]:
        condition = holds(need.when, circumstances)
        if condition is not Truth.FALSE:
            for world, principal in self._principals(need.principal, frame, provider):
                of = frame._replace(world=world)
                yield from self._of_principal(need, of, provider, principal, condition)

    def _of_principal(
        self,
        need: Need,
        frame: Frame,
        provider: ActionProvider | None,
        principal: PrincipalReference,
        condition: Truth,
    ) -> Iterator[Requirement]:
        values = self._values(frame, principal, frame.pipeline.resource.target)
        for resource in self._resources(need, frame, values):
            yield Requirement(
                need=need,
                pipeline=frame.pipeline,
                action=frame.action,
                principal=principal,
                iam_actions=(need.iam_action, *need.alternatives),
                resource=resource,
                condition=condition,
                world=frame.world,
                origin=_origin(need, frame),
                context=request_context(need, values, frame),
                limits=limits_of(need, values, frame),
                beside=tuple(filled(template, values, frame) for template in need.beside),
                owner=self._owner(need, resource, frame),
                follows_pipeline=(
                    frame.action is not None
                    and need.principal is Actor.ARTIFACTS
                    and principal.reference == frame.pipeline_role
                ),
                moved_by_other=(
                    need.principal is Actor.ARTIFACTS
                    and provider is not None
                    and isinstance(provider.artifacts, Via)
                ),
                since=provider.since if provider is not None else "",
            )

    def _principals(
        self, wanted: Principal, frame: Frame, provider: ActionProvider | None
    ) -> Iterator[tuple[World, PrincipalReference]]:
        """Whose permission it is; more than one where a condition decides that."""
        if isinstance(wanted, Service):
            yield frame.world, PrincipalReference(wanted.name, "the service", service=wanted.name)
        elif wanted is Actor.ARTIFACTS:
            # Who moves the artifacts of a provider that nobody declares is not known; that the
            # provider is not known is said once, for the action as a whole.
            if provider is not None and provider.artifacts is not None:
                yield from self._principals(provider.artifacts, frame, None)
        elif isinstance(wanted, Via):
            reference = self.follow(wanted, frame)
            if reference is None or isinstance(reference, Absent):
                label = f"the role behind {wanted.key}"
                yield frame.world, PrincipalReference(label, _why(wanted))
                return
            for world, each in cases(reference, frame.world):
                yield world, self._role(each, _why(wanted), frame._replace(world=world))
        elif wanted is Actor.ACTION and frame.action is not None and frame.action.role:
            yield frame.world, self._role(frame.action.role, "the role of the action", frame)
        else:
            yield frame.world, self._role(frame.pipeline_role, "the role of the pipeline", frame)

    def _role(self, reference: Value, why: str, frame: Frame) -> PrincipalReference:
        place = Place.of(frame.pipeline.resource, frame.world)
        role = self._references.find(reference, Role, place)
        if role is not None:
            return PrincipalReference(role.label, why, role, reference=reference)
        label = str(reference) if isinstance(reference, Text) else "a role"
        return PrincipalReference(label, why, reference=reference)

    def follow(self, via: Via, frame: Frame) -> Value | None:
        """The value at the end of a chain of entities; None where one is not in the tree."""
        if frame.action is None:
            return None
        value = get(frame.action.configuration, via.key)
        place = Place.of(frame.pipeline.resource, frame.world)
        for kind, following in via.steps:
            if kind is Action:
                value = getattr(frame.action, following)
                continue
            entity: Entity | None = self._references.find(value, kind, place)
            if entity is None:
                return None
            value = self._settings.of(entity, following)
        return value

    def _resources(self, need: Need, frame: Frame, values: Mapping[str, Text]) -> Iterable[Text]:
        if isinstance(need.resource, str):
            mentioned = "{artifacts.key}" in need.resource and "artifacts.key" not in values
            return () if mentioned else tuple(each_filled(need.resource, values, frame))
        if isinstance(need.resource, Derived):
            return (derived(need.resource, values, frame),)
        reached = self.follow(need.resource, frame)
        values_in = cases(ABSENT if reached is None else reached, frame.world)
        listed = (item for _, each in values_in for item in elements(each))
        found = [each for each in listed if isinstance(each, Text) and each.parts]
        if need.iam_action == "iam:PassRole":
            # Some role is passed, though nobody can say which.
            roles = tuple(self._role_arn(text, frame) for text in found)
            unseen = reached is None or not isinstance(reached, Absent)
            return roles or ((some_role(need.resource.key, frame),) if unseen else ())
        if need.iam_action.startswith("kms:"):
            keys = (self._key_arn(text, frame) for text in found)
            return tuple(key for key in keys if key is not None)
        return tuple(self._role_arn(text, frame) for text in found)

    def _values(
        self, frame: Frame, principal: PrincipalReference, target: Target
    ) -> dict[str, Text]:
        action = frame.action
        values = {
            "partition": target.partition,
            "region": target.region,
            "account": account_in(principal.reference) or target.account,
            "pipeline": frame.pipeline.resource.name,
            "pipeline.role": text_of(frame.pipeline_role, frame, "pipeline role"),
            "artifacts.bucket": bucket_name(text_of(frame.bucket, frame, "artifact bucket")),
        }
        if action is not None:
            if not isinstance(action.region, Absent):
                values["region"] = text_of(action.region, frame, "Region")
            values["action.role"] = text_of(action.role, frame, "RoleArn")
        key = self._key_arn(frame.key, frame)
        if key is not None:
            values["artifacts.key"] = key
        return values

    def _owner(self, need: Need, resource: Text, frame: Frame) -> Entity | None:
        """The entity whose ARN a resource is, or lies under."""
        place = Place.of(frame.pipeline.resource, frame.world)
        if need.iam_action.startswith(("sts:", "iam:")):
            return self._references.find(resource, Role, place)
        if need.iam_action.startswith("kms:"):
            return self._references.find(resource, Key, place)
        if need.iam_action.startswith("s3:"):
            pieces = resource.split("/", 1)
            return self._references.find(pieces[0], Bucket, place) if pieces else None
        return None

    def _role_arn(self, reference: Text, frame: Frame) -> Text:
        """The ARN of a role that an ARN or a name refers to."""
        place = Place.of(frame.pipeline.resource, frame.world)
        role = self._references.find(reference, Role, place)
        return role.resource.arn if role is not None else reference

    def _key_arn(self, value: Value, frame: Frame) -> Text | None:
        """The ARN of a KMS key; None where there is no customer managed key."""
        if isinstance(value, Absent) or "alias/aws/" in str(value):
            return None
        place = Place.of(frame.pipeline.resource, frame.world)
        key = self._references.find_key(value, place)
        if isinstance(key, Key):
            return key.resource.arn
        if not isinstance(value, Text) or is_arn(value):
            return text_of(value, frame, "encryption key")
        target = frame.pipeline.resource.target
        if value.parts[:1] and str(value).startswith("alias/"):
            value = Text((Hole(f"{frame.pipeline.resource.identity}.{value}", LITERAL),))
        return target.filled("arn:{partition}:kms:{region}:{account}:key/{key}", key=value)


def _in_other_account(frame: Frame) -> Truth:
    """Whether the action has a role of another account; the pipeline's role is in its own."""
    action = frame.action
    if action is None or isinstance(action.role, Absent):
        return Truth.FALSE
    account = account_in(action.role)
    home = account_in(frame.pipeline_role) or frame.pipeline.resource.target.account
    if account is None:
        return Truth.UNKNOWN
    if account == home:
        return Truth.FALSE
    both = account.known() is not None and home.known() is not None
    return Truth.TRUE if both else Truth.UNKNOWN


def _origin(need: Need, frame: Frame) -> Origin:
    """The action; else the artifact store for what is about it, else the pipeline's name."""
    resource = frame.pipeline.resource
    if frame.action is not None or _mentions_artifacts(need):
        return frame.origin or resource.origin
    return resource.key or resource.origin


def _is_per_action(need: Need) -> bool:
    about = isinstance(need.resource, str) and "{action." in need.resource
    moved = need.principal in (Actor.ACTION, Actor.ARTIFACTS)
    return about or moved or isinstance(need.principal, Via) or mentions_action(need.when)


def _mentions_artifacts(need: Need) -> bool:
    return isinstance(need.resource, str) and "{artifacts." in need.resource


def _why(via: Via) -> str:
    kind = via.steps[-1][0].__name__ if via.steps else ""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind).strip()
    return f"the role of the {words}" if words else f"the role behind {via.key}"
