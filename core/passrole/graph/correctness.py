"""Flaws of policies as reports: whose policy it is, what is wrong, in the words of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from passrole.findings import Confidence, Report, Subject
from passrole.graph.flaw_repairs import repair_of
from passrole.iam.statements import PolicyKind
from passrole.iam.validation import ROOMS, Validation
from passrole.iam.validation.flaws import Flaw
from passrole.iam.validation.sizes import INLINE, least_size
from passrole.model.entities import Entity, PolicyDocument
from passrole.model.identities import AttachedPolicy, Group, Identity, ManagedPolicy, Role, User
from passrole.values import Absent, Origin, World

_OF_NAMES = frozenset((*ROOMS["actions"], *ROOMS["sids"], *ROOMS["structure"]))
"""Checks of what templates spell out themselves, whatever their parameters are."""
_IDENTITIES = ((Role, "role"), (Group, "group"), (User, "user"))
_ATTACHED = frozenset(("ecr", "kms", "s3", "secretsmanager", "sns", "sqs"))
"""Services that both formats name as IAM does, in the types of what carries their policies."""


class Correctness:
    """The flaws of each policy document, found once whatever the number of rules."""

    def __init__(self) -> None:
        self._validations: dict[PolicyDocument, Validation] = {}

    def reports(
        self, document: PolicyDocument, words: Mapping[str, str], symptom: str, remedy: str
    ) -> Iterator[Report]:
        """One report for each place and world; ``words`` are sentences by the check they are for.

        What several checks say of one place is said in one report.
        """
        validation = self._validation(document)
        groups: dict[tuple[object, ...], list[Flaw]] = {}
        for flaw in validation.flaws(words):
            if flaw.check not in _OF_NAMES and any(each.endswith("=") for each in flaw.defaults):
                continue  # an empty default stands for a value that is to be given
            place = flaw.origin or document.origin
            key = (place.node.start, place.node.end, flaw.action, flaw.resource, flaw.world)
            groups.setdefault(key, []).append(flaw)
        for flaws in groups.values():
            world = document.world.joined(flaws[0].world)
            if world is not None:
                yield _report(document, flaws, words, symptom, remedy, world)

    def failed(self, document: PolicyDocument, checks: Iterable[str]) -> frozenset[str]:
        """Which of these checks find something."""
        return self._validation(document).failed(checks)

    def _validation(self, document: PolicyDocument) -> Validation:
        found = self._validations.get(document)
        if found is None:
            found = self._validations[document] = Validation(document.policy, attached_to(document))
        return found


def attached_to(document: PolicyDocument) -> str:
    """What carries a policy: the prefix of a service, or the kind of identity; empty if unknown.

    An inline policy that names several kinds of identities is held to the one with most room.
    """
    holder, kind = document.holder, document.policy.kind
    if holder is None:
        return ""
    if kind is PolicyKind.RESOURCE:
        name = holder.resource.type_name.lower()
        parts = name.split("::") if "::" in name else name.split("_")
        return parts[1] if len(parts) > 2 and parts[1] in _ATTACHED else ""
    if isinstance(holder, ManagedPolicy):
        return "managed"
    for carrier, name in _IDENTITIES:
        if isinstance(holder, carrier):
            return name
    if isinstance(holder, AttachedPolicy):
        named = (("role", holder.roles), ("group", holder.groups), ("user", holder.users))
        return next((name for name, value in named if not isinstance(value, Absent)), "")
    return ""


def inline_sizes(identity: Identity, sources: Iterable[Entity]) -> tuple[tuple[int, ...], int]:
    """The least size of each inline policy of an identity, and the quota of all together, or 0.

    Nothing of a single one, which is judged itself. ``sources`` are the resources that attach
    policies to the identity; those that may not exist do not count.
    """
    quota = next((INLINE[name] for kind, name in _IDENTITIES if isinstance(identity, kind)), 0)
    attached = (each for each in sources if isinstance(each, AttachedPolicy))
    apart = (each.policy for each in attached if not each.world.literals)
    policies = (*identity.inline, *apart)
    return (tuple(map(least_size, policies)), quota) if policies[1:] else ((), 0)


def _report(
    document: PolicyDocument,
    flaws: list[Flaw],
    words: Mapping[str, str],
    symptom: str,
    remedy: str,
    world: World,
) -> Report:
    first = flaws[0]
    said = dict.fromkeys(_sentence(flaw, words[flaw.check]) for flaw in flaws)
    whose = _capital(document.label)
    if first.statement:
        whose = f"{_capital(first.statement)} of {document.label}"
    surest = min((Confidence(flaw.sureness) for flaw in flaws), key=lambda each: each.rank)
    return Report(
        origin=_place(document, first),
        message=f"{whose}: {' '.join(said)}",
        symptom=symptom,
        remedy=remedy,
        subject=Subject(principal=document.label, iam_action=first.action, resource=first.resource),
        confidence=surest,
        world=world,
        defaults=frozenset().union(*(flaw.defaults for flaw in flaws)),
        repair=partial(repair_of, tuple(flaws), document.policy.origin),
    )


def _place(document: PolicyDocument, flaw: Flaw) -> Origin:
    return flaw.origin or document.origin


def _sentence(flaw: Flaw, template: str) -> str:
    return template.format_map(flaw.words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
