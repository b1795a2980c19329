"""Where blocks go: the regions and accounts of the provider configurations of a module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import Target
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.expressions import Constant, Expression, Placed
from passrole.values import Text, Value

OTHER_ACCOUNT = frozenset({"access_key", "assume_role", "assume_role_with_web_identity", "profile"})
"""Arguments by which another provider configuration may go to another account."""


def targets(
    blocks: list[Block],
    deployment: Deployment,
    target_id: str,
    evaluate: Callable[[Argument], Value],
) -> dict[str, Target]:
    """The target of each AWS provider configuration, by its alias; ``""`` is the default one.

    The region of the default configuration counts where the deployment gives none. Another
    configuration has a target of its own: its region, and its account where it may be another.
    """
    found: dict[str, Target] = {"": deployment.target(target_id)}
    named: dict[str, Block] = {}
    for block in blocks:
        alias = constant_text(block.arguments.get("alias"))
        if block.labels == ("aws",) and alias is not None:
            named[alias] = block
    for alias in sorted(named):
        given = named[alias].arguments.get("region")
        region = evaluate(given) if given is not None else None
        if alias:
            found[alias] = _other(named[alias], found[""], deployment, f"{target_id}/aws.{alias}")
        if isinstance(region, Text) and (alias or not deployment.region):
            found[alias] = found[alias]._replace(region=region)
    return found


def _other(block: Block, default: Target, deployment: Deployment, target_id: str) -> Target:
    """A target of its own, whose account is that of the default one unless it may be another."""
    target = replace(deployment, account="", region="").target(target_id)
    if OTHER_ACCOUNT.isdisjoint(block.arguments):
        target = target._replace(account=default.account)
    return target


def alias_of(block: Block) -> str | None:
    """The alias that a block names by its ``provider``, empty for the default configuration.

    None where it names no alias that can be read.
    """
    name = constant_text(block.arguments.get("provider"))
    if name is None:
        return None
    name = name.removeprefix("${").removesuffix("}")
    provider, _, alias = name.partition(".")
    return alias if provider in ("", "aws") else None


def constant_text(argument: Argument | None) -> str | None:
    """The text of an argument that is a constant, empty where there is no argument."""
    if argument is None:
        return ""
    inner: Expression = argument.expression
    while isinstance(inner, Placed):
        inner = inner.expression
    return inner.text if isinstance(inner, Constant) else None
