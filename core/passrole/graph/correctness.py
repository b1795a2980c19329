"""Flaws of policies as reports: whose policy it is, what is wrong, in the words of a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from passrole.findings import Confidence, Report, Subject
from passrole.iam.statements import PolicyKind
from passrole.iam.validation import Validation
from passrole.iam.validation.flaws import Flaw
from passrole.model.entities import PolicyDocument
from passrole.values import Origin, World

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
        validation = self._validations.get(document)
        if validation is None:
            validation = Validation(document.policy, attached_service(document))
            self._validations[document] = validation
        groups: dict[tuple[object, ...], list[Flaw]] = {}
        for flaw in validation.flaws(words):
            place = flaw.origin or document.origin
            key = (place.node.start, place.node.end, flaw.action, flaw.resource, flaw.world)
            groups.setdefault(key, []).append(flaw)
        for flaws in groups.values():
            world = document.world.joined(flaws[0].world)
            if world is not None:
                yield _report(document, flaws, words, symptom, remedy, world)


def attached_service(document: PolicyDocument) -> str:
    """The prefix of the service whose resource carries a policy, empty where it is not known."""
    if document.holder is None or document.policy.kind is not PolicyKind.RESOURCE:
        return ""
    name = document.holder.resource.type_name.lower()
    parts = name.split("::") if "::" in name else name.split("_")
    return parts[1] if len(parts) > 2 and parts[1] in _ATTACHED else ""


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
    )


def _place(document: PolicyDocument, flaw: Flaw) -> Origin:
    return flaw.origin or document.origin


def _sentence(flaw: Flaw, template: str) -> str:
    return template.format_map(flaw.words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
