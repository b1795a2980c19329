"""Where the stacks of a scan go, and which of them are looked at together."""

from __future__ import annotations

from collections.abc import Mapping

from passrole.stacks.cloudformation.assemblies import Home
from passrole.stacks.deployments import Deployment
from passrole.stacks.ordering import Groups
from passrole.stacks.resources import Target
from passrole.values import literal


class Places:
    """The target of each template at a root; templates that are joined go to one.

    A manifest's account and region hold for its stacks, whatever the operator gives: the CDK
    deploys a stack nowhere else. What the manifest leaves open, the operator's account and region
    fill. Stacks of one assembly with one environment share a target; those of an account that is
    not known are all in that of whoever deploys.
    """

    def __init__(self, homes: Mapping[str, Home], deployment: Deployment) -> None:
        self._homes = homes
        self._deployment = deployment
        self._targets = Groups()
        self._together = Groups()
        self._known: dict[str, tuple[str, str]] = {}
        self._assembly: dict[str, str] = {}
        first: dict[tuple[str, str], str] = {}
        for path in sorted(homes):
            home = homes[path]
            self._known[path] = (home.account, home.region)
            self._assembly[path] = home.assembly
            self.join(path, first.setdefault((home.assembly, home.environment), path))

    def join(self, one: str, other: str) -> bool:
        """Send two templates to one target; False where they are known to go to different ones."""
        first, second = self._targets.of(one), self._targets.of(other)
        if first == second:
            return True
        mine, theirs = (self._place(each) for each in (first, second))
        if any(a and b and a != b for a, b in zip(mine, theirs, strict=True)):
            return False
        self._targets.join(first, second)
        group = self._targets.of(one)
        account, region = (a or b for a, b in zip(mine, theirs, strict=True))
        self._known[group] = (account, region)
        assembly = self._assembly.get(first) or self._assembly.get(second)
        if assembly is not None:
            self._assembly[group] = assembly
        return True

    def together(self, one: str, other: str) -> None:
        """Look at two templates together, wherever they go."""
        self._together.join(one, other)

    def target(self, path: str) -> Target:
        """Where the stack of a template at a root goes."""
        group = self._targets.of(path)
        target = self._deployment.target(f"target:{group}")
        account, region = self._place(group)
        if account:
            target = target._replace(account=literal(account))
        elif group in self._assembly and not self._deployment.account:
            shared = self._deployment.target(f"assembly:{self._assembly[group]}")
            target = target._replace(account=shared.account)
        return target._replace(region=literal(region)) if region else target

    def _place(self, group: str) -> tuple[str, str]:
        """The account and region of a group, as a manifest or the operator says for its files."""
        known = self._known.get(group)
        if known is None or not all(known):
            given = self._deployment.at(group)
            apart = given is not self._deployment
            said = (given.account, given.region) if apart else ("", "")
            account, region = known or ("", "")
            known = self._known[group] = (account or said[0], region or said[1])
        return known

    def components(self, paths: Mapping[str, Target]) -> dict[str, str]:
        """What the stacks of each root share with those that they may refer to.

        Whatever goes to one account, and the stacks of one assembly. Templates that the CDK wrote
        into one folder tell without a manifest neither account nor region: what links them is what
        they export and import.
        """
        for path, target in paths.items():
            self._together.join(path, target.id)
            account = target.account.known()
            if account is not None:
                self._together.join(path, f"account {account}")
            home = self._homes.get(path)
            if home is not None:
                self._together.join(path, f"assembly:{home.assembly}")
        return {path: self._together.of(path) for path in paths}
