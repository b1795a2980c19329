"""The needs of one action, or artifact store, in one world: whose they are, and about what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from passrole.graph.conditions import Circumstances, holds
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
    text_of,
)
from passrole.graph.reaching import Reach
from passrole.graph.references import Place, References
from passrole.graph.requests import requester_of
from passrole.graph.requirements import PrincipalReference, Requirement
from passrole.graph.settings import Settings
from passrole.iam.principals import Principal as IamPrincipal
from passrole.model.entities import Entity
from passrole.model.guarded import Bucket, Key
from passrole.model.identities import Role
from passrole.model.needs import ActionProvider, Actor, Derived, Need, Principal, Service, Via
from passrole.model.pipelines import Action
from passrole.records import NamedTuple
from passrole.values import (
    ABSENT,
    LITERAL,
    Absent,
    Hole,
    Origin,
    Text,
    Truth,
    Value,
    World,
    cases,
    elements,
)


class _Acting(NamedTuple):
    """A principal in a frame: the frame in its world, where names are looked up, the texts.

    ``requester`` is the principal as IAM sees it; ``filled`` are templates that were filled in
    already: many needs are about one resource.
    """

    principal: PrincipalReference
    frame: Frame
    place: Place
    values: Mapping[str, Text]
    requester: IamPrincipal
    filled: dict[str, tuple[Text, ...]]

    def resources(self, template: str) -> tuple[Text, ...]:
        """The resources that a template names."""
        if "{source." in template:
            return tuple(each_filled(template, self.values, self.frame))
        found = self.filled.get(template)
        if found is None:
            found = tuple(each_filled(template, self.values, self.frame))
            self.filled[template] = found
        return found


class FrameNeeds:
    """The needs of one frame. What they have in common is worked out once."""

    def __init__(
        self,
        frame: Frame,
        provider: ActionProvider | None,
        references: References,
        settings: Settings,
        mover_of: Callable[[Action], Principal | None],
    ) -> None:
        self._frame = frame
        self._provider = provider
        self._references = references
        self._place = Place.of(frame.pipeline.resource, frame.world)
        self._acting: dict[Principal, tuple[_Acting, ...]] = {}
        self._as_written: dict[Text, Text] = {}
        """Keys whose value may be an ARN as well as an id, by the ARN that they have as an id."""
        self._reach = Reach(frame.action, references, settings, self._place)
        self._circumstances = Circumstances(
            action=frame.action,
            source=None,
            reach=self._reach,
            stack_name=frame.pipeline.resource.stack_name,
            pipeline_role=frame.pipeline_role,
            artifact_key=frame.key,
            other_account=lambda: _in_other_account(frame),
            pipeline=frame.pipeline,
            mover_of=mover_of,
        )

    def requirements(self, need: Need, source: Action | None = None) -> Iterator[Requirement]:
        """What a need comes to here; ``source`` is the action that an input artifact comes from."""
        circumstances = self._circumstances
        if source is not None:
            circumstances = circumstances._replace(source=source)
        condition = holds(need.when, circumstances)
        if condition is Truth.FALSE:
            return
        for acting in self._acting_as(need.principal):
            if source is not None:
                acting = acting._replace(frame=acting.frame._replace(source=source))  # noqa: PLW2901 - the same, with its source
            for resource in self._resources(need, acting):
                yield self._requirement(need, acting, resource, condition)

    def _requirement(
        self, need: Need, acting: _Acting, resource: Text, condition: Truth
    ) -> Requirement:
        principal, frame, place, values, requester, _ = acting
        provider, of_artifacts = self._provider, need.principal is Actor.ARTIFACTS
        return Requirement(
            need=need,
            pipeline=frame.pipeline,
            action=frame.action,
            principal=principal,
            requester=requester,
            iam_actions=(need.iam_action, *need.alternatives),
            resource=resource,
            condition=condition,
            world=frame.world,
            origin=_origin(need, frame),
            context=request_context(need, values, frame),
            limits=limits_of(need, values, frame),
            beside=tuple(filled(template, values, frame) for template in need.beside),
            owner=self._owner(need, resource, place),
            follows_pipeline=(
                of_artifacts
                and frame.action is not None
                and principal.reference == frame.pipeline_role
            ),
            moved_by_other=(
                of_artifacts and provider is not None and isinstance(provider.artifacts, Via)
            ),
            since=provider.since if provider is not None else "",
            or_else=self._as_written.get(resource),
        )

    def _acting_as(self, wanted: Principal) -> tuple[_Acting, ...]:
        """Those whose permission it is; more than one where a condition decides that."""
        found = self._acting.get(wanted)
        if found is None:
            found = self._acting[wanted] = tuple(
                self._in_world(world, principal) for world, principal in self._principals(wanted)
            )
        return found

    def _in_world(self, world: World, principal: PrincipalReference) -> _Acting:
        frame = self._frame._replace(world=world)
        place = self._place._replace(world=world)
        values = self._values(frame, principal, place)
        return _Acting(principal, frame, place, values, requester_of(principal), {})

    def _principals(self, wanted: Principal) -> Iterator[tuple[World, PrincipalReference]]:
        frame, provider = self._frame, self._provider
        if isinstance(wanted, Service):
            yield frame.world, PrincipalReference(wanted.name, "the service", service=wanted.name)
        elif wanted is Actor.ARTIFACTS:
            # Who moves the artifacts of a provider that nobody declares is not known; that the
            # provider is not known is said once, for the action as a whole.
            if provider is not None and provider.artifacts not in (None, wanted):
                for acting in self._acting_as(provider.artifacts):
                    yield acting.frame.world, acting.principal
        elif isinstance(wanted, Via):
            reference = self._reach(wanted)
            if reference is None or isinstance(reference, Absent):
                label = f"the role behind {wanted.key}"
                yield frame.world, PrincipalReference(label, _why(wanted))
                return
            for world, each in cases(reference, frame.world):
                yield world, self._role(each, _why(wanted), self._place._replace(world=world))
        elif wanted is Actor.ACTION and frame.action is not None and frame.action.role:
            yield frame.world, self._role(frame.action.role, "the role of the action", self._place)
        else:
            yield (
                frame.world,
                self._role(frame.pipeline_role, "the role of the pipeline", self._place),
            )

    def _role(self, reference: Value, why: str, place: Place) -> PrincipalReference:
        role = self._references.find(reference, Role, place)
        if role is not None:
            return PrincipalReference(role.label, why, role, reference=reference)
        label = str(reference) if isinstance(reference, Text) else "a role"
        return PrincipalReference(label, why, reference=reference)

    def _resources(self, need: Need, acting: _Acting) -> Iterable[Text]:
        _, frame, place, values, _, _ = acting
        if isinstance(need.resource, str):
            mentioned = "{artifacts.key}" in need.resource and "artifacts.key" not in values
            return () if mentioned else acting.resources(need.resource)
        if isinstance(need.resource, Derived):
            return (derived(need.resource, values, frame),)
        reached = self._reach.follow(need.resource, place)
        values_in = cases(ABSENT if reached is None else reached, frame.world)
        listed = (item for _, each in values_in for item in elements(each))
        found = [each for each in listed if isinstance(each, Text) and each.parts]
        if need.iam_action == "iam:PassRole":
            # Some role is passed, though nobody can say which.
            roles = tuple(self._role_arn(text, place) for text in found)
            unseen = reached is None or not isinstance(reached, Absent)
            return roles or ((some_role(need.resource.key, frame),) if unseen else ())
        if need.iam_action.startswith("kms:"):
            keys = (self._key_arn(text, frame, place) for text in found)
            return tuple(key for key in keys if key is not None)
        return tuple(self._role_arn(text, place) for text in found)

    def _values(
        self, frame: Frame, principal: PrincipalReference, place: Place
    ) -> Mapping[str, Text]:
        action, target = frame.action, frame.pipeline.resource.target
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
        key = self._key_arn(frame.key, frame, place)
        if key is not None:
            values["artifacts.key"] = key
        return values

    def _owner(self, need: Need, resource: Text, place: Place) -> Entity | None:
        """The entity whose ARN a resource is, or lies under."""
        if need.iam_action.startswith(("sts:", "iam:")):
            return self._references.find(resource, Role, place)
        if need.iam_action.startswith("kms:"):
            return self._references.find(resource, Key, place)
        if need.iam_action.startswith("s3:"):
            return self._references.find(_bucket_of(resource), Bucket, place)
        return None

    def _role_arn(self, reference: Text, place: Place) -> Text:
        """The ARN of a role that an ARN or a name refers to."""
        role = self._references.find(reference, Role, place)
        return role.resource.arn if role is not None else reference

    def _key_arn(self, value: Value, frame: Frame, place: Place) -> Text | None:
        """The ARN of a KMS key; None where there is no customer managed key."""
        if isinstance(value, Absent) or "alias/aws/" in str(value):
            return None
        key = self._references.find_key(value, place)
        if isinstance(key, Key):
            return key.resource.arn
        if not isinstance(value, Text) or is_arn(value):
            return text_of(value, frame, "encryption key")
        target = frame.pipeline.resource.target
        if value.parts[:1] and str(value).startswith("alias/"):
            value = Text((Hole(f"{frame.pipeline.resource.identity}.{value}", LITERAL),))
        arn = target.filled("arn:{partition}:kms:{region}:{account}:key/{key}", key=value)
        if value.parts and not isinstance(value.parts[0], str):
            self._as_written[arn] = value
        return arn


def _bucket_of(resource: Text) -> Text:
    """The ARN of the bucket that a resource of S3 is, or lies in: a bucket's name has no slash."""
    for at, part in enumerate(resource.parts):
        if isinstance(part, str) and "/" in part:
            before = part.partition("/")[0]
            return Text((*resource.parts[:at], before), resource.origin, resource.defaults)
    return resource


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
    if frame.action is not None or mentions_artifacts(need):
        return frame.origin or resource.origin
    return resource.key or resource.origin


def mentions_artifacts(need: Need) -> bool:
    """Whether a need is about an artifact store."""
    return isinstance(need.resource, str) and "{artifacts." in need.resource


@lru_cache(maxsize=256)
def _why(via: Via) -> str:
    kind = via.steps[-1][0].__name__ if via.steps else ""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind).strip()
    return f"the role of the {words}" if words else f"the role behind {via.key}"
