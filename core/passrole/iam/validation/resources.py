"""Whether the actions of a statement can be asked for any of its resources.

Sources: the resource types of actions and their ARNs in the service authorization reference; IAM
user guide, *IAM JSON policy elements: Resource*. Only statements of identities are judged: the
resources of other policies are those that carry them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from passrole.iam import reference
from passrole.iam.hole_tokens import renamed
from passrole.iam.reference import ActionInfo
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.arn_forms import LOOSE, UNLISTED, fits, form, opened
from passrole.iam.validation.arns import is_flawed
from passrole.iam.validation.drafts import IDENTITY_LIKE, Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.values import Hole, Part, Text, join

_MOST = 200
"""How many actions a wildcard may stand for to be judged as a whole."""
_NAMED = 3
"""How many actions of one statement are named."""
# For tags, and for what is created or attached, the reference lists only some of the types.
_LOOSELY_LISTED = re.compile(
    r"(?i)(add|remove|list|get|describe)?(un)?tags?|create|attach|associate"
)
_WHOLE_TYPE = re.compile(r"[a-z-]+[:/]\*(:\*)?$")
# The two names of one service have a rule of their own.
_TWO_NAMES = frozenset(("codestar-connections", "codeconnections"))
_SESSION = "assumed-role/"
_ROLE_ACTIONS = ("iam:passrole", "sts:assumerole")


def check(draft: Draft) -> Iterator[Flaw]:
    """Actions that none of the listed resources fits."""
    for statement in draft.statements:
        if draft.kind in IDENTITY_LIKE:
            yield from _fit(statement)
            yield from _sessions(statement)
        elif draft.attached and draft.kind is PolicyKind.RESOURCE:
            yield from _foreign(statement, draft.attached)


def _fit(statement: DraftStatement) -> Iterator[Flaw]:
    resources = statement.texts("Resource")
    if not resources or len(resources) < len(statement.items("Resource")):
        return
    if statement.effect is None or any(map(_may_be_everything, resources)):
        return
    without = never_on_resources(statement)
    alike = [renamed(each.parts)[0] for each in resources]
    unfit = [
        (name, text)
        for name, text in statement.known("Action")
        if (asked := _on_resources(name)) and not any(_parts_fit(*asked, each) for each in alike)
    ]
    if not (without or unfit):
        return
    listed = ", ".join(map(str, resources[:2])) + (", …" if resources[2:] else "")
    defaults = frozenset[str]().union(*(each.defaults for each in resources))
    for name, text, shown in _gathered(without):
        own = [each for each in resources if _is_of_service(each, name)]
        yield statement.flaw(
            "action-requires-star", text, action=name, sureness=_sureness(name, own),
            names=shown, resources=listed,
        ).relying_on(defaults)  # fmt: skip
    if unfit and all(is_flawed(statement, each) for each in resources):
        return  # what is wrong with the ARNs is said of them
    for name, text, shown in _gathered(unfit):
        own = [each for each in resources if _is_of_service(each, name)]
        loose = _LOOSELY_LISTED.match(name.partition(":")[2])
        sure: Sureness = "high" if not own else "low" if loose else "medium"
        forms = _forms(_infos(name)[0])
        types = ", ".join(forms[:2]) + (", …" if forms[2:] else "")
        yield statement.flaw(
            "resource-type-mismatch", text, action=name, sureness=sure,
            names=shown, resources=listed, name=name, types=types,
        ).relying_on(defaults)._replace(instead=_meant(name, resources))  # fmt: skip


def never_on_resources(statement: DraftStatement) -> list[tuple[str, Text]]:
    """The actions that have no resource but ``*``, where none that the statement lists is it."""
    resources = statement.texts("Resource")
    return [
        (name, text)
        for name, text in statement.known("Action")
        if _never_on_resources(name)
        and not any(_is_whole_service(each, name) for each in resources)
    ]


@lru_cache(maxsize=4096)
def _never_on_resources(name: str) -> bool:
    # The first that works on resources is enough: of most wildcards it comes soon.
    names = _names(name)
    return bool(names) and not any(map(reference.takes_resources, names))


@lru_cache(maxsize=4096)
def _on_resources(name: str) -> tuple[str, tuple[str, ...]] | None:
    """The service and the ARNs of what a pattern works on; None where it is not one action.

    None as well for an action that works on no resource.
    """
    infos = _infos(name) if len(_names(name)) == 1 else ()
    if not infos or not infos[0].resource_types:
        return None
    return infos[0].service, _forms(infos[0])


def _meant(name: str, resources: tuple[Text, ...]) -> Text | str:
    """The resource that fits and differs from the only one in its end; empty where none does.

    The objects of a bucket, or the bucket of the objects.
    """
    info = _infos(name)[0]
    if len(resources) == 1 and resources[0].parts:
        *before, last = resources[0].parts
        for end in ("/*", ":*"):
            longer = join((resources[0], end))
            if _fits(info, longer):
                return longer
            if isinstance(last, str) and last.endswith(end):
                shorter = Text((*before, last.removesuffix(end)), None, resources[0].defaults)
                if _fits(info, shorter):
                    return shorter
    return ""


def _gathered(actions: list[tuple[str, Text]]) -> Iterator[tuple[str, Text, str]]:
    """The first of the actions that are asked for on the same types, for all of them.

    Where they are many, the first of them stands for all.
    """
    alike: dict[tuple[str, ...], list[tuple[str, Text]]] = {}
    for name, text in actions:
        infos = _infos(name)
        apart = len(infos) == 1 and len(actions) <= _NAMED
        alike.setdefault(_forms(infos[0]) if apart else (), []).append((name, text))
    for (name, text), *others in alike.values():
        names = (name, *(each for each, _ in others))
        if names[_NAMED:]:
            yield name, text, f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} more"
        else:
            yield name, text, " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _sureness(action: str, own: list[Text]) -> Sureness:
    """Less sure where a resource is of the action's service.

    Some services ask with an ARN for actions that the reference lists without resources: to create
    what the ARN names, or with nothing in place of a name.
    """
    if not own:
        return "high"
    name = action.partition(":")[2]
    if name.startswith("Create") or any(_WHOLE_TYPE.search(str(each)) for each in own):
        return "low"
    return "medium"


@lru_cache(maxsize=4096)
def _names(name: str) -> tuple[str, ...]:
    if "${" in name or name == "*" or "*" in name.partition(":")[0]:
        return ()
    names = reference.expand(name)
    return names if len(names) <= _MOST else ()


@lru_cache(maxsize=4096)
def _infos(name: str) -> tuple[ActionInfo, ...]:
    return tuple(info for each in _names(name) if (info := reference.action(each)) is not None)


def _may_be_everything(text: Text) -> bool:
    """Whether the pattern may be nothing but stars, so that it covers what has no resource."""
    if not text.parts:
        return True
    first = text.parts[0]
    if isinstance(first, Hole):
        return first.alphabet.wildcards
    return first[:1] in "*$" or (len(text.parts) == 1 and not first.strip("*"))


def _is_whole_service(text: Text, action: str) -> bool:
    """Whether a pattern is all of the action's service, which some services hold to be enough."""
    pieces = text.split(":", 5)
    whole = pieces is not None and len(pieces) == 6 and pieces[5].known() == "*"
    return whole and _is_of_service(text, action)


def _is_of_service(text: Text, action: str) -> bool:
    pieces = text.split(":", 5)
    if pieces is None or len(pieces) < 3:
        return True
    return pieces[2].known() in (None, "*", action.partition(":")[0].lower())


def may_be_asked_for(name: str, resource: Text) -> bool:
    """Whether an action works on what a text names, by the forms of its ARNs as far as known."""
    infos = _infos(name)
    return not infos or any(not info.resource_types or _fits(info, resource) for info in infos)


def _fits(info: ActionInfo, resource: Text) -> bool:
    """Whether a resource may be of a type on which an action works."""
    # The names of holes make no difference, and policies that are alike ask alike.
    return _parts_fit(info.service, _forms(info), *renamed(resource.parts))


@lru_cache(maxsize=1024)
def _parts_fit(asked: str, forms: tuple[str, ...], parts: tuple[Part, ...]) -> bool:
    """Whether a resource may have one of the ARNs of a service, which many of its actions share."""
    resource = Text(parts)
    pieces = resource.split(":", 5)
    service = pieces[2].known() if pieces is not None and len(pieces) == 6 else None
    if service in _TWO_NAMES and asked in _TWO_NAMES:
        return True
    if service == asked and service in LOOSE:
        return True
    if pieces is not None and str(pieces[-1]).startswith(UNLISTED.get(service or "", ())):
        return True
    pattern = opened(resource)
    for arn in forms:
        made = form("", arn)
        if made is None or fits(pattern, made):
            return True
    return False


@lru_cache(maxsize=4096)
def _forms(info: ActionInfo) -> tuple[str, ...]:
    """The ARNs of an action's resource types; with one empty where a form is not known."""
    service = reference.service(info.service)
    types = {each.name: each.arn for each in service.resource_types} if service else {}
    return tuple(dict.fromkeys(types.get(each.name, "") for each in info.resource_types))


def _sessions(statement: DraftStatement) -> Iterator[Flaw]:
    """ARNs of sessions where the ARN of a role belongs."""
    actions = [name for name, _ in statement.known("Action") if name.lower() in _ROLE_ACTIONS]
    if not actions:
        return
    for text in statement.texts("Resource"):
        pieces = text.split(":", 5)
        if pieces is None or len(pieces) < 6 or pieces[2].known() != "sts":
            continue
        first = pieces[5].parts[0] if pieces[5].parts else ""
        if isinstance(first, str) and first.startswith(_SESSION):
            role = str(pieces[5]).removeprefix(_SESSION).partition("/")[0]
            yield statement.flaw(
                "assumed-role-arn", text, resource=str(text),
                arn=str(text), action_name=actions[0],
                role=f"arn:{pieces[1]}:iam::{pieces[4]}:role/{role}",
            )._replace(
                instead=f"arn:{pieces[1]}:iam::{pieces[4]}:role/{role}" if text.known() else ""
            )  # fmt: skip


def _foreign(statement: DraftStatement, attached: str) -> Iterator[Flaw]:
    for name, text in statement.known("Action"):
        service, colon, _ = name.partition(":")
        if colon and not set("*?$") & set(service) and service.lower() != attached:
            yield statement.flaw(
                "UNSUPPORTED_ACTION_IN_POLICY", text, action=name, name=name, attached=attached
            )
