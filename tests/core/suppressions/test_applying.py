"""What a suppression hides: what it names, and nothing else."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import Category, Confidence, Location, Severity, Subject, UsageError
from passrole.documents.limits import Limits
from passrole.documents.marks import MOST
from passrole.documents.recognition import parse
from passrole.findings import MOST_HOLDERS, Finding, Holder
from passrole.settings import Suppression as Entry
from passrole.suppressions import Applied
from passrole.suppressions.applying import Known, accept

RULES = frozenset(("a-rule", "b-rule", "off-rule"))
KNOWN = Known(RULES, lambda rule, _path: rule != "off-rule", "2026-11-22")
TEXT = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: a
  Other:
    Type: AWS::IAM::Role
"""
BEFORE_ROLE = TEXT.replace("  Role:", "  # passrole: ignore[{}\n  Role:")


def finding(line: int = 3, column: int = 5, rule: str = "a-rule", **fields: Any) -> Finding:
    subject = Subject(principal="Role", iam_action="s3:GetObject", resource="arn:aws:s3:::b/x")
    made = Finding(
        rule=rule,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        category=Category.RISK,
        message="It may.",
        location=Location("a.yaml", line, column, line, column + 1),
        subject=subject,
    )
    return replace(made, **fields)


def applied(
    text: str, *findings: Finding, known: Known = KNOWN, entries: tuple[Entry, ...] = ()
) -> Applied:
    documents = [parse("a.yaml", text.encode(), Limits())]
    return accept(findings, documents, entries, ["a.yaml"], known)


def is_accepted(text: str, found: Finding, **given_too: Any) -> bool:
    result = applied(text, found, **given_too)
    assert len(result.findings) + len(result.suppressed) == 1
    return bool(result.suppressed)


def test_it_is_about_the_block_behind_it_and_no_other() -> None:
    text = BEFORE_ROLE.format("a-rule] known")
    assert is_accepted(text, finding(line=3, column=3))
    assert is_accepted(text, finding(line=7, column=11))
    assert not is_accepted(text, finding(line=8, column=3))
    assert not is_accepted(text, finding(line=1, column=1))
    assert not is_accepted(text, finding(line=3, column=3, rule="b-rule"))
    elsewhere = Location("b.yaml", 3, 3, 3, 4)
    assert not is_accepted(text, finding(location=elsewhere))


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ("role=Role", True),
        ("role=R*", True),
        ("role=Other", False),
        ("role=role", False),
        ("action=s3:GetObject", True),
        ("action=S3:get*", True),
        ("action=s3:Put*", False),
        ("resource=arn:aws:s3:::b/*", True),
        ("resource=arn:aws:s3:::c/*", False),
        ("role=Role action=s3:* resource=*", True),
        ("role=Role action=sns:*", False),
    ],
)
def test_it_can_be_narrowed_to_a_role_an_action_and_a_resource(said: str, accepted: bool) -> None:
    assert is_accepted(BEFORE_ROLE.format(f"a-rule] {said} known"), finding(4)) is accepted


def test_what_names_an_action_does_not_hide_what_has_none() -> None:
    text = BEFORE_ROLE.format("a-rule] action=* known")
    assert not is_accepted(text, finding(4, subject=Subject(principal="Role")))


def test_a_text_that_several_roles_share_is_accepted_for_all_of_them_or_not_at_all() -> None:
    shared = finding(4, shared_by=("Other",))
    one = BEFORE_ROLE.format("a-rule] role=Role known")
    assert not is_accepted(one, shared)
    both = one.replace("  # pass", "  # passrole: ignore[a-rule] role=Other known too\n  # pass")
    result = applied(both, finding(5, shared_by=("Other",)))
    assert [each.reason for each in result.suppressed[0].by] == ["known", "known too"]
    assert is_accepted(BEFORE_ROLE.format("a-rule] known"), shared)


def test_a_policy_is_accepted_by_its_own_name_or_by_those_of_all_who_have_it() -> None:
    roles = (Holder("role", "A"), Holder("role", "B"))
    one = BEFORE_ROLE.format("a-rule] role=A known")
    assert not is_accepted(one, finding(4, held_by=roles))
    assert is_accepted(one, finding(4, held_by=roles[:1]))
    assert is_accepted(BEFORE_ROLE.format("a-rule] role=Role known"), finding(4, held_by=roles))
    both = one.replace("  # pass", "  # passrole: ignore[a-rule] role=B known too\n  # pass")
    assert is_accepted(both, finding(5, held_by=roles))
    assert not is_accepted(one, finding(4, held_by=()))
    # There may be others who are not listed.
    assert not is_accepted(one, finding(4, held_by=(Holder("role", "A"),) * MOST_HOLDERS))


@pytest.mark.parametrize(("day", "accepted"), [("2026-11-22", True), ("2026-11-21", False)])
def test_it_counts_up_to_its_last_day_and_is_told_after_it(day: str, accepted: bool) -> None:
    result = applied(BEFORE_ROLE.format(f"a-rule] expires={day} known"), finding(4))
    assert bool(result.suppressed) is accepted
    kinds = [each.kind for each in result.diagnostics]
    assert kinds == ([] if accepted else ["expired-suppression"])


def test_one_that_hides_nothing_is_told_with_where_the_rule_finds_something() -> None:
    result = applied(BEFORE_ROLE.format("a-rule, b-rule] known"), finding(9, 3))
    (told,) = result.diagnostics
    assert told.kind == "unused-suppression" and told.location
    assert told.location.line == 2
    assert "a-rule, b-rule" in told.message and "a.yaml:9:3" in told.message


def test_one_that_misses_says_how() -> None:
    result = applied(BEFORE_ROLE.format("a-rule] role=Rolle known"), finding(4))
    assert "is found at a.yaml:4:5 (role Role)" in result.diagnostics[0].message


@pytest.mark.parametrize(
    ("rules", "known"),
    [
        ("off-rule", KNOWN),
        ("strange-rule", KNOWN._replace(is_partial=True)),
        ("a-rule", KNOWN._replace(is_incomplete=True)),
        ("a-rule", KNOWN._replace(open_places={"a.yaml": [(4, 5)]})),
    ],
    ids=["rule is off", "plugin was left out", "run is incomplete", "something in it is unknown"],
)
def test_nobody_is_told_to_take_away_what_may_be_needed(rules: str, known: Known) -> None:
    assert applied(BEFORE_ROLE.format(f"{rules}] known"), known=known).diagnostics == ()


@pytest.mark.parametrize(
    ("said", "found", "goes"),
    [
        ("a-rule] known", (), True),
        ("a-rule, b-rule] known", (), True),
        ("a-rule, b-rule] known", (finding(),), False),  # of use for one of them
        ("a-rule, off-rule] known", (), False),  # of use where the other is on
        ("a-rule] role=Nobody known", (finding(),), False),  # meant for this one, maybe
        ("a-rule] known", (finding(line=8),), False),
        ("a-rule] known", (finding(line=8, rule="b-rule"),), True),
    ],
)
def test_one_of_no_use_at_all_could_go(said: str, found: tuple[Finding, ...], goes: bool) -> None:
    result = applied(BEFORE_ROLE.format(said), *found)
    assert bool(result.unused) is goes
    assert not goes or result.unused[0].location.line == 2


def test_what_is_unknown_elsewhere_keeps_no_suppression() -> None:
    known = KNOWN._replace(open_places={"a.yaml": [(8, 3)], "b.yaml": [(4, 5)]})
    (told,) = applied(BEFORE_ROLE.format("a-rule] known"), known=known).diagnostics
    assert told.kind == "unused-suppression"


def test_an_unknown_rule_is_told_with_the_nearest() -> None:
    (told,) = applied(BEFORE_ROLE.format("a-rul] known")).diagnostics
    assert told.kind == "invalid-suppression"
    assert "did you mean 'a-rule'" in told.message


def test_one_without_a_reason_hides_nothing() -> None:
    result = applied(BEFORE_ROLE.format("a-rule]"), finding(4))
    assert len(result.findings) == 1
    assert [each.kind for each in result.diagnostics] == ["invalid-suppression"]


METADATA = """\
{"Metadata": {"passrole": {"ignore": [{"rule": "a-rule", "action": "sns:*", "reason": "all of it"}]}},
 "Resources": {
  "Role": {
   "Metadata": {"passrole": {"ignore": {"rule": "a-rule", "role": "Role", "reason": "this one"}}},
   "Type": "AWS::IAM::Role"},
  "Other": {"Type": "AWS::IAM::Role"}}}
"""


def in_json(found: Finding) -> list[str]:
    place = found.location._replace(path="a.json")
    document = parse("a.json", METADATA.encode(), Limits())
    result = accept([replace(found, location=place)], [document], (), ["a.json"], KNOWN)
    return [by.reason for each in result.suppressed for by in each.by]


def test_metadata_is_about_its_resource_or_its_template() -> None:
    sns = Subject(principal="Other", iam_action="sns:Publish")
    assert in_json(finding(3, 3)) == ["this one"]
    assert in_json(finding(5, 4)) == ["this one"]
    assert in_json(finding(6, 3)) == []
    assert in_json(finding(6, 3, subject=sns)) == ["all of it"]


def test_a_remark_in_json_of_terraform_is_about_its_object() -> None:
    text = '{"resource": {"aws_iam_role": {"a": {"//": "passrole: ignore[a-rule] so", "name": "x"},\n"b": {}}}}'
    document = parse("a.tf.json", text.encode(), Limits())
    place = Location("a.tf.json", 1, 80, 1, 81)
    found = [finding(location=place), finding(location=place._replace(line=2, column=6))]
    result = accept(found, [document], (), [], KNOWN)
    assert [each.finding.location.line for each in result.suppressed] == [1]


@pytest.mark.parametrize("number", [MOST, MOST + 1])
def test_a_file_with_too_many_is_told(number: int) -> None:
    text = "# passrole: ignore[off-rule] so\n" * number + TEXT
    told = [each.message for each in applied(text).diagnostics]
    assert any("some do not count" in each for each in told) is (number > MOST)


ENTRY = Entry("a-rule", "known", place=Location("passrole.toml", 3, 1, 3, 2))


@pytest.mark.parametrize(
    ("entry", "accepted"),
    [
        (ENTRY, True),
        (ENTRY._replace(path=("*.yaml",)), True),
        (ENTRY._replace(path=("/b/", "*.yml")), False),
        (ENTRY._replace(role="Role", action="s3:*"), True),
        (ENTRY._replace(role="Other"), False),
        (ENTRY._replace(rule="b-rule"), False),
        (ENTRY._replace(expires=datetime.date(2026, 11, 22)), True),
        (ENTRY._replace(expires=datetime.date(2026, 11, 21)), False),
    ],
)
def test_settings_accept_as_comments_do(entry: Entry, accepted: bool) -> None:
    assert is_accepted(TEXT, finding(), entries=(entry,)) is accepted


def test_an_entry_for_files_that_were_not_looked_at_is_not_called_unused() -> None:
    assert applied(TEXT, entries=(ENTRY._replace(path=("/b/",)),)).diagnostics == ()
    (told,) = applied(TEXT, entries=(ENTRY,)).diagnostics
    assert told.kind == "unused-suppression" and told.location
    assert told.location.path == "passrole.toml"


def test_an_entry_for_a_rule_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"passrole.toml:3:1: .*did you mean 'a-rule'"):
        applied(TEXT, entries=(ENTRY._replace(rule="a-rulle"),))


PLACES = st.tuples(st.integers(1, 10), st.integers(1, 12), st.sampled_from(("a-rule", "b-rule")))


@given(st.lists(PLACES, max_size=8), st.sampled_from(("a-rule", "b-rule", "a-rule, b-rule")))
def test_nothing_is_lost_and_taking_the_comment_away_brings_all_back(
    places: list[tuple[int, int, str]], rules: str
) -> None:
    findings = [finding(*place) for place in places]
    result = applied(BEFORE_ROLE.format(f"{rules}] known"), *findings)
    both = [*result.findings, *(each.finding for each in result.suppressed)]
    assert sorted(map(str, both)) == sorted(map(str, findings))
    assert applied(TEXT, *findings).findings == tuple(findings)
    assert all(each.finding.rule in rules for each in result.suppressed)
