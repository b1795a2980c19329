"""IAM's own semantics as pure functions over policies built of values; knows no file format.

Usable as a library of its own (``docs/library.md``): each name is imported when it is asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_ROOMS = {
    "passrole.iam.policies": ("Policy", "PolicyKind", "policy_from_json", "read_policy"),
    "passrole.iam.requests": ("Request",),
    "passrole.iam.principals": ("Principal", "principal_of", "service_principal"),
    "passrole.iam.layers": ("Layers",),
    "passrole.iam.decisions": ("decide",),
    "passrole.iam.verdicts": ("Decision", "Verdict"),
    "passrole.iam.sets": (
        "Relation", "Requirement", "compare", "contained", "coverage", "redundant", "unused",
    ),
    "passrole.iam.smallest_policy": ("Grant", "as_json", "smallest_policies"),
    "passrole.iam.reference": ("did_you_mean", "expand"),
    "passrole.iam.managed_policies": ("managed_policy",),
}  # fmt: skip
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [*_ROOM_OF]  # noqa: PLE0604 - every name in _ROOM_OF is a string

if TYPE_CHECKING:
    from passrole.iam.decisions import decide as decide
    from passrole.iam.layers import Layers as Layers
    from passrole.iam.managed_policies import managed_policy as managed_policy
    from passrole.iam.policies import Policy as Policy
    from passrole.iam.policies import PolicyKind as PolicyKind
    from passrole.iam.policies import policy_from_json as policy_from_json
    from passrole.iam.policies import read_policy as read_policy
    from passrole.iam.principals import Principal as Principal
    from passrole.iam.principals import principal_of as principal_of
    from passrole.iam.principals import service_principal as service_principal
    from passrole.iam.reference import did_you_mean as did_you_mean
    from passrole.iam.reference import expand as expand
    from passrole.iam.requests import Request as Request
    from passrole.iam.sets import Relation as Relation
    from passrole.iam.sets import Requirement as Requirement
    from passrole.iam.sets import compare as compare
    from passrole.iam.sets import contained as contained
    from passrole.iam.sets import coverage as coverage
    from passrole.iam.sets import redundant as redundant
    from passrole.iam.sets import unused as unused
    from passrole.iam.smallest_policy import Grant as Grant
    from passrole.iam.smallest_policy import as_json as as_json
    from passrole.iam.smallest_policy import smallest_policies as smallest_policies
    from passrole.iam.verdicts import Decision as Decision
    from passrole.iam.verdicts import Verdict as Verdict


def __getattr__(name: str) -> Any:
    room = _ROOM_OF.get(name)
    if room is None:
        message = f"module 'passrole.iam' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(room), name)
    globals()[name] = value
    return value
