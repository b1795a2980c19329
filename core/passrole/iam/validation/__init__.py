"""What AWS's own policy validation would say of a policy, without an account.

Each module judges one subject and yields plain records; rules give them names and words. What is
not known before deployment is never judged. The list of AWS's checks, with what answers to each,
stands in ``docs/policy-checks.md``.

Source: IAM user guide, *IAM Access Analyzer policy check reference*.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from itertools import groupby

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
    "empties": (
        "EMPTY_ARRAY_ACTION", "EMPTY_ARRAY_RESOURCE", "EMPTY_ARRAY_PRINCIPAL",
        "EMPTY_OBJECT_PRINCIPAL", "EMPTY_SID_VALUE", "EMPTY_OBJECT_CONDITION",
        "EMPTY_ARRAY_CONDITION", "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        "EMPTY_ARRAY_CONDITION_FORANYVALUE", "EMPTY_ARRAY_CONDITION_IFEXISTS", "empty-text",
    ),
    "arns": (
        "INVALID_ARN_PREFIX", "MISSING_ARN_FIELD", "INVALID_PARTITION", "INVALID_ARN_SERVICE_CASE",
        "INVALID_ARN_ACCOUNT", "INVALID_ARN_REGION", "INVALID_ARN_RESOURCE",
        "ARN_REGION_NOT_ALLOWED", "MISSING_ARN_REGION", "ARN_ACCOUNT_NOT_ALLOWED",
        "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", "arn-in-arn",
    ),
    "resources": (
        "UNSUPPORTED_ACTION_IN_POLICY", "action-requires-star", "resource-type-mismatch",
        "assumed-role-arn",
    ),
    "variables": (
        "VARIABLE_UNSUPPORTED_IN_ELEMENT", "INVALID_VARIABLE_FOR_OPERATOR",
        "MISSING_BRACE_IN_VARIABLE", "MISSING_QUOTE_IN_VARIABLE", "UNSUPPORTED_SPACE_IN_VARIABLE",
        "EMPTY_VARIABLE", "VARIABLE_UNSUPPORTED_IN_VERSION", "template-reference-as-text",
    ),
    "pass_role": (
        "PASS_ROLE_WITH_NOT_RESOURCE", "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE", "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", "CREATE_SLR_WITH_NOT_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE", "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    ),
    "principals": (
        "INVALID_PRINCIPAL_FORMAT", "account-read-as-octal", "INVALID_PRINCIPAL_KEY",
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", "INVALID_ROLE_REFERENCE",
        "INVALID_USER_REFERENCE", "INVALID_SERVICE_PRINCIPAL_FORMAT", "service-principal-unknown",
        "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", "ALLOW_WITH_NOT_PRINCIPAL",
        "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
    ),
    "federation": (
        "MISMATCHED_ACTION_FOR_PRINCIPAL", "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", "MISSING_GITHUB_REPO_CONDITION_KEY",
        "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", "CONFIRM_AUDIENCE_CLAIM_TYPE",
    ),
    "service_access": (
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    ),
    "redundancy": (
        "REDUNDANT_ACTION", "REDUNDANT_RESOURCE", "REDUNDANT_STATEMENT",
        "REDUNDANT_CONDITION_VALUE_NUM",
    ),
    "condition_operators": (
        "INVALID_CONDITION_OPERATOR", "NULL_WITH_IF_EXISTS", "NULL_WITH_QUALIFIER",
        "MISSING_QUALIFIER", "FORALLVALUES_WITH_SINGLE_VALUED_KEY", "TYPE_MISMATCH",
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
    ),
    "condition_values": (
        "TYPE_MISMATCH_BOOLEAN", "TYPE_MISMATCH_DATE", "TYPE_MISMATCH_IP_RANGE",
        "TYPE_MISMATCH_NUMBER", "TYPE_MISMATCH_STRING", "INVALID_DATE_VALUE", "IMPROVE_IP_RANGE",
        "PRIVATE_IP_ADDRESS", "PRIVATE_NOT_IP_ADDRESS", "PRIVATE_IP_ADDRESS_SUBSET",
        "PRIVATE_NOT_IP_ADDRESS_SUBSET", "INVALID_REGION", "INVALID_VPC_FORMAT",
        "INVALID_VPCE_FORMAT", "INVALID_CONDITION_MULTIPLE_BOOLEAN", "INVALID_CONDITION_DATA_TYPE",
    ),
    "condition_keys": (
        "INVALID_CONDITION_KEY_FORMAT", "MISSING_TAG_KEY_IN_CONDITION",
        "DEPRECATED_GLOBAL_CONDITION_KEY", "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        "INVALID_GLOBAL_CONDITION_KEY", "INVALID_SERVICE_CONDITION_KEY", "INVALID_SERVICE",
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", "MISSING_ACTION_FOR_CONDITION_KEY",
        "MISSING_PAIRED_CONDITION_KEYS",
    ),
    "tag_keys": (
        "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    ),
    "sizes": (
        "POLICY_SIZE_EXCEEDS_SCP_QUOTA", "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
    ),
}  # fmt: skip
"""Which module finds what. In capitals the ids of AWS's checks, in lower case what AWS has not."""


@cache
def _room_of() -> dict[str, str]:
    return {check: room for room, checks in ROOMS.items() for check in checks}


@lru_cache(maxsize=512)
def _by_room(checks: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The checks with the modules that make them, in their order."""
    room_of = _room_of()
    runs = groupby(checks, key=room_of.__getitem__)
    return tuple((room, tuple(asked)) for room, asked in runs)


@lru_cache(maxsize=512)
def _in_rooms(checks: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    """The checks by the modules that make them, each module once."""
    found: dict[str, set[str]] = {}
    for room, asked in _by_room(checks):
        found.setdefault(room, set()).update(asked)
    return tuple((room, frozenset(asked)) for room, asked in found.items())


@cache
def _check_of(room: str) -> Callable[[Draft], Iterable[Flaw]]:
    """What a module checks, loaded when it is first wanted."""
    check: Callable[[Draft], Iterable[Flaw]] = importlib.import_module(f"{__name__}.{room}").check
    return check


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
        flaws: list[Flaw] = []
        for room, asked in _by_room(tuple(checks)):
            found = self._in_room(room)
            if found:
                flaws.extend(flaw for check in asked for flaw in found.get(check, ()))
        return flaws

    def failed(self, checks: Iterable[str]) -> frozenset[str]:
        """Which of these checks find something. KeyError for a check that nobody makes."""
        return frozenset(
            check
            for room, asked in _in_rooms(tuple(checks))
            for check in self._in_room(room)
            if check in asked
        )

    def _in_room(self, room: str) -> dict[str, list[Flaw]]:
        found = self._found.get(room)
        if found is None:
            found = self._found[room] = self._found_in(room)
        return found

    def _found_in(self, room: str) -> dict[str, list[Flaw]]:
        if self._drafts is None:
            self._drafts = drafts_of(self._policy, self._attached)
        found: dict[str, list[Flaw]] = {}
        check = _check_of(room)
        for draft in self._drafts:
            for flaw in check(draft):
                found.setdefault(flaw.check, []).append(flaw)
        return found
