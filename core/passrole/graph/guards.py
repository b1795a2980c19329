"""Which resource policy guards what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from passrole.graph.references import Place, References
from passrole.iam.policies import Policy, PolicyKind
from passrole.iam.statements import Statement
from passrole.model.entities import Entity
from passrole.model.guarded import Guarded, Key, ResourcePolicy


class ResourcePolicies:
    """The resource policy of each bucket, key, topic and the like, wherever it is written."""

    def __init__(self, entities: Iterable[Entity], references: References) -> None:
        self._apart: dict[Entity, list[ResourcePolicy]] = {}
        for entity in entities:
            if isinstance(entity, ResourcePolicy):
                place = Place.of(entity.resource, entity.world)
                owner = (
                    references.find_key(entity.of, place)
                    if entity.kind is Key
                    else references.find(entity.of, entity.kind, place)
                )
                if owner is not None:
                    self._apart.setdefault(owner, []).append(entity)

    def of(self, owner: Entity) -> Policy | None:
        """The policy of a resource; None where the scanned tree holds none.

        Policies that stand apart replace the one that is written in the resource, and have a say
        together: each where it exists.
        """
        written = owner.policy if isinstance(owner, Guarded) else None
        apart = self._apart.get(owner)
        if not apart:
            return written
        if len(apart) == 1 and not apart[0].world.literals:
            return apart[0].policy
        statements = [
            replace(statement, world=world)
            for each in apart
            for statement in each.policy.statements
            if (world := statement.world.joined(each.world)) is not None
        ]
        if isinstance(owner, Key) and all(each.world.literals for each in apart):
            # Where none exists KMS leaves the decision to identity policies: not the same as no
            # statement.
            reason = "the key has another policy in some deployments"
            statements.append(Statement(None, 0, origin=owner.resource.origin, unresolved=reason))
        unresolved = next((each.unresolved for each in statements if each.unresolved), None)
        return Policy(
            PolicyKind.RESOURCE,
            apart[0].policy.version,
            tuple(statements),
            apart[0].policy.origin,
            apart[0].policy.name,
            unresolved,
        )
