"""The words of a suppression: what they say, and what is refused with a reason."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import Document, Location
from passrole.documents.limits import Limits
from passrole.documents.nodes import Mapping
from passrole.documents.recognition import parse
from passrole.findings import Suppression
from passrole.suppressions.entries import LONGEST, Malformed, from_comment, from_mapping

PLACE = Location("a.yaml", 1, 1, 1, 2)

SAID: dict[str, dict[str, Any]] = {
    "# passrole: ignore[a-rule] because": {"rules": ("a-rule",), "reason": "because"},
    "#passrole:ignore[a-rule]because": {"rules": ("a-rule",), "reason": "because"},
    "// passrole: ignore [ a , b-c ] it is: so": {"rules": ("a", "b-c"), "reason": "it is: so"},
    "/* passrole: ignore[a] a reason */": {"rules": ("a",), "reason": "a reason"},
    "# other tool # passrole: ignore[a] - reason": {"rules": ("a",), "reason": "reason"},
    "# passrole: ignore[a, a] twice": {"rules": ("a",), "reason": "twice"},
    "# passrole: ignore[a] role=Pipeline* action=s3:Get* resource=arn:aws:s3:::b/* why": {
        "rules": ("a",), "reason": "why", "role": "Pipeline*", "action": "s3:Get*",
        "resource": "arn:aws:s3:::b/*",
    },
    "# passrole: ignore[a] until then expires=2027-01-31": {
        "rules": ("a",), "reason": "until then", "expires": "2027-01-31",
    },
    "# passrole: ignore[a] see https://x.example/?id=7 and x=y": {
        "rules": ("a",), "reason": "see https://x.example/?id=7 and x=y",
    },
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_a_comment_says_which_rule_and_why(text: str) -> None:
    assert from_comment(text, PLACE) == Suppression(location=PLACE, **SAID[text])


@pytest.mark.parametrize(
    "text",
    [
        "# passrole: reads this",
        "# see passrole: a tool",
        "# passrole:",
        "# nothing",
        "# passrole:\t",
    ],
)
def test_a_comment_that_only_speaks_of_passrole_is_none(text: str) -> None:
    assert from_comment(text, PLACE) is None


REFUSED = {
    "# passrole: ignore because": "names no rule",
    "# passrole: ignore[] because": "names no rule",
    "# passrole: ignore[*] because": "no suppression is of all rules",
    "# passrole: ignore[iam-*] because": "no suppression is of all rules",
    "# passrole: ignore[A_Rule] because": "no id of a rule",
    "# passrole: ignore[a because": "has no end",
    "# passrole: ignore[a]": "gives no reason",
    "# passrole: ignore[a] expires=2027-01-31": "gives no reason",
    "/* passrole: ignore[a] */": "gives no reason",
    "# passrole: ignore[a] expire=2027-01-31 x": "did you mean 'expires'",
    "# passrole: ignore[a] rule=b x": "there is no 'rule' here",
    "# passrole: ignore[a] expires=tomorrow x": "no date",
    "# passrole: ignore[a] expires=2027-02-30 x": "no date",
    "# passrole: ignore[a] expires=20270131 x": "no date",
    "# passrole: ignore[a] role= x": "followed by nothing",
    "# passrole: ignore[a] role=A role=B x": "stands twice",
    "# passrole: ignroe[a] x": "did you mean 'ignore'",
    "# passrole: disable[a] x": "did you mean 'ignore'",
    f"# passrole: ignore[{','.join(f'a{n}' for n in range(51))}] x": "more than 50",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_too_wide_or_not_clear_is_refused_with_words(text: str) -> None:
    with pytest.raises(Malformed, match=REFUSED[text]):
        from_comment(text, PLACE)


@given(st.text(alphabet="passrole:ignore[]-, =*/#expires2027\n", max_size=80))
def test_no_comment_makes_it_stumble(text: str) -> None:
    with suppress(Malformed):
        said = from_comment(f"# passrole: ignore[a] {text}", PLACE)
        assert said is not None and said.reason


def metadata(text: str) -> Suppression:
    document: Document = parse("a.yaml", text.encode(), Limits())
    assert document.root is not None
    return from_mapping(document.root, PLACE)


def test_keys_and_values_say_the_same() -> None:
    text = "rule: [a, b]\nrole: R\naction: s3:*\nresource: '*'\nreason: so\nexpires: 2027-01-31\n"
    assert metadata(text) == Suppression(
        ("a", "b"), "so", PLACE, role="R", action="s3:*", resource="*", expires="2027-01-31"
    )
    assert metadata("rule: a\nreason: so\n").rules == ("a",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rule: a\n", "gives no reason"),
        ("reason: so\n", "names no rule"),
        ("rule: a\nreason: ''\n", "reason is to be a text"),
        ("rule: a\nreason: [so]\n", "reason is to be a text"),
        ("rule: a\nreason: !Ref So\n", "reason is to be a text"),
        ("rule: {a: b}\nreason: so\n", "rule is to be a text"),
        ("rule: a\nreasons: so\n", "did you mean 'reason'"),
        ("rule: '*'\nreason: so\n", "no suppression is of all rules"),
        ("- a\n", "keys and values"),
        (f"rule: a\nreason: {'x' * (LONGEST + 1)}\n", "longer than"),
    ],
)
def test_keys_and_values_that_are_not_clear_are_refused(text: str, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        metadata(text)


def test_an_empty_mapping_names_no_rule() -> None:
    with pytest.raises(Malformed, match="names no rule"):
        from_mapping(Mapping((), 0, 0), PLACE)
