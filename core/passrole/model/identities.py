"""Whom IAM knows: roles, users and groups, and the ways in which policies come to them."""

from __future__ import annotations

from dataclasses import field

from passrole.iam.policies import Policy
from passrole.model.entities import Entity
from passrole.records import frozen
from passrole.values import ABSENT, Value


@frozen
class Identity(Entity):
    """What identity policies attach to.

    ``inline`` are the policies written in it, ``managed`` references to managed policies,
    ``boundary`` the permissions boundary or absent.
    """

    inline: tuple[Policy, ...] = ()
    managed: Value = ABSENT
    boundary: Value = ABSENT

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies written in it."""
        return self.inline


@frozen
class Role(Identity):
    """A role; ``trust`` says who may assume it."""

    trust: Policy = field(kw_only=True)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Its trust policy and the policies written in it."""
        return (self.trust, *self.inline)


@frozen
class User(Identity):
    """A user; ``groups`` are the names of groups that it says it belongs to."""

    groups: Value = ABSENT


class Group(Identity):
    """A group: its policies are those of its users as well. It has no permissions boundary."""

    __slots__ = ()


class PermissionSet(Identity):
    """What IAM Identity Center makes a role of, in each account that it is assigned in."""

    __slots__ = ()


@frozen
class GroupMembership(Entity):
    """What puts users into groups as a resource of its own."""

    users: Value = ABSENT
    groups: Value = ABSENT


@frozen
class InstanceProfile(Entity):
    """What gives a role to EC2 instances."""

    role: Value = ABSENT


@frozen
class ServiceLinkedRole(Entity):
    """A role whose trust and permissions AWS writes, for one ``service``."""

    service: Value = ABSENT


@frozen
class IdentityProvider(Entity):
    """Who outside of AWS says who somebody is, by OpenID Connect or SAML.

    ``url`` and ``audiences`` are those of an OpenID Connect provider, absent for SAML.
    """

    url: Value = ABSENT
    audiences: Value = ABSENT


@frozen(kw_only=True)
class Attachment(Entity):
    """A resource that gives a policy to those it names; what a format cannot name is absent."""

    roles: Value = ABSENT
    users: Value = ABSENT
    groups: Value = ABSENT
    permission_sets: Value = ABSENT


@frozen(kw_only=True)
class AttachedPolicy(Attachment):
    """An inline policy that is a resource of its own and names to whom it belongs."""

    policy: Policy

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The one policy."""
        return (self.policy,)


@frozen(kw_only=True)
class ManagedPolicy(Attachment):
    """A policy of its own that attaches to identities, by its own lists or by theirs."""

    policy: Policy

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The one policy."""
        return (self.policy,)


@frozen(kw_only=True)
class PolicyAttachment(Attachment):
    """The attachment of a managed policy, as a resource of its own."""

    policy: Value


@frozen(kw_only=True)
class BoundaryAttachment(Attachment):
    """A permissions boundary that is given apart from the identity it limits."""

    boundary: Value
