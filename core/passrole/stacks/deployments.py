"""What the operator says of a deployment: parameter values and where it goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field, replace

from passrole.documents.ignoring import Patterns
from passrole.documents.locations import Location
from passrole.documents.nodes import Document
from passrole.iam.policies import Policy
from passrole.records import NamedTuple, frozen
from passrole.stacks.resources import Target
from passrole.values import ACCOUNT, REGION, Hole, Text, literal

Given = Mapping[str, str | None]
"""Parameter values by name. None stands for a value that is given, but not in what was read: the
``UsePreviousValue`` of CloudFormation. It is a hole, whatever the default."""


class ParameterSet(NamedTuple):
    """The parameter values of one deployment, named by the files that give them.

    ``places`` says where each value stands, for those whose place is known. ``paths`` are the
    files that it is for, None for all.
    """

    name: str
    values: Given
    places: Mapping[str, Location] = {}
    paths: Patterns | None = None

    def is_for(self, path: str) -> bool:
        """Whether it says something of the template at ``path``."""
        return self.paths is None or self.paths.match_file(path)


class PathFacts(NamedTuple):
    """Where the stacks of some files go, and files of variables for them alone."""

    paths: Patterns
    account: str = ""
    region: str = ""
    variables: tuple[Document, ...] = ()


class GivenTemplate(NamedTuple):
    """Roles and other resources that are given as data, in one account; an empty one is any.

    The nodes of ``document`` stand in the files that give them. Where they are ``mentioned`` only,
    those count that the scanned code or one that counts speaks of.
    """

    account: str
    partition: str
    document: Document
    mentioned: bool = False


class GivenRole(NamedTuple):
    """What is known of a role that is given: its path is ``/``, or begins and ends with one."""

    name: str
    path: str
    account: str


class Facts(NamedTuple):
    """What the scanned code does not hold: resources, exports and SSM parameters by their names.

    What the scanned code says of any of them beats what is given. ``documents`` are the files that
    it was read from.
    """

    templates: tuple[GivenTemplate, ...] = ()
    exports: Mapping[str, str] = {}
    parameters: Mapping[str, str] = {}
    documents: tuple[Document, ...] = ()
    counts: tuple[tuple[int, str], ...] = ()
    """How much is given of what, in the words for one of it."""
    roles: tuple[GivenRole, ...] = ()

    def role(self, name: str, account: str) -> GivenRole | None:
        """The one role of a name in an account; an empty one is not known, or any."""
        found = [
            each
            for each in self.roles
            if each.name == name and (not account or each.account in ("", account))
        ]
        return found[0] if len(found) == 1 else None

    def __str__(self) -> str:
        return ", ".join(
            f"{count} {word if count == 1 else _several(word)}" for count, word in self.counts
        )


@frozen(eq=True, kw_only=True)
class Deployment:
    """Facts given for a scan. What is not given stays a hole, but for the partition.

    ``partition`` is assumed to be ``aws``, as the README says. ``scps`` are the service control
    policies that apply to the account, one tuple a level, the root's first; none are assumed.
    ``parameters`` are the values of this deployment, ``sets`` those of every deployment of the
    scan: a template is analysed once for each set that says something of it. ``variables`` are
    files of Terraform variables; a later one beats an earlier one, and ``parameters`` beat them.
    ``by_path`` is what holds for some files only; a later entry beats an earlier one, and all else.
    ``facts`` stand for what is not scanned.
    ``name`` is the one of the sets that this deployment is, once they are told ``apart``.
    """

    parameters: Given = field(default_factory=dict)
    sets: tuple[ParameterSet, ...] = ()
    variables: tuple[Document, ...] = ()
    partition: str = "aws"
    account: str = ""
    region: str = ""
    scps: tuple[tuple[Policy, ...], ...] = ()
    by_path: tuple[PathFacts, ...] = ()
    name: str = ""
    facts: Facts = field(default_factory=Facts)

    def at(self, path: str) -> Deployment:
        """The deployment as it is for the file or folder at ``path``."""
        found = [each for each in self.by_path if each.paths.match_file(path)]
        if not found:
            return self
        account = next((each.account for each in reversed(found) if each.account), self.account)
        region = next((each.region for each in reversed(found) if each.region), self.region)
        variables = tuple(document for each in found for document in each.variables)
        return replace(
            self, account=account, region=region, variables=(*self.variables, *variables)
        )

    def target(self, target_id: str) -> Target:
        """The target named ``target_id``: stacks that share the id share account and region."""
        account = literal(self.account) if self.account else _account(target_id)
        region = literal(self.region) if self.region else _region(target_id)
        return Target(target_id, literal(self.partition), account, region)

    def given(self, names: Collection[str], path: str = "") -> dict[str, str | None]:
        """What is given for the parameters ``names`` of the template at ``path``.

        A template of which this deployment says nothing is deployed with the first set that says
        something of it: people keep a file of values for each template. What is said of some files
        beats what is said of all.
        """
        sets = [each for each in self.sets if each.is_for(path)]
        mine = [each for each in sets if each.name == self.name]
        mine.sort(key=lambda each: each.paths is None)
        for values in (self.parameters, *(each.values for each in (*mine, *sets))):
            found = {name: values[name] for name in names if name in values}
            if found:
                return found
        return {}

    def apart(self) -> tuple[tuple[str, Deployment], ...]:
        """The deployments of the scan, each under the name of its sets; at least one."""
        if not self.sets:
            return (("", self),)
        names = dict.fromkeys(each.name for each in self.sets)
        return tuple((name, replace(self, name=name)) for name in names)


def _several(word: str) -> str:
    return f"{word.removesuffix('y')}ies" if word.endswith("cy") else f"{word}s"


def _account(target_id: str) -> Text:
    hole = Hole(f"{target_id}@account", ACCOUNT, "AWS::AccountId", "the account is not given")
    return Text((hole,))


def _region(target_id: str) -> Text:
    hole = Hole(f"{target_id}@region", REGION, "AWS::Region", "the region is not given")
    return Text((hole,))
