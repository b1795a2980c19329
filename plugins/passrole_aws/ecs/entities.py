"""What a deployment to ECS changes, and the task it then starts."""

from dataclasses import dataclass

from passrole import ABSENT, Entity, Value


@dataclass(frozen=True, slots=True, eq=False)
class EcsService(Entity):
    """A service; ``task_definition`` is a reference to the task it runs."""

    task_definition: Value = ABSENT


@dataclass(frozen=True, slots=True, eq=False)
class TaskDefinition(Entity):
    """A task: the role of its containers, the role that pulls their images, and its tags."""

    task_role: Value = ABSENT
    execution_role: Value = ABSENT
    tags: Value = ABSENT
