"""Decisions over worlds against brute force: deploy every way there is, and ask again."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passrole.iam.decisions import Decision, Layers, Verdict, decide
from passrole.iam.policies import PolicyKind, read_policy
from passrole.iam.principals import principal_of
from passrole.iam.requests import Request
from passrole.values import (
    ABSENT,
    Alphabet,
    Choice,
    Fact,
    Hole,
    Listing,
    Record,
    Text,
    Value,
    World,
    within,
)

pytestmark = pytest.mark.slow

ENVIRONMENTS = ("dev", "prod", "test")
ENV = Hole("Env", Alphabet("Env", choices=frozenset(ENVIRONMENTS)), "Env")
PROD, TEST = Fact("Env", "prod", "Env is prod"), Fact("Env", "test", "Env is test")
FACTS = (PROD, TEST, Fact("UseVpc"), Fact("IsMain"))
ROLE = principal_of(Text(("arn:aws:iam::111122223333:role/x",)))

RESOURCES = [
    Text(("*",)), Text(("arn:aws:s3:::shop-prod/*",)), Text(("arn:aws:s3:::shop-dev/*",)),
    Text(("arn:aws:s3:::shop-", ENV, "/*")), Text(("arn:aws:s3:::", ENV, "-shop/*")),
]  # fmt: skip
ASKED = [
    Text(("arn:aws:s3:::shop-prod/key",)), Text(("arn:aws:s3:::shop-", ENV, "/key")),
    Text(("arn:aws:s3:::", ENV, "-shop/key")),
]  # fmt: skip
ACTIONS = [Text((text,)) for text in ("s3:GetObject", "s3:*", "sqs:*")]
EFFECTS = [Text((text,)) for text in ("Allow", "Allow", "Deny")]


def chosen(values: list[Text]) -> st.SearchStrategy[Value]:
    """One of the values, or a choice of two, or of one and nothing."""
    one: st.SearchStrategy[Value] = st.sampled_from(values)
    return st.one_of(one, one, st.builds(Choice, st.sampled_from(FACTS), one, one))


def perhaps(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    """A value that some deployments do not have."""
    absent = st.just(ABSENT)
    return st.one_of(values, values, st.builds(Choice, st.sampled_from(FACTS), values, absent))


def listing(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.lists(perhaps(values), min_size=1, max_size=2).map(lambda v: Listing(tuple(v)))


STATEMENTS: st.SearchStrategy[Value] = st.builds(
    lambda effect, action, resource: Record(
        {"Effect": effect, "Action": action, "Resource": resource}
    ),
    chosen(EFFECTS),
    listing(chosen(ACTIONS)),
    listing(chosen(RESOURCES)),
)
POLICIES: st.SearchStrategy[Value] = st.lists(perhaps(STATEMENTS), min_size=1, max_size=3).map(
    lambda statements: Record(
        {"Version": Text(("2012-10-17",)), "Statement": Listing(tuple(statements))}
    )
)


class Deployment(NamedTuple):
    """Every condition decided, and every parameter given."""

    environment: str
    flags: tuple[bool, bool]

    @property
    def world(self) -> World:
        held = (self.environment == "prod", self.environment == "test", *self.flags)
        literals = sorted(zip(FACTS, held, strict=True), key=lambda pair: pair[0][:2])
        return World(tuple(literals))

    def has(self, world: World) -> bool:
        """Whether this deployment is in a world."""
        return all(
            (self.environment == fact.equals if fact.subject == "Env" else self._flag(fact))
            is holds
            for fact, holds in world.literals
        )

    def _flag(self, fact: Fact) -> bool:
        return self.flags[FACTS.index(fact) - 2]

    def fill(self, value: Value) -> Value:
        """The value as it is deployed."""
        if isinstance(value, Text):
            return Text(self.environment if isinstance(p, Hole) else p for p in value.parts)
        if isinstance(value, Listing):
            return Listing(tuple(map(self.fill, value.values)))
        if isinstance(value, Record):
            return Record({name: self.fill(item) for name, item in value.fields.items()})
        return value


DEPLOYMENTS = [
    Deployment(environment, flags)
    for environment in ENVIRONMENTS
    for flags in product((True, False), repeat=2)
]


def ask(policy: Value, resource: Value) -> tuple[Decision, ...]:
    assert isinstance(resource, Text)
    layers = Layers((read_policy(policy, PolicyKind.IDENTITY),))
    return decide(Request("s3:GetObject", resource, ROLE), layers)


@given(POLICIES, st.sampled_from(ASKED))
@settings(max_examples=120)
def test_each_deployment_gets_its_verdict(policy: Value, resource: Text) -> None:
    decisions = ask(policy, resource)
    for deployment in DEPLOYMENTS:
        deployed = deployment.fill(within(policy, deployment.world))
        (truth,) = ask(deployed, deployment.fill(resource))
        found = {each.verdict for each in decisions if deployment.has(each.world)}
        assert len(found) == 1
        assert found == {truth.verdict}


@given(POLICIES, st.sampled_from(ASKED))
# Some seeds begin with many policies that are thrown away as too deep.
@settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much])
def test_no_two_decisions_overlap_and_none_is_idle(policy: Value, resource: Text) -> None:
    decisions = ask(policy, resource)
    for deployment in DEPLOYMENTS:
        assert sum(deployment.has(each.world) for each in decisions) == 1
    for each in decisions:
        assert any(deployment.has(each.world) for deployment in DEPLOYMENTS)
    if len(decisions) > 1:
        assert len({each.verdict for each in decisions} - {Verdict.UNKNOWN}) > 0
