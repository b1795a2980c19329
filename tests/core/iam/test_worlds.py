"""Verdicts that depend on what deployment decides."""

from __future__ import annotations

from typing import Any

from passrole.iam.decisions import Decision, Layers, Verdict, decide
from passrole.iam.policies import Policy, PolicyKind, read_policy, value_from_json
from passrole.iam.principals import principal_of, service_principal
from passrole.iam.requests import Request
from passrole.values import (
    ABSENT,
    ACCOUNT,
    EVERYWHERE,
    NAME,
    Alphabet,
    Choice,
    Fact,
    Hole,
    Listing,
    Record,
    Text,
    Unknown,
    Value,
    World,
)

PROD = Fact("Env", "prod", "Env is prod")
TEST = Fact("Env", "test", "Env is test")
VPC = Fact("UseVpc")
ROLE = principal_of(Text(("arn:aws:iam::", Hole("Account", ACCOUNT), ":role/deploy")))
ENV = Hole("Env", Alphabet("Env", choices=frozenset({"dev", "prod", "test"})), "Env")
KEY = Text(("arn:aws:kms:eu-west-1:111122223333:key/", Hole("Key", NAME)))


def text(value: str) -> Text:
    return Text((value,))


def statement(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> Value:
    return value_from_json({"Effect": effect, "Action": action, "Resource": resource, **more})


def policy(*statements: Value, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    fields = {"Version": text("2012-10-17"), "Statement": Listing(statements)}
    return read_policy(Record(fields), kind, "Deploy")


def ask(
    *statements: Value,
    action: str = "s3:GetObject",
    resource: Text | None = None,
    world: World = EVERYWHERE,
    **more: Any,
) -> tuple[Decision, ...]:
    request = Request(action, resource or text("arn:aws:s3:::shop/key"), ROLE)
    return decide(request, Layers(identity=(policy(*statements),), **more), world)


def verdicts(decisions: tuple[Decision, ...]) -> dict[str, str]:
    return {each.world.describe(): each.verdict for each in decisions}


def test_one_decision_where_nothing_depends() -> None:
    (decision,) = ask(statement("s3:*"))
    assert (decision.verdict, decision.world) == (Verdict.ALLOWED, EVERYWHERE)
    assert [each.label for each in decision.decided_by] == ["statement 1 of policy Deploy"]


def test_one_decision_for_each_world_that_differs() -> None:
    decisions = ask(Choice(PROD, statement("s3:*"), ABSENT))
    assert verdicts(decisions) == {"Env is prod": "allowed", "Env is not prod": "missing"}
    assert [each.layer for each in decisions] == ["", "identity"]


def test_worlds_with_one_verdict_are_one_decision() -> None:
    decisions = ask(Choice(PROD, statement("s3:*"), statement("s3:Get*")))
    assert verdicts(decisions) == {"": "allowed"}
    assert len(decisions[0].decided_by) == 2


def test_facts_of_other_actions_split_nothing() -> None:
    assert verdicts(ask(statement("s3:*"), Choice(PROD, statement("sqs:*"), ABSENT))) == {
        "": "allowed"
    }


def test_facts_that_make_no_difference_are_left_out() -> None:
    decisions = ask(
        Choice(PROD, statement("s3:*"), ABSENT), Choice(VPC, statement("s3:Get*", "x"), ABSENT),
        Choice(VPC, statement("s3:G*", "arn:aws:s3:::shop/*", "Deny"), ABSENT),
    )  # fmt: skip
    assert verdicts(decisions) == {
        "UseVpc": "denied",
        "Env is prod and not UseVpc": "allowed",
        "Env is not prod and not UseVpc": "missing",
    }


def test_a_statement_and_its_opposite_cover_everything() -> None:
    either = ask(Choice(PROD, statement("s3:*"), ABSENT), Choice(PROD, ABSENT, statement("s3:*")))
    assert verdicts(either) == {"": "allowed"}


def test_two_values_of_one_parameter_never_meet() -> None:
    decisions = ask(
        Choice(PROD, statement("s3:*"), ABSENT), Choice(TEST, statement("*", "*", "Deny"), ABSENT)
    )
    assert verdicts(decisions) == {
        "Env is prod": "allowed",
        "Env is test": "denied",
        "Env is not prod and Env is not test": "missing",
    }


def test_the_world_of_the_question_limits_the_answer() -> None:
    prod = World(((PROD, True),))
    decisions = ask(Choice(PROD, statement("s3:*"), ABSENT), world=prod)
    assert verdicts(decisions) == {"Env is prod": "allowed"}
    assert verdicts(ask(Choice(TEST, statement("s3:*"), ABSENT), world=prod)) == {
        "Env is prod": "missing"
    }


def test_of_many_alternatives_one_is_enough() -> None:
    many = [Choice(Fact(f"Use{number}"), statement("s3:*"), ABSENT) for number in range(30)]
    found = ask(*many)
    assert {each.verdict for each in found} == {Verdict.ALLOWED, Verdict.MISSING}
    (missing,) = (each for each in found if each.verdict is Verdict.MISSING)
    assert len(missing.world.literals) == 30
    assert not any(holds for _, holds in missing.world.literals)


def test_facts_that_make_no_difference_are_not_tried() -> None:
    many = [Choice(Fact(f"Use{number}"), statement("s3:*"), ABSENT) for number in range(60)]
    assert verdicts(ask(statement("s3:*"), *many)) == {"": "allowed"}
    denied = ask(statement("*", "*", "Deny"), *many)
    assert verdicts(denied) == {"": "denied"}


def test_too_many_facts_are_one_unknown() -> None:
    # Each pair grants and takes away: every combination has its own answer.
    many = [
        Choice(
            Fact(f"Use{number}"),
            statement("s3:*"),
            Choice(Fact(f"No{number}"), statement("s3:*", "*", "Deny"), ABSENT),
        )
        for number in range(40)
    ]
    (decision,) = ask(*many)
    assert decision.verdict is Verdict.UNKNOWN
    assert decision.blockers == ("80 conditions decide this, too many to try them all",)


def test_ten_facts_are_tried() -> None:
    many = [Choice(Fact(f"Use{number}"), statement("s3:*"), ABSENT) for number in range(10)]
    found = {each.verdict for each in ask(*many)}
    assert found == {Verdict.ALLOWED, Verdict.MISSING}


def test_a_parameter_with_few_values_is_tried_with_each() -> None:
    listed = [f"arn:aws:s3:::shop-{env}/*" for env in ("dev", "prod")]
    resource = Text(("arn:aws:s3:::shop-", ENV, "/key"))
    assert verdicts(ask(statement("s3:*", listed), resource=resource)) == {
        "Env is dev": "allowed",
        "Env is prod": "allowed",
        "Env is test": "missing",
    }
    listed.append("arn:aws:s3:::shop-test/*")
    assert verdicts(ask(statement("s3:*", listed), resource=resource)) == {"": "allowed"}


def test_a_world_fills_the_holes_that_it_decides() -> None:
    resource = Text(("arn:aws:s3:::shop-", ENV, "/key"))
    listed = statement("s3:*", "arn:aws:s3:::shop-prod/*")
    prod, test = (World(((fact, True),)) for fact in (PROD, TEST))
    assert verdicts(ask(listed, resource=resource, world=prod)) == {"Env is prod": "allowed"}
    assert verdicts(ask(listed, resource=resource, world=test)) == {"Env is test": "missing"}


def test_a_hole_and_a_condition_over_the_same_parameter() -> None:
    named = Choice(PROD, statement("s3:*", "arn:aws:s3:::shop-prod/*"), ABSENT)
    resource = Text(("arn:aws:s3:::shop-", ENV, "/key"))
    assert verdicts(ask(named, resource=resource)) == {
        "Env is prod": "allowed",
        "Env is not prod": "missing",
    }


def test_an_unknown_says_what_blocks_it() -> None:
    bucket = Hole("Bucket", NAME, "!Ref Bucket", "it is made at deployment")
    (decision,) = ask(statement("s3:*", Text(("arn:aws:s3:::", bucket, "/*"))))
    assert decision.verdict is Verdict.UNKNOWN
    assert decision.layer == "identity"
    assert decision.blockers == (
        "statement 1 of policy Deploy: Resource depends on !Ref Bucket (it is made at deployment)",
    )


def test_only_the_entries_that_may_match_are_named() -> None:
    shop = Text(("arn:aws:s3:::", Hole("Shop", NAME, "Shop"), "/*"))
    queue = Text(("arn:aws:sqs:eu-west-1:111122223333:", Hole("Queue", NAME, "Queue")))
    (decision,) = ask(statement("s3:*", [queue, shop]))
    assert decision.blockers == ("statement 1 of policy Deploy: Resource depends on Shop",)


def test_an_unknown_condition_key_blocks() -> None:
    condition = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    (decision,) = ask(statement("s3:*", Condition=condition))
    assert decision.blockers == (
        "statement 1 of policy Deploy: StringEquals aws:SourceVpce cannot be decided",
    )


def test_a_part_of_the_resource_blocks() -> None:
    request = Request("s3:GetObject", text("arn:aws:s3:::shop/*"), ROLE, resource_is_pattern=True)
    (decision,) = decide(request, Layers((policy(statement("s3:*", "arn:aws:s3:::shop/in/*")),)))
    assert decision.blockers == (
        "statement 1 of policy Deploy: Resource covers a part of arn:aws:s3:::shop/* only",
    )


def test_a_principal_nobody_knows_blocks() -> None:
    guest = Text((Hole("GuestArn", reference="GuestArn"),))
    granting = policy(
        value_from_json(
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": guest}}
        ),
        kind=PolicyKind.RESOURCE,
    )
    role = principal_of(text("arn:aws:iam::111122223333:role/x"))
    request = Request("s3:GetObject", text("arn:aws:s3:::shop/key"), role)
    (decision,) = decide(request, Layers(resource=granting))
    assert decision.blockers == ("statement 1 of policy Deploy: Principal depends on GuestArn",)


def test_only_what_matters_blocks() -> None:
    bucket = Hole("Bucket", NAME)
    open_ended = Text(("arn:aws:s3:::", bucket, "/*"))
    (decision,) = ask(
        statement("s3:*"), statement("s3:*", open_ended), statement("s3:*", open_ended, "Deny")
    )
    assert decision.layer == "identity"
    assert decision.blockers == ("statement 3 of policy Deploy: Resource depends on Bucket",)


def test_an_account_nobody_knows_blocks() -> None:
    key = Text(("arn:aws:sqs:eu-west-1:", Hole("Other", ACCOUNT), ":jobs"))
    (decision,) = ask(statement("sqs:*"), action="sqs:SendMessage", resource=key)
    assert decision.verdict is Verdict.UNKNOWN
    assert decision.blockers == (
        f"it is not known whether {key} is in the account of the requester",
    )


def test_a_requester_nobody_knows_blocks() -> None:
    somebody = principal_of(Text((Hole("RoleArn", reference="RoleArn"),)))
    request = Request("s3:GetObject", text("arn:aws:s3:::shop/key"), somebody)
    (decision,) = decide(request, Layers(identity=(policy(statement("s3:*")),)))
    assert decision.blockers == ("it is not known who asks: ${RoleArn}",)


def test_a_boundary_that_may_not_be_there_may_undo_not_principal() -> None:
    account = "arn:aws:iam::111122223333:root"
    sparing = policy(
        value_from_json(
            {
                "Effect": "Deny",
                "Action": "s3:*",
                "Resource": "*",
                "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:role/x", account]},
            }
        ),
        kind=PolicyKind.RESOURCE,
    )
    role = principal_of(text("arn:aws:iam::111122223333:role/x"))
    request = Request("s3:GetObject", text("arn:aws:s3:::shop/key"), role, closed=True)
    everything = policy(statement("*"))
    found = [
        decide(request, Layers((everything,), boundaries, resource=sparing))[0].verdict
        for boundaries in (None, (everything,), (Unknown("imported"),))
    ]
    assert found == [Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN]


def test_no_boundary_is_no_limit() -> None:
    for boundaries in (None, ()):
        assert verdicts(ask(statement("s3:*"), boundaries=boundaries)) == {"": "allowed"}


def test_an_unknown_policy_may_allow_and_may_deny() -> None:
    managed = Unknown("ImportedPolicy is not in the scanned files")
    request = Request("s3:GetObject", text("arn:aws:s3:::shop/key"), ROLE)
    for known in ((), (policy(statement("s3:*")),)):
        (decision,) = decide(request, Layers(identity=(*known, managed)))
        assert decision.verdict is Verdict.UNKNOWN
        assert "ImportedPolicy is not in the scanned files" in decision.blockers[0]


def test_a_definite_deny_stands_against_all_unknowns() -> None:
    managed = Unknown("imported")
    request = Request("s3:GetObject", text("arn:aws:s3:::shop/key"), ROLE)
    denying = policy(statement("s3:*", effect="Deny"))
    (decision,) = decide(request, Layers(identity=(managed, denying)))
    assert (decision.verdict, decision.layer) == (Verdict.DENIED, "identity")


def test_what_nothing_allows_is_missing_though_it_may_be_denied() -> None:
    name = Text(("arn:aws:s3:::", Hole("Bucket", NAME), "/*"))
    (decision,) = ask(statement("s3:*", name, "Deny"))
    assert decision.verdict is Verdict.MISSING
    assert decision.may_be_denied


def test_an_unknown_boundary_blocks() -> None:
    (decision,) = ask(statement("s3:*"), boundaries=(Unknown("imported boundary"),))
    assert (decision.verdict, decision.layer) == (Verdict.UNKNOWN, "boundary")


def test_the_layer_that_blocks_is_named() -> None:
    other = policy(statement("sqs:*"))
    allowed = policy(statement("*"))
    assert [each.layer for each in ask(statement("s3:*"), boundaries=(other,))] == ["boundary"]
    assert [each.layer for each in ask(statement("s3:*"), session=other)] == ["session"]
    assert [each.layer for each in ask(statement("s3:*"), scps=((allowed,), (other,)))] == ["scp"]


def test_defaults_that_the_answer_relies_on() -> None:
    used = Text(("arn:aws:s3:::shop/*",), defaults=frozenset({"Env=dev"}))
    unused = Text(("arn:aws:sqs:::x",), defaults=frozenset({"Queue=x"}))
    asked = Text(("arn:aws:s3:::shop/key",), defaults=frozenset({"Key=key"}))
    (decision,) = ask(statement("s3:*", used), statement("sqs:*", unused), resource=asked)
    assert decision.defaults == {"Env=dev", "Key=key"}


def test_a_key_whose_policy_is_not_known() -> None:
    request = Request("kms:Decrypt", KEY, principal_of(text("arn:aws:iam::111122223333:role/x")))
    identity = (policy(statement("kms:*")),)
    (closed,) = decide(request, Layers(identity))
    assert (closed.verdict, closed.layer) == (Verdict.MISSING, "resource")
    (assumed,) = decide(request, Layers(identity, assume_delegating=True))
    assert assumed.verdict is Verdict.ALLOWED
    (unknown,) = decide(request, Layers(identity, resource=Unknown("the key is imported")))
    assert unknown.verdict is Verdict.UNKNOWN


def test_equal_accounts_are_one_account_and_others_unknown() -> None:
    granting = policy(
        value_from_json(
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": ROLE.arn}}
        ),
        kind=PolicyKind.RESOURCE,
    )
    mine, other = Text((Hole("Account", ACCOUNT),)), Text((Hole("Other", ACCOUNT),))
    shop = text("arn:aws:s3:::shop/key")
    found = [
        decide(Request("s3:GetObject", shop, ROLE, resource_account=account), layers)[0].verdict
        for account in (mine, other)
        for layers in [Layers(resource=granting)]
    ]
    # In its own account the bucket policy is enough; in another, an identity policy is needed.
    assert found == [Verdict.ALLOWED, Verdict.UNKNOWN]


def test_a_service_needs_the_resource_policy_only() -> None:
    trust = policy(
        value_from_json(
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "codebuild.amazonaws.com"},
            }
        ),
        kind=PolicyKind.TRUST,
    )
    role = text("arn:aws:iam::111122223333:role/build")
    for name, expected in (("codebuild", Verdict.ALLOWED), ("codepipeline", Verdict.MISSING)):
        request = Request("sts:AssumeRole", role, service_principal(f"{name}.amazonaws.com"))
        (decision,) = decide(request, Layers(resource=trust))
        assert decision.verdict is expected


def test_a_role_may_act_as_the_session_that_is_named() -> None:
    granting = policy(
        value_from_json(
            {
                "Effect": "Allow",
                "Action": "s3:*",
                "Resource": "*",
                "Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/x/build"},
            }
        ),
        kind=PolicyKind.RESOURCE,
    )
    role = principal_of(text("arn:aws:iam::111122223333:role/ci/x"))
    request = Request("s3:GetObject", text("arn:aws:s3:::shop/key"), role)
    (decision,) = decide(request, Layers(resource=granting))
    assert decision.verdict is Verdict.UNKNOWN
