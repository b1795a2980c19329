"""Where blocks go: the regions and accounts of the provider configurations of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import Target
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.expressions import Constant, Expression, ObjectOf, unplaced
from passrole.values import Text, Value, elements, get, known

OTHER_ACCOUNT = frozenset({"access_key", "assume_role", "assume_role_with_web_identity", "profile"})
"""Arguments by which another provider configuration may go to another account."""


def targets(
    blocks: Iterable[Block],
    deployment: Deployment,
    default: Target,
    target_id: str,
    evaluate: Callable[[Argument], Value],
) -> dict[str, Target]:
    """The target of each AWS provider configuration, by its alias; ``""`` is the default one.

    The region and account of the default configuration count where the deployment gives none.
    Another configuration has a target of its own: its region, and its account where it may be
    another.
    """
    found: dict[str, Target] = {"": default}
    named: dict[str, Block] = {}
    for block in blocks:
        alias = constant_text(block.arguments.get("alias"))
        if block.labels == ("aws",) and alias is not None:
            named[alias] = block
    for alias in sorted(named):
        block = named[alias]
        region = evaluate(block.arguments["region"]) if "region" in block.arguments else None
        account = _account(block, evaluate)
        if alias:
            found[alias] = _other(block, found[""], deployment, f"{target_id}/aws.{alias}")
        if isinstance(region, Text) and (alias or not deployment.region):
            found[alias] = found[alias]._replace(region=region)
        if account is not None and (alias or not deployment.account):
            found[alias] = found[alias]._replace(account=account)
    return found


def _account(block: Block, evaluate: Callable[[Argument], Value]) -> Text | None:
    """The account that a configuration says it goes to: that of its role, or the allowed one.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#allowed_account_ids
    """
    allowed = block.arguments.get("allowed_account_ids")
    accounts = elements(evaluate(allowed)) if allowed is not None else ()
    if len(accounts) == 1 and isinstance(accounts[0], Text):
        return accounts[0] if _is_account(known(accounts[0])) else None
    assumed = block.arguments.get("assume_role")
    if assumed is None:
        return None
    role = get(evaluate(assumed), 0, "role_arn")
    segments = role.split(":", 5) if isinstance(role, Text) else None
    if segments is None or len(segments) != 6:
        return None
    return segments[4] if _is_account(known(segments[4])) else None


def _is_account(text: str | None) -> bool:
    return text is not None and len(text) == 12 and text.isdigit()


def _other(block: Block, default: Target, deployment: Deployment, target_id: str) -> Target:
    """A target of its own, whose account is that of the default one unless it may be another."""
    target = replace(deployment, account="", region="").target(target_id)
    if OTHER_ACCOUNT.isdisjoint(block.arguments):
        target = target._replace(account=default.account)
    return target


def passed_aliases(call: Block) -> Iterator[tuple[str, str]]:
    """The aliases that a child module has by ``providers``, each with its name in the parent."""
    argument = call.arguments.get("providers")
    inner = unplaced(argument.expression) if argument is not None else None
    for key, item in inner.items if isinstance(inner, ObjectOf) else ():
        inside, outside = _alias(_constant(key)), _alias(_constant(item))
        if inside is not None and outside is not None:
            yield inside, outside


def _alias(name: str | None) -> str | None:
    """The alias in the name of a provider configuration, None for another provider's."""
    if name is None:
        return None
    provider, _, alias = name.removeprefix("${").removesuffix("}").partition(".")
    return alias if provider in ("", "aws") else None


def alias_of(block: Block) -> str | None:
    """The alias that a block names by its ``provider``, empty for the default configuration.

    None where it names no alias that can be read.
    """
    return _alias(constant_text(block.arguments.get("provider")))


def constant_text(argument: Argument | None) -> str | None:
    """The text of an argument that is a constant, empty where there is no argument."""
    return "" if argument is None else _constant(argument.expression)


def _constant(expression: Expression) -> str | None:
    inner = unplaced(expression)
    return inner.text if isinstance(inner, Constant) else None
