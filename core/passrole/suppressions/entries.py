"""What one suppression says: read from the words of a comment, or from keys and values.

``# passrole: ignore[rule-id, rule-id] role=PipelineRole action=s3:Get* expires=2027-01-31 reason``
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from typing import Final

from passrole.documents.locations import Location
from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.errors import did_you_mean
from passrole.findings import Suppression

LONGEST: Final = 2000
"""Characters of one comment or value."""
MOST_RULES: Final = 50

NARROWING: Final = ("role", "action", "resource")
IN_CODE: Final = ("rule", *NARROWING, "reason", "expires")
_ORDER: Final = re.compile(
    r"passrole:[ \t]*+([\w-]*+)[ \t]*+(?:(\[)([^\[\]]*+)(\]?))?(.*)", re.DOTALL
)
_WORD: Final = re.compile(r"(\w[\w-]*+)=(\S*+)")
_ID: Final = re.compile(r"[a-z0-9]++(?:-[a-z0-9]++)*+")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Malformed(ValueError):  # noqa: N818 - what was written is malformed; nobody is told by it
    """What is wrong with a suppression, in words."""


def from_comment(text: str, place: Location) -> Suppression | None:
    """What a comment says; None for one that only speaks of passrole. Raises Malformed."""
    found = _ORDER.search(text[:LONGEST])
    if found is None:
        return None
    verb, opened, ids, closed, rest = found.groups()
    if verb != "ignore":
        if verb and (opened or did_you_mean(verb, ("ignore",))):
            raise Malformed(f"{verb!r} is nothing to be told here; did you mean 'ignore'?")
        return None
    if not opened:
        raise Malformed("it names no rule: ignore[RULE] REASON")
    if not closed:
        raise Malformed("the list of rules has no end: ignore[RULE] REASON")
    said: dict[str, str] = {}
    reason: list[str] = []
    for word in rest.removesuffix("*/").split():
        setting = _WORD.fullmatch(word)
        if setting is None or (setting[1] not in IN_CODE and reason):
            reason.append(word)
        elif setting[1] in ("rule", "reason") or setting[1] not in IN_CODE:
            known = (*NARROWING, "expires")
            hint = did_you_mean(setting[1], known) or f"; there are {', '.join(known)}"
            raise Malformed(f"there is no {setting[1]!r} here{hint}")
        elif setting[1] in said:
            raise Malformed(f"{setting[1]} stands twice")
        else:
            said[setting[1]] = setting[2]
    said["reason"] = " ".join(reason).lstrip(":- ")
    return _made(tuple(filter(None, re.split(r"[,\s]+", ids))), said, place)


def from_mapping(node: Node, place: Location) -> Suppression:
    """What keys and values say, those of CloudFormation's ``Metadata``. Raises Malformed.

    ``rule`` is a text or a list of texts, all others are texts.
    """
    if not isinstance(node, Mapping):
        raise Malformed(f"a suppression has keys and values ({', '.join(IN_CODE)}), no {node.kind}")
    said: dict[str, str] = {}
    rules: tuple[str, ...] = ()
    for key, value in node.pairs:
        if key.text not in IN_CODE:
            hint = did_you_mean(key.text, IN_CODE) or f"; there are {', '.join(IN_CODE)}"
            raise Malformed(f"there is no key {key.text[:80]!r}{hint}")
        if key.text == "rule":
            items = value.items if isinstance(value, Sequence) else (value,)
            rules = tuple(_text(key.text, item) for item in items)
        else:
            said[key.text] = _text(key.text, value)
    return _made(rules, said, place)


def _text(key: str, node: Node) -> str:
    if not isinstance(node, Scalar) or node.tag is not None or not node.text.strip():
        raise Malformed(f"{key} is to be a text")
    if len(node.text) > LONGEST:
        raise Malformed(f"{key} is longer than {LONGEST} characters")
    return node.text.strip()


def _made(rules: tuple[str, ...], said: Map[str, str], place: Location) -> Suppression:
    rules = tuple(dict.fromkeys(rules))
    if not rules:
        raise Malformed("it names no rule")
    if len(rules) > MOST_RULES:
        raise Malformed(f"it names more than {MOST_RULES} rules")
    for rule in rules:
        if "*" in rule:
            raise Malformed("no suppression is of all rules: name each")
        if not _ID.fullmatch(rule):
            raise Malformed(f"{rule[:80]!r} is no id of a rule")
    for key in (*NARROWING, "expires"):
        if said.get(key) == "":
            raise Malformed(f"{key}= is followed by nothing")
    expires = said.get("expires", "")
    if expires:
        _check_date(expires)
    if not said.get("reason"):
        raise Malformed("it gives no reason, and without one it counts for nothing")
    return Suppression(
        rules=rules,
        reason=" ".join(said["reason"].split()),
        location=place,
        role=said.get("role", ""),
        action=said.get("action", ""),
        resource=said.get("resource", ""),
        expires=expires,
    )


def _check_date(text: str) -> None:
    from datetime import date  # noqa: PLC0415 - where something expires

    try:
        is_date = _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        is_date = False
    if not is_date:
        raise Malformed(f"{text[:40]!r} is no date, such as 2027-01-31")
