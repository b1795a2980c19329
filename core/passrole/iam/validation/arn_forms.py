"""The forms of ARNs that the service authorization reference lists, as patterns of texts."""

from __future__ import annotations

import re
from functools import lru_cache

from passrole.iam import reference
from passrole.iam.arn_segments import SEGMENTS
from passrole.iam.patterns import intersects
from passrole.records import NamedTuple
from passrole.values import Hole, Part, Text, Truth
from passrole.values.texts import LITERAL, PARTITION, REGION, Alphabet

_SLOT = re.compile(r"\$\{([^}]*)\}")
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_NAME = Alphabet("name", excluded=":/*? ", length=(1, 255))
_SOME = Alphabet("text", excluded="*?", length=(1, None))
# In place of an account may stand ``aws`` or nothing, for what AWS itself owns.
_ACCOUNT = Alphabet("account", excluded=":/*? ", length=(0, 255))
_ALPHABETS = {
    "Partition": PARTITION, "Region": REGION, "Account": _ACCOUNT, "BucketName": _NAME,
}  # fmt: skip
_WILD = re.compile(r"[*?]")


LOOSE = frozenset(("apigateway", "backup"))
"""Services with many forms that the reference leaves out (seen in AWS managed policies)."""
UNLISTED = {
    "autoscaling": ("scalingPolicy:",), "cloudformation": ("transform/",), "iam": ("root",),
    "waf": ("changetoken/",), "waf-regional": ("changetoken/",),
}  # fmt: skip
"""How the resource parts begin of single forms that the reference leaves out."""


class Form(NamedTuple):
    """The ARN of one resource type; ``region`` and ``account`` say whether it has these."""

    name: str
    written: str
    service: str
    text: Text
    tail: Text
    region: bool
    account: bool


@lru_cache(maxsize=256)
def forms_of(service: str) -> tuple[Form, ...]:
    """The forms of a service's own resource types whose ARNs begin with its prefix."""
    found = reference.service(service)
    if found is None:
        return ()
    made = (form(each.name, each.arn) for each in found.resource_types)
    return tuple(each for each in made if each is not None)


@lru_cache(maxsize=4096)
def form(name: str, arn: str) -> Form | None:
    """A form by its template; None for one that has not six segments."""
    pieces = arn.split(":", SEGMENTS - 1)
    if len(pieces) < SEGMENTS:
        return None
    region, account = bool(pieces[3]), bool(pieces[4])
    return Form(name, arn, pieces[2], _text(arn), _text(pieces[5]), region, account)


def _text(template: str) -> Text:
    parts: list[Part] = []
    end = 0
    for found in _SLOT.finditer(template):
        parts.append(template[end : found.start()])
        name = found[1]
        parts.append(Hole(f"form:{name}:{found.start()}", _ALPHABETS.get(name, _SOME)))
        end = found.end()
    parts.append(template[end:])
    return Text(parts)


def opened(pattern: Text) -> Text:
    """A pattern with a wildcard in place of each policy variable."""
    parts = tuple(map(_opened, pattern.parts))
    return pattern if parts == pattern.parts else Text(parts)


def _opened(part: Part) -> Part:
    if isinstance(part, str):
        return _VARIABLE.sub("*", part) if "${" in part else part
    return part._replace(alphabet=_SOME) if part.alphabet.name == LITERAL.name else part


def fits(pattern: Text, form: Form) -> bool:
    """Whether a pattern of ARNs may match one that has a form; segment by segment where it can."""
    pieces = opened(pattern).split(":", SEGMENTS - 1)
    if pieces is None or len(pieces) < SEGMENTS:
        return may_meet(pattern, form.text)
    service = pieces[2].known()
    if service is not None and service != form.service and not _WILD.search(service):
        return "${" in form.service
    region = pieces[3].known()
    placed = region is None or (region != "" if form.region else not region.strip("*"))
    if placed and may_meet(pieces[5], form.tail):
        return True
    return _runs_on(pieces) and intersects(form.text, opened(pattern)) is not Truth.FALSE


def _runs_on(pieces: list[Text]) -> bool:
    """Whether a star at the end of a segment is meant to run on past colons.

    So it is where what follows is no account: ``arn:aws:lambda:*:function:shop``.
    """
    account = pieces[4].known()
    if account is None or account == "" or set("*?") & set(account):
        return False
    return not account.isdigit() and account != "aws" and _may_end_open(pieces[3])


def _may_end_open(piece: Text) -> bool:
    last = piece.parts[-1] if piece.parts else ""
    return last.endswith("*") if isinstance(last, str) else last.alphabet.wildcards


def may_meet(pattern: Text, wanted: Text) -> bool:
    """Whether a pattern may match something that has a form."""
    pattern = opened(pattern)
    mine, theirs = literal_head(pattern), literal_head(wanted)
    if not (mine.startswith(theirs) or theirs.startswith(mine)):
        return False
    known = pattern.known()
    if known is not None and not _WILD.search(known):
        return _expression(wanted).fullmatch(known) is not None
    # The form comes first: its automaton is made once for all patterns.
    return intersects(wanted, pattern) is not Truth.FALSE


def literal_head(text: Text) -> str:
    """The text with which all that it may be begins."""
    first = text.parts[0] if text.parts else ""
    return _WILD.split(first, maxsplit=1)[0] if isinstance(first, str) else ""


@lru_cache(maxsize=4096)
def _expression(wanted: Text) -> re.Pattern[str]:
    """A form as a regular expression; each slot is one run, so that nothing is tried twice."""
    pieces = []
    for part in wanted.parts:
        if isinstance(part, str):
            pieces.append(re.escape(part))
        else:
            more = "+" if part.alphabet.length[0] else "*"
            pieces.append(("[^:/ ]" if ":" in part.alphabet.excluded else ".") + more)
    return re.compile("".join(pieces), re.DOTALL)
