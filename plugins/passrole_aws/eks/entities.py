"""A cluster, and who may work in it."""

from passrole import ABSENT, Entity, Value, frozen


@frozen
class Cluster(Entity):
    """A cluster; ``authentication`` says where it looks up who may work in it."""

    authentication: Value = ABSENT


@frozen
class AccessEntry(Entity):
    """The entry of a role or user in a cluster."""

    cluster: Value = ABSENT
    principal: Value = ABSENT
