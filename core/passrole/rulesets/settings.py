"""What a ruleset says, once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from passrole.documents.ignoring import Patterns
from passrole.findings import Category, Confidence
from passrole.records import NamedTuple
from passrole.rules import OptionValue
from passrole.rulesets.places import Place

if TYPE_CHECKING:
    from passrole.rulesets.conditions import Check

OFF, ON = "off", "on"


class RuleSetting(NamedTuple):
    """What is said of one rule: ``word`` is ``on``, ``off`` or a severity, empty for nothing."""

    word: str
    options: Mapping[str, OptionValue | None]
    place: Place


class PathSetting(NamedTuple):
    """What is said for the files that match ``patterns``, written as in a ``.gitignore``.

    ``files`` are the patterns where they are not relative to the root of the run. ``ruleset`` names
    another one for these files; ``base`` is that one, once it is read.
    """

    patterns: tuple[str, ...]
    categories: Mapping[Category, str]
    rules: Mapping[str, RuleSetting]
    files: Patterns | None = None
    ruleset: str = ""
    base: Ruleset | None = None


class Ruleset(NamedTuple):
    """A named choice of rules.

    ``confidence`` is the least that is shown. Of ``categories`` and ``rules`` the second beats the
    first, and what ``paths`` say beats both; of the entries of ``paths`` that match a file and
    speak of a rule, the last one counts. ``checks`` are rules that it declares itself, by id.
    """

    name: str
    description: str
    confidence: Confidence
    categories: Mapping[Category, str] = MappingProxyType({})
    rules: Mapping[str, RuleSetting] = MappingProxyType({})
    paths: tuple[PathSetting, ...] = ()
    checks: Mapping[str, Check] = MappingProxyType({})
