"""Decisions of many worlds, joined where the verdict is the same."""

from __future__ import annotations

from passrole.iam.verdicts import Decision
from passrole.values import Fact, World


def merged(decisions: list[Decision], world: World) -> tuple[Decision, ...]:
    """As few decisions as cover the same worlds with the same verdicts.

    Two worlds that differ in one fact and not in the verdict are one world without that fact.
    """
    groups: dict[tuple[object, ...], list[Decision]] = {}
    for decision in decisions:
        groups.setdefault(_kind(decision), []).append(decision)
    if len(groups) == 1:
        return (_joined(decisions)._replace(world=world),)
    found: list[Decision] = []
    for group in groups.values():
        found.extend(_cubes(group, world))
    return tuple(found)


def without_irrelevant_facts(
    decisions: list[Decision], subjects: list[str], world: World
) -> list[Decision]:
    """The decisions without those subjects of facts that make no difference to the verdict.

    What ``world`` decides stays decided.
    """
    for subject in subjects:
        groups: dict[World, list[Decision]] = {}
        for decision in decisions:
            literals = decision.world.literals
            rest = World(
                tuple(
                    pair
                    for pair in literals
                    if pair[0].subject != subject or pair in world.literals
                )
            )
            groups.setdefault(rest, []).append(decision)
        if all(len({_kind(each) for each in group}) == 1 for group in groups.values()):
            decisions = [_joined(group)._replace(world=rest) for rest, group in groups.items()]
    return decisions


def _kind(decision: Decision) -> tuple[object, ...]:
    """What must be equal in decisions that are joined."""
    return decision.verdict, decision.layer, decision.may_be_denied


def _cubes(group: list[Decision], world: World) -> list[Decision]:
    given = set(world.literals)
    cubes: dict[frozenset[tuple[Fact, bool]], Decision] = {
        frozenset(decision.world.literals): decision for decision in group
    }
    facts = sorted({fact for cube in cubes for fact, _ in cube - given}, key=_order)
    for fact in facts:
        for cube in list(cubes):
            if (fact, True) not in cube:
                continue
            other = cube - {(fact, True)} | {(fact, False)}
            if other in cubes:
                both = _joined([cubes.pop(cube), cubes.pop(other)])
                cubes[cube - {(fact, True)}] = both
    return [
        decision._replace(world=World(tuple(sorted(cube, key=lambda pair: _order(pair[0])))))
        for cube, decision in cubes.items()
    ]


def _joined(decisions: list[Decision]) -> Decision:
    """One decision with the statements and blockers of all."""
    by = {
        id(statement): (statement, layer)
        for decision in decisions
        for statement, layer in zip(decision.decided_by, decision.layers_of, strict=True)
    }
    return decisions[0]._replace(
        decided_by=tuple(statement for statement, _ in by.values()),
        layers_of=tuple(layer for _, layer in by.values()),
        blockers=tuple(dict.fromkeys(b for decision in decisions for b in decision.blockers)),
    )


def _order(fact: Fact) -> tuple[str, str]:
    return fact.subject, fact.equals or ""
