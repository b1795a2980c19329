"""Which rules are asked of which subjects, and who is named where one of them crashes."""

from collections.abc import Iterable, Iterator

import pytest

from passrole import Category, Graph, PolicyDocument, Report, Rule, Severity, rule
from passrole.asking import check
from passrole.contributions import Contributions
from passrole.iam import validation
from passrole.rulesets.choosing import ActiveRule
from passrole.testing.templates import contributions_of, graph_of

TWO_POLICIES = """\
Resources:
  Plain:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Sid: One, Effect: Allow, Action: s3:GetObject, Resource: "*"}
  Repeated:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Sid: One, Effect: Allow, Action: s3:GetObject, Resource: "*"}
          - {Sid: One, Effect: Allow, Action: s3:PutObject, Resource: "*"}
"""


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    return contributions_of()


def rule_of(flaws: Iterable[str], asked: list[str], name: str = "acme-rule") -> Rule:
    """A rule of flaws that writes down which documents it is asked of."""

    @rule(
        name,
        checks=PolicyDocument,
        flaws=flaws,
        severity=Severity.LOW,
        category=Category.POLICY,
    )
    def each(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
        """A flaw."""
        asked.append(document.holder.resource.id if document.holder else "")
        yield from graph.flaws(document, dict.fromkeys(flaws, "It is wrong."))

    return each


def test_a_rule_of_flaws_is_asked_where_one_is_found(contributions: Contributions) -> None:
    asked: list[str] = []
    of_sids = rule_of(["UNIQUE_SIDS_REQUIRED", "INVALID_VERSION"], asked)

    graph = graph_of(TWO_POLICIES, contributions)
    reported, crashes = check([graph], [ActiveRule.alone(of_sids)], {})

    assert (asked, crashes) == (["Repeated"], [])
    assert [each.rule.id for each in reported] == ["acme-rule"]


def test_where_a_check_crashes_only_the_rules_that_tell_of_it_are_named(
    contributions: Contributions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_draft: object) -> Iterator[object]:
        raise RuntimeError("boom")

    check_of = validation._check_of
    monkeypatch.setattr(
        validation, "_check_of", lambda room: crash if room == "sids" else check_of(room)
    )
    of_sids = rule_of(["UNIQUE_SIDS_REQUIRED"], [], "acme-sids")
    of_versions = rule_of(["INVALID_VERSION"], [], "acme-versions")
    text = TWO_POLICIES.replace('"2012-10-17"', '"2013"')

    rules = [ActiveRule.alone(each) for each in (of_sids, of_versions)]
    reported, crashes = check([graph_of(text, contributions)], rules, {})

    assert [each.rule.id for each in reported] == ["acme-versions"] * 2
    assert ["rule acme-sids of" in each.message for each in crashes] == [True] * 2
