"""What runs as whom in a pipeline, and the gates in it."""

from collections.abc import Iterator
from typing import NamedTuple

from passrole import (
    Action,
    BuildProject,
    Function,
    Graph,
    Pipeline,
    Role,
    Value,
    cases,
    get,
    known,
)

DEPLOYS = ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "CHANGE_SET_REPLACE")
"""The modes of a CloudFormation action that hand a template and a role to a stack."""

CREATES_ROLES = ("create-role-attach", "create-role-put", "iam-005", "iam-009")
"""The ways up that a template takes by itself: it makes or changes a role."""


class Runner(NamedTuple):
    """What runs code of the user in a pipeline: a build, a function, shell commands.

    ``what`` is its name in words.
    """

    action: Action
    role: Role
    what: str
    project: BuildProject | None = None


def roles_named(
    reference: Value, near: Pipeline | BuildProject | Function, graph: Graph
) -> Iterator[Role]:
    """The roles of the tree that a value may be."""
    for _, case in cases(reference):
        role = graph.find(case, Role, near=near)
        if role is not None:
            yield role


def project_of(action: Action, pipeline: Pipeline, graph: Graph) -> BuildProject | None:
    """The build project of the tree that an action starts."""
    if known(action.provider) != "CodeBuild":
        return None
    return graph.find(get(action.configuration, "ProjectName"), BuildProject, near=pipeline)


def runners(pipeline: Pipeline, graph: Graph) -> Iterator[Runner]:
    """Everything that runs code of the user in a pipeline, with the role it runs as."""
    for action in pipeline.actions:
        provider = known(action.provider)
        project = project_of(action, pipeline, graph)
        if project is not None:
            override = get(action.configuration, "ServiceRoleArnOverride")
            for role in roles_named(override or project.role, project, graph):
                yield Runner(action, role, f"build project {project.label}", project)
        elif provider == "Commands":
            for role in roles_named(action.role or pipeline.role, pipeline, graph):
                yield Runner(action, role, f"the commands of {action.label}")
        elif provider == "Lambda":
            name = get(action.configuration, "FunctionName")
            function = graph.find(name, Function, near=pipeline)
            if function is not None:
                for role in roles_named(function.role, function, graph):
                    yield Runner(action, role, f"function {function.label}")


def stack_roles(action: Action, pipeline: Pipeline, graph: Graph) -> Iterator[Role]:
    """The roles of the tree that a CloudFormation action gives to its stack."""
    mode = known(get(action.configuration, "ActionMode"))
    if known(action.provider) == "CloudFormation" and mode in DEPLOYS:
        yield from roles_named(get(action.configuration, "RoleArn"), pipeline, graph)


def gate_before(action: Action, pipeline: Pipeline) -> str:
    """The label of a manual approval that an execution surely passes before an action."""
    for stage in pipeline.stages:
        same = action in stage.actions
        for each in stage.actions:
            if each.is_approval and (not same or _order(each) < _order(action)):
                return each.label
        if same:
            return ""
    return ""


def _order(action: Action) -> int:
    written = known(action.run_order)
    return int(written) if written is not None and written.isdigit() else 1
