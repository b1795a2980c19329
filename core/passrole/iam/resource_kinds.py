"""Which kinds of resources statements and actions are about, told by how their ARNs begin."""

from __future__ import annotations

import re
from itertools import takewhile

from passrole.iam import reference
from passrole.iam.automata import Tokens
from passrole.iam.containment import Witness
from passrole.iam.patterns import covers
from passrole.iam.statements import Item, Statement
from passrole.values import Text, Truth, literal


def is_possible(witness: Witness) -> bool:
    """Whether a resource with holes in it is of a kind that the action surely works on."""
    if next(witness.resource.holes, None) is None:
        return True  # the search for one has seen to it
    found = reference.action(witness.action)
    service = reference.service(found.service) if found is not None else None
    if found is None or service is None or not found.resource_types:
        return True
    forms = {each.name: each.arn for each in service.resource_types}
    return any(
        not (form := forms.get(each.name))
        or covers(literal(_VARIABLE.sub("*", form)), witness.resource) is Truth.TRUE
        for each in found.resource_types
    )


_VARIABLE = re.compile(r"\$\{[^}]*\}")


def has_variables(text: Text) -> bool:
    """Whether a text has policy variables in it, which IAM fills."""
    return any(isinstance(part, str) and "${" in part for part in text.parts)


def heads(statement: Statement) -> tuple[str, ...]:
    """How the resources that a statement tells apart from all others begin."""
    items = (*statement.resources, *statement.not_resources)
    return tuple(_head(each) for each in items if each != _STAR)


def beginning(form: Tokens) -> str:
    """The letters with which all resources of a form begin."""
    return "".join(str(each) for each in takewhile(lambda each: isinstance(each, str), form))


def _head(item: Item) -> str:
    first = item.parts[0] if isinstance(item, Text) and item.parts else ""
    return re.split(r"[*?$]", first, maxsplit=1)[0] if isinstance(first, str) else ""


_STAR = literal("*")
