"""The steps by which somebody who controls a source of a pipeline gets further."""

import re
from collections.abc import Iterator

from passrole import (
    Action,
    BuildProject,
    Graph,
    Location,
    NamedTuple,
    Origin,
    Pipeline,
    Role,
    Step,
    Text,
    Value,
    get,
    known,
    literal,
)
from passrole_aws.paths.entities import (
    CREATES_ROLES,
    Gates,
    Runner,
    causes_of,
    runners,
    stack_roles,
)

SOMEBODY = "somebody"


class Top(NamedTuple):
    """Doing everything, by way of a role; ``causes`` are the places that make it so."""

    role: Role
    causes: tuple[Origin, ...] = ()


# Which keys of a source action say what has to be changed. One source of CodePipeline each:
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
SOURCES = {
    "CodeCommit": ("repository", ("RepositoryName",), "BranchName"),
    "CodeStarSourceConnection": ("repository", ("FullRepositoryId",), "BranchName"),
    "GitHub": ("repository", ("Owner", "Repo"), "Branch"),
    "S3": ("object", ("S3Bucket", "S3ObjectKey"), ""),
}
# What runs commands that stand in files of the source, though it is called from elsewhere.
# A text, which `re` compiles where it is first looked for, as few runs do.
RUNS_SOURCE = r"""(?x)
        \b(?:npm|pnpm)\s(?:ci|run|test|start|i|install)\b(?!\s+(?:-g|--global)\b)
    |(?<![\w./-])(?:npx|make|mvn|mvnw|gradle|gradlew|poetry|tox|pytest|cdk|taskcat|terraform|tofu|cargo|bundle
        |rake|dotnet)\b
    |\byarn\b(?!\s+global\b)
    |\bpip3?\s+install\b[^\n]*\s(?:-r|-e|--requirement|--editable|\.)
    |\b(?:sam|docker(?:-compose)?|packer)\b[^\n]*\sbuild\b
    |\b(?:serverless|sls)\s+deploy\b
    |\bgo\s+(?:build|test|run)\b
    |\bpython3?\s+\S+\.py\b
    |\b(?:ba)?sh\s+\S+\.sh\b
    |(?:^|[\s"'])\./[\w./-]+"""


def steps(pipeline: Pipeline, graph: Graph) -> Iterator[Step]:
    """Every step from the sources of a pipeline to roles and from there to doing everything.

    None where no role may do everything, nor come to it.
    """
    stacks = {each: tuple(stack_roles(each, pipeline, graph)) for each in pipeline.actions}
    running = tuple(runners(pipeline, graph))
    acting = (
        *(role for roles in stacks.values() for role in roles),
        *(each.role for each in running),
    )
    if not any(graph.administrator(role) or graph.escalations(role) for role in acting):
        return
    gates = Gates(pipeline, graph)
    for action, roles in stacks.items():
        yield from _of_source(action)
        for role in roles:
            yield from _of_stack(action, role, pipeline, graph, gates)
    for runner in running:
        yield from _of_runner(runner, gates)
        yield from _to_the_top(runner.role, graph, every_way=True)


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
    yield Step(SOMEBODY, action, words, action.location, world=action.world)
    yield from _put_out(action)


def _put_out(action: Action) -> Iterator[Step]:
    for output in action.outputs:
        if isinstance(output, Text):
            words = f"{action.label} puts out {output}"
            yield Step(action, _artifact(output), words, action.location, world=action.world)


def _of_runner(runner: Runner, gates: Gates) -> Iterator[Step]:
    """From an artifact to what runs because of it, to its role and what it puts out."""
    action, role = runner.action, runner.role
    primary: Value = get(action.configuration, "PrimarySource")
    if not isinstance(primary, Text):
        primary = next(iter(action.inputs), primary)
    certain = _certainty(runner)
    if not isinstance(primary, Text) or certain is None:
        return
    words = (
        f"{action.label} runs the commands that {primary} holds"
        if certain
        else f"{action.label} runs what {primary} holds, as its commands call it"
    )
    yield Step(
        _artifact(primary),
        action,
        words,
        action.location,
        certain=certain,
        gates=gates.before(action),
        world=action.world,
    )
    place = runner.project.location if runner.project is not None else role.location
    world = runner.project.world if runner.project is not None else action.world
    words = f"{runner.what} runs as role {role.label}"
    yield Step(action, role, words, place, world=world.joined(role.world) or world)
    yield from _put_out(action)


def _certainty(runner: Runner) -> bool | None:
    """Whether the source surely decides what runs; None where nothing says that it does."""
    override = get(runner.action.configuration, "BuildspecOverride")
    if isinstance(runner.project, BuildProject) and not override:
        if runner.project.buildspec_from_source:
            return True
        written = known(runner.project.buildspec)
        return False if written and re.search(RUNS_SOURCE, written) else None
    commands = "\n".join(known(each) or "" for each in runner.action.commands)
    return False if re.search(RUNS_SOURCE, commands) else None


def _of_stack(
    action: Action, role: Role, pipeline: Pipeline, graph: Graph, gates: Gates
) -> Iterator[Step]:
    """From an artifact with a template to the role of the stack."""
    template = get(action.configuration, "TemplatePath")
    capabilities = known(get(action.configuration, "Capabilities")) or ""
    changes = _executed(action, pipeline)
    if not isinstance(template, Text) or "IAM" not in capabilities or changes is None:
        return
    first = template.parts[0] if template.parts else ""
    artifact, colons, _ = first.partition("::") if isinstance(first, str) else ("", "", "")
    if not colons:
        return
    what = f"{str(template).partition('::')[2]} of {artifact} with {capabilities}"
    start = _artifact(literal(artifact))
    if changes is action:
        words = f"{action.label} deploys {what}"
        yield Step(
            start, action, words, action.location, gates=gates.before(action), world=action.world
        )
    else:
        words = f"{action.label} makes a change set of {what}"
        yield Step(
            start, action, words, action.location, gates=gates.before(action), world=action.world
        )
        words = f"{changes.label} executes it"
        yield Step(
            action,
            changes,
            words,
            changes.location,
            gates=gates.before(changes),
            world=changes.world,
        )
    words = f"the stack acts as role {role.label}"
    yield Step(changes, role, words, role.location, world=role.world)
    yield from _to_the_top(role, graph, every_way=False)


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


def _to_the_top(role: Role, graph: Graph, *, every_way: bool) -> Iterator[Step]:
    """From a role to doing everything, by its policies or by a known way up."""
    everything = graph.administrator(role)
    if everything is not None:
        words = f"role {role.label} may do everything ({everything.label})"
        cause = graph.place_of(everything, role)
        world = everything.world
        yield Step(role, Top(role, (cause,)), words, _location(cause), world=world)
        return
    ways = {each.combination.name: each for each in graph.escalations(role)}
    sure = [name for name, way in ways.items() if way.is_sure]
    names = (*CREATES_ROLES, *sure, *ways) if every_way else CREATES_ROLES
    way = next((ways[name] for name in names if name in ways), None)
    if way is not None:
        words = f"role {role.label} may call {way.words}"
        causes = causes_of(way, role, graph)
        place = _location(graph.place_of(way.statements[0], role)) if way.statements else None
        yield Step(
            role, Top(role, causes), words, place or role.location,
            certain=way.is_sure, world=way.world,
        )  # fmt: skip


def _location(origin: Origin) -> Location:
    document, node = origin
    return document.location(node)


def _artifact(name: Text) -> tuple[str, Text]:
    return ("artifact", name)
