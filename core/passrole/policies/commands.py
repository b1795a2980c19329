"""What the commands of builds and actions call, and what a policy for their role has of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.graph.questions import Graph
from passrole.graph.uses import OF_ACTION, OF_BUILD, OF_PIPELINE
from passrole.iam import reference
from passrole.model.commands import CommandCall, command_calls
from passrole.model.identities import Role
from passrole.policies.permissions import Permission, Reason
from passrole.records import NamedTuple
from passrole.values import literal

CLI_DOCS = "https://docs.aws.amazon.com/cli/latest/reference/"


class Called(NamedTuple):
    """A call that surely is made, and what for."""

    call: CommandCall
    reason: Reason

    @property
    def is_on_nothing(self) -> bool:
        """Whether all that it takes is granted on ``*`` and on nothing else."""
        return all(map(reference.is_wildcard_only, self.call.iam_actions))


def calls_as(graph: Graph, role: Role) -> Iterator[Called]:
    """What commands call as a role for its pipelines: those of its builds, and those of actions."""
    building = ""
    for use in graph.uses.of(role):
        pipeline, action = use.pipeline.label, use.action
        if use.why == OF_BUILD:
            building = building or pipeline
        elif action is not None and use.why in (OF_PIPELINE, OF_ACTION):
            for call in command_calls(action.commands, action.variables):
                reason = Reason(pipeline, action.label, (), CLI_DOCS, call=call.command)
                yield Called(call, reason)
    for project, world in graph.builds.get(role, ()) if building else ():
        for call in command_calls(project.commands, project.variables):
            reason = Reason(
                building, "", (), CLI_DOCS, world.describe(), project.label, call.command
            )
            yield Called(call, reason)


def permissions_for(called: Iterable[Called]) -> Iterator[Permission]:
    """What calls need that name no resource: on which ones the others work nobody knows."""
    for each in called:
        for iam_action in each.call.iam_actions if each.is_on_nothing else ():
            yield Permission(iam_action, literal("*"), (), each.reason)


def left_open(called: Iterable[Called], written: Iterable[str]) -> Iterator[str]:
    """The calls that take more than the IAM actions that are ``written``, in words."""
    listed = frozenset(written)
    for each in called:
        lacking = [iam_action for iam_action in each.call.iam_actions if iam_action not in listed]
        if lacking:
            calls = f"{each.reason.who} calls {each.call.command}"
            yield f"{calls}, which needs {' and '.join(lacking)} on what it works on"
