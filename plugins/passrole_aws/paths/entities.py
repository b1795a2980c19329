"""What runs as whom in a pipeline, and the gates in it."""

from collections.abc import Iterator

from passrole import (
    Action,
    BuildProject,
    Escalation,
    Function,
    Gate,
    Graph,
    Identity,
    NamedTuple,
    Origin,
    Pipeline,
    Policy,
    Role,
    Statement,
    Text,
    Truth,
    Value,
    Verdict,
    cases,
    get,
    grants_in,
    known,
)

DEPLOYS = ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "CHANGE_SET_REPLACE")
"""The modes of a CloudFormation action that hand a template and a role to a stack."""

CREATES_ROLES = ("create-role-attach", "create-role-put", "iam-005", "iam-009")
"""The ways up that a template takes by itself: it makes or changes a role."""


APPROVE = "codepipeline:PutApprovalResult"
PASS = "iam:PassRole"  # noqa: S105 - an IAM action
MANY = 20
"""So many approvals of a pipeline are told apart."""

SHOWN = 3
# Who assumes a role of people, or of another system that acts for them.
PEOPLE = ("AWS", "Federated", "*")

Turn = tuple[int, int]
"""The number of a stage, and the place in it."""


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


def causes_of(way: Escalation, role: Role, graph: Graph) -> tuple[Origin, ...]:
    """What makes a way up: the role, its statements, and where they let roles be passed."""
    places = [graph.place_of(each, role) for each in way.statements]
    if any(each.action == PASS for each in way.combination.permissions):
        policies = [each for each in graph.policies_of(role) if isinstance(each, Policy)]
        places += [
            grant.written.origin
            for grant in grants_in(policies, PASS)
            if grant.statement in way.statements
            and grant.written is not None
            and grant.written.origin is not None
        ]
    return (role.resource.origin, *places)


def approvals_before(action: Action, pipeline: Pipeline) -> list[Action]:
    """The approvals that an execution surely passes before an action, in their order."""
    turns = turns_of(pipeline)
    return [each for turn, each in _approvals(pipeline, turns) if _waits(action, turns, each, turn)]


class Gates:
    """The approvals of one pipeline as gates on a way."""

    def __init__(self, pipeline: Pipeline, graph: Graph) -> None:
        self._turns = turns_of(pipeline)
        running = tuple(runners(pipeline, graph)) if pipeline.approvals else ()
        self._gates: list[tuple[Turn, Action, Gate]] = []
        for turn, action in _approvals(pipeline, self._turns)[:MANY]:
            arn = pipeline.arn_of(action)
            earlier = [each for each in running if self._turns[each.action] < turn]
            opener = next(_openers(earlier, arn, graph), None)
            order = len(self._gates) + 1
            if opener is None:
                who = _who(arn, graph)
                words = f"somebody approves {action.label} ({who} may)"
                gate = Gate(order, action.label, words, action.location)
            else:
                runner, statement = opener
                words = (
                    f"{action.label} keeps nobody out: {runner.action.label} runs before it as role"
                    f" {runner.role.label}, which may give the approval ({statement.label})"
                )
                gate = Gate(order, action.label, words, action.location, stands_open=True)
            self._gates.append((turn, action, gate))

    def before(self, action: Action) -> tuple[Gate, ...]:
        """The gates that are surely passed before an action."""
        turns = self._turns
        return tuple(g for turn, each, g in self._gates if _waits(action, turns, each, turn))


def turns_of(pipeline: Pipeline) -> dict[Action, Turn]:
    """When each action has its turn; one whose place is not known has it first."""
    return {
        action: (number, _place(action, 1))
        for number, stage in enumerate(pipeline.stages)
        for action in stage.actions
    }


def _approvals(pipeline: Pipeline, turns: dict[Action, Turn]) -> list[tuple[Turn, Action]]:
    """The approvals in their order; one whose place in its stage is not known comes last in it."""
    found = [((turns[each][0], _place(each, 1000)), each) for each in pipeline.approvals]
    return sorted(found, key=lambda each: each[0])


def _place(action: Action, unknown: int) -> int:
    if not action.run_order:
        return 1
    written = known(action.run_order)
    return int(written) if written is not None and written.isdecimal() else unknown


def _waits(action: Action, turns: dict[Action, Turn], approval: Action, turn: Turn) -> bool:
    return turn < turns[action] and action.world.implies(approval.world)


def _openers(earlier: list[Runner], arn: Text, graph: Graph) -> Iterator[tuple[Runner, Statement]]:
    """What runs commands of the source and may give an approval by itself."""
    for runner in earlier:
        if runner.project is not None and runner.project.buildspec_from_source:
            for decision in graph.may(runner.role, APPROVE, arn, world=runner.action.world):
                if decision.verdict is Verdict.ALLOWED and decision.decided_by:
                    yield runner, decision.decided_by[0]


def _who(arn: Text, graph: Graph) -> str:
    """Who may give an approval, as far as the tree shows it."""
    names = list(dict.fromkeys(each.label for each in graph.principals if _may(each, arn, graph)))
    if not names:
        return f"whoever has {APPROVE} on it"
    return ", ".join(names[:SHOWN]) + (", …" if names[SHOWN:] else "")


def _may(identity: Identity, arn: Text, graph: Graph) -> bool:
    if isinstance(identity, Role):
        kinds = {kind for each in identity.trust.statements for kind, _ in each.principal_names}
        if kinds.isdisjoint(PEOPLE):
            return False
    policies = [each for each in graph.policies_of(identity) if isinstance(each, Policy)]
    denied = any(
        statement.effect != "Allow" for policy in policies for statement in policy.about(APPROVE)
    )
    return not denied and any(
        not each.is_conditional and each.holds(arn) is Truth.TRUE
        for each in grants_in(policies, APPROVE)
    )
