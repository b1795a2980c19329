"""Reports become findings: one for each subject and place, known again when lines move."""

from dataclasses import replace
from typing import Any

from passrole import Action, Category, Confidence, Document, Report, Rule, Severity, Subject
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.findings import MOST_HOLDERS, Finding, Holder
from passrole.stamping import Reported, stamp
from passrole.values import Fact, Origin, World

TEXT = "Resources:\n  A: {Type: X}\n  B: {Type: X}\n"
SUBJECT = Subject("Pipeline", "Build", "Build", "Role", "codebuild:StartBuild", "*")
RULE = Rule(
    id="acme-rule",
    checks=Action,
    check=lambda *_: iter(()),
    severity=Severity.LOW,
    category=Category.BREAKS,
)


def document(text: str = TEXT, path: str = "a.yaml") -> Document:
    return parse(path, text.encode(), Limits())


def reported(of: Document, name: str = "A", rule: Rule = RULE, **fields: Any) -> Reported:
    resources: Any = of.root
    node = resources.get("Resources").get(name)
    report = Report(origin=Origin(of, node), **{"message": "It lacks it.", **fields})
    return Reported(report, rule, "acme", Severity.HIGH)


def one(*reports: Reported) -> Finding:
    (finding,) = stamp(reports)
    return finding


def test_a_finding_has_what_rule_and_ruleset_say() -> None:
    finding = one(reported(document(), subject=SUBJECT))
    assert (finding.rule, finding.plugin, finding.severity) == ("acme-rule", "acme", Severity.HIGH)
    assert (finding.location.path, finding.location.line) == ("a.yaml", 2)
    assert finding.location.pointer == "Resources.A"
    assert finding.confidence is Confidence.HIGH


def test_findings_are_sorted_by_place_then_rule() -> None:
    other = replace(RULE, id="aaa-rule")
    b, a = document(path="b.yaml"), document()
    found = stamp([reported(b), reported(a, "B"), reported(a), reported(a, rule=other)])
    assert [(each.location.path, each.location.line, each.rule) for each in found] == [
        ("a.yaml", 2, "aaa-rule"),
        ("a.yaml", 2, "acme-rule"),
        ("a.yaml", 3, "acme-rule"),
        ("b.yaml", 2, "acme-rule"),
    ]


def test_the_fingerprint_stays_when_lines_move_and_words_change() -> None:
    before = one(reported(document(), subject=SUBJECT))
    moved = document("# a comment\n\n" + TEXT)
    after = one(reported(moved, subject=SUBJECT, message="Other words."))
    assert before.location != after.location
    assert before.fingerprint == after.fingerprint


def test_rule_path_and_subject_make_another_fingerprint() -> None:
    other = replace(RULE, id="other-rule")
    prints = {
        one(each).fingerprint
        for each in (
            reported(document()),
            reported(document(), subject=SUBJECT),
            reported(document(), subject=SUBJECT._replace(action="Test")),
            reported(document(path="b.yaml"), subject=SUBJECT),
            reported(document(), rule=other, subject=SUBJECT),
        )
    }
    assert len(prints) == 5


def test_the_same_said_at_two_places_has_two_fingerprints() -> None:
    alone = one(reported(document(), subject=SUBJECT))
    found = stamp([reported(document(), name, subject=SUBJECT) for name in ("B", "A")])
    assert len({each.fingerprint for each in found}) == 2
    assert found[0].fingerprint == alone.fingerprint


def test_what_holds_in_several_worlds_is_one_finding() -> None:
    fact = Fact("IsProduction")
    worlds = [World(frozenset({(fact, value)})) for value in (True, False)]
    of = document()
    some = one(reported(of, subject=SUBJECT, world=worlds[0]))
    assert some.message == f"It lacks it. This holds when {worlds[0].describe()}."
    everywhere = one(*(reported(of, subject=SUBJECT, world=world) for world in worlds))
    assert everywhere.message == "It lacks it."


def test_a_default_is_named_and_takes_high_confidence_away() -> None:
    finding = one(reported(document(), defaults=frozenset({"Env=dev", "App=shop"})))
    assert finding.message == "It lacks it. This is with App=shop, Env=dev, their defaults."
    assert finding.confidence is Confidence.MEDIUM
    low = one(reported(document(), defaults=frozenset({"Env=dev"}), confidence=Confidence.LOW))
    assert low.confidence is Confidence.LOW
    assert low.message.endswith("This is with Env=dev, its default.")


def of_role(name: str, words: str = "Statement 1 of {} allows it.") -> Reported:
    return reported(
        document(), subject=Subject(principal=name, iam_action="x:Y"), message=words.format(name)
    )


def test_one_text_that_makes_many_policies_is_told_of_once() -> None:
    finding = one(*map(of_role, ("a-role", "b-role", "c-role", "d-role")))
    assert finding.message == (
        "Statement 1 of a-role allows it. The same text makes b-role, c-role and 1 more."
    )
    assert finding.subject.principal == "a-role"


def test_what_is_said_of_two_roles_in_other_words_stays_apart() -> None:
    assert len(stamp([of_role("a-role"), of_role("b-role", "Statement 1 of {} denies it.")])) == 2


def test_pipelines_are_told_of_one_by_one() -> None:
    roles = (SUBJECT, SUBJECT._replace(principal="Other"))
    assert len(stamp([reported(document(), subject=each) for each in roles])) == 2


def held(*names: str) -> tuple[Holder, ...]:
    return tuple(
        Holder("role", name, "the role of pipeline P" if name == "b" else "") for name in names
    )


def test_one_text_of_several_policies_names_all_who_have_one() -> None:
    a = document()

    def of(name: str, holders: tuple[Holder, ...] | None) -> Reported:
        words = f"{name}: it lacks it."
        report = reported(a, subject=Subject(principal=name), message=words)
        return report._replace(holders=holders)

    finding = one(of("one", held("a")), of("two", held("b")))
    assert finding.message == (
        "one: it lacks it. The same text makes two."
        " The policy is attached to role b (the role of pipeline P) and role a."
    )
    assert finding.held_by == held("b", "a")
    # That one of them is not known says nothing of the other; nobody has them only if that is sure.
    assert one(of("one", None), of("two", held("a"))).held_by == held("a")
    assert one(of("one", None), of("two", ())).held_by is None
    assert one(of("one", ()), of("two", ())).held_by == ()


def test_who_has_a_policy_changes_no_fingerprint_and_no_cause() -> None:
    before = reported(document(), subject=SUBJECT)
    after = one(before._replace(holders=held("a", "b")))
    assert after.fingerprint == one(before).fingerprint
    assert after.when == one(before).when


def test_of_thousands_who_have_a_policy_a_finding_holds_some() -> None:
    names = tuple(f"r{number}" for number in range(5000))
    finding = one(reported(document())._replace(holders=held(*names)))
    assert finding.message.endswith("to role r0, role r1, role r2 and 4997 more.")
    assert len(finding.held_by or ()) == MOST_HOLDERS
