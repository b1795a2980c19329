"""One permission of one role: whether raw templates grant it, and templates without it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.corpus.mutants.conditions import Json
from tests.corpus.mutants.templates import HOLE, Raw, listed, may_be, names_action, overlap

from passrole.iam.managed_policies import managed_policy
from passrole.stacks.deployments import Deployment
from passrole.values import Truth


class Permission(NamedTuple):
    """What a mutant lacks: IAM actions of a role on a resource."""

    actions: frozenset[str]
    role: str
    resources: tuple[str, ...]

    def concerns(self, raw: Raw, value: Any) -> bool:
        """Whether a resource of a statement has anything to do with these."""
        return any(overlap(raw.text(value), resource) for resource in self.resources)

    def granted_by(self, raw: Raw, statement: Json) -> bool:
        return self._allowed_by(statement) and any(
            self.concerns(raw, each) for each in listed(statement.get("Resource", "*"))
        )

    def maybe_granted_by(self, raw: Raw, statement: Json) -> bool:
        """Whether it grants this if a made-up name happens to be one that is written out."""
        return self._allowed_by(statement) and any(
            may_be(raw.text(each), resource)
            for each in listed(statement.get("Resource", "*"))
            for resource in self.resources
        )

    def _allowed_by(self, statement: Json) -> bool:
        return statement["Effect"] == "Allow" and any(
            names_action(pattern, action)
            for pattern in listed(statement.get("Action", ()))
            for action in self.actions
        )

    def granted(self, raw: Raw) -> bool:
        """Whether any identity statement of the role grants it."""
        return any(self.granted_by(raw, each) for each in self._statements(raw))

    def _statements(self, raw: Raw) -> Iterator[Json]:
        for policy in raw.policies(self.role):
            yield from listed(policy["Statement"])
        for arn in raw.managed(self.role):
            yield from listed((managed_policy(arn) or {"Statement": []})["Statement"])

    def still_granted(self, raw: Raw) -> Truth:
        """Whether a statement that stayed grants it: an identity's, a key's, a bucket's, a trust.

        Unknown where a name that the service makes up would have to be one that is written out,
        and where the trust policy of the role that is assumed is not in the template.
        """
        if self.granted(raw):
            return Truth.TRUE
        arn = raw.text({"Fn::GetAtt": [self.role, "Arn"]})
        answer = Truth.FALSE
        if any(self.maybe_granted_by(raw, each) for each in self._statements(raw)) or (
            "sts:AssumeRole" in self.actions and not self._trust_is_here(raw)
        ):
            answer = Truth.UNKNOWN
        for statement in raw.resource_policies():
            principals = statement.get("Principal", {})
            named = principals if isinstance(principals, str) else principals.get("AWS", ())
            if self.granted_by(raw, {"Resource": "*", **statement}):
                if any(_names(raw, each, arn) for each in listed(named)):
                    return Truth.TRUE
                if any(may_be(raw.text(each), arn) for each in listed(named)):
                    answer = Truth.UNKNOWN
        return answer

    def _trust_is_here(self, raw: Raw) -> bool:
        """Whether the template holds the trust policy, or it is not enough: in another account."""
        roles = [key for key, each in raw.resources.items() if each["Type"] == "AWS::IAM::Role"]
        arns = {raw.text({"Fn::GetAtt": [key, "Arn"]}) for key in roles}
        mine = raw.text({"Fn::GetAtt": [self.role, "Arn"]}).split(":")[4]
        theirs = {resource.split(":")[4] for resource in self.resources}
        elsewhere = not any(map(HOLE.search, (mine, *theirs))) and mine not in theirs
        return elsewhere or not arns.isdisjoint(self.resources)

    def removed(self, raw: Raw, siblings: Iterable[str]) -> str:
        """The text of the template without it."""
        mutant = Raw(json.loads(json.dumps(raw.template)), Deployment())
        mutant.pseudo = raw.pseudo
        known = sorted(set(siblings) - self.actions)
        for policy in mutant.policies(self.role):
            policy["Statement"] = self._without(mutant, policy["Statement"], known)
        self._without_managed(mutant, known)
        if "sts:AssumeRole" in self.actions:
            self._trusted_by_account(mutant)
        return json.dumps(mutant.template, indent=1)

    def _without(self, raw: Raw, statements: Any, known: list[str]) -> list[Json]:
        left = []
        for statement in listed(statements):
            if not self.granted_by(raw, statement):
                left.append(statement)
                continue
            written = listed(statement.get("Resource", "*"))
            others = [each for each in written if not self.concerns(raw, each)]
            if others:
                left.append({**statement, "Resource": others})
            actions = list(self._other_actions(statement["Action"], known))
            if actions:
                concerned = [each for each in written if self.concerns(raw, each)]
                left.append({**statement, "Action": actions, "Resource": concerned})
        return left

    def _other_actions(self, patterns: Any, known: list[str]) -> Iterator[str]:
        for pattern in listed(patterns):
            if not any(names_action(pattern, action) for action in self.actions):
                yield pattern
            elif "*" in pattern:
                yield from (action for action in known if names_action(pattern, action))

    def _without_managed(self, raw: Raw, known: list[str]) -> None:
        """Write a managed policy that grants it into the role, without it."""
        properties = raw.resources[self.role]["Properties"]
        for arn in raw.managed(self.role):
            document = managed_policy(arn)
            statements = listed(document["Statement"]) if document else []
            if not any(self.granted_by(raw, each) for each in statements):
                continue
            kept = [each for each in properties["ManagedPolicyArns"] if raw.text(each) != arn]
            properties["ManagedPolicyArns"] = kept
            rest = {"Version": "2012-10-17", "Statement": self._without(raw, statements, known)}
            policy = {"PolicyName": arn.rpartition("/")[2], "PolicyDocument": rest}
            properties["Policies"] = [*properties.get("Policies", ()), policy]

    def _trusted_by_account(self, raw: Raw) -> None:
        """A trust that names the role would grant it by itself: trust its account instead."""
        arn = raw.text({"Fn::GetAtt": [self.role, "Arn"]})
        number = arn.split(":")[4]
        written = {"Ref": "AWS::AccountId"} if HOLE.search(number) else number
        account = {"Fn::Join": ["", ["arn:aws:iam::", written, ":root"]]}
        for statement in raw.resource_policies():
            principals = statement.get("Principal", {})
            if isinstance(principals, dict) and "sts:AssumeRole" in listed(statement["Action"]):
                named = listed(principals.get("AWS", ()))
                if any(_names(raw, each, arn) for each in named):
                    others = [each for each in named if not _names(raw, each, arn)]
                    principals["AWS"] = [*others, account]


def _names(raw: Raw, principal: Any, arn: str) -> bool:
    return raw.text(principal) in (arn, "*")
