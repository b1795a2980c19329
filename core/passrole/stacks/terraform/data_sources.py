"""Data sources whose answer is known before deployment.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from passrole.iam.managed_policies import look_up
from passrole.iam.policies import value_from_json
from passrole.stacks.deployments import Facts
from passrole.stacks.resources import POLICY_DOCUMENT, Target
from passrole.stacks.terraform.expressions import Splat
from passrole.stacks.terraform.operands import derived, identity
from passrole.stacks.terraform.policy_documents import policy_document
from passrole.stacks.terraform.steps import Step, follow
from passrole.values import Absent, Record, Text, Value, known, literal

DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
READ_ALIKE = frozenset({"terraform_remote_state"})
"""Data sources that give the same wherever they are asked the same."""


def data_attribute(
    type_name: str, attribute: str, target: Target, properties: Record
) -> Value | None:
    """An attribute of a data source, None where nothing here says it.

    A data source that is asked for another region by an argument is none of the target's.
    """
    if type_name == POLICY_DOCUMENT:
        return policy_document(properties) if attribute in ("json", "minified_json") else None
    if type_name == "aws_iam_policy":
        return _managed_policy(attribute, properties)
    answer: Text | None = None
    if type_name == "aws_caller_identity" and attribute in ("account_id", "id"):
        answer = target.account
    elif type_name == "aws_region" and attribute in ("name", "region", "id"):
        chosen = not properties.fields.keys().isdisjoint(("name", "region", "endpoint"))
        answer = None if chosen else target.region
    elif type_name == "aws_partition" and attribute in ("partition", "id"):
        answer = target.partition
    elif type_name == "aws_partition" and attribute == "dns_suffix":
        suffix = DNS_SUFFIXES.get(known(target.partition) or "")
        answer = literal(suffix) if suffix else None
    return answer


def given_data(
    type_name: str, attribute: str, target: Target, properties: Record, facts: Facts
) -> Text | None:
    """An attribute of a data source that asks for what is given in place of code."""
    asked = properties.fields.get("name")
    name = known(asked) if isinstance(asked, Text) else None
    if name is None:
        return None
    given: str | None = None
    if type_name == "aws_ssm_parameter" and attribute in ("value", "insecure_value"):
        given = facts.parameters.get(name)
    elif type_name == "aws_cloudformation_export" and attribute == "value":
        given = facts.exports.get(name)
    elif type_name == "aws_iam_role" and attribute == "arn":
        role = facts.role(name, target.account.known() or "")
        if role is not None:
            account = literal(role.account).parts if role.account else target.account.parts
            start = ("arn:", *target.partition.parts, ":iam::", *account)
            return Text((*start, f":role{role.path}{role.name}"))
    return literal(given) if given is not None else None


def undeclared_data(address: str, steps: tuple[Step, ...], target: Target) -> Value | None:
    """What a data source says that is not in the files read, where only the target decides it."""
    _, type_name, _ = address.split(".", 2)
    first = known(steps[0]) if steps and not isinstance(steps[0], Splat) else None
    if type_name.startswith("aws_iam_policy"):
        return None
    answer = data_attribute(type_name, first or "", target, Record({}))
    return follow(answer, steps[1:]) if answer is not None else None


def data_identity(type_name: str, properties: Record) -> str | None:
    """What two data sources share that read the same thing."""
    if type_name not in READ_ALIKE:
        return None
    fields = {name: properties.fields[name] for name in sorted(properties.fields)}
    asked = identity(Record(fields))
    return derived(f"{type_name}({asked})") if asked is not None else None


def _managed_policy(attribute: str, properties: Record) -> Value | None:
    """A policy that is looked up by ARN or name, where it is one that AWS manages.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy
    """
    asked = properties.fields.get("arn") or properties.fields.get("name")
    text = known(asked) if asked is not None and not isinstance(asked, Absent) else None
    found = look_up(text) if text is not None else None
    if found is None:
        return None
    match attribute:
        case "policy":
            return value_from_json(found.document)
        case "arn" | "id":
            return asked if text != found.name and asked is not None else literal(found.arn)
        case "name":
            return literal(found.name)
        case "path":
            return literal(found.path)
    return None
