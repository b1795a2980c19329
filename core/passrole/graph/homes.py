"""Where a pipeline is at home, and what policies of its resources say to roles of other accounts.

A pipeline and its role are in one account: IAM lets nobody pass a role of another one. So a role
that is written as an ARN tells the account of a pipeline that nobody gave. So does the policy of a
KMS key: KMS refuses one that lets nobody of the key's own account change it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from passrole.graph.frames import account_in
from passrole.graph.requirements import Requirement
from passrole.iam.arn_segments import arn_in
from passrole.iam.decisions import Decision, Layers, Verdict, decide
from passrole.iam.matching import action_truth
from passrole.iam.policies import Policy
from passrole.iam.principals import principal_of
from passrole.iam.requests import Request
from passrole.iam.statements import Statement
from passrole.model.guarded import Key
from passrole.model.pipelines import Action, Pipeline
from passrole.stacks.resources import Target
from passrole.values import Absent, Fact, Text, Truth, Unknown, Value, World, cases


def home_account(pipeline: Pipeline) -> Text | None:
    """The account of a pipeline, where it is given or its role's ARN holds it."""
    given = pipeline.resource.target.account
    if given.known() is not None:
        return given
    found = {account_in(role) for _, role in cases(pipeline.role, pipeline.world)}
    account = found.pop() if len(found) == 1 else None
    return account if account is not None and account.known() else None


def home_region(pipeline: Pipeline) -> Text | None:
    """The region of a pipeline, where it is given or the key of its only store is in it.

    A pipeline with one artifact store has it in its own region, with the key of that store
    (CodePipeline API reference, *PipelineDeclaration*).
    """
    given = pipeline.resource.target.region
    if given.known() is not None:
        return given
    if len(pipeline.stores) != 1 or not isinstance(pipeline.stores[0].region, Absent):
        return None
    key = arn_in(pipeline.stores[0].key)
    return key.region if key is not None and key.region.known() else None


def account_known(reference: Value, pipeline: Pipeline) -> Text | None:
    """The account in the ARN of a role or a key, where it is known, else None.

    The account of the pipeline's own target is known where the pipeline's is.
    """
    account = account_in(reference)
    if account is None:
        return None
    if account == pipeline.resource.target.account:
        return home_account(pipeline)
    return account if account.known() else None


def other_account(action: Action, pipeline: Pipeline) -> tuple[Text, Text] | None:
    """The account of a pipeline and that of an action's own role, where they surely differ."""
    home, account = home_account(pipeline), account_known(action.role, pipeline)
    return (home, account) if home is not None and account is not None and home != account else None


def passes_to_other_account(requirement: Requirement) -> tuple[Text, Text] | None:
    """The account of a role and of the role it is to pass, where they are known and differ."""
    if requirement.need.iam_action != "iam:PassRole":
        return None
    principal, pipeline = requirement.principal, requirement.pipeline
    reference = principal.role.resource.arn if principal.role else principal.reference
    mine = account_known(reference, pipeline)
    theirs = account_known(requirement.resource, pipeline)
    return (mine, theirs) if mine is not None and theirs is not None and mine != theirs else None


def decide_for_outsider(
    requirement: Requirement,
    layers: Layers,
    request_of: Callable[[Requirement, str], Request],
) -> tuple[Decision, ...]:
    """The verdict on a need of a role that is not in the tree.

    Its own policies are not known. But what lies in another account is closed to it unless the
    policy of the resource lets it in, and that policy may be known.
    """
    reason = f"{requirement.principal.label} is not in the scanned tree"
    unknown = Decision(Verdict.UNKNOWN, blockers=(reason,), world=requirement.world)
    reference, owner = requirement.principal.reference, requirement.owner
    pipeline = requirement.pipeline
    home, account = home_account(pipeline), account_known(reference, pipeline)
    if owner is None or home is None or account is None or home == account:
        return (unknown,)
    target = pipeline.resource.target
    if owner.resource.target.id != target.id:
        return (unknown,)
    world = in_account(requirement.world, target, home)
    if world is None:
        return (unknown,)
    request = request_of(requirement, requirement.need.iam_action)._replace(resource_account=home)
    closed = layers._replace(identity=(Unknown(reason),))
    return tuple(
        decision._replace(
            world=without_account(decision.world, requirement.world, world),
            defaults=decision.defaults | account.defaults | home.defaults,
        )
        if decision.verdict is Verdict.MISSING and decision.layer == "resource"
        else unknown._replace(world=without_account(decision.world, requirement.world, world))
        for decision in decide(request, closed, world)
    )


def in_account(world: World, target: Target, account: Text) -> World | None:
    """The world in which ``target`` is in ``account``, None where it cannot be.

    The hole that stands for the account of the target is filled wherever a policy has it.
    """
    facts = tuple((Fact(hole.id, account.known()), True) for hole in target.account.holes)
    return world.joined(World(facts))


def without_account(world: World, before: World, placed: World) -> World:
    """The world without what :func:`in_account` added to ``before`` to make ``placed``."""
    added = set(placed.literals) - set(before.literals)
    return World(tuple(each for each in world.literals if each not in added))


def accounts_by_keys(keys: Iterable[Key]) -> dict[str, Text]:
    """The accounts of targets, by their ids, that the policies of their KMS keys tell.

    KMS refuses a key policy that does not let the caller change it later (KMS API reference,
    *CreateKey*, ``BypassPolicyLockoutSafetyCheck``), and the caller is of the key's own account
    (inferred: CloudFormation calls in the account of the stack). So where all who may change a key
    are of one account that is written, the key is there. Keys that disagree tell nothing.
    """
    told: dict[str, set[Text]] = {}
    for key in keys:
        account = _administrating(key.policy) if key.policy is not None else None
        if account is not None and key.resource.target.account.known() is None:
            told.setdefault(key.resource.target.id, set()).add(account)
    return {target: accounts.pop() for target, accounts in told.items() if len(accounts) == 1}


def _administrating(policy: Policy) -> Text | None:
    """The one account, known for certain, of all whom a key policy lets change it; else None."""
    if policy.unresolved is not None:
        return None
    accounts = {
        account
        for statement in policy.statements
        if statement.effect != "Deny"
        and action_truth(statement, _CHANGE_KEY_POLICY) is not Truth.FALSE
        for account in _accounts_named(statement)
    }
    account = accounts.pop() if len(accounts) == 1 else None
    written = account.known() if account is not None else None
    # No principal of an account, or one that holds what is not known, tells nothing.
    return account if written is not None and written.isdigit() else None


def _accounts_named(statement: Statement) -> Iterator[Text | None]:
    """The account of each principal of a statement, None where one is of no known account."""
    if statement.unresolved is not None or statement.not_principals or not statement.principals:
        yield None
    for entry in statement.principals:
        if isinstance(entry, Unknown) or isinstance(entry.value, Unknown) or entry.kind != "AWS":
            yield None
        else:
            yield principal_of(entry.value).account


_CHANGE_KEY_POLICY = "kms:putkeypolicy"
