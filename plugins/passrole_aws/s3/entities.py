"""What a bucket makes of ACLs, where that is a resource of its own."""

from passrole import ABSENT, Entity, Value, frozen


@frozen
class BucketAcls(Entity):
    """The object ownership of the bucket ``of``, or its block on public ACLs."""

    of: Value = ABSENT
    ownership: Value = ABSENT
    blocks_public_acls: Value = ABSENT
