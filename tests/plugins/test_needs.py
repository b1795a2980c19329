"""What every need of every service has to say."""

import re

from passrole import Certainty
from passrole.contributions import Contributions
from passrole.iam.reference import action, expand, is_wildcard_only


def test_every_need_has_a_source_and_every_doubt_a_reason(contributions: Contributions) -> None:
    needs = [(provider, need) for provider in contributions.providers for need in provider.needs]
    assert needs

    unsourced = [(str(p), n.iam_action) for p, n in needs if not n.source.startswith("https://")]
    assert unsourced == []
    unexplained = [
        (str(p), n.iam_action) for p, n in needs if n.certainty is Certainty.LOW and not n.note
    ]
    assert unexplained == []


def test_every_need_that_can_be_missing_says_what_the_user_sees(
    contributions: Contributions,
) -> None:
    silent = [
        (str(provider), need.iam_action)
        for provider in contributions.providers
        for need in provider.needs
        if not need.documented_block and not need.symptom
    ]
    assert silent == []


def test_every_need_is_reported_by_a_rule_that_exists(contributions: Contributions) -> None:
    known = {rule.id for rule in contributions.rules}
    named = {need.rule for provider in contributions.providers for need in provider.needs}

    assert named - known == set()


def test_every_provider_and_type_has_a_source(contributions: Contributions) -> None:
    assert not [str(p) for p in contributions.providers if not p.source.startswith("https://")]
    assert not [
        type_.cloudformation or type_.terraform
        for type_ in contributions.resource_types
        if not type_.source.startswith("https://")
    ]


def test_every_iam_action_exists_in_the_reference_data(contributions: Contributions) -> None:
    unknown = {
        (str(provider), iam_action)
        for provider in contributions.providers
        for need in provider.needs
        if not need.documented_block
        for iam_action in (need.iam_action, *need.alternatives)
        if (found := action(iam_action)) is None or f"{found.service}:{found.name}" != iam_action
    }
    # AWS ended OpsWorks Stacks, and took it out of its reference.
    assert {each for each in unknown if not each[1].startswith("opsworks:")} == set()


def test_every_block_is_of_a_service_that_exists(contributions: Contributions) -> None:
    blocks = {
        need.iam_action
        for provider in contributions.providers
        for need in provider.needs
        if need.documented_block
    }
    assert blocks
    assert {block for block in blocks if not expand(block)} == set()


def test_every_resource_is_of_a_kind_that_its_action_takes(contributions: Contributions) -> None:
    """A need that is asked on ``*`` has no narrower resource, or its facts say why."""
    wrong = []
    for provider in contributions.providers:
        for need in provider.needs:
            info = action(need.iam_action)
            if info is None or need.documented_block or not isinstance(need.resource, str):
                continue
            if is_wildcard_only(need.iam_action) and need.resource.startswith("arn:"):
                wrong.append((str(provider), need.iam_action, need.resource))
    # The reference knows no resource for it; the AWS CDK grants it on the stack set, and nobody has
    # reported that its pipelines cannot create one.
    assert {iam_action for _, iam_action, _ in wrong} == {"cloudformation:CreateStackSet"}


def test_cloudformation_types_are_spelt_as_such(contributions: Contributions) -> None:
    for type_ in contributions.resource_types:
        assert not type_.cloudformation or re.fullmatch(
            r"(AWS|Alexa)::[A-Za-z0-9]+::[A-Za-z0-9]+", type_.cloudformation
        )
        assert not type_.terraform or re.fullmatch(r"aws_[a-z0-9_]+", type_.terraform)
