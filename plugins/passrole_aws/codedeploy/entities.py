"""What a deployment reaches: a group of instances, and how these are launched."""

from passrole import ABSENT, Entity, Value, frozen


@frozen
class DeploymentGroup(Entity):
    """A deployment group; ``scaling_group`` is its Auto Scaling group, if it has just one."""

    scaling_group: Value = ABSENT


@frozen
class ScalingGroup(Entity):
    """An Auto Scaling group; ``launch`` is the launch template or configuration it uses."""

    launch: Value = ABSENT


@frozen
class LaunchSettings(Entity):
    """A launch template or a launch configuration; ``profile`` is its instance profile."""

    profile: Value = ABSENT
