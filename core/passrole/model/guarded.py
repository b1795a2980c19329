"""What a policy of its own may guard: buckets, keys, topics, queues, functions."""

from __future__ import annotations

from collections.abc import Mapping

from passrole.iam.policies import Policy, PolicyKind, read_policy
from passrole.model.entities import Entity
from passrole.records import frozen
from passrole.stacks.resources import Resource
from passrole.values import ABSENT, Absent, Text, Value, join


def written_policy(resource: Resource) -> Policy | None:
    """The resource policy in the field ``policy``, None where the resource has none."""
    written = resource["policy"]
    if isinstance(written, Absent):
        return None
    return read_policy(written, PolicyKind.RESOURCE, resource.id)


@frozen
class Guarded(Entity):
    """A resource that may have a resource policy; ``policy`` is the one written in it."""

    policy: Policy | None = None

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policy written in it."""
        return (self.policy,) if self.policy is not None else ()


@frozen
class ResourcePolicy(Entity):
    """A policy of a resource that stands apart from it: a bucket policy, a topic policy.

    ``of`` is a reference to what it guards, an entity of class ``kind``. Several of one resource
    have a say together.
    """

    of: Value
    policy: Policy
    kind: type[Entity] = Guarded

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The one policy."""
        return (self.policy,)


@frozen
class SettingsApart(Entity):
    """Settings of a resource that stand apart from it, as Terraform has those of a bucket.

    ``of`` is a reference to what they are of, an entity of class ``kind``; ``settings`` are values
    by the names of its attributes.
    """

    of: Value
    kind: type[Entity]
    settings: Mapping[str, Value]


@frozen
class Bucket(Guarded):
    """An S3 bucket; ``key`` is the customer managed key of its default encryption.

    ``ownership`` says who owns its objects, and with that whether they may have ACLs;
    ``blocks_public_acls`` whether an upload with a public ACL is refused.
    """

    key: Value = ABSENT
    ownership: Value = ABSENT
    blocks_public_acls: Value = ABSENT


class Key(Guarded):
    """A KMS key with its key policy, which is None where KMS writes its default one."""

    __slots__ = ()


@frozen
class KeyAlias(Entity):
    """Another name of a KMS key."""

    key: Value = ABSENT


@frozen
class Topic(Guarded):
    """An SNS topic; ``key`` encrypts its messages."""

    key: Value = ABSENT


@frozen
class Queue(Guarded):
    """An SQS queue; ``key`` encrypts its messages."""

    key: Value = ABSENT

    @property
    def names(self) -> tuple[Text, ...]:
        """Its URL as well, by which its policy names it."""
        resource = self.resource
        region, account = resource.target.region, resource.target.account
        url = join(("https://sqs.", region, ".amazonaws.com/", account, "/", resource.name))
        return (url, resource.arn, resource.name)


class EventBus(Guarded):
    """An event bus."""

    __slots__ = ()


@frozen
class Function(Guarded):
    """A Lambda function and its execution role."""

    role: Value = ABSENT
