"""What only this service knows: its policies, and where they are attached."""

from passrole import ABSENT, Entity, Policy, Value, frozen


@frozen
class OrganizationPolicy(Entity):
    """A policy of an organization; ``policy`` is None where it is neither an SCP nor an RCP.

    ``targets`` are the ids of roots, units and accounts that it names itself.
    """

    policy: Policy | None = None
    targets: Value = ABSENT

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The one policy."""
        return (self.policy,) if self.policy is not None else ()


@frozen
class OrganizationAttachment(Entity):
    """What attaches a policy of an organization to a root, a unit or an account."""

    policy: Value = ABSENT
    targets: Value = ABSENT
