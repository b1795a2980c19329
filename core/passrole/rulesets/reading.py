"""Rulesets are YAML: data only, and a word that means nothing is refused with the nearest one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from passrole.documents.limits import Limits
from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Node, Scalar, Sequence
from passrole.documents.nodes import Mapping as MappingNode
from passrole.documents.words import parse_words
from passrole.documents.yaml import parse_yaml
from passrole.errors import UsageError, did_you_mean
from passrole.findings import Category, Confidence, Severity
from passrole.records import NamedTuple
from passrole.rules import OptionValue
from passrole.rulesets.places import Place
from passrole.rulesets.settings import OFF, ON, PathSetting, Ruleset, RuleSetting

if TYPE_CHECKING:
    from passrole.rulesets.conditions import Check

_KEYS = frozenset(
    {"description", "extends", "confidence", "categories", "rules", "paths", "checks"}
)
_RULE_KEYS = frozenset({"severity", "options"})
_PATH_KEYS = frozenset({"match", "categories", "rules"})
_WORDS = (ON, OFF, *Severity)
_SUFFIXES = (".yaml", ".yml")


def load_ruleset(
    name: str,
    available: Mapping[str, Any],
    project: Ruleset | None = None,
    places: Mapping[str, Location] | None = None,
) -> Ruleset:
    """Read a ruleset and those that it extends; what a ``project`` says of rules beats them.

    ``name`` is one of ``available`` or the path of a YAML file; what a file extends may be a path
    beside it. ``places`` says where the names of rulesets stand, if in a file. Raises UsageError,
    with the place, for a name that nobody brings, for a key or a value that means nothing, and for
    a ruleset that extends itself.
    """
    place = f"{places[name]}: " if places and name in places else ""
    found = _load(_Source.of(name, available, None, place), available, ())
    if project is None:
        return found
    everywhere = project._replace(paths=())
    paths = tuple(
        each._replace(base=load_ruleset(each.ruleset, available, everywhere, places))
        if each.ruleset
        else each
        for each in project.paths
    )
    merged = _merged(project._replace(paths=paths), [found], has_confidence=False)
    there = {name: c for path in paths if path.base for name, c in path.base.checks.items()}
    # What only the ruleset of some files declares is off for all others.
    off = {name: RuleSetting(OFF, {}, c.place) for name, c in there.items()}
    return merged._replace(
        name=found.name,
        description=found.description,
        rules={**{n: o for n, o in off.items() if n not in merged.checks}, **merged.rules},
        checks={**there, **merged.checks},
    )


class _Source(NamedTuple):
    """Where a ruleset is read from: ``file`` has a ``read_text``."""

    name: str
    file: Any

    @classmethod
    def of(
        cls, name: str, available: Mapping[str, Any], beside: Path | None, place: str = ""
    ) -> _Source:
        if name in available:
            return cls(name, available[name])
        if not name.endswith(_SUFFIXES):
            raise UsageError(f"{place}there is no ruleset {name!r}{did_you_mean(name, available)}")
        path = Path(name) if beside is None else beside.parent / name
        return cls(str(path), path)


def _load(source: _Source, available: Mapping[str, Any], seen: tuple[str, ...]) -> Ruleset:
    if source.name in seen:
        chain = " -> ".join((*seen, source.name))
        raise UsageError(f"ruleset {source.name!r} extends itself: {chain}")
    reader = _Reader(source)
    own = reader.ruleset()
    beside = source.file if isinstance(source.file, Path) else None
    bases = [
        _load(_Source.of(name, available, beside), available, (*seen, source.name))
        for name in reader.extended()
    ]
    return _merged(own, bases, has_confidence=reader.root.get("confidence") is not None)


def _merged(own: Ruleset, bases: list[Ruleset], *, has_confidence: bool) -> Ruleset:
    """A ruleset on top of those it extends; of these a later one beats an earlier one."""
    rules: dict[str, RuleSetting] = {}
    categories: dict[Category, str] = {}
    confidence = own.confidence
    for each in (*bases, own):
        categories.update(each.categories)
        for rule_id, said in each.rules.items():
            rules[rule_id] = combined(rules.get(rule_id), said)
        if each is not own and not has_confidence:
            confidence = each.confidence
    paths = tuple(path for each in (*bases, own) for path in each.paths)
    checks = {name: check for each in (*bases, own) for name, check in each.checks.items()}
    return Ruleset(own.name, own.description, confidence, categories, rules, paths, checks)


def combined(before: RuleSetting | None, said: RuleSetting) -> RuleSetting:
    """What is said of a rule after something was said before."""
    if before is None:
        return said
    return said._replace(word=said.word or before.word, options={**before.options, **said.options})


class _Reader:
    """One file of a ruleset."""

    def __init__(self, source: _Source) -> None:
        self.name = source.name
        self.document = _parsed(source)
        root = self.document.root
        if self.document.problems or not isinstance(root, MappingNode):
            problems = self.document.problems
            reason = problems[0].message if problems else "it is not a mapping"
            raise UsageError(f"ruleset {self.name!r} cannot be read: {reason}")
        self.root = root

    def ruleset(self) -> Ruleset:
        """What this file says, without what it extends."""
        root = self.root
        self._keys(root, _KEYS, "key")
        return Ruleset(
            self.name,
            _text(root.get("description")),
            self._confidence(root.get("confidence")),
            self._categories(root.get("categories")),
            self._rules(root.get("rules")),
            tuple(map(self._path, _items(root.get("paths")))),
            self._checks(root.get("checks")),
        )

    def extended(self) -> tuple[str, ...]:
        """The names of the rulesets that this one extends."""
        return tuple(map(_text, _items(self.root.get("extends"))))

    def _confidence(self, node: Node | None) -> Confidence:
        if node is None:
            return Confidence.LOW
        try:
            return Confidence(_text(node))
        except ValueError:
            known = ", ".join(Confidence)
            self._refuse(node, f"{_text(node)!r} is no confidence, only {known}")

    def _categories(self, node: Node | None) -> dict[Category, str]:
        found = {}
        for key, value in self._pairs(node, "categories"):
            names = [each.value for each in Category]
            if key.text not in names:
                hint = did_you_mean(key.text, names) or f", only {', '.join(names)}"
                self._refuse(key, f"there is no category {key.text!r}{hint}")
            found[Category(key.text)] = self._word(key.text, value)
        return found

    def _rules(self, node: Node | None) -> dict[str, RuleSetting]:
        return {key.text: self._rule(key, value) for key, value in self._pairs(node, "rules")}

    def _rule(self, key: Scalar, node: Node) -> RuleSetting:
        place = self._place(key)
        if not isinstance(node, MappingNode):
            return RuleSetting(self._word(key.text, node), {}, place)
        self._keys(node, _RULE_KEYS, f"{key.text}: key")
        severity = node.get("severity")
        word = self._word(key.text, severity) if severity is not None else ""
        options = {
            name.text: _option(value) for name, value in self._pairs(node.get("options"), "options")
        }
        return RuleSetting(word, options, place)

    def _path(self, node: Node) -> PathSetting:
        if not isinstance(node, MappingNode):
            self._refuse(node, "an entry of paths is not a mapping of match, categories and rules")
        self._keys(node, _PATH_KEYS, "paths: key")
        patterns = tuple(map(_text, _items(node.get("match"))))
        if not patterns or not all(patterns):
            self._refuse(node, "an entry of paths needs match: patterns as in a .gitignore")
        return PathSetting(
            patterns, self._categories(node.get("categories")), self._rules(node.get("rules"))
        )

    def _checks(self, node: Node | None) -> dict[str, Check]:
        if node is None:
            return {}
        from passrole.rulesets.declared.reading import read_checks  # noqa: PLC0415 - few have any

        return read_checks(node, self._refuse, self._place)

    def _word(self, name: str, node: Node) -> str:
        word = _text(node).lower()
        if word not in _WORDS:
            shown = _text(node) if isinstance(node, Scalar) else node.kind
            hint = did_you_mean(word, _WORDS)
            self._refuse(node, f"{name} is {shown!r}, not on, off or a severity{hint}")
        return word

    def _pairs(self, node: Node | None, what: str) -> tuple[tuple[Scalar, Node], ...]:
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return ()
        if not isinstance(node, MappingNode):
            self._refuse(node, f"{what} is not a mapping")
        return node.pairs

    def _keys(self, node: MappingNode, known: frozenset[str], what: str) -> None:
        for key, _ in node.pairs:
            if key.text not in known:
                self._refuse(key, f"unknown {what} {key.text!r}{did_you_mean(key.text, known)}")

    def _place(self, node: Node) -> Place:
        return Place(self.document.path, *self.document.line_and_column(node.start))

    def _refuse(self, node: Node, words: str) -> NoReturn:
        raise UsageError(f"ruleset {self.name!r} ({self._place(node)}): {words}")


def _parsed(source: _Source) -> Document:
    try:
        text = source.file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"ruleset {source.name!r} cannot be read: {error}") from error
    path = source.name if source.name.endswith(_SUFFIXES) else f"{source.name}.yaml"
    return parse_words(path, text) or parse_yaml(path, text, Limits())


def _items(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def _option(node: Node) -> OptionValue | None:
    """The value of an option; None for what no option can be."""
    if isinstance(node, Sequence):
        return tuple(map(_text, node.items))
    if not isinstance(node, Scalar):
        return None
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    if node.plain and node.text.isascii() and node.text.isdigit():
        return int(node.text)
    return node.text


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""
