"""Checks from the YAML of a ruleset; what means nothing is refused with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NoReturn

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.errors import did_you_mean
from passrole.findings import Category, Severity
from passrole.rulesets import conditions as c
from passrole.rulesets.declared.subjects import KINDS, Shape
from passrole.rulesets.places import Place

MOST_CHECKS = 200
MOST_PARTS = 200
DEEPEST = 12
LONGEST = 300
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_KEYS = frozenset({
    "of", "severity", "category", "title", "description", "where", "flag", "require", "message",
    "remedy", "examples",
})  # fmt: skip
_ITEM_WORDS = ("some", "every", "none")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Refuse = Callable[[Node, str], NoReturn]
PlaceOf = Callable[[Node], Place]


def read_checks(node: Node | None, refuse: Refuse, place: PlaceOf) -> dict[str, c.Check]:
    """The checks of a ruleset's ``checks``, by id; ``refuse`` raises for a node and words."""
    if node is None:
        return {}
    if not isinstance(node, Mapping):
        refuse(node, "checks is not a mapping of ids and checks")
    if len(node.pairs) > MOST_CHECKS:
        refuse(node, f"more than {MOST_CHECKS} checks")
    return {key.text: _Reader(key, value, refuse).check(place(key)) for key, value in node.pairs}


class _Reader:
    """One check."""

    def __init__(self, key: Scalar, node: Node, refuse: Refuse) -> None:
        self._id = key.text
        self._refuse_at = refuse
        self._parts = 0
        if not _ID.fullmatch(key.text):
            self._refuse(key, "an id is two words or more, small letters and digits, with hyphens")
        if not isinstance(node, Mapping):
            self._refuse(node, "a check is a mapping")
        self._node = node

    def check(self, place: Place) -> c.Check:
        """The whole check."""
        node = self._node
        self._keys(node, _KEYS)
        of = self._word("of", [kind for kind, each in KINDS.items() if each.is_subject], None)
        flag, require = node.get("flag"), node.get("require")
        asked = flag or require
        if asked is None or (flag is not None and require is not None):
            self._refuse(node, "a check has either flag or require")
        where = node.get("where")
        title = self._text("title") or self._refuse(node, "a check has a title")
        flagged, accepted = self._examples(node.get("examples"))
        return c.Check(
            id=self._id,
            of=of,
            severity=Severity(self._word("severity", [each.value for each in Severity], "medium")),
            category=Category(
                self._word("category", [each.value for each in Category], "structure")
            ),
            title=title,
            description=self._text("description"),
            where=c.All() if where is None else self._condition(where, of, 0),
            condition=self._condition(asked, of, 0),
            required=require is not None,
            message=self._message(of, title),
            remedy=self._text("remedy"),
            flagged=flagged,
            accepted=accepted,
            place=place,
        )

    def _condition(self, node: Node, kind: str, depth: int) -> c.Condition:
        self._count(node, depth)
        if not isinstance(node, Mapping):
            self._refuse(node, "a condition is a mapping of fields and what they have to be")
        parts = [self._part(key, value, kind, depth + 1) for key, value in node.pairs]
        return parts[0] if len(parts) == 1 else c.All(tuple(parts))

    def _part(self, key: Scalar, node: Node, kind: str, depth: int) -> c.Condition:
        if key.text in ("all", "any"):
            if not isinstance(node, Sequence):
                self._refuse(node, f"{key.text} is a list of conditions")
            inner = tuple(self._condition(each, kind, depth) for each in node.items)
            return c.All(inner) if key.text == "all" else c.Any(inner)
        if key.text == "not":
            return c.Not(self._condition(node, kind, depth))
        name, *rest = key.text.split(".")
        shape = KINDS[kind].fields.get(name)
        if shape is None:
            hint = did_you_mean(name, KINDS[kind].fields)
            self._refuse(key, f"a {kind} has no field {name!r}{hint}")
        if bool(rest) != (shape.kind == "record"):
            words = "say which of it: " + name + ".Name" if not rest else "it has no parts"
            self._refuse(key, f"{name} of a {kind}: {words}")
        return c.Field((name, *rest), self._test(node, shape, depth))

    def _test(self, node: Node, shape: Shape, depth: int) -> c.Test:
        self._count(node, depth)
        if isinstance(node, (Scalar, Sequence)):
            if shape.kind in KINDS:
                self._refuse(node, f"a list of {shape.kind}s needs one of {', '.join(_ITEM_WORDS)}")
            return c.Patterns(tuple(self._patterns(node)))
        if len(node.pairs) != 1:
            self._refuse(node, "one of is, set, not, some, every, none")
        ((key, value),) = node.pairs
        return self._said(key, value, shape, depth + 1)

    def _said(self, key: Scalar, node: Node, shape: Shape, depth: int) -> c.Test:
        if key.text == "not":
            return c.Otherwise(self._test(node, shape, depth))
        if shape.kind in KINDS and key.text in _ITEM_WORDS:
            return c.Items(key.text, self._condition(node, shape.kind, depth))
        if shape.kind not in (*KINDS, "about"):
            if key.text == "is" and isinstance(node, Scalar):
                return c.Exactly(self._short(node))
            if key.text == "set" and isinstance(node, Scalar) and node.text in ("true", "false"):
                return c.IsSet(node.text == "true")
        words: tuple[str, ...] = _ITEM_WORDS if shape.kind in KINDS else ("is", "set")
        words = ("not",) if shape.kind == "about" else ("not", *words)
        hint = did_you_mean(key.text, words)
        return self._refuse(key, f"{key.text!r} is none of {', '.join(words)} here{hint}")

    def _patterns(self, node: Scalar | Sequence) -> Iterator[str]:
        items = node.items if isinstance(node, Sequence) else (node,)
        if not items:
            self._refuse(node, "an empty list matches nothing")
        for item in items:
            self._count(item, 0)
            if not isinstance(item, Scalar):
                self._refuse(item, "a pattern is a text")
            yield self._short(item)

    def _short(self, node: Scalar) -> str:
        if len(node.text) > LONGEST:
            self._refuse(node, f"a pattern of more than {LONGEST} characters")
        return node.text

    def _count(self, node: Node, depth: int) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS or depth > DEEPEST:
            self._refuse(
                node, f"a check of more than {MOST_PARTS} parts, or more than {DEEPEST} deep"
            )

    def _message(self, of: str, title: str) -> str:
        text = self._text("message") or title
        shown = {name for name, shape in KINDS[of].fields.items() if shape.kind == "text"}
        for name in _PLACEHOLDER.findall(text):
            if name not in shown:
                hint = did_you_mean(name, shown) or f", only {', '.join(sorted(shown))}"
                self._refuse(self._node, f"message: there is no {{{name}}}{hint}")
        return text

    def _examples(self, node: Node | None) -> tuple[tuple[c.Sample, ...], tuple[c.Sample, ...]]:
        if node is None:
            return (), ()
        if not isinstance(node, Mapping):
            self._refuse(node, "examples is a mapping of flagged and accepted")
        self._keys(node, frozenset({"flagged", "accepted"}))
        flagged, accepted = node.get("flagged"), node.get("accepted")
        return tuple(self._samples(flagged)), tuple(self._samples(accepted))

    def _samples(self, node: Node | None) -> Iterator[c.Sample]:
        for item in node.items if isinstance(node, Sequence) else () if node is None else (node,):
            if isinstance(item, Scalar):
                yield c.Sample(item.text, "json" if item.text.lstrip().startswith("{") else "yaml")
                continue
            if isinstance(item, Mapping) and len(item.pairs) == 1:
                ((key, value),) = item.pairs
                if key.text in ("yaml", "json", "hcl") and isinstance(value, Scalar):
                    yield c.Sample(value.text, key.text)
                    continue
            self._refuse(item, "an example is a template as a text, or yaml, json or hcl: and it")

    def _keys(self, node: Mapping, known: frozenset[str]) -> None:
        for key, _ in node.pairs:
            if key.text not in known:
                self._refuse(key, f"unknown key {key.text!r}{did_you_mean(key.text, known)}")

    def _word(self, key: str, words: list[str], usual: str | None) -> str:
        node = self._node.get(key)
        text = node.text if isinstance(node, Scalar) else usual if node is None else None
        if text not in words:
            hint = did_you_mean(text or "", words) or f", only {', '.join(words)}"
            self._refuse(node or self._node, f"{key} is {text!r}{hint}")
        return text

    def _text(self, key: str) -> str:
        node = self._node.get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self._refuse(node, f"{key} is a text")
        return node.text.strip()

    def _refuse(self, node: Node, words: str) -> NoReturn:
        self._refuse_at(node, f"check {self._id}: {words}")
