"""What the operator says of a deployment: parameter values and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from passrole.iam.policies import Policy
from passrole.stacks.resources import Target
from passrole.values import ACCOUNT, REGION, Hole, Text, literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Facts given for a scan. What is not given stays a hole, but for the partition.

    ``partition`` is assumed to be ``aws``, as the README says. ``scps`` are the service control
    policies that apply to the account, one tuple a level, the root's first; none are assumed.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    partition: str = "aws"
    account: str = ""
    region: str = ""
    scps: tuple[tuple[Policy, ...], ...] = ()

    def target(self, target_id: str) -> Target:
        """The target named ``target_id``: stacks that share the id share account and region."""
        account = literal(self.account) if self.account else _account(target_id)
        region = literal(self.region) if self.region else _region(target_id)
        return Target(target_id, literal(self.partition), account, region)


def _account(target_id: str) -> Text:
    hole = Hole(f"{target_id}@account", ACCOUNT, "AWS::AccountId", "the account is not given")
    return Text((hole,))


def _region(target_id: str) -> Text:
    hole = Hole(f"{target_id}@region", REGION, "AWS::Region", "the region is not given")
    return Text((hole,))
