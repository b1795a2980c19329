"""The actions that policies are about, as a finite list: those AWS documents, and some it may add.

A wildcard also covers actions that are not in the reference data. For each wildcard pattern one
invented name stands for them, with a ``~`` that no action has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from passrole.iam import reference
from passrole.iam.automata import Rest, Token, Tokens, Unit, Wild, glob, normal
from passrole.iam.resource_search import EVERYTHING, Universe
from passrole.iam.statements import Item, Statement
from passrole.values import Alphabet, Text

NEW = "~new"


def is_invented(action: str) -> bool:
    """Whether an action stands for those that AWS may add."""
    return "~" in action


def actions_of(statements: Iterable[Statement], others: Iterable[Statement]) -> list[str]:
    """Every action that one of the statements may be about, documented ones first, sorted.

    ``others`` only add invented names, where their patterns tell new actions apart.
    """
    statements = list(statements)
    documented: set[str] = set()
    for statement in statements:
        documented.update(_documented(statement))
    invented: set[str] = set()
    for statement in (*statements, *others):
        for item in (*statement.actions, *statement.not_actions):
            invented.update(_invented(item))
    by_folded = {name.lower(): name for name in documented}
    return [*sorted(documented), *sorted(invented - by_folded.keys())]


def _documented(statement: Statement) -> Iterator[str]:
    if statement.unresolved or "NotAction" in statement.elements:
        yield from reference.expand("*")
        return
    for item in statement.actions:
        known = item.known() if isinstance(item, Text) else None
        if known is None or not isinstance(item, Text):
            yield from reference.expand(_around_holes(item))
            continue
        found = reference.expand(known)
        yield from found
        if not found and ":" in known and not _is_wild(known) and item.shown.known() == known:
            yield known


def _around_holes(item: Item) -> str:
    """A pattern without holes that matches all that one with holes may match."""
    if not isinstance(item, Text):
        return "*"
    return "".join(part if isinstance(part, str) else "*" for part in item.parts)


def _invented(item: Item) -> Iterator[str]:
    pattern = _around_holes(item).lower()
    if pattern.strip("*") == "":
        yield f"{NEW}:{NEW}"
    elif _is_wild(pattern) and ":" in pattern:
        yield pattern.replace("*", NEW).replace("?", "~")


def _is_wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


_NAMES = frozenset(("Region", "Account", "BucketName"))
"""Parts of ARNs that hold no ``:`` and no ``/``; of others nobody says so."""
_NAME = Alphabet("name without : and /", excluded=":/")


PARTITIONS = ("aws",)
"""The partition whose resources are looked at where no pattern names one."""


def partitions_of(texts: Iterable[Text]) -> tuple[str, ...]:
    """The partitions that patterns of resources name, sorted."""
    heads = (text.parts[0] for text in texts if text.parts)
    named = {
        found[1]
        for head in heads
        if isinstance(head, str) and (found := _PARTITION.match(head)) is not None
    }
    return tuple(sorted(named)) or PARTITIONS


_PARTITION = re.compile("arn:(aws[a-z-]*):")


@lru_cache(maxsize=4096)
def universe_of(action: str, partitions: tuple[str, ...] = PARTITIONS) -> Universe:
    """The resources that an action can be asked for, as patterns.

    ``*`` alone, as text, where the action takes no resource; everything where it is not known.
    """
    found = reference.action(action)
    if found is None:
        return EVERYTHING
    if not found.resource_types:
        return (("*",),)
    service = reference.service(found.service)
    types = {each.name: each.arn for each in service.resource_types} if service else {}
    forms = [types.get(each.name) for each in found.resource_types]
    if None in forms:
        return EVERYTHING
    return tuple(
        _arn_tokens(form, partition)
        for partition in partitions
        for form in sorted({form for form in forms if form})
    )


def _arn_tokens(form: str, partition: str) -> Tokens:
    tokens: list[Token] = []
    for index, piece in enumerate(form.split("${")):
        if not index:
            tokens += glob(piece)
            continue
        name, _, rest = piece.partition("}")
        if name == "Partition":
            tokens += partition
        elif name in _NAMES:
            tokens += (Unit(name, 0, _NAME), Rest(name, _NAME))
        else:
            tokens += (Wild.ANY, Wild.RUN)
        tokens += glob(rest)
    return normal(tokens)
