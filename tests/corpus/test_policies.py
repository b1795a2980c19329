"""Generated policies in place of those that real pipelines have: enough, and no more."""

import json
import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.corpus.cases import Case
from tests.corpus.replacing import Made, graph_with, make, with_statements

from passrole.analysis import Analysis
from passrole.asking import check
from passrole.contributions import Contributions
from passrole.findings import Category, Confidence, Finding
from passrole.graph.questions import Graph
from passrole.iam import reference
from passrole.iam.decisions import Verdict
from passrole.iam.smallest_policy import Grant
from passrole.model.identities import Role
from passrole.model.needs import Certainty
from passrole.policies.least import RolePolicy, role_policies
from passrole.policies.narrowing import narrowed_roles
from passrole.policies.permissions import START
from passrole.policies.plain import document
from passrole.policies.statements import Written
from passrole.rulesets.choosing import ActiveRule, active_rules
from passrole.rulesets.reading import load_ruleset
from passrole.stamping import stamp
from passrole.values import ABSENT, Text

pytestmark = pytest.mark.corpus

T = TypeVar("T")
REMOVED = 400
ACCOUNT, REGION = "111122223333", "eu-west-1"


@pytest.fixture(scope="module")
def made(cdk_cases: list[Case], shared: Path, scan: Callable[..., Analysis]) -> list[Made]:
    """The policies of every pipeline of the corpus, component by component."""
    folders = [case.folder for case in cdk_cases]
    folders += sorted(p for p in (shared / "corpus" / "cloudformation").iterdir() if p.is_dir())
    found = [
        make(folder.name, graph, policies)
        for folder in folders
        for graph in scan(folder, folder.parent).graphs
        if (policies := role_policies([graph]))
    ]
    print(f"\n{len(found)} components, {sum(len(each.roles) for each in found)} roles")
    assert len(found) > 200
    return found


@pytest.fixture(scope="module")
def checked(made: list[Made], contributions: Contributions) -> list[tuple[Made, list[Finding]]]:
    """What the rules say of each component with the generated policies in place."""
    rules = rules_of(contributions, Category.BREAKS, Category.POLICY)
    rules += [
        each for each in rules_of(contributions, Category.RISK) if "pass-role" in each.rule.id
    ]
    return [
        (each, findings(graph_with(each.graph, each.roles, each.trusting, contributions), rules))
        for each in made
    ]


def rules_of(contributions: Contributions, *categories: Category) -> list[ActiveRule]:
    ruleset = load_ruleset("default", contributions.rulesets)
    active = active_rules(ruleset, contributions.rules, (), ())
    return [each for each in active if each.rule.category in categories]


def findings(graph: Graph, rules: list[ActiveRule]) -> list[Finding]:
    reported, crashes = check([graph], rules, {})
    assert not crashes
    return [each for each in stamp(reported, {}, {}) if each.confidence is not Confidence.LOW]


def test_no_pipeline_breaks_with_the_generated_policies(
    checked: list[tuple[Made, list[Finding]]],
) -> None:
    broken = [
        f"{each.name}: {finding.rule}: {finding.message}"
        for each, found in checked
        for finding in found
        if finding.category is Category.BREAKS and finding.subject.principal in labels(each)
    ]
    assert not broken, "\n".join(broken)


def labels(each: Made) -> set[str]:
    return {role.label for role in (*each.roles, *each.trusting)}


def test_the_generated_policies_are_correct_and_pass_no_role_at_large(
    checked: list[tuple[Made, list[Finding]]],
) -> None:
    flawed = Counter(
        finding.rule
        for _, found in checked
        for finding in found
        if finding.category is not Category.BREAKS and "least-privilege" in finding.message
    )
    # The alias of a key that another stack makes: the statement says to put in the key's ARN.
    assert set(flawed) <= {"resource-type-mismatch"}
    remarked = [
        statement
        for each, _ in checked
        for policy in each.policies
        for statement in policy.statements
        if "put in the ARN" in statement.remark
    ]
    assert flawed.total() <= len(remarked)


def test_every_star_is_explained(made: list[Made]) -> None:
    silent = [
        f"{each.name}: {statement.sid}"
        for each in made
        for policy in each.policies
        for statement in policy.statements
        if any(r.known() == "*" for r in statement.grant.resources) and not statement.remark
    ]
    assert not silent


def test_without_any_one_action_something_is_missed(
    made: list[Made], contributions: Contributions
) -> None:
    removals = [
        (each, policy, statement, action)
        for each in made
        for policy in each.policies
        # What stands in for documented wildcards grants some of the same.
        if policy.role in each.roles and not policy.blocks
        for statement in policy.statements
        for action in statement.grant.actions
    ]
    print(f"{len(removals)} actions of statements, {REMOVED} of them removed one by one")
    assert len(removals) > 2 * REMOVED
    superfluous = [
        f"{each.name}: {policy.role.label}: {statement.sid}: {action}"
        for each, policy, statement, action in sample(removals, REMOVED, seed=9)
        if not is_missed(each, policy, statement, action, contributions)
    ]
    assert not superfluous, "\n".join(superfluous)


def is_missed(
    each: Made, policy: RolePolicy, without: Written, action: str, contributions: Contributions
) -> bool:
    """Whether a need is not allowed any more once a statement lacks an action."""
    role = with_statements(policy, left(policy, without, action))
    graph = graph_with(each.graph, {**each.roles, policy.role: role}, each.trusting, contributions)
    if action == START or any(reason.call for reason in without.reasons):
        return all(
            decision.verdict is not Verdict.ALLOWED
            for resource in without.grant.resources
            for decision in graph.may(role, action, resource)
        )
    needed = [
        requirement
        for requirement in graph.uses.requirements(role)
        if action in requirement.iam_actions and requirement.need.certainty is Certainty.HIGH
    ]
    listed = {name for each in policy.statements for name in each.grant.actions}
    if any(len(listed.intersection(each.iam_actions)) > 1 for each in needed):
        return True  # one action under two names: the resource does not tell which one it takes
    if action == "sts:AssumeRole" and is_named_by_trust(each, without.grant):
        return True
    return any(
        decision.verdict is not Verdict.ALLOWED
        for requirement in needed
        for decision in graph.decide(requirement)
    )


def left(policy: RolePolicy, without: Written, action: str) -> Iterator[Written]:
    for statement in policy.statements:
        if statement is not without:
            yield statement
            continue
        actions = tuple(name for name in statement.grant.actions if name != action)
        if actions:
            yield statement._replace(grant=statement.grant._replace(actions=actions))


def is_named_by_trust(each: Made, grant: Grant) -> bool:
    """Whether the generated trust of the roles that are assumed is enough of itself.

    In one account a trust policy that names the role is; the present one was not, so both are
    written.
    """
    assumed = {role.resource.arn for role in (*each.roles, *each.trusting)}
    return any(resource in assumed for resource in grant.resources)


def test_what_is_narrowed_allows_all_that_was_needed_and_allowed(
    made: list[Made], contributions: Contributions
) -> None:
    taken, lost = 0, []
    for each in made:
        roles = {}
        for narrowed in narrowed_roles([each.graph]):
            policies = tuple(
                replace(policy.policy, statements=policy.statements)
                for policy in narrowed.policies
                if policy.policy is not None
            )
            taken += sum(
                len(policy.removed) + len(policy.narrower)
                for policy in narrowed.policies
                if not policy.kept_because
            )
            if len(policies) == len(narrowed.policies):
                role = narrowed.role
                roles[role] = replace(role, inline=policies, managed=ABSENT)
        after = graph_with(each.graph, roles, {}, contributions)
        lost += [f"{each.name}: {one}" for one in allowed(each.graph) - allowed(after)]
    print(f"{taken} grants taken away")
    assert taken > 1000
    assert not lost, "\n".join(lost)


def allowed(graph: Graph) -> set[tuple[str, ...]]:
    """Every need that is allowed for certain."""
    return {
        (requirement.principal.label, requirement.need.iam_action, str(requirement.resource))
        for role in graph.roles
        for requirement in graph.uses.requirements(role)
        if all(each.verdict is Verdict.ALLOWED for each in graph.decide(requirement))
    }


class Concrete:
    """Texts with something in place of each hole."""

    def __init__(self, role: Role) -> None:
        target = role.resource.target
        self._values = {
            hole.id: value
            for place, value in ((target.account, ACCOUNT), (target.region, REGION))
            for hole in place.holes
        }

    def __call__(self, text: Text) -> str:
        if len(text.parts) == 1 and not isinstance(hole := text.parts[0], str):
            # All of it is to be given, as an ARN: of what does not matter here.
            whole = f"arn:aws:given:{REGION}:{ACCOUNT}:name{len(self._values)}"
            return self._values.setdefault(hole.id, whole)
        return "".join(
            part
            if isinstance(part, str)
            else self._values.setdefault(part.id, f"name{len(self._values)}")
            for part in text.parts
        )


def questions(each: Made) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every need of a role, with what is to be answered, and ten neighbours that it has not."""
    for policy in each.policies:
        if policy.role not in each.roles or not policy.statements:
            continue
        write = Concrete(policy.role)
        data = document(policy.statements, write)
        listed = {a for statement in policy.statements for a in statement.grant.actions}
        neighbours = []
        for at, statement in enumerate(policy.statements):
            grant = statement.grant
            context = {
                condition.key: write(condition.values[0])
                for condition in grant.conditions
                if isinstance(condition.values[0], Text)
            }
            for action in grant.actions:
                for resource in grant.resources:
                    on = write(resource)
                    yield "Allowed", case(data, action, on, context)
                    if on != "*":
                        neighbours.append(case(data, action, elsewhere(on), context))
                    if "iam:PassedToService" in context:
                        other = {**context, "iam:PassedToService": "lambda.amazonaws.com"}
                        neighbours.append(case(data, action, on, other))
                    near = near_actions(action, listed, at)
                    neighbours.extend(case(data, name, on, context) for name in near)
        chosen = sample(neighbours, 10, each.name + policy.role.label)
        yield from (("ImplicitlyDenied", one) for one in chosen)


def near_actions(action: str, listed: set[str], at: int) -> list[str]:
    """Two actions of the same service that are not in the policy."""
    service = action.partition(":")[0]
    others = [name for name in reference.expand(f"{service}:*") if name not in listed]
    return sample(others, 2, at)


def sample(items: list[T], most: int, seed: str | int) -> list[T]:
    """As many of the items at random, the same ones for the same seed."""
    return random.Random(seed).sample(items, min(most, len(items)))  # noqa: S311 - no secret


def elsewhere(arn: str) -> str:
    """An ARN like another one, of something else."""
    segments = arn.split(":", 5)
    return ":".join((*segments[:5], f"other-{segments[5]}"))


def case(policy: Any, action: str, resource: str, context: dict[str, str]) -> dict[str, Any]:
    role = f"arn:aws:iam::{ACCOUNT}:role/pipeline"
    found: dict[str, Any] = {
        "request": {
            "principal": role,
            "action": action,
            "resource": resource.replace("*", "x") if resource != "*" else "*",
            # Those of other accounts ask their own policies as well, which are not the question.
            "resource_account": ACCOUNT,
            "context": context,
            "wildcard_only_action": bool(reference.is_wildcard_only(action)),
        },
        "identity_policies": [policy],
    }
    if action.startswith("kms:") or action == "sts:AssumeRole":
        # Keys and roles delegate to the policies of their account only where they say so.
        found["resource_policy"] = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "kms:*" if action.startswith("kms:") else "sts:AssumeRole",
                **({"Resource": "*"} if action.startswith("kms:") else {}),
            },
        }
    return found


def test_another_evaluator_allows_every_need_and_no_neighbour(
    made: list[Made], shared: Path
) -> None:
    home, node = os.environ.get("IAM_ORACLE_HOME"), shutil.which("node")
    if not home or not node:
        pytest.skip("needs node and the second evaluator's folder in IAM_ORACLE_HOME")
    asked = [question for each in made for question in questions(each)]
    lines = [json.dumps({"id": str(at), **one}) for at, (_, one) in enumerate(asked)]
    done = subprocess.run(
        [node, str(shared / "oracle" / "oracle.cjs")],
        input="\n".join(lines), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked)
    expected = Counter(wanted for wanted, _ in asked)
    print(f"\nasked of another evaluator: {dict(expected)}")
    assert expected["Allowed"] > 1000 and expected["ImplicitlyDenied"] > 1000
    wrong = [
        f"{answer['verdict']}, not {wanted}: {json.dumps(one['request'])}"
        for (wanted, one), answer in zip(asked, answers, strict=True)
        if answer["verdict"] != wanted
    ]
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:20])
