"""What a deployment to ECS changes, and the task it then starts."""

from passrole import ABSENT, Entity, Value, frozen


@frozen
class EcsService(Entity):
    """A service; ``task_definition`` is a reference to the task it runs."""

    task_definition: Value = ABSENT


@frozen
class TaskDefinition(Entity):
    """A task: the role of its containers, the role that pulls their images, and its tags."""

    task_role: Value = ABSENT
    execution_role: Value = ABSENT
    tags: Value = ABSENT
