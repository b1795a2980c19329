"""What may tie files to each other, told from their texts before, and from what was done after.

Before, it is a guess that spares work: files that seem to be tied are looked at together. After,
it is the whole truth: what a part has, makes and asks for, under names. Where one part asks for
what another one makes, or both have the same, they have to be looked at together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from passrole.documents.candidates import Candidates
from passrole.documents.recognition import classify
from passrole.documents.saved import configured_in, saved_kind
from passrole.documents.tree import Tree
from passrole.parts import Bonds
from passrole.stacks.cloudformation.mentions import made_and_named
from passrole.stacks.ordering import Groups
from passrole.stacks.resources import Stack

# A file that is included may say anything, and so may a letter that is written as an escape.
_INCLUDING: Final = ("AWS::Include", "Fn::Transform")
_ESCAPES: Final = ("\\x", "\\u00", "\\U000000")
_LETTER: Final = re.compile(r"\\(?:x|u00|U000000)(?:4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])")


def shared_in(text: str) -> tuple[set[str], set[str]]:
    """What a template may make for others under names that are worked out, and may ask them for."""
    if any(each in text for each in _INCLUDING) or (
        any(each in text for each in _ESCAPES) and _LETTER.search(text) is not None
    ):
        return {"export", "parameter", "cross-region"}, {"export", "parameter", "cross-region"}
    makes: set[str] = set()
    asks: set[str] = set()
    if "Export" in text:
        makes.add("export")
    if "ImportValue" in text:
        asks.add("export")
    if "AWS::SSM::Parameter" in text:
        typed = text.count("AWS::SSM::Parameter::Value")
        if typed < text.count("AWS::SSM::Parameter"):
            makes.add("parameter")
        if typed:
            asks.add("parameter")
    if "resolve:ssm" in text:
        asks.add("parameter")
    if "CrossRegionExport" in text:
        makes.add("cross-region")
        asks.add("cross-region")
    return makes, asks


def bonds_of(candidates: Candidates, tree: Tree, stacks: tuple[Stack, ...]) -> Bonds:
    """The bonds of files and of the stacks that were made of them."""
    has = {*tree.opened, *(each.path for each in candidates.documents)}
    accounts = (stack.target.account.known() for stack in stacks)
    has.update(f"account {each}" for each in accounts if each is not None)
    makes, asks = made_and_named(stacks)
    for document in tree.documents:
        if document.format != "hcl":
            made, asked = shared_in(document.text)
            makes |= made
            asks |= asked
    for document in candidates.documents:
        kind = "terraform" if document.format == "hcl" else classify(document)
        if kind == "cloudformation":
            makes.add(f"template {document.path.rpartition('/')[2]}")
        elif kind in ("terraform", "saved"):
            folder = configured_in(document.path)
            makes |= {"configuration", f"configuration {folder}"}
            if kind == "saved" and document.root is not None:
                # A plan is of the configuration that has what it has, wherever that is.
                is_plan = saved_kind(document.root) == "plan"
                asks.add("configuration" if is_plan else f"configuration {folder}")
    asks.update(f"template {name}" for name in tree.sought)
    return Bonds(*(tuple(sorted(each)) for each in (has, makes, asks)))


def tied(parts: Sequence[Bonds]) -> list[list[int]]:
    """The positions of parts that have to be looked at together; each alone where none has to."""
    groups = Groups()
    owners: dict[str, int] = {}
    makers: dict[str, list[int]] = {}
    names = [f"{position:08}" for position in range(len(parts))]
    for position, part in enumerate(parts):
        for name in part.has:
            groups.join(names[owners.setdefault(name, position)], names[position])
        for name in part.makes:
            makers.setdefault(name, []).append(position)
    for position, part in enumerate(parts):
        for name in part.asks:
            for maker in makers.get(name, ()):
                groups.join(names[maker], names[position])
    found: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        found.setdefault(groups.of(name), []).append(position)
    return list(found.values())
