"""Data sources whose answer is known before deployment.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from passrole.stacks.resources import Target
from passrole.stacks.terraform.blocks import Block
from passrole.values import Text, known, literal

DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}


def data_attribute(
    type_name: str, attribute: str, target: Target, block: Block | None = None
) -> Text | None:
    """An attribute of a data source of the target itself, None where nothing here says it.

    A data source that is asked for another region by an argument is none of these.
    """
    answer: Text | None = None
    if type_name == "aws_caller_identity" and attribute in ("account_id", "id"):
        answer = target.account
    elif type_name == "aws_region" and attribute in ("name", "region", "id"):
        chosen = block is not None and not block.arguments.keys().isdisjoint(
            ("name", "region", "endpoint")
        )
        answer = None if chosen else target.region
    elif type_name == "aws_partition" and attribute in ("partition", "id"):
        answer = target.partition
    elif type_name == "aws_partition" and attribute == "dns_suffix":
        suffix = DNS_SUFFIXES.get(known(target.partition) or "")
        answer = literal(suffix) if suffix else None
    return answer
