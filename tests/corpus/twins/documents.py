"""Policies as ``data "aws_iam_policy_document"``, which gives each statement a place of its own."""

from collections.abc import Iterator

from tests.corpus.twins.arguments import Body
from tests.corpus.twins.expressions import Encoded, Expression, Written, blocks
from tests.corpus.twins.intrinsics import NoTwinError, Stack
from tests.corpus.twins.resources import Twin

KIND = "aws_iam_policy_document"

ELEMENTS = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


def with_documents(twin: Twin, stack: Stack) -> Twin:
    """The same resource, its policy (not its trust policy) a data source of the stack."""
    policy = twin.body.get("policy")
    if not isinstance(policy, Encoded):
        return twin
    name = f"{twin.type.removeprefix('aws_')}_{twin.name}"
    statements = policy.value["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    document = {"statement": blocks(_statement(each) for each in listed)}
    stack.data.setdefault(KIND, {})[name] = document
    return twin._replace(body=twin.body | {"policy": Expression(f"data.{KIND}.{name}.json")})


def _statement(written: dict[str, Written]) -> Body:
    body: Body = {}
    for key, item in written.items():
        if key in ("Effect", "Sid"):
            body[key.lower()] = item
        elif key in ELEMENTS:
            body[ELEMENTS[key]] = _listed(item)
        elif key in ("Principal", "NotPrincipal"):
            name = "principals" if key == "Principal" else "not_principals"
            body[name] = blocks(_principals(item))
        elif key == "Condition":
            body["condition"] = blocks(
                {"test": test, "variable": variable, "values": _listed(values)}
                for test, keys in item.items()
                for variable, values in keys.items()
            )
        else:
            raise NoTwinError(f"{key} of a statement")
    return body


def _principals(written: Written) -> Iterator[Body]:
    kinds = {"*": "*"} if written == "*" else written
    for kind, identifiers in kinds.items():
        yield {"type": kind, "identifiers": _listed(identifiers)}


def _listed(item: Written) -> list[Written]:
    return item if isinstance(item, list) else [item]
