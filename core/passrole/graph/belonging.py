"""The words for whose policy it is: ``role Shop, the role of pipeline Shop``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from passrole.findings import Holder, Holding, Related

MOST_NAMED = 3
"""How many are named where there are more."""
_HOW = {
    Holding.ATTACHED: "The policy is attached to",
    Holding.BOUNDARY: "It is the permissions boundary of",
}
_NOBODY = "Nothing that was read attaches the policy to anybody."


def whose(holders: Sequence[Holder], message: str) -> str:
    """Who has a policy, as sentences; empty where the message says all that is known of it."""
    if not holders:
        return _NOBODY
    written = [each for each in holders if each.how is Holding.WRITTEN]
    if written and f" {written[0].name}" not in message:
        ways, written = {Holding.WRITTEN: "The policy is that of", **_HOW}, []
    else:
        ways, written = _HOW, [each for each in written if each.why]
    told = [
        f"{words} {listed([_named(each, alone=not some[1:]) for each in some])}."
        for how, words in ways.items()
        if (some := [each for each in holders if each.how is how])
    ]
    if written:
        words = listed([f"{each.kind} {each.name} is {each.why}" for each in written])
        told.append(f"{words[0].upper()}{words[1:]}.")
    return " ".join(told)


def places(holders: Sequence[Holder]) -> Iterator[Related]:
    """Where those are defined that are named, and in which the policy is not written."""
    apart = [each for each in holders if each.how is not Holding.WRITTEN]
    for each in apart[:MOST_NAMED]:
        if each.location is not None:
            yield Related(f"{each.kind} {each.name} is defined here", each.location)


def listed(names: Sequence[str]) -> str:
    """Some names in a sentence, and how many more there are."""
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _named(holder: Holder, *, alone: bool) -> str:
    name = f"{holder.kind} {holder.name}"
    if not holder.why:
        return name
    return f"{name}, {holder.why}" if alone else f"{name} ({holder.why})"
