"""Every symptom that users described finds its cause first."""

import json
from pathlib import Path

import pytest

from passrole.cli.causes import Explained
from passrole.cli.options import load_contributions
from passrole.cli.parser import build_parser

pytestmark = pytest.mark.corpus

SAME_TEXT = {"assume-role-permission-missing": "action-role-trust-missing"}
"""A card that says "the text as above": then both are told, and the other comes first."""


def test_every_symptom_finds_its_cause_first(shared: Path) -> None:
    contributions = load_contributions(build_parser().parse_args(["rules", "--no-third-party"]))
    known = {rule.id for rule in contributions.rules}
    cases = json.loads((shared / "facts" / "rules.json").read_text("utf-8"))
    told = [case for case in cases if case["rule"] in known]
    texts = {case["rule"]: case["sym"] for case in told}
    wrong = []
    for rule, text in texts.items():
        explained = Explained(texts[SAME_TEXT.get(rule, rule)], contributions)
        found = [cause.rule.id for cause in explained.causes or explained.pages]
        if rule not in found[: 2 if rule in SAME_TEXT else 1]:
            wrong.append((rule, text, found[:3]))
    print(f"{len(told) - len(wrong)} of {len(told)} symptoms find their cause first")
    assert wrong == []
