"""What AWS's own policy validation would say of a policy, without an account.

Each module judges one subject and yields plain records; rules give them names and words. What is
not known before deployment is never judged. The list of AWS's checks, with what answers to each,
stands in ``docs/policy-checks.md``.

Source: IAM user guide, *IAM Access Analyzer policy check reference*.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache

from passrole.iam.policies import Policy
from passrole.iam.validation.drafts import Draft, drafts_of
from passrole.iam.validation.flaws import Flaw

ROOMS = {
    "structure": (
        "JSON_SYNTAX_ERROR", "DATA_TYPE_MISMATCH", "INVALID_POLICY_ELEMENT", "INVALID_VERSION",
        "MISSING_VERSION", "MISSING_STATEMENT", "INVALID_EFFECT", "MISSING_EFFECT",
        "MISSING_ACTION", "UNSUPPORTED_ELEMENT_COMBINATION", "MISSING_PRINCIPAL",
        "MISSING_RESOURCE", "UNSUPPORTED_PRINCIPAL", "SCP_SYNTAX_ERROR_PRINCIPAL",
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    ),
    "sids": ("UNIQUE_SIDS_REQUIRED", "UNIQUE_SIDS_RECOMMENDED", "UNSUPPORTED_SID"),
    "actions": ("INVALID_ACTION", "INVALID_SERVICE_IN_ACTION", "WILDCARD_IN_SERVICE_NAME"),
}  # fmt: skip
"""Which module finds what. In capitals the ids of AWS's checks, in lower case what AWS has not."""


@cache
def _room_of() -> dict[str, str]:
    return {check: room for room, checks in ROOMS.items() for check in checks}


class Validation:
    """The flaws of one policy; each module is asked once, when one of its checks is wanted.

    ``attached`` is the prefix of the service whose resource the policy belongs to, if it is known.
    """

    def __init__(self, policy: Policy, attached: str = "") -> None:
        self._policy = policy
        self._attached = attached
        self._drafts: tuple[Draft, ...] | None = None
        self._found: dict[str, dict[str, list[Flaw]]] = {}

    def flaws(self, checks: Iterable[str]) -> list[Flaw]:
        """What these checks find, check by check. KeyError for a check that nobody makes."""
        return [flaw for check in checks for flaw in self._by_check(check).get(check, ())]

    def _by_check(self, check: str) -> dict[str, list[Flaw]]:
        room = _room_of()[check]
        found = self._found.get(room)
        if found is None:
            if self._drafts is None:
                self._drafts = drafts_of(self._policy, self._attached)
            found = {}
            module = importlib.import_module(f"passrole.iam.validation.{room}")
            for draft in self._drafts:
                for flaw in module.check(draft):
                    found.setdefault(flaw.check, []).append(flaw)
            self._found[room] = found
        return found
