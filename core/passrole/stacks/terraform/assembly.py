"""One stack while it is put together: what its modules share."""

from __future__ import annotations

from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, StackProblem
from passrole.stacks.terraform.configuration import Configurations
from passrole.stacks.terraform.files import Files
from passrole.stacks.terraform.memo import Memo
from passrole.stacks.terraform.scopes import Meter

MODULE_CAP = 500
"""How many module instances one stack may have."""
MODULE_DEPTH_CAP = 20
"""How deep modules may call modules."""


class Assembly:
    """The root module's folder is where its files are looked for, and the id of its stack.

    A stack that is read from a file of values has an id of its own; then ``folder`` says which.
    """

    def __init__(
        self,
        stack: str,
        configurations: Configurations,
        types: ResourceTypes,
        deployment: Deployment,
        target_id: str,
        folder: str | None = None,
    ) -> None:
        self.id = stack
        self.configurations = configurations
        self.types = types
        self.deployment = deployment
        self.target_id = target_id
        self.meter = Meter()
        self.files = Files(configurations.tree, stack if folder is None else folder)
        self.memo = Memo(self.meter)
        self.assumptions: set[str] = set()
        # By type of resource: the arguments that a name or an ARN may be made of.
        self.identifying: dict[str, frozenset[str]] = {}
        self._problems: list[StackProblem] = []
        self._modules = 0

    @property
    def problems(self) -> tuple[StackProblem, ...]:
        """What is amiss in how the modules refer to each other and to themselves."""
        return (*self._problems, *self.memo.problems)

    def report(self, problem: StackProblem) -> None:
        """Keep a problem, once for each place."""
        if all(each.location != problem.location for each in self._problems):
            self._problems.append(problem)

    def admits_module(self) -> bool:
        """Whether one more module instance may be made; counts it."""
        self._modules += 1
        return self._modules <= MODULE_CAP
