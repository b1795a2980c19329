"""Many actions in few words: patterns that name exactly them, of the actions that AWS has today."""

from __future__ import annotations

import re
from collections.abc import Iterable

from passrole.iam import reference
from passrole.iam.action_sets import NEW, actions_of, is_invented
from passrole.iam.actions import action_matches
from passrole.iam.statements import Item, Statement
from passrole.records import NamedTuple
from passrole.values import Text, Truth, literal

_VERB = re.compile(r"[A-Z][a-z]+|.")
_FEWEST = 2
"""How many actions with one verb are worth a pattern."""


def compact(actions: Iterable[str]) -> tuple[str, ...]:
    """Patterns, sorted, that match these actions and no other one that the reference data have.

    What stands for actions that AWS may add is told only of services that the data do not know.
    """
    wanted: dict[str, set[str]] = {}
    for action in actions:
        service, _, name = action.partition(":")
        wanted.setdefault(service, set()).add(name)
    invented = {
        service: names
        for service, listed in wanted.items()
        if (names := {name for name in listed if is_invented(f"{service}:{name}")})
    }
    found: list[str] = []
    complete = 0
    for service, names in sorted(wanted.items()):
        known = {each.partition(":")[2] for each in reference.expand(f"{service}:*")}
        documented = names - invented.get(service, set())
        if known and documented >= known:
            complete += 1
            found.append(f"{service}:*")
        elif documented:
            found += [f"{service}:{each}" for each in _of_service(documented, known)]
        elif not known and NEW not in service:
            found += [f"{service}:{each.replace(NEW, '*')}" for each in invented[service]]
    if complete and complete == len(_services()):
        return ("*",)
    return tuple(sorted(found))


def _services() -> frozenset[str]:
    return frozenset(each.partition(":")[0] for each in reference.expand("*"))


def _of_service(wanted: set[str], known: set[str]) -> list[str]:
    by_verb: dict[str, set[str]] = {}
    for name in wanted:
        found = _VERB.match(name)
        by_verb.setdefault(found[0] if found else name, set()).add(name)
    patterns: list[str] = []
    for verb, names in by_verb.items():
        alike = {name for name in known if name.startswith(verb)}
        if len(names) >= _FEWEST and alike == names:
            patterns.append(f"{verb}*")
        else:
            patterns += names
    return patterns


class Described(NamedTuple):
    """Actions as few patterns: these, ``but`` those."""

    patterns: tuple[str, ...]
    but: tuple[str, ...] = ()


def described(actions: Iterable[str], statement: Statement) -> Described:
    """Actions of a statement as it writes them, without what they are not, if that is shorter."""
    wanted = frozenset(actions)
    short = compact(wanted)
    whole = frozenset(actions_of([statement], ()))
    if "NotAction" in statement.elements:
        written: tuple[str, ...] = ("*",)
    else:
        every = (each for each in statement.actions if isinstance(each, Text))
        written = tuple(str(each) for each in every if any(_meets(str(each), a) for a in wanted))
    rest = {each for each in whole - wanted if any(_meets(pattern, each) for pattern in written)}
    if "NotAction" in statement.elements:
        rest |= {each for pattern in statement.not_actions for each in _documented(pattern)}
    but = compact(rest)
    if written and len(written) + len(but) <= len(short):
        return Described(tuple(sorted(written)), but)
    return Described(short)


def _documented(pattern: Item) -> tuple[str, ...]:
    known = pattern.known() if isinstance(pattern, Text) else None
    return reference.expand(known) if known is not None else ()


def _meets(pattern: str, action: str) -> bool:
    if pattern == "*":
        return True
    return action_matches(literal(pattern), action) is not Truth.FALSE
