"""The page of an IAM action: what it is for, what it takes, which pipeline actions need it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.contributions import Contributions
from passrole.iam.reference.catalogue import ActionInfo, action, did_you_mean, service
from passrole.iam.reference.catalogue import data_date as reference_date
from passrole.model.needs import Actor, Need, Service

_SHOWN = 12  # condition keys; codebuild:StartBuild has 70
_PRINCIPALS = {
    Actor.ACTION: "the action's own role, else the pipeline role",
    Actor.PIPELINE: "the pipeline role",
    Actor.ARTIFACTS: "the role that moves the action's artifacts",
}


def action_page(name: str, contributions: Contributions) -> list[str] | None:
    """The lines of the page; None where ``name`` is no action of a service that is known."""
    found = action(name)
    if found is None:
        return None
    known = service(found.service)
    title = known.title if known is not None else found.service
    lines = [f"{found}  {found.access_level}  ({title})", ""]
    operation = next((o for o in contributions.operations if o.iam_action == str(found)), None)
    if operation is not None:
        lines.append(f"Needed to {operation.purpose}.")
        lines.append(f"Called by {operation.caller}.")
        if operation.note:
            lines.append(operation.note)
        lines.append("")
    lines.extend(_resources(found))
    lines.append(f"Condition keys beside the global ones: {_some(sorted(_keys(found)))}.")
    dependent = {*found.dependent_actions}
    for each in found.resource_types:
        dependent.update(each.dependent_actions)
    if dependent:
        lines.append(f"It may need beside it: {', '.join(sorted(dependent))}.")
    lines.extend(["", *_needed_by(str(found), contributions), ""])
    if operation is not None:
        lines.append(f"Source: {operation.source}")
    lines.append(f"IAM's reference data is of {reference_date().isoformat()}.")
    return lines


def similar(name: str) -> tuple[str, ...]:
    """Actions that a misspelt name may have meant."""
    return tuple(each for each in did_you_mean(name) if action(each) is not None)


def _resources(found: ActionInfo) -> Iterator[str]:
    known = service(found.service)
    if not found.resource_types or known is None:
        yield "Resource: `*` alone. A statement that names an ARN does not grant it."
        return
    every = all(each.required for each in found.resource_types) and len(found.resource_types) > 1
    yield "Resources, all of them needed:" if every else "Resources:"
    for each in found.resource_types:
        kind = known.resource_type(each.name)
        if kind is not None:
            optional = "" if each.required else "  (if the request names one)"
            yield f"  {each.name}: {kind.arn}{optional}"


def _keys(found: ActionInfo) -> set[str]:
    known = service(found.service)
    keys = {*found.condition_keys}
    for each in found.resource_types:
        keys.update(each.condition_keys)
        kind = known.resource_type(each.name) if known is not None else None
        keys.update(kind.condition_keys if kind is not None else ())
    return keys


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN]) or 'none'}{more}"


def _needed_by(name: str, contributions: Contributions) -> Iterable[str]:
    """The action providers that have a need of it, with the principal that needs it."""
    rows: dict[tuple[str, str], None] = {}
    for provider in contributions.providers:
        for need in provider.needs:
            if name.lower() in (each.lower() for each in (need.iam_action, *need.alternatives)):
                words = f"{principal_words(need)}; certainty {need.certainty}"
                rows[str(provider), words] = None
    if not rows:
        return ["No pipeline action that passrole knows needs it."]
    return [
        "Pipeline actions that need it, where their configuration asks for it:",
        *(f"  {provider}: {words}" for provider, words in rows),
    ]


def principal_words(need: Need) -> str:
    """Whose permission a need is, in words."""
    principal = need.principal
    if isinstance(principal, Actor):
        return _PRINCIPALS[principal]
    if isinstance(principal, Service):
        return principal.name
    return f"the role that {principal.key} leads to"
