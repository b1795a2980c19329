"""``passrole simulate --cases``: whole decisions, one JSON object a line in and one out.

Cases are closed: a context key or a layer that is not in the case is absent. ``{"unknown": id}`` in
place of a value is a hole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from passrole.iam.decisions import Decision, Verdict, decide
from passrole.iam.layers import Attached, Layers
from passrole.iam.policies import PolicyError, PolicyKind, policy_from_json, value_from_json
from passrole.iam.principals import principal_of
from passrole.iam.requests import ContextValue, Request
from passrole.values import ABSENT, Hole, Listing, Text, Unknown

WORDS = {
    Verdict.ALLOWED: "Allowed",
    Verdict.MISSING: "ImplicitlyDenied",
    Verdict.DENIED: "ExplicitlyDenied",
    Verdict.UNKNOWN: "Unknown",
}


def simulate_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The answer to each line that is not blank.

    Raises PolicyError, with the number of the line, for a line that is no case.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield simulate_case(_case(json.loads(line)))
        except (PolicyError, json.JSONDecodeError) as error:
            raise PolicyError(f"line {number}: {error}") from error


def _case(data: object) -> Mapping[str, Any]:
    if isinstance(data, dict):
        return data
    message = f"a case is an object, not {json.dumps(data)[:40]}"
    raise PolicyError(message)


def simulate_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one case: its id, the decision, and the statements that decided it.

    Raises PolicyError for a case that is malformed; the message says where.
    """
    request = case.get("request")
    if _is_hole(request) or (isinstance(request, Mapping) and _is_hole(request.get("action"))):
        return {"id": case.get("id"), "decision": WORDS[Verdict.UNKNOWN], "decided_by": []}
    decisions = decide(*read_case(case))
    words = {_word(decision) for decision in decisions}
    if len(words) > 1:
        # It depends on what the holes turn out to be.
        return {"id": case.get("id"), "decision": WORDS[Verdict.UNKNOWN], "decided_by": []}
    return {
        "id": case.get("id"),
        "decision": words.pop(),
        "decided_by": [
            {
                "policy": statement.policy,
                "statement": statement.index,
                "sid": statement.sid,
                "layer": layer,
            }
            for decision in decisions
            for statement, layer in zip(decision.decided_by, decision.layers_of, strict=True)
        ],
    }


def _word(decision: Decision) -> str:
    if decision.verdict is Verdict.MISSING and decision.may_be_denied:
        # Not allowed for certain, but in which way is not.
        return WORDS[Verdict.UNKNOWN]
    return WORDS[decision.verdict]


def read_case(case: Mapping[str, Any]) -> tuple[Request, Layers]:
    """The request and the layers of a case. Raises PolicyError where it is malformed."""
    request = _object(case, "request")
    action = request.get("action")
    if not isinstance(action, str):
        raise PolicyError("request.action: an action is a text")
    layers = Layers(
        identity=_optional(case, "identity_policies", PolicyKind.IDENTITY) or (),
        boundaries=_optional(case, "permission_boundaries", PolicyKind.BOUNDARY),
        session=_single(case, "session_policy", PolicyKind.SESSION),
        scps=_levels(case, "scps", PolicyKind.SCP),
        rcps=_levels(case, "rcps", PolicyKind.RCP),
        # A trust policy too: a case may hold elements that IAM would not save in one.
        resource=_single(case, "resource_policy", PolicyKind.RESOURCE),
        # A case about a role may leave out its trust policy; a key always has its own.
        assume_delegating=action.lower().startswith("sts:"),
    )
    return (
        Request(
            action=action,
            resource=_text(request, "resource"),
            principal=principal_of(_text(request, "principal")),
            context=_context(request.get("context")),
            closed=True,
            resource_account=(
                _text(request, "resource_account") if "resource_account" in request else None
            ),
        ),
        layers,
    )


def _object(case: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = case.get(name)
    if not isinstance(found, Mapping):
        raise PolicyError(f"{name}: a case needs it, as an object")
    return found


def _text(request: Mapping[str, Any], name: str) -> Text:
    value = value_from_json(request.get(name))
    if not isinstance(value, Text):
        raise PolicyError(f"request.{name}: a text is needed")
    return _no_wildcards(value)


def _no_wildcards(text: Text) -> Text:
    """What a request holds is never a pattern."""
    if not any(text.holes):
        return text
    return Text(
        Hole(p.id, p.alphabet._replace(wildcards=False)) if isinstance(p, Hole) else p
        for p in text.parts
    )


class _AnyContext(dict[str, ContextValue]):
    """The context of a case that leaves all of it open."""

    def get(self, key: str, default: Any = None, /) -> Any:  # noqa: ARG002 - dict's signature
        return Unknown("the context is not known")


def _context(data: object) -> Mapping[str, ContextValue]:
    if data is None:
        return {}
    if _is_hole(data):
        return _AnyContext()
    if not isinstance(data, Mapping):
        raise PolicyError("request.context: an object is needed")
    return {str(key).lower(): _context_value(value) for key, value in data.items()}


def _context_value(data: object) -> ContextValue:
    value = value_from_json(data)
    if isinstance(value, Text):
        return _no_wildcards(value)
    if isinstance(value, Listing) and all(isinstance(item, Text) for item in value.values):
        return tuple(_no_wildcards(item) for item in value.values if isinstance(item, Text))
    if value is ABSENT:
        return ABSENT
    return value if isinstance(value, Unknown) else Unknown("a context value that is no text")


def _policies(data: object, place: str, kind: PolicyKind) -> tuple[Attached, ...]:
    if _is_hole(data):
        return (Unknown(f"{place} are not known"),)
    if not isinstance(data, list):
        raise PolicyError(f"{place}: a list of policies is needed")
    return tuple(_policy(item, f"{place}[{index}]", kind) for index, item in enumerate(data))


def _policy(data: object, place: str, kind: PolicyKind) -> Attached:
    if _is_hole(data):
        return Unknown(f"{place} is not known")
    return policy_from_json(data, kind, place)


def _optional(case: Mapping[str, Any], name: str, kind: PolicyKind) -> tuple[Attached, ...] | None:
    data = case.get(name)
    return None if data is None else _policies(data, name, kind)


def _single(case: Mapping[str, Any], name: str, kind: PolicyKind) -> Attached | None:
    data = case.get(name)
    return None if data is None else _policy(data, name, kind)


def _levels(
    case: Mapping[str, Any], name: str, kind: PolicyKind
) -> tuple[tuple[Attached, ...], ...] | None:
    data = case.get(name)
    if data is None:
        return None
    if _is_hole(data):
        return ((Unknown(f"{name} are not known"),),)
    if not isinstance(data, list):
        raise PolicyError(f"{name}: a list of levels is needed")
    return tuple(_policies(level, f"{name}[{index}]", kind) for index, level in enumerate(data))


def _is_hole(data: object) -> bool:
    if isinstance(data, Unknown):
        return True
    return isinstance(data, Mapping) and len(data) == 1 and isinstance(data.get("unknown"), str)
