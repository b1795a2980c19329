"""What a deployment to EC2 takes its instances out of."""

from passrole import ABSENT, Entity, Value, frozen


@frozen
class TargetGroup(Entity):
    """A target group of a load balancer, with its ``arn``."""

    arn: Value = ABSENT
