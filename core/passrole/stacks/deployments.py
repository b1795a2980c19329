"""What the operator says of a deployment: parameter values and where it goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.iam.policies import Policy
from passrole.stacks.resources import Target
from passrole.values import ACCOUNT, REGION, Hole, Text, literal

Given = Mapping[str, str | None]
"""Parameter values by name. None stands for a value that is given, but not in what was read: the
``UsePreviousValue`` of CloudFormation. It is a hole, whatever the default."""


class ParameterSet(NamedTuple):
    """The parameter values of one deployment, named by the files that give them.

    ``places`` says where each value stands, for those whose place is known.
    """

    name: str
    values: Given
    places: Mapping[str, Location] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Facts given for a scan. What is not given stays a hole, but for the partition.

    ``partition`` is assumed to be ``aws``, as the README says. ``scps`` are the service control
    policies that apply to the account, one tuple a level, the root's first; none are assumed.
    ``parameters`` are the values of this deployment, ``sets`` those of every deployment of the
    scan: a template is analysed once for each set that says something of it. ``variables`` are
    files of Terraform variables; a later one beats an earlier one, and ``parameters`` beat them.
    """

    parameters: Given = field(default_factory=dict)
    sets: tuple[ParameterSet, ...] = ()
    variables: tuple[Document, ...] = ()
    partition: str = "aws"
    account: str = ""
    region: str = ""
    scps: tuple[tuple[Policy, ...], ...] = ()

    def target(self, target_id: str) -> Target:
        """The target named ``target_id``: stacks that share the id share account and region."""
        account = literal(self.account) if self.account else _account(target_id)
        region = literal(self.region) if self.region else _region(target_id)
        return Target(target_id, literal(self.partition), account, region)

    def given(self, names: Collection[str]) -> dict[str, str | None]:
        """What is given for the parameters ``names`` of one template.

        A template of which this deployment says nothing is deployed with the first set that says
        something of it: people keep a file of values for each template.
        """
        for values in (self.parameters, *(each.values for each in self.sets)):
            found = {name: values[name] for name in names if name in values}
            if found:
                return found
        return {}

    def apart(self) -> tuple[tuple[str, Deployment], ...]:
        """The deployments of the scan, each under the name of its set; at least one."""
        if not self.sets:
            return (("", self),)
        return tuple((each.name, replace(self, parameters=each.values)) for each in self.sets)


def _account(target_id: str) -> Text:
    hole = Hole(f"{target_id}@account", ACCOUNT, "AWS::AccountId", "the account is not given")
    return Text((hole,))


def _region(target_id: str) -> Text:
    hole = Hole(f"{target_id}@region", REGION, "AWS::Region", "the region is not given")
    return Text((hole,))
