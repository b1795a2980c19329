"""Whom a policy belongs to, and as what they work, for those who tell of the policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from passrole.findings import Holder, Holding
from passrole.graph.belonging import listed
from passrole.graph.identities import ATTACHED_TO
from passrole.graph.references import Place, References
from passrole.graph.uses import OF_ACTION, OF_BUILD, OF_PIPELINE, Answers, Uses
from passrole.model.entities import BuildProject, Entity, PolicyDocument
from passrole.model.identities import (
    AttachedPolicy,
    Attachment,
    BoundaryAttachment,
    Identity,
    ManagedPolicy,
    PolicyAttachment,
    Role,
)
from passrole.values import Absent, Text, Value, World, cases, elements, known

_LONGEST = 500
"""How many characters of a name are told: one in the scanned tree may be as long as files are."""
_KINDS = {kind: name[:-1].replace("_", " ") for name, kind in ATTACHED_TO}
_HOLDING: dict[type[Attachment], Holding] = {BoundaryAttachment: Holding.BOUNDARY}

_OF_AWS = ":iam::aws:policy/"

E = TypeVar("E", bound=Entity)
Held = tuple[Holder, ...] | None


class Asked(Answers, Protocol):
    """What holders are worked out from."""

    principals: tuple[Identity, ...]

    @property
    def uses(self) -> Uses:
        """Which role works for which pipeline."""

    @property
    def builds(self) -> Mapping[Role, tuple[tuple[BuildProject, World], ...]]:
        """The build projects that run as each role."""


class Holders:
    """The holders of the policies of a component, worked out when something is told of one."""

    def __init__(self, graph: Asked, references: References) -> None:
        self._graph = graph
        self._references = references
        self._found: dict[PolicyDocument, Held] = {}
        self._selves: dict[tuple[Identity, Holding], Holder] = {}
        self._naming: dict[ManagedPolicy, list[Holder | None]] = defaultdict(list)
        self._all_known = True
        """Whether it is known of every policy that somebody has which one it is."""
        for identity in graph.principals:
            self._note(identity, identity.managed, self._itself(identity, Holding.ATTACHED))
            self._note(identity, identity.boundary, self._itself(identity, Holding.BOUNDARY))
        for entity in graph.entities:
            if isinstance(entity, PolicyAttachment):
                self._note(entity, entity.policy, self._named(entity))
            elif isinstance(entity, BoundaryAttachment):
                self._note(entity, entity.boundary, self._named(entity))

    def of(self, document: PolicyDocument) -> Held:
        """Who has a policy, those first of whom it is known as what they work.

        None where nobody knows, or the policy is none that somebody has; empty where nobody who was
        read has it, and everything that may say so is known.
        """
        if document not in self._found:
            found = self._of(document)
            if found is not None:
                found = tuple(sorted(dict.fromkeys(found), key=lambda each: not each.why))
            self._found[document] = found
        return self._found[document]

    def _of(self, document: PolicyDocument) -> Held:
        holder = document.holder
        if isinstance(holder, Identity):
            return tuple(self._itself(holder, Holding.WRITTEN))
        if not isinstance(holder, (AttachedPolicy, ManagedPolicy)):
            return None
        found = list(self._named(holder))
        if isinstance(holder, ManagedPolicy):
            found += self._naming.get(holder, ())
        surely_nobody = isinstance(holder, ManagedPolicy) and self._all_known and not found
        return tuple(filter(None, found)) or (() if surely_nobody else None)

    def _note(self, entity: Entity, policies: Value, holders: Iterable[Holder | None]) -> None:
        """Note that the managed policies that a value of an entity names have ``holders``.

        Those are a generator: who they are is worked out where the tree has such a policy.
        """
        held: tuple[Holder | None, ...] | None = None
        for policy, reference in self._find(policies, ManagedPolicy, entity):
            if policy is not None:
                held = tuple(holders) if held is None else held
                self._naming[policy].extend(held)
            elif _OF_AWS not in (known(reference) or ""):
                self._all_known = False

    def _named(self, entity: Attachment) -> Iterator[Holder | None]:
        """Whom an attachment names, in the tree or not; None where that is not known."""
        how = _HOLDING.get(type(entity), Holding.ATTACHED)
        for name, kind in ATTACHED_TO:
            for identity, reference in self._find(getattr(entity, name), kind, entity):
                if identity is not None:
                    yield from self._itself(identity, how)
                elif isinstance(reference, Text):
                    yield Holder(_KINDS[kind], str(reference)[:_LONGEST], how=how)
                else:
                    yield None

    def _find(
        self, references: Value, kind: type[E], near: Entity
    ) -> Iterator[tuple[E | None, Value]]:
        """What a list names, each with the entity of ``kind`` that it is, if the tree has it."""
        for item in elements(references):
            for world, reference in cases(item, near.world):
                if not isinstance(reference, Absent):
                    place = Place.of(near.resource, world)
                    yield self._references.find(reference, kind, place), reference

    def _itself(self, identity: Identity, how: Holding) -> Iterator[Holder]:
        """What is told of a role or another identity of the tree."""
        holder = self._selves.get((identity, how))
        if holder is None:
            kind, name = _KINDS[type(identity)], identity.label[:_LONGEST]
            why = self._why(identity) if isinstance(identity, Role) else ""
            holder = Holder(kind, name, why, how, identity.location)
            self._selves[identity, how] = holder
        yield holder

    def _why(self, role: Role) -> str:
        """As what a role works, in words; empty where no pipeline and no build uses it."""
        named: dict[str, dict[str, None]] = {}
        for use in self._graph.uses.of(role):
            if use.action is None or use.why == OF_PIPELINE:
                named.setdefault("the role of pipeline", {})[use.pipeline.label] = None
            elif use.why != OF_BUILD:
                why = "the role" if use.why == OF_ACTION else use.why
                name = f"{use.pipeline.label}/{use.action.label}"
                named.setdefault(f"{why} of action", {})[name] = None
        for project, _ in self._graph.builds.get(role, ()):
            named.setdefault("the role of build project", {})[project.label] = None
        first, *more = [_plural(words, tuple(names)) for words, names in named.items()] or [""]
        return listed([first, *(each.removeprefix("the role ") for each in more)])[:_LONGEST]


def _plural(words: str, names: Sequence[str]) -> str:
    return f"{words}{'s' if names[1:] else ''} {listed(names)}"
