"""The steps by which somebody who controls a source of a pipeline gets further."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from passrole import (
    Action,
    BuildProject,
    Graph,
    Location,
    Pipeline,
    Role,
    Statement,
    Step,
    Text,
    get,
    known,
)
from passrole_aws.paths.entities import (
    CREATES_ROLES,
    Runner,
    gate_before,
    runners,
    stack_roles,
)

SOMEBODY = "somebody"


class Top(NamedTuple):
    """Doing everything, by way of a role."""

    role: Role


# Which keys of a source action say what has to be changed. One source of CodePipeline each:
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
SOURCES = {
    "CodeCommit": ("repository", ("RepositoryName",), "BranchName"),
    "CodeStarSourceConnection": ("repository", ("FullRepositoryId",), "BranchName"),
    "GitHub": ("repository", ("Owner", "Repo"), "Branch"),
    "S3": ("object", ("S3Bucket", "S3ObjectKey"), ""),
}
# What runs commands that stand in files of the source, though it is called from elsewhere.
RUNS_SOURCE = re.compile(
    r"\b(?:npm|npx|yarn|pnpm|make|mvn|mvnw|gradle|gradlew|pip3? install|poetry|tox|pytest|cdk|sam"
    r" build|docker build|terraform|tofu|go (?:build|test)|cargo|bundle|rake|dotnet|python3?"
    r" \S+\.py|(?:ba)?sh \S+\.sh)\b|(?:^|[\s\"'])\./[\w./-]+"
)


def steps(pipeline: Pipeline, graph: Graph) -> Iterator[Step]:
    """Every step from the sources of a pipeline to roles and from there to doing everything."""
    for action in pipeline.actions:
        yield from _of_source(action)
        for role in stack_roles(action, pipeline, graph):
            yield from _of_stack(action, role, pipeline, graph)
    for runner in runners(pipeline, graph):
        yield from _of_runner(runner, pipeline)
        yield from _to_the_top(runner.role, runner.role, graph, every_way=True)


def _of_source(action: Action) -> Iterator[Step]:
    known_as = SOURCES.get(known(action.provider) or "")
    if known(action.category) != "Source" or known_as is None:
        return
    kind, keys, branch_key = known_as
    written = [get(action.configuration, key) for key in keys]
    named = "/".join(str(each) for each in written if isinstance(each, Text))
    branch = get(action.configuration, branch_key) if branch_key else ""
    what = f"{kind} {named}" if named else f"the {kind}"
    on = f", branch {branch}" if isinstance(branch, Text) else ""
    words = f"whoever may write to {what}{on} decides what {action.label} hands on"
    yield Step(SOMEBODY, action, words, action.location)
    for output in action.outputs:
        name_ = known(output)
        if name_:
            yield Step(
                action, _artifact(name_), f"{action.label} puts out {name_}", action.location
            )


def _of_runner(runner: Runner, pipeline: Pipeline) -> Iterator[Step]:
    """From an artifact to what runs because of it, to its role and what it puts out."""
    action, role = runner.action, runner.role
    names = [name for each in action.inputs if (name := known(each))]
    primary = known(get(action.configuration, "PrimarySource")) or (names[0] if names else "")
    certain = _certainty(runner)
    if not primary or certain is None:
        return
    words = (
        f"{action.label} runs the commands that {primary} holds"
        if certain
        else f"{action.label} runs what {primary} holds, as its commands call it"
    )
    gate = gate_before(action, pipeline)
    yield Step(_artifact(primary), action, words, action.location, gate, certain)
    place = runner.project.location if runner.project is not None else role.location
    yield Step(action, role, f"{runner.what} runs as role {role.label}", place)
    for output in action.outputs:
        name = known(output)
        if name:
            yield Step(action, _artifact(name), f"{action.label} puts out {name}", action.location)


def _certainty(runner: Runner) -> bool | None:
    """Whether the source surely decides what runs; None where nothing says that it does."""
    override = get(runner.action.configuration, "BuildspecOverride")
    if isinstance(runner.project, BuildProject) and not override:
        if runner.project.buildspec_from_source:
            return True
        written = known(runner.project.buildspec)
        return False if written and RUNS_SOURCE.search(written) else None
    commands = "\n".join(known(each) or "" for each in runner.action.commands)
    return False if RUNS_SOURCE.search(commands) else None


def _of_stack(action: Action, role: Role, pipeline: Pipeline, graph: Graph) -> Iterator[Step]:
    """From an artifact with a template to the role of the stack."""
    template = known(get(action.configuration, "TemplatePath")) or ""
    artifact, colons, file = template.partition("::")
    capabilities = known(get(action.configuration, "Capabilities")) or ""
    if not colons or "IAM" not in capabilities:
        return
    changes = _executed(action, pipeline)
    if changes is None:
        return
    gate = gate_before(changes, pipeline)
    deploys = f"{action.label} deploys {file} of {artifact} with {capabilities}"
    yield Step(_artifact(artifact), action, deploys, action.location, gate)
    words = f"the stack acts as role {role.label}"
    yield Step(action, role, words, role.location)
    yield from _to_the_top(role, role, graph, every_way=False)


def _executed(action: Action, pipeline: Pipeline) -> Action | None:
    """The action that changes the stack: another one, where this makes a change set."""
    if known(get(action.configuration, "ActionMode")) != "CHANGE_SET_REPLACE":
        return action
    for each in pipeline.actions:
        if known(get(each.configuration, "ActionMode")) == "CHANGE_SET_EXECUTE" and all(
            get(each.configuration, key) == get(action.configuration, key)
            for key in ("StackName", "ChangeSetName")
        ):
            return each
    return None


def _to_the_top(node: object, role: Role, graph: Graph, *, every_way: bool) -> Iterator[Step]:
    """From a role to doing everything, by its policies or by a known way up."""
    everything = graph.administrator(role)
    if everything is not None:
        words = f"role {role.label} may do everything ({everything.label})"
        yield Step(node, Top(role), words, _place(everything, role))
        return
    ways = {each.combination.name: each for each in graph.escalations(role)}
    names = (*CREATES_ROLES, *ways) if every_way else CREATES_ROLES
    way = next((ways[name] for name in names if name in ways), None)
    if way is not None:
        place = _place(way.statements[0], role) if way.statements else role.location
        yield Step(node, Top(role), f"role {role.label} may call {way.words}", place)


def _place(statement: Statement, role: Role) -> Location:
    if statement.origin is None:
        return role.location
    document, node = statement.origin
    return document.location(node)


def _artifact(name: str) -> tuple[str, str]:
    return ("artifact", name)
