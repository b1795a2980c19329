"""The report for people: grouped by role, one line for each rule that speaks, nothing twice."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passrole import (
    Category,
    Confidence,
    Document,
    Location,
    Related,
    ReportOptions,
    Results,
    Severity,
    Subject,
)
from passrole.findings import Counts, Diagnostic, Finding, UnknownDecision
from passrole.reporters.map_tree import render_tree
from passrole.reporters.text import render

MakeFinding = Callable[..., Finding]

PLAIN = ReportOptions()
LONG = ReportOptions(show_unknown=True)


def lines(results: Results, options: ReportOptions = PLAIN) -> list[str]:
    return render(results, options).splitlines()


def test_nothing_found() -> None:
    counts = Counts(files=2, pipelines=1, roles=0, decided=1)
    assert lines(Results(counts=counts)) == [
        "No findings. 2 files, 1 pipeline, 0 roles; 1 need decided, 0 unknown."
    ]


def test_a_finding_says_where_what_whose_when_and_how_to_mend(finding: MakeFinding) -> None:
    document = Document("pipeline.yaml", "one\ntwo\n    Name: Build\n", None, "yaml")
    results = Results(findings=(finding(),), sources={"pipeline.yaml": document})
    assert lines(results) == [
        "pipeline.yaml:3:5  critical  codebuild-start-build-missing",
        "  Build/Build uses role Role, which is not allowed codebuild:StartBuild on any.",
        "  3 |     Name: Build",
        "    |     ^^^^",
        "  at run time  The action fails.",
        "  see          roles.yaml:7  role Role is defined here",
        "  to mend      Allow it.",
        "",
        "  To add to a policy of role Role:",
        '    {"Effect": "Allow", "Action": "codebuild:StartBuild", "Resource": "*"}',
        "",
        "1 finding: 1 critical. 0 files, 0 pipelines, 0 roles; 0 needs decided, 0 unknown.",
    ]


def test_findings_of_one_place_share_its_line_and_its_role(finding: MakeFinding) -> None:
    document = Document("pipeline.yaml", "one\ntwo\n    Name: Build\n", None, "yaml")
    other = finding(
        message="It is not allowed codebuild:BatchGetBuilds either.",
        snippet='{"Effect": "Allow", "Action": "codebuild:BatchGetBuilds", "Resource": "*"}',
    )
    report = lines(Results(findings=(finding(), other), sources={"pipeline.yaml": document}))
    assert report.count("pipeline.yaml:3:5  critical  codebuild-start-build-missing") == 2
    assert report.count("  3 |     Name: Build") == 1
    assert report.count("  see          roles.yaml:7  role Role is defined here") == 1
    assert report.count("  at run time  The action fails.") == 1
    assert (
        '    {"Effect": "Allow", "Action": ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], '
        '"Resource": "*"}'
    ) in report


def test_what_many_pipelines_share_is_said_once_with_their_names(finding: MakeFinding) -> None:
    def of(pipeline: str | None, **more: object) -> Finding:
        return finding(subject=Subject(pipeline=pipeline, principal="Role"), **more)

    names = [f"shop-{number}" for number in range(12)]
    report = lines(Results(findings=(*map(of, names), of("other", message="It is denied."))))

    assert sum("codebuild-start-build-missing" in line for line in report) == 2
    assert f"in pipelines {', '.join(names[:10])} and 2 more" in " ".join(" ".join(report).split())
    assert report[-1].startswith("13 findings: 13 critical.")

    of_none = lines(Results(findings=(of(None), of(None))))
    assert "  2 times      of what the same text makes" in of_none


def test_roles_of_one_name_in_two_files_stay_apart(finding: MakeFinding) -> None:
    elsewhere = Location("other.yaml", 1, 1, 1, 5)
    other = finding(
        location=elsewhere,
        related=(Related("role Role is defined here", elsewhere),),
        snippet='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}',
    )
    report = lines(Results(findings=(finding(), other)))
    assert report.count("  To add to a policy of role Role:") == 2


def test_findings_about_one_role_stand_together(finding: MakeFinding) -> None:
    someone = Subject("Pipeline", "Deploy", "Deploy", "Other", "s3:PutObject", "*")
    between = finding(
        location=Location("pipeline.yaml", 4, 5, 4, 9),
        subject=someone,
        related=(),
        message="Between.",
    )
    after = finding(location=Location("pipeline.yaml", 5, 5, 5, 9), message="After.")
    report = lines(Results(findings=(finding(), between, after)))
    assert [line.strip() for line in report if line.strip() in ("Between.", "After.")] == [
        "After.",
        "Between.",
    ]


def test_what_a_trust_policy_lacks_stands_with_the_finding(finding: MakeFinding) -> None:
    snippet = '{"Effect": "Allow", "Principal": {"AWS": "arn"}, "Action": "sts:AssumeRole"}'
    report = lines(Results(findings=(finding(snippet=snippet),)))
    assert f"  to add       {snippet}" in report
    assert not any("To add to a policy" in line for line in report)


@pytest.mark.parametrize(
    "snippet", ["aws iam put-role-policy …", "[" * 10_000, "3", "[]", '{"Effect": "Allow"}']
)
def test_what_a_plugin_wants_pasted_may_be_no_statement(snippet: str, finding: MakeFinding) -> None:
    report = lines(Results(findings=(finding(snippet=snippet),)))
    assert f"  to add       {snippet}" in report


def test_statements_with_several_actions_are_put_together(finding: MakeFinding) -> None:
    snippets = ('"a:B"', '["a:C", "a:B"]')
    report = lines(
        Results(
            findings=tuple(
                finding(snippet=f'{{"Effect": "Allow", "Action": {each}, "Resource": "*"}}')
                for each in snippets
            )
        )
    )
    assert '    {"Effect": "Allow", "Action": ["a:B", "a:C"], "Resource": "*"}' in report


def test_what_is_known_only_at_deployment_is_explained(finding: MakeFinding) -> None:
    snippet = '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${B.name}"}'
    report = lines(Results(findings=(finding(snippet=snippet),)))
    assert "    (${…} stands for what is known only when it is deployed.)" in report


def test_less_than_high_confidence_is_said(finding: MakeFinding) -> None:
    report = lines(Results(findings=(finding(confidence=Confidence.LOW),)))
    assert report[0].endswith("critical (low confidence)  codebuild-start-build-missing")


def test_long_texts_are_wrapped_and_words_stay_whole(finding: MakeFinding) -> None:
    arn = "arn:aws:codebuild:eu-west-1:111122223333:project/" + "x" * 100
    message = f"It is not allowed on {arn} and not at all " + "or so " * 30
    report = lines(Results(findings=(finding(message=message),)))
    assert any(arn in line for line in report)
    assert all(len(line) <= 100 for line in report if arn not in line)


def test_the_summary_counts_by_severity_worst_first(finding: MakeFinding) -> None:
    severities = (Severity.LOW, Severity.CRITICAL, Severity.LOW, Severity.MEDIUM)
    found = tuple(finding(severity=severity) for severity in severities)
    assert lines(Results(findings=found))[-1].startswith(
        "4 findings: 1 critical, 1 medium, 2 low. "
    )


UNKNOWN = UnknownDecision(
    Location("pipeline.yaml", 3, 5, 3, 9),
    Subject("Pipeline", "Build", "Build", "Role", "s3:GetObject", "arn:aws:s3:::b/*"),
    "the bucket is imported",
)


def test_the_unknown_is_counted_and_listed_where_asked() -> None:
    results = Results(unknowns=(UNKNOWN,), counts=Counts(unknown=1))
    assert lines(results)[-1].endswith("1 unknown (--show-unknown lists them).")
    assert lines(results, LONG) == [
        "pipeline.yaml:3:5  unknown",
        "  Build/Build: s3:GetObject on arn:aws:s3:::b/*",
        "  because      the bucket is imported",
        "",
        "No findings. 0 files, 0 pipelines, 0 roles; 0 needs decided, 1 unknown.",
    ]


def test_an_incomplete_analysis_says_so_last() -> None:
    diagnostic = Diagnostic("parse-error", "not YAML", Location("a.yaml", 2, 1, 2, 2))
    report = lines(Results(diagnostics=(diagnostic,), incomplete=True))
    assert report[0] == "a.yaml:2:1  parse-error  not YAML"
    assert report[-1] == "The analysis is incomplete: see the problems above."


# Whatever a text holds

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
STYLE = re.compile(r"\x1b\[[0-9;]+m")
ORDER = re.compile(r"^\s*::|##[a-z]*\[", re.MULTILINE)

DANGEROUS = [
    "\x1b[31m", "\x1b]0;x\x07", "\x9b1A", "\r", "\n", "\t", "\0", "\u202e", "\u2028", "\u200b",
    "::error::", " ::set-output name=x::", "##[error]", "##vso[task.complete]", "##teamcity[x]", "\ud800",
    "\\", "`", "[a](b)", "{0}", "é", "語",
]  # fmt: skip
hostile_texts = st.lists(
    st.sampled_from(DANGEROUS) | st.text(max_size=3) | st.text("ab :#", max_size=120), max_size=6
).map("".join)
hostile_places = st.builds(
    Location,
    hostile_texts,
    st.integers(1, 3),
    st.integers(1, 200),
    st.integers(1, 3),
    st.integers(1, 200),
    hostile_texts,
)
hostile_subjects = st.builds(Subject, *[st.none() | hostile_texts] * 6)
hostile_snippets = st.just("") | hostile_texts.map(
    lambda text: json.dumps({"Effect": "Allow", "Action": "s3:GetObject", "Resource": text})
)
PLAIN_FINDING = Finding(
    rule="acme-rule",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    category=Category.RISK,
    message="",
    location=Location("", 1, 1, 1, 1),
)
hostile_findings = st.fixed_dictionaries(
    {
        "message": hostile_texts,
        "location": hostile_places,
        "symptom": hostile_texts,
        "remedy": hostile_texts,
        "snippet": hostile_snippets,
        "subject": hostile_subjects,
        "related": st.lists(st.builds(Related, hostile_texts, hostile_places), max_size=2).map(
            tuple
        ),
    }
).map(lambda fields: replace(PLAIN_FINDING, **fields))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    findings=st.lists(hostile_findings, max_size=3),
    unknowns=st.lists(
        st.builds(UnknownDecision, hostile_places, hostile_subjects, hostile_texts), max_size=2
    ),
    diagnostics=st.lists(
        st.builds(Diagnostic, st.just("parse-error"), hostile_texts, st.none() | hostile_places),
        max_size=2,
    ),
    passed_over=st.lists(st.tuples(hostile_texts, st.just("ignored")), max_size=2),
    source=hostile_texts,
    colour=st.booleans(),
)
def test_no_text_reaches_the_terminal_as_code(
    findings: list[Finding],
    unknowns: list[UnknownDecision],
    diagnostics: list[Diagnostic],
    passed_over: list[tuple[str, str]],
    source: str,
    colour: bool,
) -> None:
    paths = {finding.location.path for finding in findings}
    results = Results(
        findings=tuple(findings),
        unknowns=tuple(unknowns),
        diagnostics=tuple(diagnostics),
        passed_over=tuple(passed_over),
        sources={path: Document(path, f"{source}\n" * 3, None, "") for path in paths},
        assumptions=(source,),
    )
    pages = (
        render(results, ReportOptions(colour=colour, show_unknown=True)),
        render_tree((), results),
    )
    for page in pages:
        plain = STYLE.sub("", page)
        assert not CONTROL.search(plain)
        assert not INVISIBLE.search(plain)
        assert not ORDER.search(plain)
        assert colour or plain == page
