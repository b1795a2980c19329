"""Roles that the console made long ago: what CodePipeline came to support later is not in them.

Source: CodePipeline user guide, *Manage the CodePipeline service role*, with the default policy and
the names of 2018, and the table of the dates at which support for a service was added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.iam.policies import Policy
from passrole.iam.statements import Statement
from passrole.model.identities import Role
from passrole.values import Text, Unknown, known

NAMES = ("oneClick_", "AWSCodePipelineServiceRole-")
"""How the names of roles begin that the console made before and after September 2018."""

DEFAULT_BLOCK = frozenset(
    f"{service}:*"
    for service in (
        "elasticbeanstalk", "ec2", "elasticloadbalancing", "autoscaling", "cloudwatch", "s3", "sns",
        "cloudformation", "rds", "sqs", "ecs",
    )
)  # fmt: skip
"""The one statement that only the default policy of those years has, in part or as a whole."""
ENOUGH = 6
"""How many of them make its shape: copies leave out what they never deploy to."""


OF_ALL_SERVICES = frozenset({"iam", "kms", "s3", "sts"})
"""What is in the blocks of many services: its absence tells nothing about one of them."""


def lacks_block(role: Role, policies: Iterable[Policy | Unknown], iam_action: str) -> bool:
    """Whether a role is one of those, and has nothing at all of the service of ``iam_action``."""
    service = iam_action.partition(":")[0].lower()
    allows = list(_allows(policies))
    if service in OF_ALL_SERVICES:
        return False
    if not (_has_old_name(role) or any(map(_has_old_shape, allows))):
        return False
    return not any(_may_mention(statement, service) for statement in allows)


def _allows(policies: Iterable[Policy | Unknown]) -> Iterator[Statement]:
    for policy in policies:
        if isinstance(policy, Policy):
            yield from (each for each in policy.statements if each.effect == "Allow")


def _has_old_name(role: Role) -> bool:
    # The name may go on with what is known only when it is deployed.
    first = next(iter(role.resource.name.parts), "")
    return isinstance(first, str) and first.startswith(NAMES)


def _has_old_shape(statement: Statement) -> bool:
    actions = {(known(item) or "").lower() for item in statement.actions}
    everywhere = any(known(item) == "*" for item in statement.resources)
    return everywhere and len(actions & DEFAULT_BLOCK) >= ENOUGH


def _may_mention(statement: Statement, service: str) -> bool:
    """Whether a statement is about actions of a service, or nobody knows."""
    if statement.not_actions or "NotAction" in statement.elements:
        return True
    for item in statement.actions:
        text = item.known() if isinstance(item, Text) else None
        prefix = (text or "*").partition(":")[0].lower()
        if prefix == service or "*" in prefix or "?" in prefix:
            return True
    return False
