"""Hostile and very large policies are answered in bounded time, if need be with *unknown*."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from passrole.iam.decisions import Layers, Verdict, decide
from passrole.iam.policies import Policy, PolicyKind, read_policy, value_from_json
from passrole.iam.principals import principal_of
from passrole.iam.requests import Request
from passrole.values import (
    ABSENT,
    ANYTHING,
    LITERAL,
    Alphabet,
    Choice,
    Fact,
    Hole,
    Listing,
    Record,
    Text,
    Value,
)

ROLE = principal_of(Text(("arn:aws:iam::111122223333:role/x",)))
LONG = "a" * 2000


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def policy(*statements: Any) -> Policy:
    return read_policy(value_from_json({"Statement": list(statements)}), PolicyKind.IDENTITY)


def allow(resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:*", "Resource": resource, **more}


def verdict(resource: Text, *policies: Policy, whole: bool = False) -> Verdict:
    request = Request("s3:GetObject", resource, ROLE, resource_is_pattern=whole)
    decisions = decide(request, Layers(policies))
    assert len(decisions) == 1
    return decisions[0].verdict


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "a*" * 100 + "b", "*?" * 60 + "b"])
def test_many_stars(pattern: str) -> None:
    with at_most(2):
        answer = verdict(Text((f"arn:aws:s3:::{LONG}",)), policy(allow(f"arn:aws:s3:::{pattern}")))
    assert answer is Verdict.MISSING


def test_many_stars_on_both_sides() -> None:
    with at_most(2):
        answer = verdict(
            Text(("arn:aws:s3:::" + "*a" * 30,)),
            policy(allow("arn:aws:s3:::" + "*b*a" * 20)),
            whole=True,
        )
    assert answer in (Verdict.UNKNOWN, Verdict.MISSING)


def test_many_holes() -> None:
    pattern = Text(
        ("arn:aws:s3:::", *(p for n in range(30) for p in (Hole(f"P{n}", ANYTHING), "a*")))
    )
    subject = Text(
        ("arn:aws:s3:::", *(p for n in range(30) for p in (Hole(f"S{n}", LITERAL), "b")))
    )
    with at_most(3):
        assert verdict(subject, policy(allow(pattern))) is Verdict.UNKNOWN


def test_thousands_of_statements() -> None:
    many = policy(*(allow(f"arn:aws:s3:::bucket-{number}/*") for number in range(2000)))
    with at_most(1):
        assert verdict(Text(("arn:aws:s3:::bucket-1999/key",)), many) is Verdict.ALLOWED
    with at_most(1):
        assert verdict(Text(("arn:aws:s3:::other/key",)), many) is Verdict.MISSING


def choices(count: int) -> list[Value]:
    return [
        Choice(Fact(f"Use{number}"), value_from_json(allow(f"arn:aws:s3:::b{number}*")), ABSENT)
        for number in range(count)
    ]


def test_dozens_of_conditions_over_statements() -> None:
    record = Record({"Statement": Listing(tuple(choices(64)))})
    with at_most(1):
        answer = verdict(Text(("arn:aws:s3:::b*",)), read_policy(record, PolicyKind.IDENTITY),
                         whole=True)  # fmt: skip
    assert answer is Verdict.UNKNOWN


def test_dozens_of_conditions_in_one_statement() -> None:
    resources = Listing(
        tuple(
            Choice(Fact(f"Use{number}"), Text((f"arn:aws:s3:::b{number}",)), ABSENT)
            for number in range(64)
        )
    )
    with at_most(1):
        answer = verdict(Text(("arn:aws:s3:::b1",)), policy(allow(resources)))
    assert answer is Verdict.UNKNOWN


def test_dozens_of_parameters_with_dozens_of_values() -> None:
    names = frozenset(f"value-{number}" for number in range(40))
    holes = [Hole(f"P{number}", Alphabet("values", choices=names)) for number in range(20)]
    listed = [Text(("arn:aws:s3:::", hole, "/*")) for hole in holes]
    with at_most(3):
        decisions = decide(
            Request("s3:GetObject", Text(("arn:aws:s3:::value-7/key",)), ROLE),
            Layers((policy(allow(Listing(tuple(listed)))),)),
        )
    assert Verdict.UNKNOWN in {each.verdict for each in decisions}


def test_long_lists_of_condition_values() -> None:
    values = [f"team-{number}" for number in range(5000)]
    condition = {"StringLike": {"aws:PrincipalTag/team": [*values, "t*z*"]}}
    request = Request(
        "s3:GetObject",
        Text(("arn:aws:s3:::b/k",)),
        ROLE,
        {"aws:principaltag/team": Text(("team-other",))},
    )
    with at_most(1):
        (decision,) = decide(request, Layers((policy(allow("*", Condition=condition)),)))
    assert decision.verdict is Verdict.MISSING
