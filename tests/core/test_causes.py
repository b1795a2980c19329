"""One cause is told once, by the rule that says most of it."""

from dataclasses import replace

from passrole.causes import one_for_each_cause
from passrole.documents.locations import Location
from passrole.findings import Category, Confidence, Finding, Related, Severity

ROLE, STATEMENT = ("a.yaml", 10, 20), ("a.yaml", 30, 40)
ORDER = {"weak": ("strong",), "middle": ("strong",), "weakest": ("middle", "weak")}


def at(line: int, path: str = "a.yaml") -> Location:
    return Location(path, line, 1, line, 20)


def finding(rule: str, *causes: tuple[str, int, int], line: int = 1, when: str = "") -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        category=Category.RISK,
        message=rule,
        location=at(line),
        causes=causes,
        when=when,
    )


def told(*findings: Finding) -> list[str]:
    return [each.rule for each in one_for_each_cause(findings, ORDER)]


def test_a_rule_gives_way_to_one_that_tells_of_the_same_cause() -> None:
    assert told(finding("weak", STATEMENT), finding("strong", ROLE, STATEMENT)) == ["strong"]


def test_only_where_the_other_one_tells_of_it() -> None:
    assert told(finding("weak", STATEMENT)) == ["weak"]
    assert told(finding("weak", STATEMENT), finding("strong", ROLE)) == ["weak", "strong"]
    assert told(finding("weak"), finding("strong")) == ["weak", "strong"]


def test_what_has_to_be_mended_decides_and_not_what_else_plays_a_part() -> None:
    weak = finding("weak", STATEMENT, ROLE)
    assert told(weak, finding("strong", ROLE)) == ["weak", "strong"]


def test_two_findings_of_one_rule_stay() -> None:
    assert told(finding("strong", ROLE), finding("strong", ROLE, line=2)) == ["strong", "strong"]


def test_a_finding_that_holds_always_does_not_give_way_to_one_that_holds_at_times() -> None:
    at_times = finding("strong", ROLE, when=" This holds when Env is prod.")
    assert told(finding("weak", ROLE), at_times) == ["weak", "strong"]
    assert told(finding("weak", ROLE, when=at_times.when), at_times) == ["strong"]
    assert told(finding("weak", ROLE, when=at_times.when), finding("strong", ROLE)) == ["strong"]


def test_it_goes_on_to_the_one_that_says_most() -> None:
    findings = (finding("weakest", ROLE, line=3), finding("middle", ROLE), finding("strong", ROLE))
    (left,) = one_for_each_cause(findings, ORDER)
    assert left.rule == "strong"
    assert [each.location.line for each in left.related] == [3]


def test_rules_that_give_way_to_each_other_are_all_told() -> None:
    circle = {"one": ("other",), "other": ("one",)}
    findings = (finding("one", ROLE), finding("other", ROLE))
    assert one_for_each_cause(findings, circle) == findings


def test_places_that_are_named_already_are_not_named_again() -> None:
    strong = finding("strong", ROLE)
    whole = Related("the statement", Location("a.yaml", 5, 1, 9, 2))
    strong = replace(strong, related=(whole,))
    (left,) = one_for_each_cause((finding("weak", ROLE, line=7), strong), ORDER)
    assert left.related == (whole,)
    (left,) = one_for_each_cause((finding("weak", ROLE, line=12), strong), ORDER)
    assert left.related == (whole, Related("the same cause, told by weak", at(12)))
