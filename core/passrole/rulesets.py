"""A named choice of rules and severities, read from YAML that a plugin brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from passrole.documents.limits import Limits
from passrole.documents.nodes import Mapping as MappingNode
from passrole.documents.nodes import Node, Scalar
from passrole.documents.yaml import parse_yaml
from passrole.errors import UsageError, did_you_mean
from passrole.findings import Confidence, Severity
from passrole.rules import Rule

_KEYS = frozenset({"description", "extends", "confidence", "rules"})


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What a ruleset says: ``confidence`` is the least that is shown, ``rules`` off, on or how."""

    name: str
    description: str
    confidence: Confidence
    rules: Mapping[str, str]


def load_ruleset(name: str, available: Mapping[str, Any]) -> Ruleset:
    """Read a ruleset and those that it extends.

    Raises UsageError for a name that nobody brings, a key or a value that means nothing, and a
    ruleset that extends itself.
    """
    return _load(name, available, ())


def active_rules(
    ruleset: Ruleset, rules: Iterable[Rule], select: Iterable[str], ignore: Iterable[str]
) -> tuple[tuple[Rule, Severity], ...]:
    """The rules that are on with their severities; ``select`` beats the ruleset, ``ignore`` both.

    Raises UsageError for an id that no rule has.
    """
    by_id = {rule.id: rule for rule in rules}
    selected, ignored = frozenset(select), frozenset(ignore)
    for rule_id in sorted({*ruleset.rules, *selected, *ignored}):
        if rule_id not in by_id:
            raise UsageError(f"there is no rule {rule_id!r}{did_you_mean(rule_id, by_id)}")
    active = []
    for rule_id, rule in sorted(by_id.items()):
        said = ruleset.rules.get(rule_id, "on")
        on = rule_id in selected if selected else said != "off"
        if on and rule_id not in ignored:
            severity = rule.severity if said in ("on", "off") else Severity(said)
            active.append((rule, severity))
    return tuple(active)


def _load(name: str, available: Mapping[str, Any], seen: tuple[str, ...]) -> Ruleset:
    if name not in available:
        raise UsageError(f"there is no ruleset {name!r}{did_you_mean(name, available)}")
    if name in seen:
        raise UsageError(f"ruleset {name!r} extends itself: {' -> '.join((*seen, name))}")
    document = parse_yaml(f"{name}.yaml", available[name].read_text("utf-8"), Limits())
    root = document.root
    if document.problems or not isinstance(root, MappingNode):
        reason = document.problems[0].message if document.problems else "it is not a mapping"
        raise UsageError(f"ruleset {name!r} cannot be read: {reason}")
    for key, _ in root.pairs:
        if key.text not in _KEYS:
            raise UsageError(
                f"ruleset {name!r}: unknown key {key.text!r}{did_you_mean(key.text, _KEYS)}"
            )
    extended = root.get("extends")
    base = _load(_text(extended), available, (*seen, name)) if extended is not None else None
    confidence = root.get("confidence")
    return Ruleset(
        name,
        _text(root.get("description")),
        _confidence(name, confidence, base),
        {**(base.rules if base else {}), **_rules(name, root.get("rules"))},
    )


def _confidence(name: str, node: Node | None, base: Ruleset | None) -> Confidence:
    if node is None:
        return base.confidence if base else Confidence.LOW
    try:
        return Confidence(_text(node))
    except ValueError:
        raise UsageError(f"ruleset {name!r}: {_text(node)!r} is no confidence") from None


def _rules(name: str, node: Node | None) -> dict[str, str]:
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        raise UsageError(f"ruleset {name!r}: rules is not a mapping")
    said = {key.text: _text(value).lower() for key, value in node.pairs}
    for rule_id, word in said.items():
        if word not in ("on", "off", *Severity):
            raise UsageError(f"ruleset {name!r}: {rule_id} is {word!r}, not on, off or a severity")
    return said


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""
