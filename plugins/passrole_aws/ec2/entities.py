"""What a deployment to EC2 takes its instances out of."""

from dataclasses import dataclass

from passrole import ABSENT, Entity, Value


@dataclass(frozen=True, slots=True, eq=False)
class TargetGroup(Entity):
    """A target group of a load balancer, with its ``arn``."""

    arn: Value = ABSENT
