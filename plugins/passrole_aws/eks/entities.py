"""A cluster, and who may work in it."""

from dataclasses import dataclass

from passrole import ABSENT, Entity, Value


@dataclass(frozen=True, slots=True, eq=False)
class Cluster(Entity):
    """A cluster; ``authentication`` says where it looks up who may work in it."""

    authentication: Value = ABSENT


@dataclass(frozen=True, slots=True, eq=False)
class AccessEntry(Entity):
    """The entry of a role or user in a cluster."""

    cluster: Value = ABSENT
    principal: Value = ABSENT
