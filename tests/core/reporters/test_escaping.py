"""What text of a scanned tree becomes before anyone sees it."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import ReportOptions, Results
from passrole.findings import Diagnostic
from passrole.reporters import reporter
from passrole.reporters.escaping import page, printable, quoted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 語 ~", "plain é 語 ~"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\rc", r"a\nb\x0dc"),
        ("a\tb", "a b"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("\u202e\u2066\u200b\u2028", r"\u202e\u2066\u200b\u2028"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", r"\::error::x"),
        ("  ::set-output name=a::b", r"  \::set-output name=a::b"),
        ("a ::error::", "a ::error::"),
        ("arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:role/r"),
        ("a ##[error]x", r"a #\#[error]x"),
        ("##vso[task.complete]", r"#\#vso[task.complete]"),
        ("## heading", "## heading"),
    ],
)
def test_no_line_is_an_order_to_a_build_server(line: str, shown: str) -> None:
    assert page([line]) == f"{shown}\n"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("OAuthToken: abcdef123", "OAuthToken: *********"),
        ('{"DB_PASSWORD": "s3cr3t!!"}', '{"DB_PASSWORD": "********"}'),
        ("x: AKIAABCDEFGHIJKLMNOP y", "x: ******************** y"),
        ("OAuthToken: !Ref Token", "OAuthToken: !Ref Token"),
        ("Token: '{{resolve:secretsmanager:a}}'", "Token: '{{resolve:secretsmanager:a}}'"),
        ("token: ${Token}", "token: ${Token}"),
        ("OAuthToken: my_own.token", "OAuthToken: ************"),
        ("x: '{{resolve:secretsmanager:token:SecretString}}'",) * 2,
        ('"OAuthToken": "two words, or more"', '"OAuthToken": "******************"'),
        ("SecretToken: '$ecret!'", "SecretToken: '*******'"),
        ("OAuthToken: $ecret", "OAuthToken: ******"),
        ("OAuthToken = var.github_token", "OAuthToken = var.github_token"),
        ('OAuthToken = "${var.github_token}"', 'OAuthToken = "${var.github_token}"'),
        ("secret_token = random_password.a.result", "secret_token = random_password.a.result"),
        (f"Default: {'0f' * 20}", f"Default: {'*' * 40}"),
        ("Action: secretsmanager:GetSecretValue", "Action: secretsmanager:GetSecretValue"),
        ("Name: Build", "Name: Build"),
    ],
)
def test_what_looks_like_a_secret_is_starred_out(line: str, shown: str) -> None:
    assert quoted(line) == shown


@given(st.text())
def test_a_quoted_line_is_as_long_as_it_was(text: str) -> None:
    assert len(quoted(text)) == len(text)


def test_quoting_takes_linear_time_on_long_lines() -> None:
    assert quoted("token" * 20_000) == "token" * 20_000
    assert quoted("a_" * 50_000) == "a_" * 50_000


@pytest.mark.parametrize(
    "order", ["##vso[task.complete result=Succeeded]", "###[error]x", "##[group]"]
)
@pytest.mark.parametrize("format_", ["json", "sarif", "gitlab", "junit", "csv", "markdown"])
def test_no_report_for_programs_is_an_order_to_a_build_server(format_: str, order: str) -> None:
    results = Results(diagnostics=(Diagnostic("parse-error", f"a {order}"),), incomplete=True)
    render = reporter(format_, {})
    assert render is not None
    text = render(results, ReportOptions())
    assert not re.search(r"##[a-z]*\[", text)
    if format_ in ("json", "sarif", "gitlab"):
        assert order in json.dumps(json.loads(text))
    if format_ == "junit":
        assert order in "".join(ET.fromstring(text).itertext())  # noqa: S314 - our own text
